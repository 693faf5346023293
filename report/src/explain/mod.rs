//! Explains one test of a finished run in one screen: what it needed, what it waited for, each attempt, the verdict, what
//! to do.
//!
//! Uses the record of a log. Knows no project: asks the caller why a library is needed.

mod advice;
mod few;
mod needed;
mod words;

use std::fmt;
use std::io::{self, BufRead, Write};
use std::path::Path;

use probe_scenario::TestId;

use super::counted::tests;
use super::facts::{Log, LogError};
use super::record::{Came, Case, Record};
use super::style;

/// A run whose tests can be explained.
#[derive(Debug)]
pub struct Explained {
    record: Record,
}

/// Why a run cannot be explained.
#[derive(Debug)]
pub enum NotExplained {
    /// The log cannot be read.
    Log(LogError),
    /// The output of tests cannot be stored.
    Io(io::Error),
}

/// Facts that a log does not contain.
pub struct Beside<'a> {
    /// How long ago the run began: "5 min ago".
    pub when: &'a str,
    /// Whether it is the last run.
    pub is_last: bool,
    /// Returns the lines of the manifest or of sources that ask for a library, by its name.
    pub why: &'a dyn Fn(&str) -> Option<String>,
}

impl Explained {
    /// Reads a log to its end. Keeps the output of tests in an unnamed file in `temporary`.
    ///
    /// # Errors
    ///
    /// Fails if it is not a log, or if there is no room for the output.
    pub fn read(mut log: Log<impl BufRead>, temporary: &Path) -> Result<Self, NotExplained> {
        let mut record = Record::new(temporary).map_err(NotExplained::Io)?;
        while let Some(line) = log.next_fact().map_err(NotExplained::Log)? {
            record.fact(line.at, &line.fact).map_err(NotExplained::Io)?;
        }
        if !log.has_ended() {
            record.cut_off();
        }
        Ok(Self { record })
    }

    /// The id of the run.
    pub fn run(&self) -> &str {
        &self.record.began.run
    }

    /// The Unix time at which it began.
    pub fn began(&self) -> i64 {
        self.record.began.clock.timestamp()
    }

    /// The tests called `name`, with or without their suite. If there are none, the tests with `name` in their names.
    pub fn find(&self, name: &str) -> Vec<TestId> {
        let outline = &self.record.outline;
        let lower = name.to_lowercase();
        let of = |fits: &dyn Fn(&Case) -> bool| -> Vec<TestId> {
            self.record.tests.iter().filter(|case| fits(case)).map(|case| case.id).collect()
        };
        let exact = of(&|case| {
            let test = outline.test(case.id);
            test.shown() == name || test.name() == name
        });
        if exact.is_empty() {
            of(&|case| outline.test(case.id).shown().to_lowercase().contains(&lower))
        } else {
            exact
        }
    }

    /// The name of a test as users see it.
    pub fn name(&self, test: TestId) -> &str {
        self.record.outline.test(test).shown()
    }

    /// Writes a line for each test that did not pass, and how to learn more.
    ///
    /// # Errors
    ///
    /// Fails if `out` does.
    pub fn write_overview(&self, out: &mut dyn Write, when: &str) -> io::Result<()> {
        let record = &self.record;
        let has_passed = |case: &Case| match case.came {
            Came::To(status) => !status.is_failure(),
            _ => false,
        };
        let others: Vec<&Case> = record.tests.iter().filter(|case| !has_passed(case)).collect();
        let (run, all, cyan) = (self.run(), tests(record.tests.len()), style::NAME);
        if others.is_empty() {
            return writeln!(out, "no test failed in the last run ({run}, {when}): {all} ran");
        }
        for case in &others {
            let ((word, colour), name) = (words::came(case), self.name(case.id));
            writeln!(out, "{cyan}{name}{cyan:#} {colour}{word}{colour:#}")?;
        }
        let not = if others.len() == 1 { "has" } else { "have" };
        writeln!(
            out,
            "\n{} of {all} {not} not passed in the last run ({run}, {when}); `probe explain TEST` says more of one",
            others.len()
        )
    }

    /// Writes what happened to a test, and why.
    ///
    /// # Errors
    ///
    /// Fails if `out` does.
    pub fn write(&self, out: &mut dyn Write, test: TestId, beside: &Beside<'_>) -> io::Result<()> {
        let record = &self.record;
        let case = &record.tests[test.index()];
        let (word, colour) = words::came(case);
        let (name, run, cyan) = (self.name(test), self.run(), style::NAME);
        let Beside { when, is_last, .. } = beside;
        let which = if *is_last { "in the last run" } else { "in the last run that had it" };
        writeln!(out, "{cyan}{name}{cyan:#} {colour}{word}{colour:#} {which} ({run}, {when})\n")?;
        let mut sections = vec![
            ("Needed", needed::needed(record, case, beside.why)),
            ("Waited", needed::waited(record, case)),
            ("Attempts", words::attempts(record, case)),
            ("Verdict", words::verdict(record, case)),
            ("It printed", words::printed(record, case)?),
            ("What to do", advice::advice(record, case)),
        ];
        sections.retain(|(_, lines)| !lines.is_empty());
        for (title, lines) in sections {
            let bold = style::STRONG;
            for (index, line) in lines.iter().enumerate() {
                let title = if index == 0 { title } else { "" };
                writeln!(out, "{bold}{title:<10}{bold:#}  {line}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for NotExplained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NotExplained {}
