//! What follows where a test needs a library that commands or tests make in place: as long as it runs, nobody makes that anew; and
//! as long as somebody does, on this machine, it does not start. Knows no locks.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use probe_loader::{Use, Used, Using};
use probe_scenario::{LibraryId, TestId};
use probe_scheduler::NodeId;

use super::{Conductor, Timer};
use crate::attempt::Attempt;
use crate::event::Event;

/// From one look to the next at a library that is being made: it doubles up to the second one.
const PAUSE: [Duration; 2] = [Duration::from_millis(10), Duration::from_millis(250)];
/// A wait is announced after this time.
const ANNOUNCED: Duration = Duration::from_secs(1);

/// What tests use, and who waits.
#[derive(Default)]
pub(super) struct Uses {
    granted: BTreeMap<NodeId, Using>,
    refused: BTreeMap<NodeId, Refused>,
}

struct Refused {
    since: Instant,
    pause: Duration,
    is_announced: bool,
}

impl Uses {
    /// The test's process has ended.
    pub(super) fn end(&mut self, unit: NodeId) {
        self.granted.remove(&unit);
    }
}

impl Conductor<'_, '_, '_> {
    /// Whether the test may use what it needs. Otherwise it has been parked, or it waited for too long and has ended.
    pub(super) fn may_use(&mut self, unit: NodeId, id: TestId) -> bool {
        let test = &self.stage.suite.tests[id.index()];
        let led = self.led_by(unit);
        let wanted: Vec<(LibraryId, Used)> = (self.stage.suite.libraries_before(test))
            .into_iter()
            .filter(|library| !led.contains(library))
            .filter_map(|library| Some((library, self.used(library)?)))
            .collect();
        if wanted.is_empty() {
            return true;
        }
        let all: Vec<Used> = wanted.iter().map(|(_, used)| used.clone()).collect();
        match self.stage.loader.try_use(&all) {
            Ok(Use::Granted(using)) => {
                self.uses.refused.remove(&unit);
                self.uses.granted.insert(unit, using);
                true
            }
            // What cannot be locked is used as if there were nobody else.
            Err(_) => true,
            Ok(Use::Refused { library, holder }) => {
                // Nobody waits with a lead in its hands.
                self.give_lead_up(unit);
                let holder =
                    holder.map_or_else(|| "another process".to_owned(), |it| it.to_string());
                let used = wanted.iter().find(|(_, used)| used.library == library);
                let path = used.and_then(|(_, used)| used.paths.first()).cloned();
                self.wait_for_maker(unit, id, &library, &path.unwrap_or_default(), &holder);
                false
            }
        }
    }

    fn wait_for_maker(
        &mut self,
        unit: NodeId,
        id: TestId,
        library: &str,
        path: &str,
        holder: &str,
    ) {
        let now = Instant::now();
        let refused = self.uses.refused.entry(unit).or_insert(Refused {
            since: now,
            pause: PAUSE[0],
            is_announced: false,
        });
        let waited = now - refused.since;
        if waited >= self.stage.loader.settings().lock_timeout {
            self.uses.refused.remove(&unit);
            let reason = format!(
                "{holder} makes library `{library}`, and has for {:.0} s: `--lock-timeout` says how long is waited for that",
                waited.as_secs_f64()
            );
            return self.test_ended(unit, Attempt::not_started(reason), None);
        }
        let pause = refused.pause;
        refused.pause = (pause * 2).min(PAUSE[1]);
        if waited >= ANNOUNCED && !refused.is_announced {
            refused.is_announced = true;
            let test = &self.stage.suite.tests[id.index()];
            let path = std::path::Path::new(path);
            self.reporter.event(&Event::TestAwaits { id, test, path, waited });
        }
        self.run.park(unit);
        self.timers.push(Reverse((now + pause, unit, Timer::Room)));
    }

    /// A library that is made in place, once it is known to be there.
    fn used(&self, library: LibraryId) -> Option<Used> {
        let (_, paths) = self.summary.watched[library.index()].as_ref()?.made_in()?;
        let library = self.stage.suite.libraries[library.index()].name.clone();
        Some(Used { library, paths: paths.to_vec() })
    }
}
