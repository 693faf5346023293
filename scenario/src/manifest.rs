//! What a manifest says, read and checked, before the caller has looked at any file. Knows no test of a suite yet.

use std::num::NonZeroUsize;
use std::time::Duration;

use regex::Regex;

use crate::draft::{SuiteDraft, TestDraft};
use crate::word::{UnknownWord, words};
use crate::{
    Library, Patterns, PlatformKey, ReportKind, ShowOutput, Span, StatusLevel, Streams, SuiteKind,
};

/// A manifest without its mistakes: whatever was wrong is left out.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// `[run]`.
    pub run: RunDefaults,
    /// `[profile.*]`, in the order of the text.
    pub profiles: Vec<Profile>,
    /// `[group.*]`, in the order of the text.
    pub groups: Vec<Group>,
    /// `[library.*]` that this platform has, in the order of the text.
    pub libraries: Vec<Library>,
    pub(crate) suites: Vec<SuiteDraft>,
    pub(crate) tests: Vec<TestDraft>,
}

/// `[run]` or `[profile.*]`: what holds where nothing more exact is said. `None` is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunDefaults {
    /// Tests that run at once.
    pub jobs: Option<Jobs>,
    /// Imports that transfer at once.
    pub preloads: Option<NonZeroUsize>,
    /// Failed tests after which no new one starts; 0: never.
    pub max_failures: Option<u32>,
    /// Platforms that the lock file pins.
    pub platforms: Option<Vec<PlatformKey>>,
    /// Which lines are shown while tests run.
    pub status_level: Option<StatusLevel>,
    /// When the output of tests is shown that pass.
    pub success_output: Option<ShowOutput>,
    /// When the output of attempts is shown that fail.
    pub failure_output: Option<ShowOutput>,
    /// Reports that are written, at most one of each kind.
    pub reports: Vec<Report>,
    /// What a suite or a test can say differently.
    pub limits: Limits,
}

/// A report that every run writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What it is.
    pub kind: ReportKind,
    /// The file that it goes to, relative to the manifest's directory; `-` is standard output.
    pub file: String,
}

/// How long a test may take and what happens when it does not end well. `None` is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// How long a test may run. Never zero.
    pub timeout: Option<Duration>,
    /// How long it has between the request to end and being killed.
    pub grace: Option<Duration>,
    /// When it is reported as slow. Never zero.
    pub slow: Option<Duration>,
    /// Further attempts after any failure.
    pub retries: Option<u32>,
    /// Further attempts after a failure that the evidence calls a race.
    pub race_retries: Option<u32>,
    /// What becomes of processes that it leaves behind.
    pub leaks: Option<Leaks>,
    /// How what it prints is kept.
    pub output: Option<Streams>,
    /// Whether needs are found in its sources.
    pub detect: Option<Detection>,
}

/// `[profile.NAME]`.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it says; `[run]` holds for the rest.
    pub defaults: RunDefaults,
}

/// `[group.NAME]`: tests of which only some run at once.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// How many run at once.
    pub max: NonZeroUsize,
    /// Where the name stands.
    pub span: Span,
}

/// How many tests run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jobs {
    /// As many as the machine has processors.
    PerProcessor,
    /// This many.
    Count(NonZeroUsize),
}

/// How many of the jobs a test takes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slots {
    /// All of them, so that it runs alone.
    All,
    /// This many; a number above the jobs counts as all.
    Count(NonZeroUsize),
}

impl Slots {
    /// What a test takes up that says nothing.
    pub const ONE: Self = Self::Count(NonZeroUsize::MIN);
}

words! {
    /// What becomes of processes that a test leaves behind.
    Leaks "way with leaks" {
        /// They are killed; whether the test has passed is not touched.
        Kill = "kill",
        /// They are killed, and a test that has passed is reported as one that leaks.
        Report = "report",
        /// They are killed, and the test has failed.
        Fail = "fail",
    }
}

/// Whether needs are found in sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detection {
    /// Only declared needs count.
    Off,
    /// Sources are read.
    On,
}

/// What yields the tests of a suite, for the caller to look up.
#[derive(Clone, Debug)]
pub enum Rule {
    /// Files: a test for each, or for each batch of them.
    Files(Files),
    /// The output of a command: a test for each name in it.
    List(Listing),
    /// Nothing further: the suite is one test.
    Single,
    /// The test binaries that Cargo builds with these arguments: a test for each one in them.
    Cargo(Vec<String>),
    /// The kind of the suite knows, once [`Manifest::settle`] has been told what lies in the project.
    Kind(SuiteKind),
}

/// `files` and `exclude` of a suite.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The names that belong to it …
    pub include: Patterns,
    /// … unless one of these matches.
    pub exclude: Patterns,
    /// The most files that one test gets as `{files}`; without it, a test gets one as `{file}`.
    pub batch: Option<NonZeroUsize>,
    /// The kind whose own patterns `include` are; `None` if the suite has written them.
    pub kind: Option<SuiteKind>,
}

impl Files {
    /// Whether the file called `name` belongs to the suite.
    #[must_use]
    pub fn contain(&self, name: &str) -> bool {
        self.include.matches(name) && !self.exclude.matches(name)
    }
}

/// `list` of a suite.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The command whose standard output names the tests, in the suite's `cwd`.
    pub run: Vec<String>,
    /// Matches each line that names a test, in the group `name`.
    pub pattern: Regex,
    /// Where `list` stands.
    pub span: Span,
}

impl Manifest {
    /// What `[run]` says, or `[profile.NAME]` and, for what that leaves open, `[run]`.
    ///
    /// # Errors
    ///
    /// There is no profile of that name.
    pub fn defaults(&self, profile: Option<&str>) -> Result<RunDefaults, UnknownWord> {
        let Some(name) = profile else {
            return Ok(self.run.clone());
        };
        match self.profiles.iter().find(|profile| profile.name == name) {
            Some(profile) => Ok(profile.defaults.or(&self.run)),
            None => Err(UnknownWord {
                what: "profile",
                found: name.to_owned(),
                known: self.profiles.iter().map(|profile| profile.name.clone()).collect(),
            }),
        }
    }
}

impl RunDefaults {
    /// These values, with `general` for what they leave open.
    #[must_use]
    pub fn or(&self, general: &Self) -> Self {
        Self {
            jobs: self.jobs.or(general.jobs),
            preloads: self.preloads.or(general.preloads),
            max_failures: self.max_failures.or(general.max_failures),
            platforms: self.platforms.clone().or_else(|| general.platforms.clone()),
            status_level: self.status_level.or(general.status_level),
            success_output: self.success_output.or(general.success_output),
            failure_output: self.failure_output.or(general.failure_output),
            reports: self.reports_or(general),
            limits: self.limits.or(&general.limits),
        }
    }
}

impl RunDefaults {
    /// Its own reports, and those of kinds that it does not name.
    fn reports_or(&self, general: &Self) -> Vec<Report> {
        let is_named = |kind| self.reports.iter().any(|own| own.kind == kind);
        let others = general.reports.iter().filter(|other| !is_named(other.kind));
        self.reports.iter().chain(others).cloned().collect()
    }
}

impl Limits {
    /// These values, with `general` for what they leave open.
    #[must_use]
    pub fn or(&self, general: &Self) -> Self {
        Self {
            timeout: self.timeout.or(general.timeout),
            grace: self.grace.or(general.grace),
            slow: self.slow.or(general.slow),
            retries: self.retries.or(general.retries),
            race_retries: self.race_retries.or(general.race_retries),
            leaks: self.leaks.or(general.leaks),
            output: self.output.or(general.output),
            detect: self.detect.or(general.detect),
        }
    }
}
