//! What the output of a known runner says about a test, together with its exit code.
//!
//! Does not know the runners' texts: `probe_scenario` does.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use anstream::adapter::strip_bytes;
use probe_loader::read_regular;
use probe_process::{Captured, CommandSpec};
use probe_scenario::{Belied, Ran, SuiteKind, Test, bears_on_result};

use super::within::all_skipped;
use crate::attempt::Attempt;
use crate::ending::{EARLY, Ending};
use crate::system::read_at;

/// The longest part of a line to look at: no result is longer.
const LINE: usize = 4 << 10;

/// The part of a long output to keep for later reading: its end.
const KEPT: usize = 1 << 20;

/// A longer file is no test that a person wrote.
const LONGEST_SOURCE: u64 = 4 << 20;

/// The runner of a test, and what is needed to understand it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Through<'a> {
    kind: SuiteKind,
    /// The files that it gets, relative to the manifest's directory.
    files: &'a [String],
    /// Whether nothing in the project hides its result.
    has_result: bool,
}

impl<'a> Through<'a> {
    /// The runner of `test`, if it has one.
    pub(super) fn of(test: &'a Test) -> Option<Self> {
        test.kind.map(|kind| Self { kind, files: &test.files, has_result: test.has_result })
    }

    /// Changes the attempt by what its output says: that nothing ran, that it ended early, or that tests failed despite its
    /// exit code. `command` is what ran. Files are below `root`.
    pub(super) fn judge(
        &self,
        mut attempt: Attempt,
        command: &CommandSpec,
        root: &Path,
    ) -> Attempt {
        let code = match attempt.ending {
            Ending::Passed => 0,
            Ending::Exited(code) => code,
            _ => return attempt,
        };
        // Output to probe's own streams is not known.
        if matches!(attempt.output, Captured::Nothing) {
            return attempt;
        }
        let printed = Printed::of(&attempt.output);
        attempt.tally = self.kind.tally(&printed.text);
        if code == 0
            && let Some(belied) = self.belied(&attempt.output, &printed, command, root)
        {
            attempt.ending = Ending::Belied(match belied {
                Belied::Early => format!("it {EARLY}"),
                Belied::Failed(words) => format!("it says `{words}`"),
            });
        // A runner that prints more than is shown has run something.
        } else if printed.is_whole && self.kind.ran_nothing(code, &printed.text, self.files) {
            let skipped = attempt.tally.map_or(0, |tally| tally.skipped);
            attempt.ending = match skipped {
                0 => Ending::Empty,
                count => all_skipped(count),
            };
        }
        attempt
    }

    fn belied(
        &self,
        output: &Captured,
        printed: &Printed,
        command: &CommandSpec,
        root: &Path,
    ) -> Option<Belied> {
        let program = command.program.to_string_lossy().into_owned();
        let args = command.args.iter().map(|word| word.to_string_lossy().into_owned());
        let words: Vec<String> = std::iter::once(program).chain(args).collect();
        let source = |file: &str| {
            String::from_utf8(read_regular(&root.join(file), LONGEST_SOURCE).ok()?).ok()
        };
        let ran = |text| Ran {
            printed: text,
            ends_line: printed.ends_line,
            has_result: self.has_result,
            words: &words,
            files: self.files,
            source: &source,
        };
        match self.kind.belied(ran(&printed.text)) {
            // The result may be in the part that is not shown.
            Some(Belied::Early) if !printed.is_whole => {
                self.kind.belied(ran(&of_interest(output)?))
            }
            belied => belied,
        }
    }
}

/// The output, in whole lines and without colours.
struct Printed {
    text: String,
    /// Whether nothing is left out.
    is_whole: bool,
    /// Whether standard output, or both streams as one, ends with a line end.
    ends_line: bool,
}

impl Printed {
    fn of(output: &Captured) -> Self {
        let mut all = Self { text: String::new(), is_whole: true, ends_line: false };
        for (index, (_, stream)) in output.streams().enumerate() {
            let excerpt = stream.excerpt();
            all.is_whole &= excerpt.omitted == 0;
            let between: &[u8] = if excerpt.omitted == 0 { b"" } else { b"\n" };
            let text = plain(&[excerpt.head, between, excerpt.tail].concat());
            if index == 0 {
                all.ends_line = text.ends_with('\n');
            }
            all.text.push_str(&text);
            all.text.push('\n');
        }
        all
    }
}

fn plain(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&strip_bytes(bytes).into_vec()).into_owned()
}

/// The lines of all streams that may matter; `None` if a part of one is lost.
fn of_interest(output: &Captured) -> Option<String> {
    let mut all = String::new();
    for (_, stream) in output.streams() {
        all.push_str(&match stream.on_disk() {
            Some(file) => lines_of_interest(file.ok()?).ok()?,
            None => plain(stream.excerpt().head),
        });
        all.push('\n');
    }
    Some(all)
}

/// Reads a file from its start, independently of other readers.
pub(super) struct FromStart<'f> {
    file: &'f File,
    offset: u64,
}

impl<'f> FromStart<'f> {
    pub(super) fn new(file: &'f File) -> Self {
        Self { file, offset: 0 }
    }
}

impl Read for FromStart<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = read_at(self.file, buffer, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}

fn lines_of_interest(file: &File) -> io::Result<String> {
    let mut reader = BufReader::with_capacity(64 << 10, FromStart::new(file));
    let (mut kept, mut line) = (String::new(), Vec::new());
    let mut end = |line: &mut Vec<u8>| {
        let text = plain(line);
        line.clear();
        if bears_on_result(text.trim_end_matches('\r')) {
            if kept.len() > KEPT {
                let half = kept[KEPT / 2..].find('\n').map_or(kept.len(), |at| KEPT / 2 + at + 1);
                kept.drain(..half);
            }
            kept.push_str(&text);
            kept.push('\n');
        }
    };
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            end(&mut line);
            return Ok(kept);
        }
        let newline = buffer.iter().position(|&byte| byte == b'\n');
        let part = &buffer[..newline.unwrap_or(buffer.len())];
        line.extend_from_slice(&part[..part.len().min(LINE - line.len())]);
        let used = newline.map_or(buffer.len(), |at| at + 1);
        if newline.is_some() {
            end(&mut line);
        }
        reader.consume(used);
    }
}
