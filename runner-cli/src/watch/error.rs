//! Why files cannot be watched, and the way out.

use std::fmt;
use std::path::PathBuf;

use miette::Diagnostic;
use probe_run::Exit;

use crate::ui::Ends;

/// Why nobody can say what changes.
#[derive(Debug)]
pub(crate) enum WatchError {
    /// A job of CI has nobody who would end it.
    InCi,
    /// The system has no room for so many watched directories.
    Full { directories: usize },
    /// The system has no room for another one who watches.
    NoInstance,
    /// Something else.
    Failed { path: PathBuf, why: String },
}

impl From<notify::Error> for WatchError {
    fn from(error: notify::Error) -> Self {
        let path = error.paths.first().cloned().unwrap_or_default();
        match error.kind {
            notify::ErrorKind::MaxFilesWatch => Self::Full { directories: 0 },
            notify::ErrorKind::Io(source) if crate::system::is_out_of_files(&source) => {
                Self::NoInstance
            }
            _ => Self::Failed { path, why: error.to_string() },
        }
    }
}

impl fmt::Display for WatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InCi => f.write_str("`--watch` waits for ever, and CI is set: nobody would end it"),
            Self::Full { directories } => write!(
                f,
                "`--watch` cannot watch all directories: the system allows no more than the {directories} that it has taken"
            ),
            Self::NoInstance => f.write_str(
                "`--watch` cannot begin to watch: too many programs of this user watch files already",
            ),
            Self::Failed { path, why } => {
                write!(f, "`--watch` cannot watch `{}`: {why}", path.display())
            }
        }
    }
}

impl std::error::Error for WatchError {}

impl Ends for WatchError {
    fn exit(&self) -> Exit {
        match self {
            Self::InCi => Exit::Usage,
            Self::Full { .. } | Self::NoInstance | Self::Failed { .. } => Exit::Setup,
        }
    }
}

impl Diagnostic for WatchError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let text = match self {
            Self::InCi => {
                "`--changed=REF` runs once what a branch concerns; without CI in the environment, `--watch` waits"
            }
            Self::Full { .. } => {
                "raise the limit, as by `sysctl fs.inotify.max_user_watches=524288`; what Git ignores is not watched"
            }
            Self::NoInstance => "end one of them, or raise `fs.inotify.max_user_instances`",
            Self::Failed { .. } => return None,
        };
        Some(Box::new(text))
    }
}
