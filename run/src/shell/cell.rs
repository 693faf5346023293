//! The state that a service's threads share, and where workers look for it. Knows nothing of the service but its output.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex, RwLock};
use probe_process::{Ear, Reins, Tail};
use probe_scenario::ServiceGround;
use regex::Regex;

use crate::instance::Instance;
use crate::service_end::ServiceEnd;

/// The number of bytes of a line in which `output` is searched for.
const LINE: usize = 64 << 10;

/// The state that the threads of one service share.
#[derive(Debug, Default)]
pub(super) struct Cell {
    pub(super) reins: Reins,
    pub(super) tail: Tail,
    pub(super) state: Mutex<CellState>,
    /// Signals that it printed what is searched for, and that it ended.
    pub(super) changed: Condvar,
    /// What to search for in its output, and the current line.
    sought: Mutex<Option<(Regex, Vec<u8>)>>,
}

/// What is known of a running service.
#[derive(Debug, Default)]
pub(super) struct CellState {
    /// The named values in its output, by the expression in `ready`.
    pub(super) caught: Option<Vec<(String, String)>>,
    /// Its ports, directory and other values, since its start began.
    pub(super) ground: Option<ServiceGround>,
    /// Why it was told to end before it was ready.
    pub(super) not_ready: Option<String>,
    /// Its process is gone.
    pub(super) has_ended: bool,
    /// Its end, after it was reported.
    pub(super) end: Option<Arc<ServiceEnd>>,
}

impl Cell {
    /// Searches its output for this from now on, until it is found.
    pub(super) fn listen(&self, regex: Regex) {
        *self.sought.lock() = Some((regex, Vec::new()));
    }

    /// Returns the named values in the next bytes. Only a complete line counts.
    fn find(&self, bytes: &[u8]) -> Option<Vec<(String, String)>> {
        let mut sought = self.sought.lock();
        let (regex, line) = sought.as_mut()?;
        let mut found = None;
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = LINE.saturating_sub(line.len());
            line.extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.ends_with(b"\n") {
                let text = String::from_utf8_lossy(line).into_owned();
                line.clear();
                if let Some(captures) = regex.captures(text.trim_end_matches(['\n', '\r'])) {
                    let value = |name: &str| captures.name(name).map_or("", |value| value.as_str());
                    let names = regex.capture_names().flatten();
                    found =
                        Some(names.map(|name| (name.to_owned(), value(name).to_owned())).collect());
                    break;
                }
            }
        }
        if found.is_some() {
            *sought = None;
        }
        found
    }
}

impl Ear for Cell {
    fn hear(&self, bytes: &[u8]) {
        self.tail.hear(bytes);
        if let Some(caught) = self.find(bytes) {
            self.state.lock().caught = Some(caught);
            self.changed.notify_all();
        }
    }
}

/// The cells of all services of a run, for all threads.
#[derive(Debug, Default)]
pub(super) struct Roster(RwLock<BTreeMap<Instance, Arc<Cell>>>);

impl Roster {
    pub(super) fn put(&self, instance: Instance, cell: Arc<Cell>) {
        self.0.write().insert(instance, cell);
    }

    pub(super) fn of(&self, instance: Instance) -> Option<Arc<Cell>> {
        self.0.read().get(&instance).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for_is_found_wherever_the_pieces_end() {
        let text = b"starting on 1\nlistening on 4567\nlistening on 89\n";
        let regex = Regex::new(r"^listening on (?<port>\d+)(?<rest>x)?").expect("it is one");
        for piece in 1..text.len() {
            let cell = Cell::default();
            cell.listen(regex.clone());
            text.chunks(piece).for_each(|bytes| cell.hear(bytes));
            let caught = cell.state.lock().caught.take().expect("it is there");
            let expected = [("port", "4567"), ("rest", "")];
            assert_eq!(caught, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        let cell = Cell::default();
        cell.hear(b"nothing is sought\n");
        assert!(cell.state.lock().caught.is_none());
    }
}
