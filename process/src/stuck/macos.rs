//! What macOS says about threads: whether they run, wait or are stopped, and their names. It says where they wait only to
//! programs that may stop them, such as `sample PID`.

use super::thread::Thread;
use crate::census::text;
use crate::macos;
use crate::process_id::ProcessId;

/// The largest number of threads to look at. A process may have thousands.
const ASKED: usize = 256;

/// The threads of a process, numbered from 1; empty if the process has ended.
pub(super) fn threads(id: ProcessId) -> Vec<Thread> {
    let threads = macos::threads(id, ASKED);
    let look = |(number, thread): (u32, u64)| {
        let facts = macos::thread(id, thread)?;
        let name = text(&facts.pth_name).replace(char::is_control, " ");
        let name = if name.is_empty() { "without a name".to_owned() } else { name };
        Some(Thread { id: number, name, does: does(facts.pth_run_state).to_owned() })
    };
    (1..).zip(threads).filter_map(look).collect()
}

/// Describes the state in words.
fn does(state: i32) -> &'static str {
    match state {
        libc::TH_STATE_RUNNING => "runs",
        libc::TH_STATE_STOPPED => "is stopped",
        libc::TH_STATE_WAITING => "sleeps",
        libc::TH_STATE_UNINTERRUPTIBLE => "waits for the kernel, where no signal reaches it",
        libc::TH_STATE_HALTED => "has ended",
        _ => "is in a state of its own",
    }
}
