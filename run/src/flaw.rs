//! Finds out why a file cannot be run by looking at it, and has the functions that `probe_process` asks of its caller.
//!
//! Looks at files only after something went wrong. Does not know what they are for.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use probe_process::Outside;
use probe_scenario::without_secrets;

/// What `probe_process` needs to know of command lines and files.
pub const OUTSIDE: Outside = Outside { shown: without_secrets, flaw };

/// The longest first line of a script that counts, in bytes: the kernel's limit.
const FIRST_LINE: u64 = 256;

/// Returns why a program or a script cannot be run, if its interpreter does not exist.
pub(crate) fn absent_interpreter(program: &Path) -> Option<String> {
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
    // Opening a pipe would wait for its other end.
    fs::metadata(program).ok().filter(fs::Metadata::is_file)?;
    let mut begin = Vec::new();
    File::open(program).ok()?.take(FIRST_LINE).read_to_end(&mut begin).ok()?;
    Some(begin)
}

/// The interpreter in the first line of a script, after `#!`.
fn named_interpreter(line: &[u8]) -> String {
    let line = line.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    line.trim_start().split([' ', '\t']).next().unwrap_or_default().to_owned()
}

fn script_without(interpreter: &str) -> String {
    // With a Windows line end, the name of the interpreter ends in a carriage return.
    if interpreter.ends_with('\r') {
        "its first line ends as on Windows: save it with Unix line ends".to_owned()
    } else {
        format!("its interpreter `{interpreter}` cannot be run: is it installed?")
    }
}

/// Returns why the kernel does not run a file that exists and has execute permission.
fn flaw(program: &Path) -> Option<String> {
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
            probe_loader::FileVerdict::Whole(_) => None,
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
