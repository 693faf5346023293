//! What the loader asks of its caller, and what it tells. It does not know what the caller does with it: every method has a
//! default, and `&()` is a host.

use std::fmt;
use std::time::Duration;

use super::library::CommandLine;
use super::run_command;
use super::secrets::without_secrets;
use crate::store::aside::Aside;

/// The caller of an import.
///
/// An import begins with the caller's slot in its hands. It calls [`release`](Host::release) and [`acquire`](Host::acquire) by
/// turns, `release` first, and may return after either: after a `release` the slot is not taken again only to report.
pub trait Host: Sync {
    /// Something to show to a person. Called from the importing thread; must not import.
    fn tell(&self, event: &Event<'_>) {
        let _ = event;
    }

    /// The import begins to wait (for a lock, or between attempts): the caller may give its slot to another one.
    fn release(&self) {}

    /// The import goes on to transfer or to build; may block until a slot is free.
    fn acquire(&self) {}

    /// Whether to give up; asked between polls and between chunks.
    fn cancelled(&self) -> bool {
        false
    }

    /// Runs a library's command to its end.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or does not exit with 0.
    fn run(&self, command: &CommandLine) -> Result<(), CommandFailure> {
        run_command::run(command, &|| self.cancelled())
    }
}

impl Host for () {}

/// Something that happens during an import, for messages only.
#[derive(Debug)]
pub enum Event<'a> {
    /// Another one imports the same library, and has for a while.
    Waiting {
        /// The library.
        library: &'a str,
        /// Who it is, if that is known.
        holder: Option<&'a Holder>,
    },
    /// The file system has no locks: several processes may fetch the same library, and each of them safely.
    Unlocked {
        /// What the system said.
        cause: &'a str,
    },
    /// A download or copy begins.
    Attempt {
        /// The library.
        library: &'a str,
        /// From where, without secrets.
        origin: &'a str,
        /// Counted from 1.
        number: u32,
    },
    /// Bytes have arrived.
    Progress {
        /// The library.
        library: &'a str,
        /// How many so far.
        bytes: u64,
        /// How many there will be, if the sender said.
        total: Option<u64>,
    },
    /// An attempt has failed and another one will follow.
    Retrying {
        /// The library.
        library: &'a str,
        /// How long from now.
        delay: Duration,
        /// Why the last one failed.
        cause: &'a str,
    },
    /// Something was moved out of the way: torn, or left by a make that did not end well.
    MovedAside {
        /// The library.
        library: &'a str,
        /// What it was, where it is, and why.
        aside: &'a Aside,
    },
    /// A command begins.
    Building {
        /// The library.
        library: &'a str,
        /// What is run.
        command: &'a CommandLine,
    },
}

/// Who holds a lock, as they said themselves.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// Its machine.
    pub host: String,
    /// What it runs.
    pub command: String,
    /// Since when, in seconds since 1970.
    pub since: u64,
}

/// Why a library's command did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandFailure {
    /// How it ended.
    pub end: CommandEnd,
    /// The end of what it printed.
    pub output: String,
}

/// How a command ended that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandEnd {
    /// It could not be started, for the reason given.
    NotStarted(String),
    /// It exited with this code.
    Exited(i32),
    /// This signal killed it.
    Killed(i32),
    /// It was stopped because the import was cancelled.
    Stopped,
    /// It was ended because it took longer than this, which is its limit.
    TimedOut(Duration),
    /// It was ended because it printed nothing for this long, which is its limit.
    Silent(Duration),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {}", self.pid, self.host)?;
        if self.command.is_empty() { Ok(()) } else { write!(f, " (`{}`)", self.command) }
    }
}

impl fmt::Display for CommandEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted(cause) => write!(f, "could not be started: {cause}"),
            Self::Exited(code) => write!(f, "exited with {code}"),
            Self::Killed(signal) => write!(f, "was killed by signal {signal}"),
            Self::Stopped => f.write_str("was stopped"),
            Self::TimedOut(limit) => {
                write!(f, "ran into its `timeout` of {}, and was ended", Span(*limit))
            }
            Self::Silent(limit) => {
                write!(f, "printed nothing for {}, its `silence`, and was ended", Span(*limit))
            }
        }
    }
}

/// A limit as people set it: `90 s`, `10 min`, `500 ms`.
struct Span(Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, rest) = (self.0.as_secs(), self.0.subsec_millis());
        match (seconds, rest) {
            (60.., 0) if seconds.is_multiple_of(60) => write!(f, "{} min", seconds / 60),
            (_, 0) => write!(f, "{seconds} s"),
            _ => write!(f, "{} ms", self.0.as_millis()),
        }
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.args.iter().map(|arg| arg.display());
        let text =
            words.fold(self.program.display().to_string(), |text, word| format!("{text} {word}"));
        f.write_str(&without_secrets(&text))
    }
}
