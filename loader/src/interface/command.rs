//! A command that makes a library, and how it can fail. It does not know how a command runs.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::secrets::without_secrets;

/// A program and how to start it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommandLine {
    /// The program: a path, or a name to look up.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Its working directory, absolute.
    pub cwd: PathBuf,
    /// Variables in addition to those of the caller; a later one wins.
    pub env: Vec<(OsString, OsString)>,
    /// How long it may take.
    pub limits: CommandLimits,
}

/// How long a command may take. At a limit, probe ends the command and does not import its library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CommandLimits {
    /// Limit for the whole run; `None` is no limit.
    pub timeout: Option<Duration>,
    /// Limit for a time without output; `None` is no limit.
    pub silence: Option<Duration>,
}

/// Why a library's command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandFailure {
    /// How it ended.
    pub end: CommandEnd,
    /// The end of its output.
    pub output: String,
}

/// How a failed command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandEnd {
    /// It could not be started, with the reason.
    NotStarted(String),
    /// It exited with this code.
    Exited(i32),
    /// This signal killed it.
    Killed(i32),
    /// The import was cancelled, so the command was stopped.
    Stopped,
    /// It took longer than this limit, so it was ended.
    TimedOut(Duration),
    /// It printed nothing for this long, its limit, so it was ended.
    Silent(Duration),
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

/// A limit in the notation of users: `90 s`, `10 min`, `500 ms`.
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
