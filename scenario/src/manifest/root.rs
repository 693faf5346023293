//! What a manifest says, read and checked, before the caller has looked at any file. Knows no test of a suite yet.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::manifest::draft::{SuiteDraft, TestDraft};
use crate::text::word::UnknownWord;
use crate::{
    Expectation, Jobs, Library, Limits, PlatformKey, ReportKind, Service, ShowOutput, Span,
    StatusLevel,
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
    /// `[service.*]`, in the order of the text.
    pub services: Vec<Service>,
    /// `[expect.*]`, in the order of the text.
    pub expectations: Vec<Expectation>,
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
    /// How long a run may take.
    pub run_timeout: Option<Duration>,
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
    /// Its own reports, and those of kinds that it does not name.
    fn reports_or(&self, general: &Self) -> Vec<Report> {
        let is_named = |kind| self.reports.iter().any(|own| own.kind == kind);
        let others = general.reports.iter().filter(|other| !is_named(other.kind));
        self.reports.iter().chain(others).cloned().collect()
    }
}
