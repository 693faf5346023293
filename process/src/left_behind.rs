//! What is left of a command whose own process has ended. Does not know what follows for a test that leaves something.

use std::time::{Duration, Instant};

use crate::census;
use crate::handle::ProcessHandle;
use crate::leak::Leak;
use crate::orphans::{Orphan, Orphans, Owner};
use crate::outside::Outside;
use crate::process_id::ProcessId;
use crate::reader::Reader;

/// How long processes that a test leaves behind may take to end by themselves before they count: the other end of a pipeline,
/// for example.
const LINGER: Duration = Duration::from_millis(100);
/// The time between looks at a process whose end cannot be waited for.
const POLL: Duration = Duration::from_millis(5);

/// Describes what a test has left behind, after a delay in which it may end by itself. Reads its output meanwhile.
pub(crate) fn of_test(orphans: &Orphans, owner: Owner<'_>, reader: &mut Reader<'_>) -> Vec<Leak> {
    let deadline = Instant::now() + LINGER;
    loop {
        let found = orphans.of(owner);
        let left = deadline.saturating_duration_since(Instant::now());
        if found.is_empty() {
            return Vec::new();
        }
        if left.is_zero() {
            return orphans.name(&found);
        }
        let handles: Vec<&ProcessHandle> = found.iter().filter_map(Orphan::handle).collect();
        let look = if handles.len() == found.len() { left } else { left.min(POLL) };
        if reader.wait(&handles, Some(look)).is_err() {
            // Only the rest of the output is lost.
            std::thread::sleep(left.min(POLL));
        }
    }
}

/// Describes what is left in the group of a command whose leader has ended, after a delay in which it may end by itself.
pub(crate) fn of_group(group: ProcessId, outside: Outside, reader: &mut Reader<'_>) -> Vec<Leak> {
    let deadline = Instant::now() + LINGER;
    loop {
        let found = census::group(group);
        if found.is_empty() || Instant::now() >= deadline {
            return found.into_iter().map(|id| Leak::of(id, outside)).collect();
        }
        if reader.wait(&[], Some(POLL)).is_err() {
            std::thread::sleep(POLL);
        }
    }
}
