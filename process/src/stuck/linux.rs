//! What `/proc` says about threads: their state, the kernel function that they wait in (`wchan`), and its callers (`stack`),
//! which only root may read. If the kernel hides the function, the number of the system call is shown.

use std::fs;

use super::thread::Thread;
use crate::process_id::ProcessId;

/// The largest number of threads to look at. A process may have thousands.
const ASKED: usize = 256;
/// The largest number of callers to show.
const CALLERS: usize = 6;

/// The threads of a process, the main thread first; empty if the process has ended.
pub(super) fn threads(id: ProcessId) -> Vec<Thread> {
    let Ok(entries) = fs::read_dir(format!("/proc/{id}/task")) else { return Vec::new() };
    let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse().ok();
    let mut numbers: Vec<u32> = entries.flatten().filter_map(number).take(ASKED).collect();
    numbers.sort_unstable();
    numbers.into_iter().filter_map(|thread| look(id, thread)).collect()
}

fn look(process: ProcessId, id: u32) -> Option<Thread> {
    let read = |file: &str| {
        let text = fs::read(format!("/proc/{process}/task/{id}/{file}")).unwrap_or_default();
        String::from_utf8_lossy(&text).trim().to_owned()
    };
    let stat = read("stat");
    // After the name, which may itself contain brackets.
    let state = stat.rsplit_once(')')?.1.trim_start().chars().next()?;
    let name = read("comm").replace(char::is_control, " ");
    let does = does(state, &read("wchan"), &read("syscall"), &read("stack"));
    Some(Thread { id, name, does })
}

/// Describes the state in words.
fn does(state: char, wchan: &str, syscall: &str, stack: &str) -> String {
    let state = match state {
        'R' => return "runs".to_owned(),
        'S' => "sleeps",
        'D' => "waits for the kernel, where no signal reaches it,",
        'T' => "is stopped by a signal",
        't' => "is stopped by a debugger",
        'Z' | 'X' => return "has ended".to_owned(),
        'I' => "is idle",
        _ => "is in a state of its own",
    };
    let mut callers = stack.lines().filter_map(function);
    // The kernel shows `0` to readers who may not know.
    let at = if wchan.is_empty() || wchan == "0" { callers.next() } else { Some(wchan) };
    let Some(at) = at else {
        return match syscall.split(' ').next().and_then(|number| number.parse::<u32>().ok()) {
            Some(number) => format!("{state} in system call {number}"),
            None => state.to_owned(),
        };
    };
    let callers: Vec<&str> = callers.filter(|caller| *caller != at).take(CALLERS).collect();
    match callers.as_slice() {
        [] => format!("{state} in {at}"),
        callers => format!("{state} in {at}, for {}", callers.join(", ")),
    }
}

/// The function in a line such as `[<0>] do_wait+0x6f/0x100`, except functions with which every system call starts.
fn function(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("] ")?;
    let name = rest.split('+').next()?;
    let is_entry =
        name.starts_with("entry_") || name.starts_with("do_syscall") || name.starts_with("el0");
    (!is_entry && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_thread_does_is_said_as_far_as_it_is_known() {
        let stack = "[<0>] hrtimer_nanosleep+0x74/0xf0\n[<0>] common_nsleep+0x30/0x60\n[<0>] do_syscall_64+0x71/0x280\n\
                     [<0>] entry_SYSCALL_64_after_hwframe+0x76/0x7e";
        let call = "230 0x0 0x0";
        for (state, wchan, syscall, stack, expected) in [
            ('R', "0", "running", "", "runs"),
            (
                'S',
                "hrtimer_nanosleep",
                call,
                stack,
                "sleeps in hrtimer_nanosleep, for common_nsleep",
            ),
            ('S', "hrtimer_nanosleep", call, "", "sleeps in hrtimer_nanosleep"),
            ('S', "0", call, stack, "sleeps in hrtimer_nanosleep, for common_nsleep"),
            ('S', "0", call, "", "sleeps in system call 230"),
            ('S', "", "", "", "sleeps"),
            (
                'D',
                "pipe_read",
                "",
                "",
                "waits for the kernel, where no signal reaches it, in pipe_read",
            ),
            ('Z', "0", "", "", "has ended"),
        ] {
            assert_eq!(does(state, wchan, syscall, stack), expected);
        }
    }
}
