//! A resource limit that no program uses and that can be read for every process: how long a real-time thread may run without a
//! pause (RLIMIT_RTTIME), in microseconds. A limit of a hundred years or more restricts nothing.

use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::process_id::ProcessId;

/// The hard limit of this process; `None` if it has none.
pub(super) fn limit() -> Option<u64> {
    getrlimit(Resource::Rttime).maximum
}

/// Sets this limit for this process, and so for everything that it starts from now on. Returns whether that succeeded.
pub(super) fn set_limit(limit: u64) -> bool {
    let limit = Rlimit { current: Some(limit), maximum: Some(limit) };
    setrlimit(Resource::Rttime, limit).is_ok()
}

/// The hard limit of a process; `None` if it has none or may not be read.
pub(super) fn limit_of(id: ProcessId) -> Option<u64> {
    parse_limit(&fs::read(format!("/proc/{id}/limits")).ok()?)
}

/// Reads the hard limit in `/proc/PID/limits`: `Max realtime timeout  SOFT  HARD  us`.
fn parse_limit(limits: &[u8]) -> Option<u64> {
    let limits = String::from_utf8_lossy(limits);
    let mut lines = limits.lines();
    let limit = lines.find_map(|line| line.strip_prefix("Max realtime timeout"));
    limit?.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hard_limit_is_what_counts() {
        let limits = |soft: &str, hard: &str| {
            format!(
                "Limit                     Soft Limit           Hard Limit           Units     \n\
                 Max realtime priority     0                    0                    \n\
                 Max realtime timeout      {soft}  {hard}  us        \n"
            )
        };
        for (soft, hard, expected) in [
            ("4611686018427387909", "4611686018427387909", Some(4_611_686_018_427_387_909)),
            ("1000", "4611686018427387909", Some(4_611_686_018_427_387_909)),
            ("4611686018427387909", "4611686018427387908", Some(4_611_686_018_427_387_908)),
            ("unlimited", "unlimited", None),
        ] {
            assert_eq!(parse_limit(limits(soft, hard).as_bytes()), expected, "{soft} {hard}");
        }
        assert_eq!(parse_limit(b""), None);
        assert_eq!(limit_of(ProcessId::mine()), limit());
    }
}
