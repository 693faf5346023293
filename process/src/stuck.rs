//! Shows where the processes of a group hang: what each of their threads waits for in the kernel. Needs no tool, and does not
//! pause the processes. Does not know why the caller asks.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod thread;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;

use crate::census;
use crate::leak::Leak;
use crate::outside::Outside;
use crate::process_id::ProcessId;
use thread::Thread;

/// The largest number of processes to show.
const PROCESSES: usize = 16;
/// The largest number of kinds of threads to show for each.
const THREADS: usize = 12;

/// Describes the processes of the group that `leader` leads, and their descendants, each with its threads, in lines of text.
pub fn stuck(leader: u32, outside: Outside) -> Vec<String> {
    let Some(leader) = ProcessId::from_number(leader) else { return Vec::new() };
    let processes = family(leader);
    let mut lines = Vec::new();
    for id in processes.iter().take(PROCESSES) {
        let Leak { pid, command } = Leak::of(*id, outside);
        lines.push(format!("process {pid}: {command}"));
        lines.extend(described(system::threads(*id)));
    }
    if processes.len() > PROCESSES {
        lines.push(format!("and {} more processes", processes.len() - PROCESSES));
    }
    lines
}

/// A group and the descendants of its members, parents first.
fn family(leader: ProcessId) -> Vec<ProcessId> {
    let mut family = vec![leader];
    family.extend(census::group(leader).into_iter().filter(|id| *id != leader));
    let mut next = 0;
    while let Some(&id) = family.get(next) {
        for child in census::children(id) {
            if !family.contains(&child) {
                family.push(child);
            }
        }
        next += 1;
    }
    family
}

/// A line for all threads that do the same.
fn described(threads: Vec<Thread>) -> Vec<String> {
    let mut kinds: Vec<(Thread, usize)> = Vec::new();
    for thread in threads {
        match kinds.iter_mut().find(|(kind, _)| kind.does_the_same(&thread)) {
            Some((_, count)) => *count += 1,
            None => kinds.push((thread, 1)),
        }
    }
    let mut lines: Vec<String> = kinds
        .iter()
        .take(THREADS)
        .map(|(thread, count)| {
            let more = match count - 1 {
                0 => String::new(),
                1 => " and 1 more".to_owned(),
                more => format!(" and {more} more"),
            };
            format!("  thread {} ({}){more}: {}", thread.id, thread.name, thread.does)
        })
        .collect();
    let left: usize = kinds.iter().skip(THREADS).map(|(_, count)| count).sum();
    if left > 0 {
        lines.push(format!("  and {left} more threads"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(id: u32, does: &str) -> Thread {
        Thread { id, name: "x".to_owned(), does: does.to_owned() }
    }

    #[test]
    fn threads_that_do_the_same_are_one_line() {
        let threads = vec![thread(1, "runs"), thread(2, "sleeps"), thread(3, "sleeps")];
        let expected = ["  thread 1 (x): runs", "  thread 2 (x) and 1 more: sleeps"];
        assert_eq!(described(threads), expected);
        let many = (0..20).map(|id| thread(id, &id.to_string())).collect();
        assert_eq!(described(many).last().expect("lines"), "  and 8 more threads");
    }

    #[test]
    fn this_process_says_where_it_is() {
        let outside = Outside { shown: |line| line.into(), flaw: |_| None };
        let lines = stuck(ProcessId::mine().number(), outside);
        assert!(lines[0].starts_with(&format!("process {}: ", ProcessId::mine().number())));
        assert!(lines.iter().any(|line| line.contains("runs")), "{lines:?}");
    }
}
