//! The files that each kind takes as tests by default, and what the project's configuration says about them.

use super::place::{Place, ProjectView};
use super::{bun, deno, node, probitas, pytest};
use crate::value::kind::SuiteKind;
use crate::{Patterns, Span};

impl SuiteKind {
    /// The default file patterns of this kind, below the suite's directory. Empty if the kind does not use files.
    pub(crate) fn files(self) -> &'static [&'static str] {
        match self {
            Self::Cargo | Self::Ctest | Self::Go => &[],
            Self::Pytest => pytest::FILES,
            Self::Bun => bun::FILES,
            Self::Deno => deno::FILES,
            Self::Node | Self::NodeTest => node::FILES,
            Self::Vitest | Self::Jest | Self::Playwright => node::FRAMEWORK_FILES,
            Self::Probitas => probitas::FILES,
            // As `prove` does; elsewhere the ending belongs to others, as Cram's tests.
            Self::Tap => &["t/**/*.t"],
        }
    }

    /// The files among these that the kind excludes by default.
    pub(crate) fn left_out(self) -> &'static [&'static str] {
        match self {
            Self::Cargo | Self::Ctest | Self::Go => &[],
            Self::Pytest => pytest::LEFT_OUT,
            _ => &["**/node_modules/**"],
        }
    }

    /// Whether the kind excludes the file called `name` by default.
    #[must_use]
    pub fn leaves_out(self, name: &str) -> bool {
        let patterns = self.left_out().iter().map(|&text| (text.to_owned(), Span::default()));
        Patterns::compile(patterns.collect()).0.matches(name)
    }

    /// The patterns that the project's own configuration of the runner excludes.
    #[must_use]
    pub fn excluded(self, project: &dyn ProjectView) -> Vec<String> {
        match self {
            Self::Deno => deno::excluded(&deno::configuration(&Place::new(project, ""))),
            _ => Vec::new(),
        }
    }

    /// The flags that the project's own script passes to the runner, without those that concern a whole run. `None` if there
    /// is no such script, or if the script does more than start the runner.
    #[must_use]
    pub fn flags(self, project: &dyn ProjectView) -> Option<Vec<String>> {
        let place = Place::new(project, "");
        match self {
            Self::Deno => deno::flags(&place),
            Self::NodeTest => node::flags(&place),
            Self::Bun => bun::flags(&place),
            _ => None,
        }
    }
}
