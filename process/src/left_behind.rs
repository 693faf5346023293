//! What is left of a command whose own process has ended. Does not know what becomes of a test that leaves something.

use std::time::{Duration, Instant};

use crate::census;
use crate::handle::ProcessHandle;
use crate::leak::Leak;
use crate::orphans::{Orphan, Orphans, Owner};
use crate::outside::Outside;
use crate::process_id::ProcessId;
use crate::reader::Reader;

/// How long what a test leaves behind may take to end by itself before it counts: the other end of a pipeline, say.
const LINGER: Duration = Duration::from_millis(100);
/// How often a process is looked at whose end cannot be waited for.
const POLL: Duration = Duration::from_millis(5);

/// What a test has left behind, named, after it had its time to end by itself. What it prints meanwhile is read.
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
            // Nothing is lost but the rest of what is printed.
            std::thread::sleep(left.min(POLL));
        }
    }
}

/// What is left in the group of a command whose leader has ended, named, after it had its time to end by itself.
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
