//! Why it is not known what has changed, and the way out.

use std::fmt;
use std::path::PathBuf;

use miette::Diagnostic;
use probe_run::Exit;

use crate::ui::Ends;

/// Why Git has no answer.
#[derive(Debug)]
pub(crate) enum GitError {
    /// There is no such program.
    Missing { why: String },
    /// The project is in no repository.
    NoRepository { root: PathBuf },
    /// What was typed for a commit is none.
    NotACommit { reference: String, is_shallow: bool },
    /// The commit and HEAD have nothing in common, as far as the repository knows.
    NoCommonCommit { reference: String, is_shallow: bool },
    /// Git says something else.
    Failed { command: String, said: String },
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { why } => write!(f, "`--changed` asks Git, which cannot be run: {why}"),
            Self::NoRepository { root } => write!(
                f,
                "`--changed` asks Git, and `{}` is in no repository of it",
                root.display()
            ),
            Self::NotACommit { reference, .. } => {
                write!(f, "`--changed={reference}`: this repository has no such commit")
            }
            Self::NoCommonCommit { reference, .. } => write!(
                f,
                "`--changed={reference}`: this repository knows no commit that it has in common with HEAD"
            ),
            Self::Failed { command, said } => {
                write!(f, "`--changed` asks Git, and `{command}` failed: {said}")
            }
        }
    }
}

impl std::error::Error for GitError {}

impl Ends for GitError {
    fn exit(&self) -> Exit {
        match self {
            Self::NotACommit { .. } | Self::NoCommonCommit { .. } => Exit::Usage,
            Self::Missing { .. } | Self::NoRepository { .. } | Self::Failed { .. } => Exit::Setup,
        }
    }
}

impl Diagnostic for GitError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        const SHALLOW: &str = "the clone is shallow: `git fetch --unshallow` gets the rest, as `fetch-depth: 0` of actions/checkout does";
        let text = match self {
            Self::Missing { .. } => "install Git, or choose tests by words or `-s`",
            Self::NoRepository { .. } => {
                "`git init` makes one; without `--changed`, words and `-s` choose tests"
            }
            Self::NotACommit { is_shallow: true, .. }
            | Self::NoCommonCommit { is_shallow: true, .. } => SHALLOW,
            Self::NotACommit { .. } => {
                "name a branch, a tag or a commit; `git fetch` gets what only the remote has, as `origin/main`"
            }
            Self::NoCommonCommit { .. } => "name a commit that the work on this branch began at",
            Self::Failed { .. } => return None,
        };
        Some(Box::new(text))
    }
}
