//! Test runners that a suite can go through: which files each takes, how it is started, and how it says that nothing ran.
//!
//! All of it is data and pure functions. Knows no process and looks at no directory: what lies in a project is asked of a
//! [`ProjectView`], and what a runner printed is given.

mod belied;
mod cargo;
mod deno;
mod empty;
mod flags;
mod node;
mod place;
mod probitas;
mod pytest;
mod settle;

pub use belied::{Belied, Ran, bears_on_result};
pub use cargo::{
    CargoBinary, CargoBuild, CargoMetadata, CargoPackage, CargoTest, CargoTests, CargoVariable,
};
pub use place::ProjectView;
pub(crate) use settle::Implied;

use self::place::Place;
use crate::draft::{Part, Written};
use crate::word::words;
use crate::{Patterns, Span};

words! {
    /// A test runner that a suite goes through.
    SuiteKind "kind of suite" {
        /// `cargo test`.
        Cargo = "cargo",
        /// `pytest`.
        Pytest = "pytest",
        /// `deno test`.
        Deno = "deno",
        /// The one of the next four that the package has.
        Node = "node",
        /// `node --test`.
        NodeTest = "node-test",
        /// `vitest run`.
        Vitest = "vitest",
        /// `jest`.
        Jest = "jest",
        /// `playwright test`.
        Playwright = "playwright",
        /// `probitas run`.
        Probitas = "probitas",
    }
}

/// What tells the tests of a suite apart, to whoever starts one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// There is one test.
    Nothing,
    /// A file each.
    File,
    /// A batch of files each.
    Files,
    /// A listed name each.
    Name,
}

impl SuiteKind {
    /// The files that it takes by itself, as patterns below the suite's directory; none, if it does not go by files.
    pub(crate) fn files(self) -> &'static [&'static str] {
        match self {
            Self::Cargo => &[],
            Self::Pytest => pytest::FILES,
            Self::Deno => deno::FILES,
            Self::Node | Self::NodeTest => node::FILES,
            Self::Vitest | Self::Jest | Self::Playwright => node::FRAMEWORK_FILES,
            Self::Probitas => probitas::FILES,
        }
    }

    /// The files among these that it leaves out by itself.
    pub(crate) fn left_out(self) -> &'static [&'static str] {
        match self {
            Self::Cargo => &[],
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
            _ => None,
        }
    }

    /// Whether it is one test where the suite does not name files: its own workers are its own affair.
    fn is_one(self) -> bool {
        self == Self::Playwright
    }

    /// Whether it knows how to run what a test of the suite is.
    pub(crate) fn runs(self, subject: Subject) -> bool {
        match subject {
            Subject::Nothing | Subject::File | Subject::Files => self != Self::Cargo,
            Subject::Name => self == Self::Pytest,
        }
    }
}

/// A command as a kind makes it: its own words, then the suite's `args`, then `{args}`, then what the test is.
fn command(own: Vec<String>, args: &[Written], subject: Subject) -> Vec<Written> {
    let literal = |text: String| Written { parts: vec![Part::Literal(text)] };
    let one = |part| Written { parts: vec![part] };
    let mut command: Vec<Written> = own.into_iter().map(literal).collect();
    command.extend_from_slice(args);
    command.push(one(Part::Arguments));
    command.extend(match subject {
        Subject::Nothing => None,
        Subject::File => Some(one(Part::File)),
        Subject::Files => Some(one(Part::Files)),
        // The one kind that has names takes `file.py::test`.
        Subject::Name => Some(one(Part::FileInName)),
    });
    command
}

/// Words as a command has them.
fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
