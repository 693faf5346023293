//! Which processes hold a lock, as the kernel has it. For messages, and to tell one's own ancestors; it does not know why.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::interface::Holder;

/// How much of a command is told, in characters.
const COMMAND: usize = 200;

/// Who holds the lock of this file, as far as it can be seen; this process is left out if there is another one.
pub(super) fn of(path: &Path) -> Vec<Holder> {
    let mut pids = pids(path);
    pids.sort_by_key(|pid| *pid == std::process::id());
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let holder = |pid| Holder { pid, host: host.clone(), command: command(pid), since: 0 };
    pids.into_iter().map(holder).collect()
}

/// Whether all who hold it are ancestors of this process, which wait for its end.
pub(super) fn are_ancestors(path: &Path) -> bool {
    let holders = pids(path);
    if holders.is_empty() {
        return false;
    }
    let mut ancestors = Vec::new();
    let mut pid = std::process::id();
    while let Some(parent) = parent(pid).filter(|parent| *parent > 1) {
        ancestors.push(parent);
        pid = parent;
    }
    holders.iter().all(|holder| ancestors.contains(holder))
}

/// A line is `1: FLOCK  ADVISORY  READ 4242 08:01:131 0 EOF`, with `->` after the number for who waits.
fn pids(path: &Path) -> Vec<u32> {
    let Ok(inode) = fs::metadata(path).map(|metadata| metadata.ino().to_string()) else {
        return Vec::new();
    };
    let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
    let pid = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, _, pid, file, ..] = words.as_slice() else { return None };
        (file.rsplit(':').next() == Some(&inode)).then(|| pid.parse().ok()).flatten()
    };
    locks.lines().filter_map(pid).collect()
}

fn command(pid: u32) -> String {
    let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = String::from_utf8_lossy(&words).trim_end_matches('\0').replace('\0', " ");
    words.chars().take(COMMAND).collect()
}

fn parent(pid: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything.
    status.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
