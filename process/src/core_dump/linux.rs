//! Where Linux puts core dumps: `/proc/sys/kernel/core_pattern` is a path with placeholders, or a program that receives them
//! (see core(5)).

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::Dumped;

/// The file with the pattern.
const PATTERN: &str = "/proc/sys/kernel/core_pattern";
/// Whether the process number is added to a pattern without `%p`.
const USES_PID: &str = "/proc/sys/kernel/core_uses_pid";
/// The largest number of files in a directory to look at.
const LOOKED_AT: usize = 10_000;

pub(super) fn whereabouts(dumped: Dumped<'_>) -> String {
    let pattern = fs::read_to_string(PATTERN).unwrap_or_default();
    let uses_pid = fs::read_to_string(USES_PID).is_ok_and(|text| text.trim() == "1");
    said(pattern.trim_end_matches('\n'), uses_pid, dumped)
}

fn said(pattern: &str, uses_pid: bool, dumped: Dumped<'_>) -> String {
    let Dumped { pid, program, cwd } = dumped;
    if let Some(command) = pattern.strip_prefix('|') {
        let taker = command.split_ascii_whitespace().next().unwrap_or(command);
        return if taker.ends_with("systemd-coredump") {
            format!(
                "it has left a core dump with systemd: `coredumpctl info {pid}` says what it was doing, `coredumpctl gdb {pid}` opens it"
            )
        } else {
            format!("it has left a core dump, which `{taker}` has taken ({PATTERN} says so)")
        };
    }
    match find(&pieces(pattern, uses_pid, pid), cwd) {
        Some(file) => {
            let (file, program) = (file.display(), program.display());
            format!("it has left a core dump, `{file}`: `gdb {program} {file}` opens it")
        }
        None => format!(
            "it has left a core dump, which is not where it was started: {PATTERN} is `{pattern}`"
        ),
    }
}

/// A path in pieces, with unknown values between them.
fn pieces(pattern: &str, uses_pid: bool, pid: u32) -> Vec<String> {
    // An empty pattern means `core` with the number.
    let (pattern, uses_pid) = if pattern.is_empty() { ("core", true) } else { (pattern, uses_pid) };
    let mut pieces = vec![String::new()];
    let mut has_pid = false;
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        let last = pieces.last_mut().expect("there is one");
        match (letter, letter == '%') {
            (_, false) => last.push(letter),
            (_, true) => match letters.next() {
                Some('%') => last.push('%'),
                Some('p') => {
                    has_pid = true;
                    last.push_str(&pid.to_string());
                }
                Some(_) => pieces.push(String::new()),
                // A single one at the end is left out.
                None => {}
            },
        }
    }
    if uses_pid && !has_pid {
        pieces.last_mut().expect("there is one").push_str(&format!(".{pid}"));
    }
    pieces
}

/// The file that fits the pieces; if there are several, the latest.
fn find(pieces: &[String], cwd: &Path) -> Option<PathBuf> {
    if let [path] = pieces {
        let path = cwd.join(path);
        return path.is_file().then_some(path);
    }
    // Usually only the name has unknown values. A directory with unknown values is not searched for.
    let (directory, first) = match pieces[0].rsplit_once('/') {
        Some((directory, first)) => (cwd.join(format!("{directory}/")), first),
        None => (cwd.to_owned(), pieces[0].as_str()),
    };
    let others = &pieces[1..];
    let fits = |name: &str| {
        let mut rest = name.strip_prefix(first)?;
        let (last, middle) = others.split_last()?;
        for piece in middle {
            rest = rest.split_once(piece.as_str())?.1;
        }
        rest.ends_with(last.as_str()).then_some(())
    };
    let entries = fs::read_dir(&directory).ok()?.flatten().take(LOOKED_AT);
    let files = entries.filter(|entry| entry.file_name().to_str().and_then(fits).is_some());
    let written = |entry: &fs::DirEntry| {
        let meta = entry.metadata().ok().filter(fs::Metadata::is_file);
        meta.and_then(|meta| meta.modified().ok()).unwrap_or(SystemTime::UNIX_EPOCH)
    };
    files.max_by_key(written).map(|entry| entry.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_says_where_a_dump_is_or_who_has_taken_it() {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path();
        fs::create_dir(root.join("cores")).expect("create");
        for file in
            ["core", "core.42", "cores/core-sh-42-1700000000", "cores/core-sh-43-1", "cores/x%42"]
        {
            fs::write(root.join(file), "").expect("write");
        }
        let dumped = Dumped { pid: 42, program: Path::new("/bin/sh"), cwd: root };
        let shown = |pattern: &str, uses_pid| {
            said(pattern, uses_pid, dumped).replace(&root.display().to_string(), "ROOT")
        };
        let found = |file: &str| {
            format!("it has left a core dump, `ROOT/{file}`: `gdb /bin/sh ROOT/{file}` opens it")
        };
        let absolute = format!("{}/cores/core-%e-%p-%t", root.display());
        for (pattern, uses_pid, file) in [
            ("core", false, "core"),
            ("core", true, "core.42"),
            ("", false, "core.42"),
            ("core.%p", true, "core.42"),
            (&*absolute, false, "cores/core-sh-42-1700000000"),
            ("cores/core-%e-%p-%t", false, "cores/core-sh-42-1700000000"),
            ("cores/x%%%p%", false, "cores/x%42"),
        ] {
            assert_eq!(shown(pattern, uses_pid), found(file), "{pattern}");
        }
        for (pattern, words) in [
            ("|/usr/lib/systemd/systemd-coredump %P %u %g", "`coredumpctl info 42`"),
            ("|/usr/share/apport/apport -p%p", "which `/usr/share/apport/apport` has taken"),
            ("nowhere/core", "core_pattern is `nowhere/core`"),
        ] {
            assert!(shown(pattern, false).contains(words), "{pattern}: {}", shown(pattern, false));
        }
    }
}
