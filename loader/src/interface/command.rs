//! A command that makes a library, and how one can fail. It does not know how a command is run.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::secrets::without_secrets;

/// A program and how to start it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommandLine {
    /// The program: a path, or a name to be looked up.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Where it runs; absolute.
    pub cwd: PathBuf,
    /// Variables besides those of the caller; a later one wins.
    pub env: Vec<(OsString, OsString)>,
    /// How long it may take.
    pub limits: CommandLimits,
}

/// How long a command may take. What takes longer is ended, and its library is not imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CommandLimits {
    /// In all; `None` is for ever.
    pub timeout: Option<Duration>,
    /// Without printing anything; `None` is for ever.
    pub silence: Option<Duration>,
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
