//! The threads that look whether a library that tests make is there, take the lead for it, and note that it was made. They read
//! files and take locks, so neither the conductor nor a worker has to.
//!
//! Knows no graph, nor what follows from the result.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::Scope;

use parking_lot::Mutex;
use probe_loader::{
    Host, ImportCause, ImportError, Lead, Leading, Led, LedInputs, Loader, Pattern,
};
use probe_scenario::LibraryId;
use probe_scheduler::NodeId;

use super::inbox::Post;
use super::means::Means;
use super::panicked::PANICKED;
use crate::conductor::{Admission, Looked, Made, Message, Remembered};
use crate::import_failure::ImportFailure;
use crate::verdict::Watched;

/// A library that tests make, as the loader identifies it.
type Wanted = (LibraryId, Led);

/// What a test leads, and the lock for it.
struct Held {
    lead: Lead,
    /// Each library with its inputs from before the test, or why they could not be read and so will not be noted.
    led: Vec<(Wanted, Result<LedInputs, String>)>,
}

/// The leads of all tests that have one.
type Leads = Arc<Mutex<BTreeMap<NodeId, Held>>>;

/// Starts scouts.
pub(super) struct Scouts<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    scout: Scout<'env>,
}

/// What a scout needs.
#[derive(Clone)]
struct Scout<'env> {
    means: Means<'env>,
    post: Post,
    leads: Leads,
}

impl<'scope, 'env> Scouts<'scope, 'env> {
    pub(super) fn new(scope: &'scope Scope<'scope, 'env>, means: Means<'env>, post: Post) -> Self {
        Self { scope, scout: Scout { means, post, leads: Leads::default() } }
    }

    /// Looks whether a library is known to be there.
    pub(super) fn look(&self, unit: NodeId, library: LibraryId) {
        let scout = self.scout.clone();
        let look = move || {
            let Means { stage, shelf, .. } = scout.means;
            let led = stage.provider.made(library);
            let known = stage.loader.is_led(&led, &scout.means);
            let known = known.map_err(|error| ImportFailure::from(&error));
            let place = place(&led);
            shelf.put(Arc::new(Watched::made(stage.loader, library, led)));
            Looked { place, known }
        };
        let failed = || Looked { place: None, known: Err(ImportFailure::panicked()) };
        self.send(look, failed, move |looked| Message::Looked { unit, looked });
    }

    /// Tries to take the lead for the libraries that may not be there.
    pub(super) fn admit(&self, unit: NodeId, libraries: Vec<LibraryId>) {
        let scout = self.scout.clone();
        let admit = move || {
            let provider = scout.means.stage.provider;
            let wanted = libraries.into_iter().map(|id| (id, provider.made(id))).collect();
            let (admission, held) = admitted(scout.means.stage.loader, &scout.means, wanted);
            if let Some(held) = held {
                scout.leads.lock().insert(unit, held);
            }
            admission
        };
        let failed = || Admission::Unknown(PANICKED.to_owned());
        self.send(admit, failed, move |admission| Message::Admitted { unit, admission });
    }

    /// Gives up the lead of a test.
    pub(super) fn give_up(&self, unit: NodeId, by_itself: bool) {
        let held = self.scout.leads.lock().remove(&unit);
        if let Some(mut held) = held
            && by_itself
        {
            held.lead.ended_by_itself();
        }
    }

    /// Notes what a passed test with a lead has made, then gives up the lead.
    pub(super) fn remember(&self, unit: NodeId) {
        let held = self.scout.leads.lock().remove(&unit);
        let Held { mut lead, led } = held.expect("who passed still leads");
        let ids: Vec<LibraryId> = led.iter().map(|((id, _), _)| *id).collect();
        let means = self.scout.means;
        let remember = move || {
            let remember = |((library, led), inputs): (Wanted, Result<LedInputs, String>)| {
                let made = match inputs {
                    Ok(inputs) => made(means.stage.loader.remember_led(&led, inputs, &means)),
                    Err(cause) => Made::Unknown(cause),
                };
                Remembered { library, place: place(&led), made }
            };
            let made = led.into_iter().map(remember).collect();
            // What it made is complete, even if it has not made all of its libraries.
            lead.ended_by_itself();
            drop(lead);
            made
        };
        let failed = move || {
            let made = || Made::Unknown(PANICKED.to_owned());
            let unknown = |library| Remembered { library, place: None, made: made() };
            ids.into_iter().map(unknown).collect()
        };
        self.send(remember, failed, move |made| Message::Remembered { unit, made });
    }

    /// Does `work` on a new thread and sends the result. If it panics, sends what `failed` returns, so that every order gets
    /// exactly one answer.
    fn send<T>(
        &self,
        work: impl FnOnce() -> T + Send + 'scope,
        failed: impl FnOnce() -> T + Send + 'scope,
        message: impl FnOnce(T) -> Message + Send + 'scope,
    ) {
        let post = self.scout.post.clone();
        self.scope.spawn(move || {
            let found = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| failed());
            post.send(message(found));
        });
    }
}

/// A scout reports no progress.
impl Host for Means<'_> {
    fn cancelled(&self) -> bool {
        self.is_cancelled()
    }
}

/// Looks again under the lock: the previous holder of the lead may have made it. A library that is there needs no lead.
fn admitted(
    loader: &Loader,
    host: &dyn Host,
    mut wanted: Vec<Wanted>,
) -> (Admission, Option<Held>) {
    let mut known = Vec::new();
    loop {
        let leds: Vec<Led> = wanted.iter().map(|(_, led)| led.clone()).collect();
        let lead = match loader.try_lead(&leds) {
            Ok(Leading::Led(lead)) => lead,
            Ok(Leading::Busy { library, holder }) => {
                let busy = wanted.iter().find(|(_, led)| led.name == library);
                let (library, _) = busy.expect("it is one of those that were wanted");
                return (Admission::Refused { library: *library, holder }, None);
            }
            Err(error) => return (Admission::Unknown(format!("failed to {error}")), None),
        };
        let before = wanted.len();
        wanted.retain(|(id, led)| {
            let is_known = loader.is_led(led, host).unwrap_or(false);
            if is_known {
                known.push((*id, place(led)));
            }
            !is_known
        });
        if wanted.is_empty() {
            return (Admission::Freely(known), None);
        }
        if wanted.len() == before {
            return match make_way(loader, host, lead, wanted) {
                Ok((held, cleared)) => {
                    let led = held.led.iter().map(|((id, _), _)| *id).collect();
                    (Admission::Leading { led, known, cleared }, Some(held))
                }
                Err(admission) => (admission, None),
            };
        }
    }
}

/// The files that were moved aside before a test makes a library, or why they could not be.
type Cleared = (LibraryId, Result<Vec<probe_loader::Aside>, String>);

/// Makes room for a test that is about to make these libraries. No test uses them. Files that are incomplete, or left by a
/// killed leader, are moved aside, because loaders would trust them for ever.
fn make_way(
    loader: &Loader,
    host: &dyn Host,
    mut lead: Lead,
    wanted: Vec<Wanted>,
) -> Result<(Held, Vec<Cleared>), Admission> {
    // No other process makes it now: the lead prevents that.
    for (id, led) in &wanted {
        match loader.exclude_users(&mut lead, led) {
            Ok(Ok(())) => {}
            Ok(Err(holder)) => {
                lead.ended_by_itself();
                return Err(Admission::Refused { library: *id, holder });
            }
            Err(error) => return Err(Admission::Unknown(format!("failed to lock: {error}"))),
        }
    }
    let clear = |(id, led): &Wanted| {
        let cleared = loader.begin_led(&mut lead, led, host);
        (*id, cleared.map_err(|error| error.cause().to_string()))
    };
    let cleared = wanted.iter().map(clear).collect();
    let inputs = |(id, led): Wanted| {
        let inputs = loader.led_inputs(&led, host);
        ((id, led), inputs.map_err(|error| error.cause().to_string()))
    };
    let led = wanted.into_iter().map(inputs).collect();
    Ok((Held { lead, led }, cleared))
}

/// What the loader says of a library that a test should have made.
fn made(remembered: Result<(), ImportError>) -> Made {
    let Err(error) = remembered else { return Made::There };
    let cause = error.cause();
    match cause {
        ImportCause::NothingMatched { .. }
        | ImportCause::NotMadeAgain { .. }
        | ImportCause::Incomplete { .. } => Made::Missing(cause.to_string()),
        _ => Made::Unknown(cause.to_string()),
    }
}

/// The path of the library, now or later: the match of its first pattern, or the pattern itself if it can match only one path.
fn place(led: &Led) -> Option<PathBuf> {
    let pattern = Pattern::parse(led.paths.first()?).ok()?;
    let found = pattern.matches().ok().and_then(|paths| paths.into_iter().next());
    found.or_else(|| pattern.literal().map(Path::to_owned))
}
