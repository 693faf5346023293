//! Which processes hold a lock, according to the kernel. For messages, and to recognise ancestors of this process. It does not
//! know why.

use std::path::Path;

use crate::interface::Holder;
use crate::platform;

/// How much of a command is shown, in characters.
const COMMAND: usize = 200;

/// Returns which processes hold the lock of this file, as far as visible. Leaves this process out if there is another one.
pub(super) fn of(path: &Path) -> Vec<Holder> {
    let mut pids = platform::lock_holders(path);
    pids.sort_by_key(|pid| *pid == std::process::id());
    let host = platform::host_name();
    let holder = |pid| Holder { pid, host: host.clone(), command: command(pid), since: 0 };
    pids.into_iter().map(holder).collect()
}

/// Whether all holders are ancestors of this process, which wait for its end.
pub(super) fn are_ancestors(path: &Path) -> bool {
    let holders = platform::lock_holders(path);
    if holders.is_empty() {
        return false;
    }
    let mut ancestors = Vec::new();
    let mut pid = std::process::id();
    while let Some(parent) = platform::parent_of(pid).filter(|parent| *parent > 1) {
        ancestors.push(parent);
        pid = parent;
    }
    holders.iter().all(|holder| ancestors.contains(holder))
}

fn command(pid: u32) -> String {
    platform::command_of(pid).chars().take(COMMAND).collect()
}
