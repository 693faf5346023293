//! What the system says about processes. Does not know whose they are, nor what is done about them.
//!
//! A process may end at any moment. If something cannot be read, the process counts as gone; that is never an error.

mod entry;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(any(target_os = "macos", test))]
mod procargs;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;

pub(crate) use entry::{Entry, Life};
#[cfg(target_os = "linux")]
pub(crate) use linux::parse_children;
#[cfg(target_os = "macos")]
pub(crate) use procargs::text;
pub(crate) use system::{all, children, entry, environment, now, settled_environment};

use crate::process_id::ProcessId;

/// The longest command line to show, in characters.
const SHOWN: usize = 100;

/// The living processes of a group.
pub(crate) fn group(group: ProcessId) -> Vec<ProcessId> {
    let is_in = |entry: Entry| entry.group == Some(group) && entry.life == Life::Alive;
    all().into_iter().filter(|&id| entry(id).is_some_and(is_in)).collect()
}

/// Whether `environment` has this `NAME=value`.
pub(crate) fn says(environment: &[u8], variable: &str) -> bool {
    environment.split(|&byte| byte == 0).any(|entry| entry == variable.as_bytes())
}

/// The command line of a process on one line; its name in brackets if it has none.
pub(crate) fn command_line(id: ProcessId) -> String {
    let line = system::words(id).join(" ");
    if line.trim().is_empty() {
        return format!("[{}]", system::name(id));
    }
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    let mut shown: String = line.trim().chars().map(plain).take(SHOWN).collect();
    if shown.chars().count() < line.trim().chars().count() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_found_as_it_is() {
        let me = ProcessId::mine();
        let entry = entry(me).expect("it runs");
        assert_eq!(entry.life, Life::Alive);
        assert!(entry.started <= now().expect("the machine has been started"));
        assert!(all().contains(&me));
        let leader = entry.group.expect("it is in a group");
        assert!(group(leader).contains(&me));
        assert_ne!(command_line(me), "[]");
        assert_eq!(environment(me), Some(settled_environment(me)));
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
