//! JUnit's XML, in the dialects of its many writers. Streamed: only the kept parts are in memory.
//!
//! Resolves only the entities of XML itself, so no entity can grow or name a file.

use std::io::BufRead;
use std::time::Duration;

use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesStart, Event};

use super::clipped::{Clipped, floor};
use super::subtest::{Results, Subtest, SubtestCame, one_line};

/// Elements within each other: a writer has five.
const DEPTH: usize = 64;
/// Characters of a file's name.
const FILE: usize = 500;

/// Reads JUnit's XML: as many results as there are, and what is wrong with the text.
#[must_use]
pub fn read_junit(from: impl BufRead) -> Results {
    let mut reader = Reader::from_reader(from);
    let mut junit = Junit::default();
    let mut buffer = Vec::new();
    let flaw = loop {
        buffer.clear();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(error)) => break Some(format!("cannot be read: {error}")),
            Err(quick_xml::Error::Syntax(_)) if junit.root => break Some(CUT.to_owned()),
            Err(error) => {
                let error = one_line(&error.to_string(), FILE);
                break Some(format!("are no JUnit XML: {error}"));
            }
        };
        match event {
            Event::Start(start) => {
                junit.depth += 1;
                if junit.depth > DEPTH {
                    break Some(format!("are nested {DEPTH} elements deep"));
                }
                if let Some(flaw) = junit.begin(&start) {
                    break Some(flaw);
                }
            }
            Event::Empty(start) => {
                junit.depth += 1;
                if let Some(flaw) = junit.begin(&start) {
                    break Some(flaw);
                }
                junit.end(start.local_name().as_ref());
            }
            Event::End(end) => junit.end(end.local_name().as_ref()),
            Event::Text(text) if !junit.root && !text.trim_ascii().is_empty() => {
                break Some("are no XML".to_owned());
            }
            Event::Text(text) => junit.say(&String::from_utf8_lossy(&text)),
            Event::CData(text) => junit.say(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(letter)) => junit.say(letter.encode_utf8(&mut [0; 4])),
                _ => {
                    let name = String::from_utf8_lossy(&reference);
                    match resolve_xml_entity(&name) {
                        Some(text) => junit.say(text),
                        None => junit.say(&format!("&{name};")),
                    }
                }
            },
            Event::Eof if !junit.root => break Some("are empty".to_owned()),
            Event::Eof => break (junit.depth > 0).then(|| CUT.to_owned()),
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    };
    let mut results = junit.results;
    // A file that could not be loaded may be counted, and have no case.
    let failed = junit.declared.unwrap_or(junit.of_suites);
    results.tally.failed = results.tally.failed.max(failed);
    results.flaw = flaw.map(|flaw| format!("its results {flaw}"));
    results
}

/// The flaw of a text that ends too early.
const CUT: &str = "are cut off";

/// How far it has been read.
#[derive(Default)]
struct Junit {
    results: Results,
    depth: usize,
    /// Whether an element of JUnit has begun.
    root: bool,
    /// Failures and errors by the attributes of the root, and by those of the outermost suites.
    declared: Option<u64>,
    of_suites: u64,
    /// The names of the suites around.
    suites: Vec<String>,
    case: Option<Open>,
    /// How deep the element stands whose text is wanted.
    saying: Option<usize>,
}

/// A case that has begun.
struct Open {
    group: String,
    name: String,
    came: SubtestCame,
    message: String,
    text: Clipped,
    took: Option<Duration>,
    file: Option<String>,
    line: Option<u32>,
}

impl Junit {
    /// Begins an element. Returns what is wrong if it is not an element of JUnit.
    fn begin(&mut self, start: &BytesStart<'_>) -> Option<String> {
        let attributes = Attributes(start);
        let name = start.local_name();
        match name.as_ref() {
            b"testsuites" if !self.root => self.declared = attributes.failures(),
            b"testsuite" => {
                if self.suites.is_empty() {
                    self.of_suites += attributes.failures().unwrap_or(0);
                }
                self.suites.push(attributes.text("name"));
            }
            b"testcase" if self.root => self.case = Some(self.case(&attributes)),
            _ if !self.root => {
                let name = one_line(&String::from_utf8_lossy(name.as_ref()), 40);
                return Some(format!("are no JUnit XML: they begin with `<{name}>`"));
            }
            kind => self.part(kind, &attributes),
        }
        self.root = true;
        None
    }

    fn case(&self, attributes: &Attributes<'_>) -> Open {
        let group = attributes.text("classname");
        let not_run = ["notrun", "disabled", "skipped", "ignored"];
        let is_skipped = not_run.contains(&attributes.text("status").as_str());
        Open {
            group: match (group.is_empty(), self.suites.last()) {
                (true, Some(suite)) => suite.clone(),
                _ => group,
            },
            name: attributes.text("name"),
            came: if is_skipped { SubtestCame::Skipped } else { SubtestCame::Passed },
            message: String::new(),
            text: Clipped::default(),
            took: seconds(&attributes.text("time")),
            file: Some(attributes.text("file")).filter(|file| !file.is_empty()),
            line: attributes.text("line").parse().ok(),
        }
    }

    /// An element within a case, or beside the cases.
    fn part(&mut self, kind: &[u8], attributes: &Attributes<'_>) {
        let Some(case) = &mut self.case else { return };
        let came = match kind {
            b"failure" | b"error" => SubtestCame::Failed,
            b"skipped" => SubtestCame::Skipped,
            _ => return,
        };
        // Of several the first one speaks; whatever has failed is not skipped.
        let is_first = case.came == SubtestCame::Passed
            || case.came == SubtestCame::Skipped && case.message.is_empty();
        if came == SubtestCame::Failed || case.came == SubtestCame::Passed {
            case.came = came;
        }
        if is_first || came == SubtestCame::Failed && case.message.is_empty() {
            let (message, kind) = (attributes.text("message"), attributes.text("type"));
            case.message = if message.is_empty() { kind } else { message };
        }
        if self.saying.is_none() {
            self.saying = Some(self.depth);
        }
    }

    fn say(&mut self, text: &str) {
        if let (Some(_), Some(case)) = (self.saying, &mut self.case) {
            case.text.push(text);
        }
    }

    fn end(&mut self, kind: &[u8]) {
        if self.saying == Some(self.depth) {
            self.saying = None;
            self.say("\n");
        }
        self.depth = self.depth.saturating_sub(1);
        match kind {
            b"testsuite" => drop(self.suites.pop()),
            b"testcase" => {
                let Some(case) = self.case.take() else { return };
                let Open { group, name, came, message, text, took, file, line } = case;
                let subtest = Subtest::new(&group, &name, came, &message);
                let subtest = match came {
                    SubtestCame::Passed => subtest,
                    SubtestCame::Failed | SubtestCame::Skipped => subtest.saying(&text.text()),
                };
                let file = file.map(|file| one_line(&file, FILE));
                self.results.add(Subtest { took, file, line, ..subtest });
            }
            _ => {}
        }
    }
}

/// The attributes of an element.
struct Attributes<'e>(&'e BytesStart<'e>);

impl Attributes<'_> {
    /// The value of one; empty without it.
    fn text(&self, name: &str) -> String {
        let mut all = self.0.attributes();
        // To look for doubles takes the square of their number.
        let found = all
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == name.as_bytes());
        let Some(attribute) = found else { return String::new() };
        let raw = String::from_utf8_lossy(&attribute.value);
        let text = unescape(&raw).map_or_else(|_| raw.to_string(), std::borrow::Cow::into_owned);
        let end = floor(&text, LONGEST);
        text[..end].to_owned()
    }

    /// The number of failures in its counts. `None` if it has none.
    fn failures(&self) -> Option<u64> {
        let count = |name| self.text(name).parse::<u64>().ok();
        match (count("failures"), count("errors")) {
            (None, None) => None,
            (failures, errors) => Some(failures.unwrap_or(0).saturating_add(errors.unwrap_or(0))),
        }
    }
}

/// Bytes of an attribute that are looked at.
const LONGEST: usize = 16 << 10;

/// Seconds, as they are written with a point, or with thousands apart: `1,234.5`.
fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.replace(',', "").parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests;
