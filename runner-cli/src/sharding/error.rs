//! Why there is no part of the tests to run. Does not know where a part comes from.

use std::fmt;
use std::path::PathBuf;

use miette::Diagnostic;
use probe_run::Exit;

use super::TIMINGS;
use crate::ui::Ends;

/// The part cannot be known.
#[derive(Debug)]
pub(crate) enum ShardError {
    /// `auto`, and nothing says which machine this is.
    Nowhere { ways: Vec<String> },
    /// `auto`, and two systems say that it is another one.
    Contradiction { one: String, other: String },
    /// `auto`, and what is said is no part.
    Nonsense { system: &'static str, number: String, of: String, first: u32 },
    /// A number of parts where one part is asked for.
    NoPart { of: u32 },
    /// `--failed` with a part.
    Failed,
    /// `time`, and nothing says how long tests take.
    NoTimings { path: PathBuf },
    /// The timings cannot be read.
    Timings { path: PathBuf, why: String },
}

impl fmt::Display for ShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere { .. } => {
                f.write_str("`--shard auto` finds nothing that says which machine this is")
            }
            Self::Contradiction { one, other } => {
                write!(f, "`--shard auto` finds two shards: {one}, and {other}")
            }
            Self::Nonsense { system, number, of, .. } => {
                write!(f, "`--shard auto` finds {number} and {of} of {system}, which name no shard")
            }
            Self::NoPart { of } => write!(f, "`--shard {of}` says how many shards there are, and not which one to run"),
            Self::Failed => f.write_str("`--failed` and `--shard` do not go together: each machine knows other failures, so that tests would be dealt differently"),
            Self::NoTimings { path } => {
                write!(f, "`--shard-by time` knows no times: there is no `{}`", path.display())
            }
            Self::Timings { path, why } => {
                write!(f, "cannot read `{}` as timings: {why}", path.display())
            }
        }
    }
}

impl std::error::Error for ShardError {}

impl Diagnostic for ShardError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = match self {
            Self::Nowhere { ways } => {
                format!("say it, as `--shard 1/4`, or let your CI say it:\n{}", ways.join("\n"))
            }
            Self::Contradiction { .. } => {
                "say which one is meant, as `--shard \"$INDEX/$TOTAL\"`".to_owned()
            }
            Self::Nonsense { first, .. } => format!(
                "both are numbers, and the first machine is {first}; or say it, as `--shard 1/4`"
            ),
            Self::NoPart { of } => format!(
                "`--shard 1/{of}` is the first; `probe list --shard {of}` shows what is in each"
            ),
            Self::Failed => "run all failed tests on one machine, without `--shard`".to_owned(),
            Self::NoTimings { .. } => format!(
                "`probe history export > {TIMINGS}` writes one of what has run here: commit it, or have CI keep it; each machine needs the same"
            ),
            Self::Timings { .. } => "`probe history export` writes one anew".to_owned(),
        };
        Some(Box::new(help))
    }
}

impl Ends for ShardError {
    fn exit(&self) -> Exit {
        match self {
            Self::NoTimings { .. } | Self::Timings { .. } => Exit::Setup,
            _ => Exit::Usage,
        }
    }
}
