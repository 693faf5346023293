//! The content of a manifest, read and checked, before the caller has looked at any file. Knows no test of a suite yet.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::manifest::draft::{SuiteDraft, TestDraft};
use crate::text::word::UnknownWord;
use crate::{
    Expectation, Jobs, Library, Limits, PlatformKey, ReportKind, Service, ShowOutput, Span,
    StatusLevel,
};

/// A manifest without its mistakes: parts with mistakes are left out.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// `[run]`.
    pub run: RunDefaults,
    /// `[profile.*]`, in the order of the text.
    pub profiles: Vec<Profile>,
    /// `[group.*]`, in the order of the text.
    pub groups: Vec<Group>,
    /// The `[library.*]` tables for this platform, in the order of the text.
    pub libraries: Vec<Library>,
    /// `[service.*]`, in the order of the text.
    pub services: Vec<Service>,
    /// `[expect.*]`, in the order of the text.
    pub expectations: Vec<Expectation>,
    pub(crate) suites: Vec<SuiteDraft>,
    pub(crate) tests: Vec<TestDraft>,
}

/// `[run]` or `[profile.*]`: the defaults for suites and tests. `None` means not set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunDefaults {
    /// How many tests run at the same time.
    pub jobs: Option<Jobs>,
    /// How many libraries transfer at the same time.
    pub preloads: Option<NonZeroUsize>,
    /// After this many failed tests no new test starts. 0 means never.
    pub max_failures: Option<u32>,
    /// How long a run may take.
    pub run_timeout: Option<Duration>,
    /// The platforms that the lock file pins.
    pub platforms: Option<Vec<PlatformKey>>,
    /// Which lines appear while tests run.
    pub status_level: Option<StatusLevel>,
    /// When the output of passing tests appears.
    pub success_output: Option<ShowOutput>,
    /// When the output of failing attempts appears.
    pub failure_output: Option<ShowOutput>,
    /// The reports to write, at most one of each kind.
    pub reports: Vec<Report>,
    /// Limits that a suite or a test can override.
    pub limits: Limits,
}

/// A report that every run writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The kind of report.
    pub kind: ReportKind,
    /// The file to write, relative to the manifest's directory. `-` is standard output.
    pub file: String,
}

/// `[profile.NAME]`.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Its settings. `[run]` holds for the rest.
    pub defaults: RunDefaults,
}

/// `[group.NAME]`: a limit on how many of its tests run at the same time.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// How many of its tests run at the same time.
    pub max: NonZeroUsize,
    /// The place of the name.
    pub span: Span,
}

impl Manifest {
    /// The settings of `[run]`, or those of `[profile.NAME]` with `[run]` for the values that the profile does not set.
    ///
    /// # Errors
    ///
    /// Fails if there is no profile of that name.
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
    /// These values; where one is `None`, that of `general`.
    #[must_use]
    pub fn or(&self, general: &Self) -> Self {
        Self {
            jobs: self.jobs.or(general.jobs),
            preloads: self.preloads.or(general.preloads),
            max_failures: self.max_failures.or(general.max_failures),
            run_timeout: self.run_timeout.or(general.run_timeout),
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
    /// Its own reports, and those of `general` for kinds that it does not name.
    fn reports_or(&self, general: &Self) -> Vec<Report> {
        let is_named = |kind| self.reports.iter().any(|own| own.kind == kind);
        let others = general.reports.iter().filter(|other| !is_named(other.kind));
        self.reports.iter().chain(others).cloned().collect()
    }
}
