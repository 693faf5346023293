//! What `/proc` says of processes. Does not know whose they are, nor what is done about them.
//!
//! A process may end at any moment: whatever cannot be read is as good as gone, and never an error.

use std::fs;

use rustix::process::Pid;

/// The longest command line that is shown, in characters.
const SHOWN: usize = 100;

/// The line of a process in `/proc/PID/stat`, as far as it is needed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) life: Life,
    pub(super) group: i32,
    /// In clock ticks since the machine was started: tells two processes apart that had the same number.
    pub(super) started: u64,
    /// Bytes of the environment that it was started with; `None` while it is being started.
    pub(super) environment: Option<u64>,
}

/// Whether a process still does anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    /// It runs, sleeps or is stopped.
    Alive,
    /// It has ended, and is not reaped yet.
    Ended,
}

/// Every process of the machine.
pub(super) fn all() -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse().ok();
    entries.flatten().filter_map(number).filter_map(Pid::from_raw).collect()
}

/// The processes of a group that are alive.
pub(super) fn group(group: Pid) -> Vec<Pid> {
    let group = group.as_raw_nonzero().get();
    let is_in = |stat: Stat| stat.group == group && stat.life == Life::Alive;
    all().into_iter().filter(|&pid| stat(pid).is_some_and(is_in)).collect()
}

/// The state of a process.
pub(super) fn stat(pid: Pid) -> Option<Stat> {
    parse_stat(&fs::read(format!("/proc/{pid}/stat")).ok()?)
}

/// The fields are counted from behind the name, which may itself hold blanks and brackets: state, parent, group, …; the
/// start is the twentieth of them, and where the environment begins and ends are the 48th and 49th. See proc_pid_stat(5).
fn parse_stat(line: &[u8]) -> Option<Stat> {
    let name_ends = line.iter().rposition(|&byte| byte == b')')?;
    let fields = std::str::from_utf8(&line[name_ends + 1..]).ok()?;
    let mut fields = fields.split_ascii_whitespace();
    let life = match fields.next()? {
        "Z" | "X" => Life::Ended,
        _ => Life::Alive,
    };
    let group = fields.nth(1)?.parse().ok()?;
    let started = fields.nth(16)?.parse().ok()?;
    let begin: u64 = fields.nth(27)?.parse().ok()?;
    let end: u64 = fields.next()?.parse().ok()?;
    let environment = (end > 0).then(|| end.saturating_sub(begin));
    Some(Stat { life, group, started, environment })
}

/// The environment that a process was started with. Empty for one that is just being started, and for one that has
/// ended; `None` for one that may not be asked.
pub(super) fn environment(pid: Pid) -> Option<Vec<u8>> {
    fs::read(format!("/proc/{pid}/environ")).ok()
}

/// Whether `environment` says `NAME=value`.
pub(super) fn says(environment: &[u8], variable: &str) -> bool {
    environment.split(|&byte| byte == 0).any(|entry| entry == variable.as_bytes())
}

/// The command line of a process in one line; its name in brackets if it has none.
pub(super) fn command_line(pid: Pid) -> String {
    let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let text = String::from_utf8_lossy(&words);
    let words: Vec<&str> = text.split('\0').collect();
    let line = words.join(" ");
    if line.trim().is_empty() {
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        return format!("[{}]", name.trim());
    }
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    let mut shown: String = line.trim().chars().map(plain).take(SHOWN).collect();
    if shown.chars().count() < line.trim().chars().count() {
        shown.push('…');
    }
    shown
}

/// The children of a process, whichever of its threads has them.
pub(super) fn children(pid: Pid) -> Vec<Pid> {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let lists =
        threads.flatten().filter_map(|thread| fs::read(thread.path().join("children")).ok());
    lists.flat_map(|list| parse_children(&list)).collect()
}

/// Numbers with blanks between them.
pub(super) fn parse_children(list: &[u8]) -> Vec<Pid> {
    let list = String::from_utf8_lossy(list);
    list.split_ascii_whitespace().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)).collect()
}

/// The time since the machine was started, in the ticks of [`Stat::started`], of which Linux has 100 a second on every
/// machine that it shows processes on.
pub(super) fn now() -> Option<u64> {
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
        let alive = Stat { life: Life::Alive, group: 77, started: 5150, environment: Some(100) };
        for name in ["sleep", "a b", ") R 1 2", "((", ""] {
            assert_eq!(line(name, "S"), Some(alive), "{name}");
        }
        assert_eq!(line("sh", "Z"), Some(Stat { life: Life::Ended, ..alive }));
        assert_eq!(parse_stat(b"42 (sh) S 1"), None);
    }

    #[test]
    fn this_process_is_found_as_it_is() {
        let me = rustix::process::getpid();
        let stat = stat(me).expect("it runs");
        assert_eq!(stat.life, Life::Alive);
        assert_eq!(stat.environment, environment(me).map(|bytes| bytes.len() as u64));
        assert_eq!(stat.group, rustix::process::getpgrp().as_raw_nonzero().get());
        assert!(stat.started <= now().expect("the machine has been started"));
        assert!(all().contains(&me));
        assert_ne!(command_line(me), "[]");
    }

    #[test]
    fn variables_are_told_apart_whole() {
        let environment = b"A=1\0PROBE_RUN_ID=abc\0B=\0";
        for (variable, expected) in [
            ("PROBE_RUN_ID=abc", true),
            ("PROBE_RUN_ID=ab", false),
            ("RUN_ID=abc", false),
            ("B=", true),
        ] {
            assert_eq!(says(environment, variable), expected, "{variable}");
        }
    }
}
