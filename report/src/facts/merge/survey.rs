//! The content of one log about its shard, read from beginning to end. Does not know the other shards.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::time::Duration;

use super::error::MergeError;
use crate::facts::fact::Fact;
use crate::facts::log::Log;
use crate::facts::named::TestName;
use crate::facts::planned::{LibraryPlanned, ServicePlanned, TestPlanned, TestsPlanned};
use crate::facts::preload::PreloadHow;
use crate::facts::shard::Dealt;

/// A shard, from its log.
#[derive(Debug)]
pub struct Survey {
    /// The log, as it was given.
    pub(super) name: String,
    pub(super) dealt: Dealt,
    /// How the run began.
    pub(super) began: Fact<'static>,
    pub(super) libraries: Vec<LibraryPlanned<'static>>,
    pub(super) services: Vec<ServicePlanned<'static>>,
    /// The tests in the order of the log, each with the values that it shares with others.
    pub(super) tests: Vec<(TestsPlanned<'static>, TestPlanned<'static>)>,
    /// Whether each test has a result, in the same order.
    pub(super) settled: Vec<bool>,
    /// The result of each library and of each service, by name.
    pub(super) shared: BTreeMap<String, Came>,
    pub(super) timed_out: Option<Fact<'static>>,
    /// How the run ended; `None` if probe was killed.
    pub(super) end: Option<Fact<'static>>,
    /// The time of the last fact.
    pub(super) last: Duration,
}

/// The result of something that tests share.
#[derive(Debug, Default)]
pub(super) struct Came {
    /// The result with the highest rank is reported.
    pub(super) rank: (Weight, Duration),
    /// Tests that did not run for it.
    pub(super) blocked: Vec<TestName<'static>>,
}

/// How much there is to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    #[default]
    Nothing,
    Found,
    Made,
    Spared,
    Lost,
}

impl Survey {
    /// Reads the log called `name`.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read, or if it is not the log of a shard.
    pub fn of(name: &str, lines: impl BufRead) -> Result<Self, MergeError> {
        let wrong = |why| MergeError::Log { name: name.to_owned(), why };
        let no_shard = || MergeError::NoShard { name: name.to_owned() };
        let mut log = Log::begin(lines).map_err(wrong)?;
        let first = log.next_fact().map_err(wrong)?.map(|line| line.fact).ok_or_else(no_shard)?;
        let Fact::RunStarted { shard: Some(dealt), .. } = &first else { return Err(no_shard()) };
        let mut survey = Self {
            name: name.to_owned(),
            dealt: dealt.clone(),
            began: first,
            libraries: Vec::new(),
            services: Vec::new(),
            tests: Vec::new(),
            settled: Vec::new(),
            shared: BTreeMap::new(),
            timed_out: None,
            end: None,
            last: Duration::ZERO,
        };
        while let Some(line) = log.next_fact().map_err(wrong)? {
            survey.last = line.at.duration();
            survey.hear(line.fact);
        }
        Ok(survey)
    }

    /// The number of the shard, from 1.
    pub fn number(&self) -> u32 {
        self.dealt.number
    }

    /// Tests without a result, because probe was killed.
    pub(super) fn lost(&self) -> impl Iterator<Item = &TestName<'static>> {
        let open = self.tests.iter().zip(&self.settled).filter(|(_, settled)| !**settled);
        open.map(|((_, planned), _)| &planned.test)
    }

    fn hear(&mut self, fact: Fact<'static>) {
        match fact {
            Fact::LibraryPlanned(planned) => self.libraries.push(planned),
            Fact::ServicePlanned(planned) => self.services.push(planned),
            Fact::TestsPlanned(mut planned) => {
                let tests = std::mem::take(&mut planned.tests);
                self.settled.resize(self.settled.len() + tests.len(), false);
                self.tests.extend(tests.into_iter().map(|test| (planned.clone(), test)));
            }
            Fact::PreloadPassed { library, how, took, .. } => {
                let weight = match how {
                    PreloadHow::Fetched | PreloadHow::Built => Weight::Made,
                    _ => Weight::Found,
                };
                self.shared(library.name(), weight, took.duration(), Vec::new());
            }
            Fact::PreloadLooked { library, .. } => {
                self.shared(library.name(), Weight::Found, Duration::ZERO, Vec::new());
            }
            Fact::PreloadChecked { library, took, .. } => {
                self.shared(library.name(), Weight::Found, took.duration(), Vec::new());
            }
            Fact::PreloadFailed { library, is_spared, took, blocked, .. } => {
                let weight = if is_spared { Weight::Spared } else { Weight::Lost };
                self.shared(library.name(), weight, took.duration(), blocked);
            }
            Fact::ServiceStopped { service, took, .. } => {
                self.shared(&service, Weight::Made, took.duration(), Vec::new());
            }
            Fact::ServiceFailed { service, took, blocked, .. }
            | Fact::ServiceDied { service, took, blocked, .. } => {
                self.shared(&service, Weight::Lost, took.duration(), blocked);
            }
            Fact::ServiceBlocks { service, blocked } => {
                self.shared(&service, Weight::Nothing, Duration::ZERO, blocked);
            }
            Fact::TestEnded { test, .. } | Fact::TestGivenUp { test } => self.settle(&[test]),
            Fact::TestsBlocked { tests, .. } => self.settle(&tests),
            fact @ Fact::RunTimedOut { .. } => self.timed_out = Some(fact),
            fact @ Fact::RunEnded { .. } => self.end = Some(fact),
            _ => {}
        }
    }

    fn shared(
        &mut self,
        name: &str,
        weight: Weight,
        took: Duration,
        blocked: Vec<TestName<'static>>,
    ) {
        self.settle(&blocked);
        let came = self.shared.entry(name.to_owned()).or_default();
        came.rank = came.rank.max((weight, took));
        came.blocked.extend(blocked);
    }

    fn settle(&mut self, tests: &[TestName<'static>]) {
        for test in tests {
            self.settled[test.id().index()] = true;
        }
    }
}
