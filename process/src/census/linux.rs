//! What `/proc` says about processes.

use std::fs;
use std::time::{Duration, Instant};

use super::entry::{Entry, Life};
use crate::process_id::ProcessId;

/// How long a process may take to become another program. A busy machine may interrupt it in the middle.
const STARTING: Duration = Duration::from_secs(2);
/// How long an environment must be empty before it counts as empty: longer than a process that is about to get one waits for a
/// processor.
const EMPTY: Duration = Duration::from_millis(100);
/// The delay between looks at something that cannot be waited for.
const PAUSE: Duration = Duration::from_millis(1);

/// The needed fields of `/proc/PID/stat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stat {
    entry: Entry,
    /// The size of its environment in bytes; `None` while it is being started.
    environment: Option<u64>,
}

/// All processes of the machine.
pub(crate) fn all() -> Vec<ProcessId> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse().ok();
    entries.flatten().filter_map(number).filter_map(ProcessId::from_number).collect()
}

/// The facts about a process.
pub(crate) fn entry(id: ProcessId) -> Option<Entry> {
    stat(id).map(|stat| stat.entry)
}

fn stat(id: ProcessId) -> Option<Stat> {
    parse_stat(&fs::read(format!("/proc/{id}/stat")).ok()?)
}

/// The fields are counted after the name, which may contain spaces and brackets: state, parent, group, …. The start time is the
/// 20th; the start and the end of the environment are the 48th and 49th. See proc_pid_stat(5).
fn parse_stat(line: &[u8]) -> Option<Stat> {
    let name_ends = line.iter().rposition(|&byte| byte == b')')?;
    let fields = std::str::from_utf8(&line[name_ends + 1..]).ok()?;
    let mut fields = fields.split_ascii_whitespace();
    let life = match fields.next()? {
        "Z" | "X" => Life::Ended,
        _ => Life::Alive,
    };
    let parent = ProcessId::from_number(fields.next()?.parse().ok()?);
    let group = ProcessId::from_number(fields.next()?.parse().ok()?);
    let started = fields.nth(16)?.parse().ok()?;
    let begin: u64 = fields.nth(27)?.parse().ok()?;
    let end: u64 = fields.next()?.parse().ok()?;
    let environment = (end > 0).then(|| end.saturating_sub(begin));
    Some(Stat { entry: Entry { life, parent, group, started }, environment })
}

/// The environment that a process was started with. Empty for a process that is being started or has ended; `None` if it may
/// not be read.
pub(crate) fn environment(id: ProcessId) -> Option<Vec<u8>> {
    fs::read(format!("/proc/{id}/environ")).ok()
}

/// The complete environment of a process; empty if it may not be read. While a process becomes another program, it has no
/// environment for a moment, then an empty one for a shorter moment, and a read of the old one is cut off.
pub(crate) fn settled_environment(id: ProcessId) -> Vec<u8> {
    let asked = Instant::now();
    let mut empty_since = None;
    loop {
        let Some(environment) = environment(id) else { return Vec::new() };
        let stat = stat(id).filter(|stat| stat.entry.life == Life::Alive);
        let Some(stat) = stat else { return environment };
        let is_whole = stat.environment == Some(environment.len() as u64);
        let is_empty = is_whole && environment.is_empty();
        empty_since = is_empty.then(|| empty_since.unwrap_or_else(Instant::now));
        let stays_empty = empty_since.is_some_and(|since| since.elapsed() > EMPTY);
        if is_whole && !is_empty || stays_empty || asked.elapsed() > STARTING {
            return environment;
        }
        std::thread::sleep(PAUSE);
    }
}

/// The arguments of a process.
pub(super) fn words(id: ProcessId) -> Vec<String> {
    let words = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&words).split('\0').map(str::to_owned).collect()
}

/// The name of a process. Kernel processes have one, too.
pub(super) fn name(id: ProcessId) -> String {
    let name = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    name.trim().to_owned()
}

/// The children of a process, from all of its threads.
pub(crate) fn children(id: ProcessId) -> Vec<ProcessId> {
    let Ok(threads) = fs::read_dir(format!("/proc/{id}/task")) else { return Vec::new() };
    let lists =
        threads.flatten().filter_map(|thread| fs::read(thread.path().join("children")).ok());
    lists.flat_map(|list| parse_children(&list)).collect()
}

/// Reads numbers separated by spaces.
pub(crate) fn parse_children(list: &[u8]) -> Vec<ProcessId> {
    let list = String::from_utf8_lossy(list);
    let number = |word: &str| ProcessId::from_number(word.parse().ok()?);
    list.split_ascii_whitespace().filter_map(number).collect()
}

/// The time since the machine started, in the ticks of [`Entry::started`]. Linux has 100 a second on every machine where it
/// shows processes.
pub(crate) fn now() -> Option<u64> {
    let uptime = fs::read_to_string("/proc/uptime").ok()?;
    let (seconds, hundredths) = uptime.split_ascii_whitespace().next()?.split_once('.')?;
    Some(seconds.parse::<u64>().ok()? * 100 + hundredths.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_is_read_from_behind_the_name() {
        let line = |name: &str, state: &str| {
            let rest = "1 77 77 0 -1 4194560 9 0 0 0 0 0 0 0 20 0 1 0 5150 1000 200 0 1 2 3 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 \
                        4 5 6 7 8 9000 9100 0";
            parse_stat(format!("42 ({name}) {state} {rest}\n").as_bytes())
        };
        let stat = |life| {
            let [parent, group] = [1, 77].map(ProcessId::from_number);
            let entry = Entry { life, parent, group, started: 5150 };
            Some(Stat { entry, environment: Some(100) })
        };
        for name in ["sleep", "a b", ") R 1 2", "((", ""] {
            assert_eq!(line(name, "S"), stat(Life::Alive), "{name}");
        }
        assert_eq!(line("sh", "Z"), stat(Life::Ended));
        assert_eq!(parse_stat(b"42 (sh) S 1"), None);
    }

    #[test]
    fn the_environment_of_this_process_is_as_long_as_its_line_says() {
        let me = ProcessId::mine();
        let stat = stat(me).expect("it runs");
        assert_eq!(stat.environment, environment(me).map(|bytes| bytes.len() as u64));
        let group = rustix::process::getpgrp().as_raw_nonzero().get();
        assert_eq!(stat.entry.group, ProcessId::from_number(group.cast_unsigned()));
    }
}
