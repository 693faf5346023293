//! What `probe lock` says while it works: a line an event, in the shape of a run's.

use std::io::{Stderr, Write};

use parking_lot::Mutex;
use probe_loader::{Host, ImportError, ImportEvent, Pin};
use probe_report::{Bytes, Ink, remark_in, style};
use probe_run::ImportFailure;
use probe_scenario::PlatformKey;

use super::survey::Wanted;
use crate::file_names::LOCK_FILE;

/// Something that a person is told.
#[derive(Clone, Copy)]
pub(super) enum Told<'a> {
    /// A platform for which a library has no URL.
    Lacking { library: &'a str, platform: PlatformKey },
    /// A new pin.
    Pinned { wanted: &'a Wanted, pin: &'a Pin },
    /// A pin that nobody needs any more.
    Dropped { library: &'a str, platform: &'a str },
    /// A download that did not come.
    Failed { wanted: &'a Wanted, error: &'a ImportError },
    /// The end.
    Ended { wanted: usize, failed: usize },
}

/// Writes to standard error, from several threads.
pub(super) struct Teller(Mutex<Ink<Stderr>>);

impl Teller {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Ink::stderr()))
    }

    pub(super) fn say(&self, told: Told<'_>) {
        match told {
            Told::Lacking { library, platform } => {
                self.line("SKIPPED", style::WARN, library, &format!("no URL for {platform}"));
            }
            Told::Pinned { wanted, pin } => {
                let detail = format!("{}, {}", wanted.key(), Bytes(pin.size));
                self.line("PINNED", style::PASS, &wanted.library.name, &detail);
            }
            Told::Dropped { library, platform } => {
                let detail = format!("{platform}, which the project does not have any more");
                self.line("DROPPED", style::WARN, library, &detail);
            }
            Told::Failed { wanted, error } => {
                self.line("PIN FAIL", style::FAIL, &wanted.library.name, &wanted.key());
                self.explain(error);
            }
            Told::Ended { wanted, failed } => {
                let pinned = wanted - failed;
                let detail = match failed {
                    0 => format!("pins {}", downloads(pinned)),
                    _ => format!("pins {pinned} of {}", downloads(wanted)),
                };
                let verb = if failed == 0 { style::PASS } else { style::FAIL };
                self.line("LOCKED", verb, LOCK_FILE, &detail);
            }
        }
    }

    fn line(&self, verb: &str, colour: anstyle::Style, name: &str, detail: &str) {
        remark_in(&mut *self.0.lock(), verb, colour, name, detail);
    }

    /// Where a download was to come from, what was tried, and the way out.
    fn explain(&self, error: &ImportError) {
        let ImportFailure { message, attempts, help, .. } = ImportFailure::from(error);
        let mut text = format!("             failed to {message}\n");
        for (origin, cause) in attempts {
            text.push_str(&format!("             before: {origin}: {cause}\n"));
        }
        for line in help.iter().flat_map(|help| help.lines()) {
            text.push_str(&format!("             {line}\n"));
        }
        let mut out = self.0.lock();
        // There is nowhere left to say that the stream is gone.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// The loader's host for one download.
    pub(super) fn listen<'a>(&'a self, wanted: &'a Wanted) -> Listener<'a> {
        Listener { teller: self, wanted }
    }
}

/// Passes on what a person waits for.
pub(super) struct Listener<'a> {
    teller: &'a Teller,
    wanted: &'a Wanted,
}

impl Host for Listener<'_> {
    fn tell(&self, event: &ImportEvent<'_>) {
        let key = self.wanted.key();
        let (verb, colour, detail) = match event {
            ImportEvent::Attempt { origin, number: 1, .. } => {
                ("FETCHING", style::STRONG, format!("{key}, `{origin}`"))
            }
            ImportEvent::Waiting { holder, .. } => {
                let holder =
                    holder.map_or_else(|| "another process".to_owned(), ToString::to_string);
                ("WAITING", style::WARN, format!("{key}, {holder} prepares it"))
            }
            ImportEvent::Retrying { cause, delay, .. } => {
                let delay = delay.as_secs_f64();
                ("RETRYING", style::WARN, format!("{key}, {cause}; again in {delay:.1} s"))
            }
            _ => return,
        };
        self.teller.line(verb, colour, &self.wanted.library.name, &detail);
    }
}

/// `1 download`, `2 downloads`.
fn downloads(count: usize) -> String {
    if count == 1 { "1 download".to_owned() } else { format!("{count} downloads") }
}
