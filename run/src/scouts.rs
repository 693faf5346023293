//! The threads that look whether a library is there that tests make, lead it, and remember that it was made. All of that
//! reads files and takes locks, so that neither the conductor nor a worker does it.
//!
//! Knows no graph, and not what follows from what is found.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Scope;

use crossbeam_channel::Sender;
use probe_loader::{
    Aside, Holder, Host, ImportError, Lead, Leading, Led, LedInputs, Loader, Pattern,
};
use probe_scenario::LibraryId;
use probe_scheduler::NodeId;

use crate::import_failure::ImportFailure;
use crate::message::Message;
use crate::verdict::Watched;

/// A library that tests make, as the loader knows it.
pub(crate) type Made = (LibraryId, Led);

/// Where a library is, if that is known.
pub(crate) type Place = (LibraryId, Option<PathBuf>);

/// A library that a test leads, with its inputs as they were before the test; why it will not be remembered, where they
/// could not be read.
pub(crate) type Wanted = (LibraryId, Result<LedInputs, String>);

/// What a scout reports.
#[derive(Debug)]
pub(crate) enum Scouted {
    /// Whether a library is known to be there, before any test that needs it has started.
    Looked {
        place: Place,
        known: Result<bool, ImportFailure>,
        /// What its files are watched by.
        watched: Option<Arc<Watched>>,
    },
    /// Whether a test may run that needs libraries which are not known to be there.
    Admitted(Admitted),
    /// A test that led has passed, and so much is known of what it made.
    Remembered(Vec<(Place, Result<(), String>)>),
}

/// What was moved aside before a test makes a library.
pub(crate) type Cleared = (LibraryId, Result<Vec<Aside>, ImportError>);

/// Whether a test may run now.
#[derive(Debug)]
pub(crate) enum Admitted {
    /// It may; the libraries turned out to be there by now.
    Freely(Vec<Place>),
    /// It may, and no other one that needs what it leads, on this machine, while the lead lives. The others turned out to be
    /// there. What was torn has been moved aside, or left by a leader that was killed: whoever loads it would trust it for ever.
    Leading { lead: Lead, led: Vec<Wanted>, known: Vec<Place>, cleared: Vec<Cleared> },
    /// Another process runs a test that needs this library.
    Refused { library: LibraryId, holder: Option<Holder> },
    /// It cannot be found out.
    Unknown(String),
}

/// Starts scouts.
#[derive(Clone, Copy)]
pub(crate) struct Scouts<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    loader: &'env Loader,
    /// Nobody needs what they find any more.
    cancelled: &'env AtomicBool,
}

impl<'scope, 'env> Scouts<'scope, 'env> {
    pub(crate) fn new(
        scope: &'scope Scope<'scope, 'env>,
        loader: &'env Loader,
        cancelled: &'env AtomicBool,
    ) -> Self {
        Self { scope, loader, cancelled }
    }

    /// Looks whether a library is known to be there.
    pub(crate) fn look(self, messages: Sender<Message>, unit: NodeId, (id, led): Made) {
        let look = move || {
            let known = self.loader.is_led(&led, &self).map_err(|error| (&error).into());
            let place = (id, place(&led));
            let watched = Some(Arc::new(Watched::made(self.loader, id, led)));
            Scouted::Looked { place, known, watched }
        };
        let failed = move || Scouted::Looked {
            place: (id, None),
            known: Err(ImportFailure::panicked()),
            watched: None,
        };
        self.send(messages, unit, look, failed);
    }

    /// Tries to lead the libraries that are not known to be there.
    pub(crate) fn admit(self, messages: Sender<Message>, unit: NodeId, wanted: Vec<Made>) {
        let admit = move || Scouted::Admitted(admitted(self.loader, &self, wanted));
        let failed = || Scouted::Admitted(Admitted::Unknown(PANICKED.to_owned()));
        self.send(messages, unit, admit, failed);
    }

    /// Remembers that a test which led has passed, then gives the lead up.
    pub(crate) fn remember(
        self,
        messages: Sender<Message>,
        unit: NodeId,
        made: Vec<(Made, Result<LedInputs, String>)>,
        lead: Lead,
    ) {
        let ids: Vec<LibraryId> = made.iter().map(|((id, _), _)| *id).collect();
        let remember = move || {
            let remembered = made.into_iter().map(|((id, led), inputs)| {
                let remember = |inputs| {
                    let result = self.loader.remember_led(&led, inputs, &self);
                    result.map_err(|error| error.cause().to_string())
                };
                ((id, place(&led)), inputs.and_then(remember))
            });
            let remembered = remembered.collect();
            drop(lead);
            Scouted::Remembered(remembered)
        };
        let failed = move || {
            let unknown = ids.into_iter().map(|id| ((id, None), Err(PANICKED.to_owned())));
            Scouted::Remembered(unknown.collect())
        };
        self.send(messages, unit, remember, failed);
    }

    /// Does `work` on a thread of its own and sends what it found; what `failed` says if it panics, since who was asked
    /// reports exactly once.
    fn send(
        self,
        messages: Sender<Message>,
        unit: NodeId,
        work: impl FnOnce() -> Scouted + Send + 'scope,
        failed: impl FnOnce() -> Scouted + Send + 'scope,
    ) {
        self.scope.spawn(move || {
            let scouted = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| failed());
            // The conductor outlives what it waits for; if it has panicked, nobody is left to tell.
            let _ = messages.send(Message::Scouted { unit, scouted });
        });
    }
}

/// What is said of a scout that panicked, which has printed why.
const PANICKED: &str = "probe itself panicked; see above";

impl Host for Scouts<'_, '_> {
    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// Looks again under the lock: who led before may have made it. What is there need not be led.
fn admitted(loader: &Loader, host: &dyn Host, mut wanted: Vec<Made>) -> Admitted {
    let mut known = Vec::new();
    loop {
        let leds: Vec<Led> = wanted.iter().map(|(_, led)| led.clone()).collect();
        let lead = match loader.try_lead(&leds) {
            Ok(Leading::Led(lead)) => lead,
            Ok(Leading::Busy { library, holder }) => {
                let busy = wanted.iter().find(|(_, led)| led.name == library);
                let (library, _) = busy.expect("it is one of those that were wanted");
                return Admitted::Refused { library: *library, holder };
            }
            Err(error) => return Admitted::Unknown(format!("failed to {error}")),
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
            return Admitted::Freely(known);
        }
        if wanted.len() == before {
            let inputs = |led| {
                let inputs = loader.led_inputs(led, host);
                inputs.map_err(|error| error.cause().to_string())
            };
            // Nobody else makes it now: that is what the lead is for.
            let mut lead = lead;
            for (id, led) in &wanted {
                match loader.exclude_users(&mut lead, led) {
                    Ok(Ok(())) => {}
                    Ok(Err(holder)) => {
                        lead.ended_by_itself();
                        return Admitted::Refused { library: *id, holder };
                    }
                    Err(error) => return Admitted::Unknown(format!("failed to lock: {error}")),
                }
            }
            let clear = |(id, led): &Made| (*id, loader.begin_led(&mut lead, led, host));
            let cleared = wanted.iter().map(clear).collect();
            let led = wanted.iter().map(|(id, led)| (*id, inputs(led))).collect();
            return Admitted::Leading { lead, led, known, cleared };
        }
    }
}

/// Where the library is, or will be: what its first pattern matches, or the pattern itself if it can match one path only.
fn place(led: &Led) -> Option<PathBuf> {
    let pattern = Pattern::parse(led.paths.first()?).ok()?;
    let found = pattern.matches().ok().and_then(|paths| paths.into_iter().next());
    found.or_else(|| pattern.literal().map(Path::to_owned))
}
