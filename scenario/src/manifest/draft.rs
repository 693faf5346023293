//! Suites and tests between the text and the files: references are ids already, `{file}` and its like are still open.

use std::num::NonZeroUsize;

use crate::manifest::written::Written;
use crate::{
    GroupId, JointCheck, Limits, Need, Patterns, ResultsFile, Rule, ServiceNeed, Slots, Span,
    SuiteKind,
};

/// A `[suite.NAME]` that has no mistake.
#[derive(Clone, Debug)]
pub(crate) struct SuiteDraft {
    pub(crate) name: String,
    pub(crate) rule: Rule,
    pub(crate) common: Common,
    /// The parts that it leaves to its kind, if it has one.
    pub(crate) implied: Option<Implied>,
}

/// A `[test.NAME]` that has no mistake.
#[derive(Clone, Debug)]
pub(crate) struct TestDraft {
    pub(crate) name: String,
    pub(crate) common: Common,
    /// Whether it runs even if the tests before it fail.
    pub(crate) is_finally: bool,
}

/// The values that suites and tests share.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    pub(crate) run: Vec<Written>,
    /// The command that wraps `run`. Empty if there is none.
    pub(crate) wrap: Vec<Written>,
    /// The commands that run before it, and after it in any case. Empty if there is none.
    pub(crate) before: Vec<Written>,
    pub(crate) cleanup: Vec<Written>,
    pub(crate) needs: Vec<Need>,
    pub(crate) services: Vec<ServiceNeed>,
    /// Positions among the manifest's tests.
    pub(crate) after: Vec<usize>,
    /// Positions among the manifest's suites. All tests of these suites come first.
    pub(crate) after_suites: Vec<usize>,
    pub(crate) tags: Vec<String>,
    pub(crate) env: Vec<(String, Written)>,
    pub(crate) results: Option<ResultsFile>,
    pub(crate) env_file: Option<String>,
    /// Further inputs besides its own files, if set.
    pub(crate) inputs: Option<Patterns>,
    pub(crate) cwd: Option<String>,
    pub(crate) limits: Limits,
    pub(crate) slots: Slots,
    pub(crate) group: Option<GroupId>,
    pub(crate) kind: Option<SuiteKind>,
    /// Whether nothing of the project keeps the result of its runner back.
    pub(crate) has_result: bool,
    /// What its runner checks, and can check for many tests at once.
    pub(crate) check: Option<JointCheck>,
    pub(crate) span: Span,
    pub(crate) line: usize,
}

/// The parts that a suite leaves to its kind.
#[derive(Clone, Debug)]
pub(crate) struct Implied {
    pub(crate) kind: SuiteKind,
    /// `args`, if they are there.
    pub(crate) args: Option<Vec<Written>>,
    /// `exclude`, where the suite has no `files`.
    pub(crate) exclude: Patterns,
    /// `batch`, where the suite has no `files`.
    pub(crate) batch: Option<NonZeroUsize>,
    /// Where `kind` stands.
    pub(crate) span: Span,
}
