//! What each kind takes for a test by itself, and what its configuration says to that.

use super::place::{Place, ProjectView};
use super::{bun, deno, node, probitas, pytest};
use crate::value::kind::SuiteKind;
use crate::{Patterns, Span};

impl SuiteKind {
    /// The files that it takes by itself, as patterns below the suite's directory; none, if it does not go by files.
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

    /// The files among these that it leaves out by itself.
    pub(crate) fn left_out(self) -> &'static [&'static str] {
        match self {
            Self::Cargo | Self::Ctest | Self::Go => &[],
            Self::Pytest => pytest::LEFT_OUT,
            _ => &["**/node_modules/**"],
        }
    }

    /// Whether it leaves the file called `name` out by itself.
    #[must_use]
    pub fn leaves_out(self, name: &str) -> bool {
        let patterns = self.left_out().iter().map(|&text| (text.to_owned(), Span::default()));
        Patterns::compile(patterns.collect()).0.matches(name)
    }

    /// What the project's own configuration of the runner leaves out, as patterns.
    #[must_use]
    pub fn excluded(self, project: &dyn ProjectView) -> Vec<String> {
        match self {
            Self::Deno => deno::excluded(&deno::configuration(&Place::new(project, ""))),
            _ => Vec::new(),
        }
    }

    /// The flags that the project's own script gives to the runner, and that hold for a part of its tests too; `None` if
    /// there is no such script, or it does more than that.
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
