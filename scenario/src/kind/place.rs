//! What a kind asks about the project around a suite.

use crate::text::relative::relative;

/// A view of the project's files. Names are relative to the manifest's directory, with `/` between their parts.
pub trait ProjectView {
    /// Whether a file of this name exists.
    fn is_file(&self, name: &str) -> bool;

    /// The text of a file. `None` if there is no such file, or if it cannot be read.
    fn text(&self, name: &str) -> Option<String>;

    /// Whether this environment variable is set and not empty.
    fn is_set(&self, variable: &str) -> bool;

    /// Whether PATH has a program of this name. Returns `true` if unknown.
    fn has_program(&self, _name: &str) -> bool {
        true
    }
}

/// The project as seen from a suite's directory.
pub(super) struct Place<'p> {
    project: &'p dyn ProjectView,
    directory: &'p str,
}

impl<'p> Place<'p> {
    pub(super) fn new(project: &'p dyn ProjectView, directory: &'p str) -> Self {
        Self { project, directory: directory.trim_start_matches("./").trim_end_matches('/') }
    }

    /// The nearest file with one of `names`, in the suite's directory or above it, as seen from there.
    pub(super) fn nearest(&self, names: &[&str]) -> Option<String> {
        let found = self.found(names)?;
        relative(self.directory, &found)
    }

    /// The text of the nearest file of one of `names`; empty if there is none.
    pub(super) fn text(&self, names: &[&str]) -> String {
        self.found(names).and_then(|name| self.project.text(&name)).unwrap_or_default()
    }

    /// Whether the nearest of all the files called `names` is called `name`.
    pub(super) fn is_nearest(&self, name: &str, names: &[&str]) -> bool {
        self.nearest(names)
            .is_some_and(|found| found == name || found.ends_with(&format!("/{name}")))
    }

    pub(super) fn is_set(&self, variable: &str) -> bool {
        self.project.is_set(variable)
    }

    pub(super) fn has_program(&self, name: &str) -> bool {
        self.project.has_program(name)
    }

    /// The pattern as seen from the manifest's directory.
    pub(super) fn below(&self, pattern: &str) -> String {
        below(self.directory, pattern)
    }

    fn found(&self, names: &[&str]) -> Option<String> {
        let directory = Some(self.directory).filter(|name| *name != ".").unwrap_or_default();
        let upward = std::iter::successors(Some(directory), |&below| {
            (!below.is_empty()).then(|| below.rsplit_once('/').map_or("", |(above, _)| above))
        });
        upward
            .flat_map(|directory| names.iter().map(move |name| below(directory, name)))
            .find(|name| self.project.is_file(name))
    }
}

fn below(directory: &str, name: &str) -> String {
    if directory.is_empty() || directory == "." {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}
