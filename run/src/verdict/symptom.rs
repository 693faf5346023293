//! Whether an attempt ended as if it had loaded an incomplete file. A symptom is no evidence, only a reason to look closer.
//! Does not look at files.

use std::borrow::Cow;
use std::fmt;

use probe_process::Signal;

use super::messages::{Message, Sort};
use super::said::{Said, Words};
use crate::ending::Ending;

/// What in an attempt's end or output points at loading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Symptom {
    /// This signal killed it.
    Killed(Signal),
    /// It exited with the code that a shell or a runtime uses for such a signal.
    Exited(i32),
    /// A loader printed this message, or the parent of a crashed process did.
    Said(Said),
    /// The output mentions this file, in whatever words, and the file changed during the attempt.
    Named(String),
}

/// The signals that kill a process which mapped an incomplete file: a part is missing, is zero, or is code that was cut off.
/// Also the signal by which a virtual machine dies after it caught one of them.
const SIGNALS: [Signal; 6] =
    [Signal::BUS, Signal::SEGV, Signal::ABRT, Signal::ILL, Signal::TRAP, Signal::FPE];

impl Symptom {
    /// Returns the symptom of an attempt, if there is one. `names` says whether a file name in a line is one of the attempt's
    /// libraries.
    ///
    /// | how it ended | symptom |
    /// |---|---|
    /// | it passed, or probe ended it | none: its end says nothing about loading |
    /// | killed by SIGBUS, SIGSEGV, SIGABRT, SIGILL, SIGTRAP or SIGFPE | the signal |
    /// | exit code 128 + one of these | the code |
    /// | a message about an incomplete file, a busy file, or a crash | the message |
    /// | such a message that programs also use otherwise | the message, if its line names a library of the test |
    /// | a message about a full disk, an unreadable disk, or a missing permission | none |
    /// | any other message of a loader | the message, if its line names a library of the test |
    /// | none | none |
    pub fn of(ending: &Ending, words: &Words, names: impl Fn(&str) -> bool) -> Option<Self> {
        match *ending {
            Ending::Passed
            | Ending::Leaked
            | Ending::Empty
            | Ending::Skipped(_)
            | Ending::Unprepared(_)
            | Ending::Uncleared(_)
            | Ending::Expected { .. }
            | Ending::Unexpected(_)
            | Ending::Flaky
            | Ending::TimedOut(_)
            | Ending::Interrupted => {
                return None;
            }
            Ending::Killed(signal) if SIGNALS.contains(&signal) => {
                return Some(Self::Killed(signal));
            }
            Ending::Exited(code) if SIGNALS.contains(&of_shell(code)) => {
                return Some(Self::Exited(code));
            }
            Ending::Killed(_)
            | Ending::Exited(_)
            | Ending::Belied(_)
            | Ending::NotStarted(_)
            | Ending::NoRoom(_)
            | Ending::Bereft(_) => {}
        }
        let names_library = |said: &Said| said.file.as_deref().is_some_and(&names);
        let speaks = |said: &&Said| match said.message {
            Message { sort: Sort::Incomplete, ambiguous: false, .. } => true,
            Message { sort: Sort::Busy | Sort::Crashed, .. } => true,
            Message { sort: Sort::Disk | Sort::DiskFull | Sort::NotExecuted, .. } => false,
            _ => names_library(said),
        };
        // A loader's message says more than a message about a crash.
        let is_crash = |said: &&&Said| said.message.sort == Sort::Crashed;
        let mut speaking = words.said.iter().filter(speaks);
        let first = speaking.clone().find(|said| !is_crash(&said)).or_else(|| speaking.next());
        first.cloned().map(Self::Said)
    }
}

impl Symptom {
    /// Whether the process died because memory was not as it should be, by its own end or by a message.
    pub fn is_of_memory(&self) -> bool {
        let signal = match self {
            Self::Killed(signal) => *signal,
            Self::Exited(code) => of_shell(*code),
            Self::Said(said) => return said.message.sort == Sort::Crashed,
            Self::Named(_) => return false,
        };
        matches!(signal, Signal::BUS | Signal::SEGV | Signal::ILL | Signal::ABRT)
    }
}

impl fmt::Display for Symptom {
    /// `SIGBUS`, `exit code 135`, `file too short`, `words about l.so`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Killed(signal) => f.write_str(&signal_name(*signal)),
            Self::Exited(code) => write!(f, "exit code {code} ({})", signal_name(of_shell(*code))),
            Self::Named(file) => write!(f, "words about `{file}`"),
            Self::Said(said) => write!(f, "\u{201c}{}\u{201d}", said.message.text),
        }
    }
}

/// The signal for which a shell or a runtime exits with this code.
fn of_shell(code: i32) -> Signal {
    Signal::from_number(code - 128)
}

fn signal_name(signal: Signal) -> Cow<'static, str> {
    let number = || format!("signal {}", signal.number()).into();
    signal.name().map_or_else(number, Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::ending::Overrun;

    fn check(ending: &Ending, output: &str, expected: Option<&str>) {
        let words = Words::of_text(output);
        let symptom = Symptom::of(ending, &words, |file| file == "/mine/l.so" || file == "l.so");
        let said = symptom.as_ref().map(ToString::to_string);
        assert_eq!(said.as_deref(), expected, "{ending:?}: {output}");
    }

    /// The table of [`Symptom::of`], row by row.
    #[test]
    fn every_row_of_the_table() {
        let torn = "/mine/l.so: file too short";
        let overrun = Overrun { timeout: Duration::ZERO, grace: None };
        for ending in [Ending::Passed, Ending::TimedOut(overrun), Ending::Interrupted] {
            check(&ending, torn, None);
        }
        for (signal, name) in [
            (7, Some("SIGBUS")),
            (11, Some("SIGSEGV")),
            (6, Some("SIGABRT")),
            (4, Some("SIGILL")),
            (5, Some("SIGTRAP")),
            (8, Some("SIGFPE")),
            (9, None),
            (15, None),
        ] {
            check(&Ending::Killed(Signal::from_number(signal)), "", name);
        }
        for (code, name) in [
            (135, Some("exit code 135 (SIGBUS)")),
            (139, Some("exit code 139 (SIGSEGV)")),
            (134, Some("exit code 134 (SIGABRT)")),
            (132, Some("exit code 132 (SIGILL)")),
            (133, Some("exit code 133 (SIGTRAP)")),
            (136, Some("exit code 136 (SIGFPE)")),
            (1, None),
            (101, None),
            (137, None),
        ] {
            check(&Ending::Exited(code), "", name);
        }
        check(&Ending::Exited(1), torn, Some("“file too short”"));
        check(&Ending::Exited(1), "/other.so: invalid ELF header", Some("“invalid ELF header”"));
        check(&Ending::Exited(1), "sh: 1: ./tool: Text file busy", Some("“Text file busy”"));
        check(
            &Ending::NotStarted("cannot start `/t`: Text file busy".into()),
            "cannot start `/t`: Text file busy (os error 26)",
            Some("“Text file busy”"),
        );
        check(&Ending::Exited(1), "parser: unexpected end of file", None);
        check(
            &Ending::Exited(1),
            "/mine/l.so: unexpected end of file",
            Some("“unexpected end of file”"),
        );
        let absent = "cannot open shared object file: No such file or directory";
        check(
            &Ending::Exited(1),
            &format!("/mine/l.so: {absent}"),
            Some("“cannot open shared object file”"),
        );
        check(&Ending::Exited(1), &format!("libdep.so.1: {absent}"), None);
        check(
            &Ending::Exited(1),
            "/mine/l.so: wrong ELF class: ELFCLASS32",
            Some("“wrong ELF class”"),
        );
        check(&Ending::Exited(1), "/mine/l.so: undefined symbol: open", Some("“undefined symbol”"));
        check(&Ending::Exited(1), "/other.so: undefined symbol: open", None);
        check(&Ending::Exited(1), "cp: writing '/mine/l.so': No space left on device", None);
        check(&Ending::Exited(2), "make: *** [t] Bus error", Some("“bus error”"));
        check(&Ending::Exited(2), &format!("Bus error\n{torn}"), Some("“file too short”"));
        check(&Ending::Exited(1), "assertion failed", None);
    }
}
