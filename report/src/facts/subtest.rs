//! Facts about a test within a process, as its runner wrote them.

use std::borrow::Cow;

use probe_scenario::SubtestCame;
use serde::{Deserialize, Serialize};

use super::seconds::Seconds;

/// A test within a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subtest<'a> {
    /// The class or file that it belongs to.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub group: Cow<'a, str>,
    /// Its name.
    pub name: Cow<'a, str>,
    /// The result.
    pub status: SubtestStatus,
    /// Why it failed or was skipped, in one line.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub message: Cow<'a, str>,
    /// What its runner says about a failure, in several lines.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub text: Cow<'a, str>,
    /// How long it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took: Option<Seconds>,
    /// The file that defines it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Cow<'a, str>>,
    /// The line in that file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// The result of a test within a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubtestStatus {
    /// It passed.
    Pass,
    /// It failed or had an error.
    Fail,
    /// It did not run, or its failure does not count.
    Skip,
}

impl<'a> From<&'a probe_scenario::Subtest> for Subtest<'a> {
    fn from(subtest: &'a probe_scenario::Subtest) -> Self {
        Self {
            group: (&subtest.group).into(),
            name: (&subtest.name).into(),
            status: match subtest.came {
                SubtestCame::Passed => SubtestStatus::Pass,
                SubtestCame::Failed => SubtestStatus::Fail,
                SubtestCame::Skipped => SubtestStatus::Skip,
            },
            message: (&subtest.message).into(),
            text: (&subtest.text).into(),
            took: subtest.took.map(Seconds::from),
            file: subtest.file.as_deref().map(Cow::Borrowed),
            line: subtest.line,
        }
    }
}

impl Subtest<'_> {
    /// Makes an owned copy.
    pub fn to_owned(&self) -> Subtest<'static> {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        Subtest {
            group: owned(&self.group),
            name: owned(&self.name),
            status: self.status,
            message: owned(&self.message),
            text: owned(&self.text),
            took: self.took,
            file: self.file.as_deref().map(owned),
            line: self.line,
        }
    }

    /// Whether it failed.
    pub fn has_failed(&self) -> bool {
        self.status == SubtestStatus::Fail
    }

    /// Its group and name, and the reason of its result.
    pub fn words(&self) -> String {
        let label = match &*self.group {
            "" => self.name.clone().into_owned(),
            group if group == self.name => self.name.clone().into_owned(),
            group => format!("{group} {}", self.name),
        };
        if self.message.is_empty() { label } else { format!("{label}: {}", self.message) }
    }
}
