//! Reads the log of a run: lines become facts that know the place of each name in the plan.
//!
//! Trusts nothing: an invalid line is reported with its number, and a fact may only name what was planned. Knows no file and
//! no report.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, Read};

use probe_scenario::{LibraryId, TestId};
use serde::Deserialize;

use super::fact::Fact;
use super::line::{Line, VERSION};
use super::log_error::{LogError, Wrong};
use super::named::Named;
use crate::clock::time_of_day;

/// Bytes of the longest line that is read: a test's output takes no more than a few of them.
const LONGEST: u64 = 64 << 20;

/// A log, read fact by fact.
#[derive(Debug)]
pub struct Log<R> {
    lines: R,
    /// Bytes of the line at hand, and its number from 1.
    text: Vec<u8>,
    number: u64,
    /// How many tests and libraries there are to be.
    announced: (usize, usize),
    tests: HashMap<Box<str>, TestId>,
    /// A name that two tests have.
    shared_name: Option<Box<str>>,
    libraries: HashMap<Box<str>, LibraryId>,
    /// Tests and libraries that have been planned; two tests may have one name.
    planned: (usize, usize),
    /// Facts that are read but not returned yet, with their lines: the plan.
    waiting: VecDeque<(u64, Line<Fact<'static>>)>,
    /// Whether the plan is known whole.
    is_planned: bool,
    /// Whether the run has an end.
    has_ended: bool,
}

/// The content of the first line in every version.
#[derive(Deserialize)]
struct First {
    r#type: String,
    version: u32,
    probe: String,
}

impl<R: BufRead> Log<R> {
    /// Reads the first line and checks that it belongs to a log.
    ///
    /// # Errors
    ///
    /// Fails if it does not, if the log is empty, or if its version is unknown.
    pub fn begin(lines: R) -> Result<Self, LogError> {
        let mut log = Self {
            lines,
            text: Vec::new(),
            number: 0,
            announced: (0, 0),
            tests: HashMap::new(),
            shared_name: None,
            libraries: HashMap::new(),
            planned: (0, 0),
            waiting: VecDeque::new(),
            is_planned: false,
            has_ended: false,
        };
        if !log.read_line()? {
            return Err(LogError::new(Wrong::Empty));
        }
        let first: First = match serde_json::from_slice(&log.text) {
            Ok(first) => first,
            Err(_) => return Err(log.wrong(Wrong::NoLog)),
        };
        match first {
            First { r#type, .. } if r#type != "run-started" => Err(log.wrong(Wrong::NoLog)),
            First { version, probe, .. } if version != VERSION => {
                Err(log.wrong(Wrong::Version { version, probe }))
            }
            First { .. } => {
                let line = log.parsed()?;
                if let Fact::RunStarted { tests, libraries, clock, .. } = &line.fact {
                    log.announced = (*tests, *libraries);
                    if time_of_day(clock).is_none() {
                        return Err(log.wrong(Wrong::Clock(clock.to_string())));
                    }
                }
                log.waiting.push_back((log.number, line));
                Ok(log)
            }
        }
    }

    /// Returns the next fact. `None` at the end.
    ///
    /// # Errors
    ///
    /// Fails if a line is not a fact. Further calls return no facts.
    pub fn next_fact(&mut self) -> Result<Option<Line<Fact<'static>>>, LogError> {
        while !self.is_planned {
            self.read_plan()?;
        }
        if let Some((_, line)) = self.waiting.pop_front() {
            return Ok(Some(line));
        }
        let Some(mut line) = self.read_fact()? else { return Ok(None) };
        if matches!(
            line.fact,
            Fact::LibraryPlanned(_) | Fact::ServicePlanned(_) | Fact::TestsPlanned(_)
        ) {
            return Err(self.wrong(Wrong::NotPlanned));
        }
        self.look_up(&mut line.fact).map_err(|wrong| self.wrong(wrong))?;
        Ok(Some(line))
    }

    /// Whether the log has the end of the run. If not, probe was killed.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// A name that two tests of the run share, so that the log cannot tell them apart.
    pub fn shared_name(&self) -> Option<&str> {
        self.shared_name.as_deref()
    }

    /// Reads one line of the plan, or finds that it is whole.
    fn read_plan(&mut self) -> Result<(), LogError> {
        self.is_planned = self.planned == self.announced;
        if self.is_planned {
            // The first may name the last.
            let mut waiting = std::mem::take(&mut self.waiting);
            for (number, line) in &mut waiting {
                let found = self.look_up(&mut line.fact);
                found.map_err(|wrong| LogError::at(*number, wrong))?;
            }
            self.waiting = waiting;
            return Ok(());
        }
        let Some(mut line) = self.read_fact()? else { return Err(LogError::new(Wrong::NoPlan)) };
        match &mut line.fact {
            Fact::LibraryPlanned(planned) => {
                let place = LibraryId::new(self.planned.1);
                planned.library.place(place);
                self.libraries.insert(planned.library.name().into(), place);
                self.planned.1 += 1;
            }
            Fact::TestsPlanned(planned) => {
                for planned in &mut planned.tests {
                    let place = TestId::new(self.planned.0);
                    planned.test.place(place);
                    let name = planned.test.name();
                    // What is told of it later is told of the first.
                    if self.tests.contains_key(name) {
                        self.shared_name = Some(name.into());
                    } else {
                        self.tests.insert(name.into(), place);
                    }
                    self.planned.0 += 1;
                }
            }
            Fact::ServicePlanned(_) | Fact::Warning { .. } | Fact::Unknown => {}
            _ => return Err(self.wrong(Wrong::NotPlanned)),
        }
        let (tests, libraries) = self.announced;
        if self.planned.0 > tests || self.planned.1 > libraries {
            return Err(self.wrong(Wrong::NotPlanned));
        }
        self.waiting.push_back((self.number, line));
        Ok(())
    }

    /// The next line; `None` at the end, and where the last line is cut.
    fn read_fact(&mut self) -> Result<Option<Line<Fact<'static>>>, LogError> {
        if self.has_ended || !self.read_line()? {
            return Ok(None);
        }
        let line = match self.parsed() {
            // Probe was killed while it wrote.
            Err(_) if !self.text.ends_with(b"\n") => return Ok(None),
            line => line?,
        };
        match line.fact {
            Fact::RunStarted { .. } => return Err(self.wrong(Wrong::AfterEnd)),
            Fact::RunEnded { .. } => {
                self.has_ended = true;
                // Reads on before the caller takes this fact for the end.
                if self.read_line()? {
                    return Err(self.wrong(Wrong::AfterEnd));
                }
            }
            Fact::TestStarted { slot, .. } if slot >= self.announced.0 => {
                return Err(self.wrong(Wrong::Slot(slot)));
            }
            _ => {}
        }
        Ok(Some(line))
    }

    /// Reads a line without parsing it. `false` if there is none.
    fn read_line(&mut self) -> Result<bool, LogError> {
        self.text.clear();
        let mut bounded = self.lines.by_ref().take(LONGEST);
        let read = bounded.read_until(b'\n', &mut self.text);
        let read = read.map_err(|error| LogError::new(Wrong::Io(error)))?;
        self.number += 1;
        if read as u64 == LONGEST {
            return Err(self.wrong(if self.number == 1 { Wrong::NoLog } else { Wrong::TooLong }));
        }
        Ok(read > 0)
    }

    fn parsed(&self) -> Result<Line<Fact<'static>>, LogError> {
        serde_json::from_slice(&self.text).map_err(|error| self.wrong(Wrong::Json(error)))
    }

    /// Says where tests and libraries stand that a fact names.
    fn look_up(&self, fact: &mut Fact<'static>) -> Result<(), Wrong> {
        let (tests, libraries) = fact.names();
        tests.into_iter().try_for_each(|test| found(test, &self.tests, "test"))?;
        libraries.into_iter().try_for_each(|library| found(library, &self.libraries, "library"))
    }

    fn wrong(&self, wrong: Wrong) -> LogError {
        LogError::at(self.number, wrong)
    }
}

/// Looks up the place of a name, unless it has one already.
fn found<I: Copy>(
    named: &mut Named<'_, I>,
    places: &HashMap<Box<str>, I>,
    what: &'static str,
) -> Result<(), Wrong> {
    if named.is_placed() {
        return Ok(());
    }
    match places.get(named.name()) {
        Some(place) => {
            named.place(*place);
            Ok(())
        }
        None => Err(Wrong::Unplanned { what, name: named.name().to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = r#"{"at":0.0,"type":"run-started","version":1,"probe":"0.1.0","run":"00000000000000aa","clock":"2026-01-02T03:04:05.678Z","tests":2,"libraries":1,"skipped":0,"jobs":2}
"#;
    const PLAN: &str = r#"{"at":0.0,"type":"library-planned","library":"lib","origin":"made by a test"}
{"at":0.0,"type":"tests-planned","line":3,"needs":["lib"],"tests":[{"test":"a","after":["b"]},{"test":"b"}]}
"#;

    /// The types of the facts in a log, and whether it has an end. The error says what is wrong with it.
    fn read(text: &str) -> Result<(Vec<String>, bool), String> {
        let mut log = Log::begin(text.as_bytes()).map_err(|error| error.to_string())?;
        let mut types = Vec::new();
        while let Some(line) = log.next_fact().map_err(|error| error.to_string())? {
            let json = serde_json::to_value(&line.fact).expect("it was read");
            types.push(json["type"].as_str().expect("a type").to_owned());
        }
        Ok((types, log.has_ended()))
    }

    #[test]
    fn a_plan_may_name_what_comes_later() {
        let mut log = Log::begin([START, PLAN].concat().leak().as_bytes()).expect("a log");
        let mut after = None;
        while let Some(line) = log.next_fact().expect("facts") {
            if let Fact::TestsPlanned(planned) = line.fact {
                after = planned.tests[0].after.first().map(Named::id);
            }
        }
        assert_eq!(after, Some(TestId::new(1)));
    }

    #[test]
    fn a_log_that_was_cut_ends_before_the_cut() {
        let started =
            "{\"at\":0.5,\"type\":\"test-started\",\"test\":\"a\",\"attempt\":1,\"slot\":0}\n";
        let whole = [START, PLAN, started].concat();
        let planned = ["run-started", "library-planned", "tests-planned"].map(str::to_owned);
        for cut in whole.len() - started.len()..=whole.len() {
            let (types, has_ended) = read(&whole[..cut]).expect("a log");
            let is_whole = cut + 1 >= whole.len();
            assert_eq!((types.len(), has_ended), (3 + usize::from(is_whole), false), "{cut}");
            assert_eq!(types[..3], planned);
        }
        for cut in START.len()..whole.len() - started.len() - 1 {
            let error = read(&whole[..cut]).expect_err("no plan");
            assert!(error.contains("ends before it says"), "{cut}: {error}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let log = |more: &str| [START, PLAN, more, "\n"].concat();
        for (text, expected) in [
            (String::new(), "it is empty"),
            ("\u{7f}ELF".to_owned(), "line 1: it is no log of events"),
            ("{\"type\":\"suite\"}\n".to_owned(), "line 1: it is no log of events"),
            (
                START.replace("\"version\":1", "\"version\":2"),
                "line 1: it is of version 2, by probe 0.1.0",
            ),
            (
                [START, "{\"at\":1,\"type\":\"test-given-up\",\"test\":\"a\"}\n"].concat(),
                "line 2: it does not say what the run consists of",
            ),
            (
                START.replace("2026-01-02T", "today "),
                "line 1: `today 03:04:05.678Z` is no time of day",
            ),
            (log("nonsense"), "line 4: expected ident at column 2"),
            (
                log("{\"at\":1,\"type\":\"test-started\",\"test\":\"c\",\"attempt\":1,\"slot\":0}"),
                "line 4: there is no test `c` in the run",
            ),
            (
                log("{\"at\":1,\"type\":\"test-started\",\"test\":\"a\",\"attempt\":1,\"slot\":9}"),
                "line 4: there is no slot 9 in the run",
            ),
            (log("{\"at\":1,\"type\":\"test-started\"}"), "line 4: missing field `test`"),
            (log(START.trim()), "line 4: another run begins"),
        ] {
            let error = read(&text).expect_err("it is wrong");
            assert!(error.starts_with(expected), "{text}: {error}");
        }
        // A later version may have more facts.
        let (types, _) =
            read(&log("{\"at\":1,\"type\":\"preload-started\",\"library\":\"lib\",\"new\":1}"))
                .expect("a log");
        assert_eq!(types.last().map(String::as_str), Some("preload-started"));
    }
}
