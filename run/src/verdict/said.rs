//! What a process printed about loading: the lines with a loader's message, and the files that they name. Reads output, not
//! files.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::path::Path;

use probe_process::{Captured, Stream};

use super::messages::{self, Message, Sort};
use super::murmurs::{self, Murmur};

/// Lines that are kept, and of these those with one message: the first of each are enough, and a process may print thousands.
const LINES: usize = 64;
const ALIKE: usize = 16;
/// Lines with other words that are kept, and lines above these whose paths count.
const HEARD: usize = 16;
const ABOVE: usize = 4;
/// Names of libraries that are kept.
const NAMES: usize = 16;
/// Characters of a line that are kept around the message.
const WIDTH: usize = 400;

/// A line in which a loader speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub message: Message,
    /// The file that it names, as it is written there: a path, or a bare file name.
    pub file: Option<String>,
    /// The version that this file wants of another one, where it is about that.
    pub wants: Option<Wants>,
}

/// A version that a file requires and does not find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wants {
    /// `GLIBC_2.38`, say.
    pub version: String,
    /// The library that was to have it, as it is written.
    pub of: String,
}

/// What a process printed about loading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// In the order in which it was said, standard error first; none twice.
    pub said: Vec<Said>,
    /// Absolute paths in the output that look like libraries, in the same order.
    pub libraries: Vec<String>,
    /// Other words that programs print about caches.
    pub heard: Vec<Heard>,
    /// The paths of the last lines: a linker names its file above the error.
    recent: VecDeque<Vec<String>>,
}

/// Words that may be about a cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub murmur: Murmur,
    /// Absolute paths in its line and the lines above.
    pub paths: Vec<String>,
}

impl Words {
    /// Reads the streams. Short ones are read completely; of long ones the start, the end, and the lines that matched while the
    /// output was captured.
    pub fn of_output(output: &Captured) -> Self {
        let mut words = Self::default();
        output.streams().rev().for_each(|(_, stream)| words.read_stream(stream));
        words
    }

    /// Reads one text. If a process could not start, the reason takes the place of its output.
    pub fn of_text(text: &str) -> Self {
        let mut words = Self::default();
        text.lines().for_each(|line| words.read_line(line));
        words
    }

    fn read_stream(&mut self, stream: &Stream) {
        for part in stream.parts() {
            for line in part.split(|&byte| byte == b'\n') {
                self.read_line(&String::from_utf8_lossy(line));
            }
        }
    }

    fn read_line(&mut self, line: &str) {
        if let Some((message, at)) = messages::find(line) {
            let (file, wants) = match (message.sort, unmet(line)) {
                // Whoever tells of a crash knows of no file.
                (Sort::Crashed, _) => (None, None),
                (Sort::WrongVersion, Some((file, wants))) => (Some(file), Some(wants)),
                _ => (subject(line, at, at + message.text.len()), None),
            };
            let said = Said { message, file: file.map(str::to_owned), wants };
            let alike = self.said.iter().filter(|known| known.message == message).count();
            if !self.said.contains(&said) && alike < ALIKE && self.said.len() < LINES {
                self.said.push(said);
            }
        }
        self.hear(line);
        for name in line.split(is_delimiter).filter(|name| is_library_path(name)) {
            let known = self.libraries.iter().any(|library| library == name);
            if !known && self.libraries.len() < NAMES {
                self.libraries.push(name.to_owned());
            }
        }
    }
}

impl Words {
    fn hear(&mut self, line: &str) {
        let paths = murmurs::paths(line).take(ALIKE).map(str::to_owned).collect();
        self.recent.push_back(paths);
        if self.recent.len() > ABOVE {
            self.recent.pop_front();
        }
        if self.heard.len() < HEARD
            && let Some(murmur) = murmurs::find(line)
        {
            // Its own line first.
            let heard =
                Heard { murmur, paths: self.recent.iter().rev().flatten().cloned().collect() };
            if !self.heard.contains(&heard) {
                self.heard.push(heard);
            }
        }
    }
}

/// Whether a line speaks of the file at `path` in the way of loaders: its name, a colon, and what is wrong. The name may have
/// no directory.
pub(super) fn naming(output: &Captured, path: &Path) -> bool {
    let Some(name) = path.file_name().map(OsStr::as_encoded_bytes) else { return false };
    let is_said = |line: &[u8]| {
        let mut starts = memmem(line, name);
        starts.any(|at| {
            let is_whole = at == 0 || !is_of_a_name(line[at - 1]);
            let rest = &line[at + name.len()..];
            let quotes = rest.iter().take_while(|byte| b"'\"`)>]".contains(byte)).count();
            // A line number is no message.
            is_whole && rest[quotes..].strip_prefix(b":").is_some_and(|rest| rest.starts_with(b" "))
        })
    };
    output
        .streams()
        .flat_map(|(_, stream)| stream.parts().collect::<Vec<_>>())
        .any(|part| part.split(|&byte| byte == b'\n').any(is_said))
}

/// Where `name` stands in a line.
fn memmem<'l>(line: &'l [u8], name: &'l [u8]) -> impl Iterator<Item = usize> + 'l {
    line.windows(name.len()).enumerate().filter(move |(_, at)| *at == name).map(|(at, _)| at)
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)
}

/// The file that a message is about. Of the parts between colons, it is the nearest one before the message that looks like a
/// file, or else the nearest one after it.
fn subject(line: &str, start: usize, end: usize) -> Option<&str> {
    let from = floor(line, start.saturating_sub(WIDTH));
    let to = floor(line, line.len().min(end + WIDTH));
    let before = line[from..start].rsplit(": ");
    let after = line[end..to].split(": ");
    before.chain(after).map(bare).find(|part| looks_like_file(part))
}

/// Reads a line like ``libc.so.6: version `GLIBC_2.38' not found (required by /x/l.so)``: which file requires what.
fn unmet(line: &str) -> Option<(&str, Wants)> {
    let (before, rest) = line.split_once(": version `")?;
    let (version, rest) = rest.split_once('\'')?;
    let (_, rest) = rest.split_once("(required by ")?;
    let (file, _) = rest.split_once(')')?;
    let of = before.rsplit(": ").next().map(bare)?;
    Some((file, Wants { version: version.to_owned(), of: of.to_owned() }))
}

/// A part of a line without what encloses a file's name there.
fn bare(part: &str) -> &str {
    let is_opening =
        |letter: char| letter.is_whitespace() || "([<\u{2018}\u{201c}".contains(letter);
    let is_closing =
        |letter: char| letter.is_whitespace() || ":,;.)]>\u{2019}\u{201d}".contains(letter);
    let part = part.trim_start_matches(is_opening).trim_end_matches(is_closing);
    // Only the quoted piece, where there is one: `path: '/x/tool',` and `Extension "/x/y" could not be loaded`.
    for quote in ['"', '\'', '`'] {
        if let Some((_, rest)) = part.split_once(quote)
            && let Some((inner, _)) = rest.split_once(quote)
        {
            return inner;
        }
    }
    if part.starts_with('/') {
        return part;
    }
    // After words that introduce it, as in `error loading /x/y` or `shared library liby.so`.
    match (part.find(" /"), part.rfind(' ')) {
        (Some(space), _) => &part[space + 1..],
        (None, Some(space)) if has_suffix(&part[space + 1..]) => &part[space + 1..],
        _ => part,
    }
}

fn looks_like_file(part: &str) -> bool {
    let has_name = part.bytes().any(|byte| byte != b'/' && byte != b'.');
    has_name
        && (part.starts_with(['/', '~'])
            || part.starts_with("./")
            || part.starts_with("../")
            || has_suffix(part))
}

/// How the names of libraries end, apart from numbers behind that.
pub(super) const SUFFIXES: [&str; 5] = [".so", ".node", ".dylib", ".dll", ".duckdb_extension"];

/// Whether a path ends as libraries do: `.so`, `.so.1.2`, `.node` and so on.
pub(super) fn has_suffix(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    !name.contains(' ')
        && SUFFIXES.iter().any(|suffix| {
            name.ends_with(suffix) || name.len() > stem.len() && stem.ends_with(suffix)
        })
}

fn is_library_path(name: &str) -> bool {
    name.starts_with('/') && has_suffix(name)
}

pub(super) fn is_delimiter(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control() || "\"'`()<>[]{},;:=|".contains(letter)
}

/// The nearest boundary of a character at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::messages::Sort;

    #[test]
    fn the_file_that_a_message_names_is_found_in_every_wrapping() {
        for (line, sort, file) in [
            ("OSError: /a b/lib.so: file too short", Sort::Incomplete, Some("/a b/lib.so")),
            (
                "Error: Could not open library: Could not open library: /x/1f.so: file too short",
                Sort::Incomplete,
                Some("/x/1f.so"),
            ),
            (
                "java.lang.UnsatisfiedLinkError: /x/l.so: /x/l.so: invalid ELF header",
                Sort::Incomplete,
                Some("/x/l.so"),
            ),
            (
                "./prog: error while loading shared libraries: libdep.so.1: cannot open shared object file: No such file or directory",
                Sort::NotFound,
                Some("libdep.so.1"),
            ),
            (
                "IO Error: Extension \"/x/y.duckdb_extension\" could not be loaded: /x/y.duckdb_extension: file too short",
                Sort::Incomplete,
                Some("/x/y.duckdb_extension"),
            ),
            ("sh: 1: ./tool: Text file busy", Sort::Busy, Some("./tool")),
            ("OSError: [Errno 26] Text file busy: '/x/tool'", Sort::Busy, Some("/x/tool")),
            (
                "bash: line 1: /x/tool: cannot execute binary file: Exec format error",
                Sort::Incomplete,
                Some("/x/tool"),
            ),
            ("cannot start `/x/tool`: Text file busy (os error 26)", Sort::Busy, Some("/x/tool")),
            (
                "Error loading shared library libdep.so: No such file or directory (needed by /x/l.so)",
                Sort::NotFound,
                Some("libdep.so"),
            ),
            (
                "\u{1b}[31merror\u{1b}[0m: /x/l.so: file too short\u{1b}[0m",
                Sort::Incomplete,
                Some("/x/l.so"),
            ),
            (
                "Exception in thread \"main\" java.lang.UnsatisfiedLinkError: /x/l.so: /x/l.so: cannot open shared object file: No such file or directory (Possible cause: can't load AARCH64 .so on a AMD 64 platform)",
                Sort::NotFound,
                Some("/x/l.so"),
            ),
            ("/usr/bin/sh: 1: ./tool: not found", Sort::NoInterpreter, Some("./tool")),
            ("sh: 1: tool: not found", Sort::NoInterpreter, None),
            (
                "bash: line 1: ./tool: cannot execute: required file not found",
                Sort::NoInterpreter,
                Some("./tool"),
            ),
            ("cp: error writing 'm/v.so': No space left on device", Sort::DiskFull, Some("m/v.so")),
            ("/x/l.so: ELF load command past end of file", Sort::Incomplete, Some("/x/l.so")),
            (
                "Error loading shared library /x/l.so: Exec format error",
                Sort::Incomplete,
                Some("/x/l.so"),
            ),
            ("Error: Module did not self-register", Sort::WrongVersion, None),
            ("/x/l.so: undefined symbol: sqlite3_open", Sort::WrongVersion, Some("/x/l.so")),
            (
                "/x/prog: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.99' not found (required by /x/l.so)",
                Sort::WrongVersion,
                Some("/x/l.so"),
            ),
            ("it is: file too short", Sort::Incomplete, None),
            ("sh: 1: ./tool: Permission denied", Sort::NotExecuted, Some("./tool")),
        ] {
            let words = Words::of_text(line);
            let [said] = words.said.as_slice() else { panic!("{line}: {words:?}") };
            assert_eq!((said.message.sort, said.file.as_deref()), (sort, file), "{line}");
        }
    }

    #[test]
    fn ordinary_output_says_nothing_about_loading() {
        for line in [
            "assertion failed: left == right",
            "Error: ENOENT: no such file or directory, open '/x/data.json'",
            "expected the file to be shorter",
        ] {
            let Words { said, libraries, .. } = Words::of_text(line);
            assert!(said.is_empty() && libraries.is_empty(), "{line}");
        }
    }

    #[test]
    fn libraries_are_recognised_by_their_names() {
        let text = "loading /a/libx.so (and \"/b/y.node\"), not /c/so or x.so; /d/libz.so.1.2.3: done /a/libx.so";
        assert_eq!(Words::of_text(text).libraries, ["/a/libx.so", "/b/y.node", "/d/libz.so.1.2.3"]);
    }

    /// What a process prints is sought as it goes by, wherever it stands.
    #[test]
    fn a_message_anywhere_in_a_long_output_is_read_and_repetition_is_not_kept() {
        let noise = |bytes: usize| b"noise that says exit code 0 of x.so\n".repeat(bytes / 36);
        for (before, after) in [(0, 300_000), (300_000, 0), (300_000, 300_000), (60_000, 70_000)] {
            let mut output = Stream::searched(Some(messages::sought));
            let spool = std::env::temp_dir();
            let said = b"x: /x/l.so: file too short\n".repeat(10);
            for part in [noise(before), said, noise(after)] {
                part.chunks(65_536).for_each(|bytes| output.push(bytes, &spool));
            }
            let words = Words::of_output(&Captured::Combined(output));
            let [said] = words.said.as_slice() else { panic!("{before} {after}: {words:?}") };
            assert_eq!(said.file.as_deref(), Some("/x/l.so"));
            assert_eq!(words.libraries, ["/x/l.so"]);
        }
    }

    #[test]
    fn a_file_is_spoken_of_in_any_language() {
        for (line, expected) in [
            ("OSError: /x/l.so: Datei zu kurz", true),
            ("l.so: fichier trop court", true),
            ("cannot open '/x/l.so': \u{30d5}\u{30a1}\u{30a4}\u{30eb}", true),
            ("/x/other-l.so: Datei zu kurz", false),
            ("/x/l.so.1: Datei zu kurz", false),
            ("at /x/l.so:12", false),
            ("loading /x/l.so", false),
        ] {
            let mut output = Stream::default();
            output.push(line.as_bytes(), &std::env::temp_dir());
            let output = Captured::Combined(output);
            assert_eq!(naming(&output, Path::new("/x/l.so")), expected, "{line}");
        }
    }

    #[test]
    fn who_wraps_a_crash_is_understood() {
        for line in [
            "make: *** [Makefile:2: t] Bus error (core dumped)",
            "make: *** [t] Error 135",
            "  process didn't exit successfully: `/x/t-1f` (signal: 7, SIGBUS: access to undefined memory)",
            "signal: bus error (core dumped)",
            "fatal error: unexpected signal during runtime execution [signal SIGBUS: bus error code=0x2]",
            "worker 'gw0' crashed while running 'test_a.py::test_a'",
            "[gw0] node down: Not properly terminated",
            "Fatal Python error: Bus error",
            "subprocess.CalledProcessError: Command '['x']' died with <Signals.SIGBUS: 7>.",
            "subprocess.CalledProcessError: Command '['x']' returned non-zero exit status -7.",
            "AssertionError: returncode=-11",
            "assert -7 == 0 where -7 = CompletedProcess(args=['x'], returncode=-7).returncode",
            "  signal: 'SIGBUS'",
            "sh: line 1:  4711 Bus error               ./t",
            "sh: Zeile 1:  4711 Speicherzugriffsfehler  ./t",
            "A jest worker process (pid=1) was terminated by another process: signal=SIGSEGV, exitCode=null.",
            "Error: Worker exited unexpectedly",
            "Error: Workerpool Worker terminated Unexpectedly",
            "  SIGBUS [   0.1s] crate::bin test",
            "[BUG] Bus Error at 0x00007f",
            "Process 'Gradle Test Executor 1' finished with non-zero exit value 134",
            "Subprocess ended without sending result",
            "Result: FAIL (Wstat: 7 (Signal: BUS))",
            "1/1 t (exit status: 139)",
            "exited with code 136",
            "Process exited with signal 11",
            "panic: exit code: 132",
            "*** caught segfault ***",
            "Trace/breakpoint trap",
            "Illegal instruction (core dumped)",
            "Floating point exception",
            "总线错误 (核心已转储)",
        ] {
            let words = Words::of_text(line);
            let [said] = words.said.as_slice() else { panic!("{line}: {words:?}") };
            assert_eq!((said.message.sort, said.file.as_deref()), (Sort::Crashed, None), "{line}");
        }
        for line in [
            "exit code 1",
            "exit status 13",
            "make: *** [t] Error 2",
            "left: 135, right: 139",
            "exited with 130",
            "signal 15",
            "error 1350",
            "returned 7",
        ] {
            assert!(Words::of_text(line).said.is_empty(), "{line}");
        }
    }
}
