//! Why a command did not run: what is passing (the machine has no room just now), and what is wrong with the file.
//!
//! Looks at files only after something went wrong. Does not know what the command is for.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rustix::io::Errno;

/// The longest first line of a script that counts, in bytes: as the kernel has it.
const FIRST_LINE: u64 = 256;

/// Why a command did not run.
#[derive(Debug)]
pub(crate) enum StartError {
    /// The working directory is not there any more.
    NoDirectory { cwd: PathBuf },
    /// The machine had no room for one more process, or the file was in use: it may work in a moment.
    NoRoom { program: PathBuf, source: io::Error },
    /// The file cannot be run, and never can.
    NotRunnable { program: PathBuf, why: String },
    /// It could not be started for another reason.
    Spawn { program: PathBuf, source: io::Error },
    /// It was started, but its end could not be awaited.
    Wait { program: PathBuf, source: io::Error },
}

impl StartError {
    /// What the failure to start `program` in `cwd` means.
    pub(super) fn new(program: &Path, cwd: &Path, source: io::Error) -> Self {
        let program = program.to_owned();
        match Errno::from_io_error(&source) {
            Some(errno) if is_passing(errno) => Self::NoRoom { program, source },
            _ if !cwd.is_dir() => Self::NoDirectory { cwd: cwd.to_owned() },
            Some(Errno::NOENT | Errno::NOEXEC | Errno::NOTDIR) => match what_is_wrong(&program) {
                Some(why) => Self::NotRunnable { program, why },
                None => Self::Spawn { program, source },
            },
            _ => Self::Spawn { program, source },
        }
    }

    /// Whether it may work in a moment.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self, Self::NoRoom { .. })
    }
}

/// Out of file descriptors, processes or memory; or the file is just being written, by somebody else or by a child of ours
/// that has not become its program yet.
fn is_passing(errno: Errno) -> bool {
    matches!(errno, Errno::MFILE | Errno::NFILE | Errno::AGAIN | Errno::NOMEM | Errno::TXTBSY)
}

/// Why the kernel does not take a file that is there and has execute permission.
fn what_is_wrong(program: &Path) -> Option<String> {
    let mut begin = Vec::new();
    File::open(program).ok()?.take(FIRST_LINE).read_to_end(&mut begin).ok()?;
    if let Some(line) = begin.strip_prefix(b"#!") {
        let line = line.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        let interpreter = line.trim_start().split([' ', '\t']).next().unwrap_or_default();
        if interpreter.ends_with('\r') {
            return Some(
                "its first line ends as on Windows: save it with Unix line ends".to_owned(),
            );
        }
        if interpreter.is_empty() {
            return Some("its `#!` line names no interpreter".to_owned());
        }
        return Some(format!("its interpreter `{interpreter}` cannot be run: is it installed?"));
    }
    if begin.starts_with(b"\x7fELF") {
        return Some(match probe_loader::inspect(program) {
            probe_loader::Verdict::Whole(_) => {
                "the loader of programs that it names is not there: it is built for another C library".to_owned()
            }
            verdict => format!("it is {verdict}"),
        });
    }
    if begin.is_empty() {
        return Some("it is empty".to_owned());
    }
    let is_text = !begin.contains(&0);
    Some(if is_text {
        "it is a script without a `#!` line: add one, or name its interpreter".to_owned()
    } else {
        "it is no program for this machine".to_owned()
    })
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDirectory { cwd } => {
                write!(f, "working directory `{}` does not exist", cwd.display())
            }
            Self::NotRunnable { program, why } => {
                write!(f, "cannot start `{}`: {why}", program.display())
            }
            Self::NoRoom { program, source } | Self::Spawn { program, source } => {
                write!(f, "cannot start `{}`: {source}", program.display())
            }
            Self::Wait { program, source } => {
                write!(f, "cannot wait for `{}`: {source}", program.display())
            }
        }
    }
}

impl std::error::Error for StartError {}
