//! What a process does to files, in order, as strace records it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::tools;

/// What makes, changes, flushes or names files.
const TRACED: &str = "open,openat,mkdir,mkdirat,write,writev,pwrite64,pwritev,copy_file_range,sendfile,ioctl,ftruncate,fallocate,\
    fchmod,fsync,fdatasync,rename,renameat,renameat2,link,linkat";

/// One call that succeeded. Counted in lines of the record: of two threads' calls, one is before the other only if it has ended
/// when that begins.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) begun: usize,
    pub(crate) ended: usize,
    pub(crate) act: Act,
}

/// What it does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Makes a file or a folder that has a name from the start.
    Make(PathBuf),
    /// Changes a file's content or mode.
    Change(PathBuf),
    /// Brings it to the disk.
    Flush(PathBuf),
    /// Gives a file, or a folder with all that is in it, a name. Of a file without one, `from` is what the kernel calls it.
    Name { from: PathBuf, to: PathBuf },
}

/// Runs a command to its success and returns its calls, or says that there is no strace, or that it may not trace.
pub(crate) fn record(command: &Command, log: &Path) -> Option<Vec<Call>> {
    // What a container forbids is forbidden for every command.
    let tried = Command::new("strace").args(["-f", "-y", "-o"]).arg(log).arg("true").output();
    match tried {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            tools::forbidden("trace system calls", &String::from_utf8_lossy(&output.stderr));
            return None;
        }
        Err(error) => {
            tools::missing("strace", &error.to_string());
            return None;
        }
    }
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-s", "0", "-e", &format!("trace={TRACED}"), "-o"]).arg(log);
    let output =
        strace.arg(command.get_program()).args(command.get_args()).output().expect("start strace");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(read(&fs::read_to_string(log).expect("the record")))
}

/// Reads lines such as `17 fsync(3</a/b>) = 0`; a call during which another thread makes one is in two parts.
fn read(text: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut pending = BTreeMap::new();
    let mut handles = Handles::default();
    for (number, line) in text.lines().enumerate() {
        let (process, line) = line.split_once(' ').expect("a process, and what it does");
        let line = line.trim_start();
        let (begun, line) = if let Some(start) = line.strip_suffix(" <unfinished ...>") {
            pending.insert(process, (number, start));
            continue;
        } else if let Some((_, rest)) =
            line.strip_prefix("<... ").and_then(|line| line.split_once(" resumed>"))
        {
            let (begun, start) = pending.remove(process).expect("its beginning");
            (begun, format!("{start}{rest}"))
        } else {
            (number, line.to_owned())
        };
        // Signals and ends have no result.
        let Some((call, result)) = line.rsplit_once(" = ") else { continue };
        let call = call.trim_end().trim_end_matches(')');
        let Some((name, arguments)) = call.split_once('(') else { continue };
        if !result.starts_with('-') {
            let acts = handles.acts(name, arguments, result);
            calls.extend(acts.into_iter().map(|act| Call { begun, ended: number, act }));
        }
    }
    calls
}

/// What the handles of the process are open on.
#[derive(Default)]
struct Handles(BTreeMap<String, PathBuf>);

impl Handles {
    fn acts(&mut self, name: &str, arguments: &str, result: &str) -> Vec<Act> {
        let names: Vec<&str> = arguments.split('"').skip(1).step_by(2).collect();
        let open = handles(arguments);
        self.0.extend(open.iter().cloned().chain(handles(result)));
        let open = open.into_iter().map(|(_, path)| path);
        match (name, names.as_slice()) {
            ("mkdir" | "mkdirat", [path]) => vec![Act::Make(path.into())],
            ("open" | "openat", [path]) if arguments.contains("O_CREAT") => {
                vec![Act::Make(path.into())]
            }
            ("open" | "openat", _) => Vec::new(),
            ("fsync" | "fdatasync", []) => open.map(Act::Flush).collect(),
            ("ioctl", _) if !arguments.contains("FICLONE") => Vec::new(),
            ("link" | "linkat" | "rename" | "renameat" | "renameat2", [from, to]) => {
                let handle = from.strip_prefix("/proc/self/fd/");
                let from = handle.map_or_else(|| from.into(), |handle| self.0[handle].clone());
                vec![Act::Name { from, to: to.into() }]
            }
            // What is only read there has a name already.
            _ => open.map(Act::Change).collect(),
        }
    }
}

/// Every `3</a/b>` in a text. A file without a name is called `/a/#17`.
fn handles(text: &str) -> Vec<(String, PathBuf)> {
    let parts = text.split('<').zip(text.split('<').skip(1));
    let handle = |(before, after): (&str, &str)| {
        let number = before.rsplit(|it: char| !it.is_ascii_digit()).next()?;
        let path = after.split('>').next()?.trim_end_matches(" (deleted)");
        (!number.is_empty()).then(|| (number.to_owned(), path.into()))
    };
    parts.filter_map(handle).collect()
}
