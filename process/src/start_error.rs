//! Why a command did not run: what is passing (the machine has no room just now), and what is wrong with the file.
//!
//! Looks at files only after something went wrong. Does not know what the command is for.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::refusal::Refusal;
use crate::system;

/// The longest first line of a script that counts, in bytes: as the kernel has it.
const FIRST_LINE: u64 = 256;

/// Why a command did not run.
#[derive(Debug)]
pub enum StartError {
    /// The working directory is not there any more.
    NoDirectory {
        /// Where it was.
        cwd: PathBuf,
    },
    /// The machine had no room for one more process, or the file was in use: it may work in a moment.
    NoRoom {
        /// The file that was to run.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file cannot be run, and never can.
    NotRunnable {
        /// The file that was to run.
        program: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// It could not be started for another reason.
    Spawn {
        /// The file that was to run.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It was started, but its end could not be awaited.
    Wait {
        /// The file that was to run.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl StartError {
    /// What the failure to start `program` in `cwd` means.
    pub(super) fn new(program: &Path, cwd: &Path, source: io::Error) -> Self {
        let program = program.to_owned();
        match system::refusal(&source) {
            Refusal::Passing => Self::NoRoom { program, source },
            _ if !cwd.is_dir() => Self::NoDirectory { cwd: cwd.to_owned() },
            Refusal::NoProgram => match what_is_wrong(&program) {
                Some(why) => Self::NotRunnable { program, why },
                None => Self::Spawn { program, source },
            },
            Refusal::NoAccess if system::is_noexec(&program) => {
                let why = "its file system is mounted `noexec`, where nothing can be run from";
                Self::NotRunnable { program, why: why.to_owned() }
            }
            _ => Self::Spawn { program, source },
        }
    }

    /// Whether it may work in a moment.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::NoRoom { .. })
    }
}

/// Why a program or a script cannot be run, if that is because what it is to be run by is not there.
pub fn absent_interpreter(program: &Path) -> Option<String> {
    let begin = beginning(program)?;
    if let Some(line) = begin.strip_prefix(b"#!") {
        let interpreter = named_interpreter(line);
        let absent = !interpreter.is_empty() && !Path::new(&interpreter).exists();
        return absent.then(|| script_without(&interpreter));
    }
    let interpreter = probe_loader::linkage(program).ok()?.interpreter?;
    let absent = !Path::new(&interpreter).exists();
    absent.then(|| {
        format!("its loader `{interpreter}` is not there: it is built for another C library")
    })
}

fn beginning(program: &Path) -> Option<Vec<u8>> {
    // To open a pipe would wait for its other end.
    fs::metadata(program).ok().filter(fs::Metadata::is_file)?;
    let mut begin = Vec::new();
    File::open(program).ok()?.take(FIRST_LINE).read_to_end(&mut begin).ok()?;
    Some(begin)
}

/// The interpreter in the first line of a script, which begins after `#!`.
fn named_interpreter(line: &[u8]) -> String {
    let line = line.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    line.trim_start().split([' ', '\t']).next().unwrap_or_default().to_owned()
}

fn script_without(interpreter: &str) -> String {
    // A line that ends as on Windows names an interpreter that ends in a carriage return.
    if interpreter.ends_with('\r') {
        "its first line ends as on Windows: save it with Unix line ends".to_owned()
    } else {
        format!("its interpreter `{interpreter}` cannot be run: is it installed?")
    }
}

/// Why the kernel does not take a file that is there and has execute permission.
fn what_is_wrong(program: &Path) -> Option<String> {
    if let Some(why) = absent_interpreter(program) {
        return Some(why);
    }
    let begin = beginning(program)?;
    if let Some(line) = begin.strip_prefix(b"#!") {
        let interpreter = named_interpreter(line);
        return Some(if interpreter.is_empty() {
            "its `#!` line names no interpreter".to_owned()
        } else {
            script_without(&interpreter)
        });
    }
    if begin.starts_with(b"\x7fELF") {
        return match probe_loader::inspect(program) {
            probe_loader::Verdict::Whole(_) => None,
            verdict => Some(format!("it is {verdict}")),
        };
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
