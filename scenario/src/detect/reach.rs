//! Which files a change concerns: walks the survey backwards, from the changed files to the files that import them.
//!
//! One search serves all changes and takes time linear in the graph. The way that it finds from each file is a shortest
//! one. Does not know what a change is, nor how the caller learned of it.

use std::collections::{BTreeMap, VecDeque};

use super::survey::Survey;
use crate::{Ecosystem, SuiteKind, Test};

/// The result of the search. `C` is the caller's reason why a file counts as changed.
#[derive(Debug)]
pub struct Reach<C> {
    by_name: BTreeMap<String, u32>,
    /// By node, the first step on the way to a change.
    steps: Vec<Option<Step>>,
    /// By node, why it counts as changed.
    causes: Vec<Option<C>>,
    names: Vec<String>,
}

/// The way from a file to the file that changed.
#[derive(Debug)]
pub struct Way<'r, C> {
    /// The reason why the last of these files counts as changed.
    pub cause: &'r C,
    /// From the file itself to the one that changed. Each file imports the next.
    pub files: Vec<&'r str>,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// It has changed itself.
    Here,
    /// It imports this one.
    To(u32),
}

impl Survey<'_> {
    /// The files found so far, and the project's own packages, in a fixed order.
    pub fn found(&self) -> impl Iterator<Item = &str> {
        self.names().map(|(name, _)| name)
    }

    /// Records that the file `from` uses the file `to`. The survey may not have found `to` yet.
    pub fn connect_names(&mut self, from: &str, to: &str) {
        let (from, _) = self.node(from);
        let (to, _) = self.node(to);
        self.edge(from, to);
    }

    /// Finds the files that a change concerns. `cause` returns why a file counts as changed, or `None`.
    #[must_use]
    pub fn reach<C>(self, cause: impl Fn(&str) -> Option<C>) -> Reach<C> {
        let (by_name, edges) = self.into_edges();
        let mut names = vec![String::new(); by_name.len()];
        for (name, &node) in &by_name {
            names[node as usize].clone_from(name);
        }
        let mut importers: Vec<Vec<u32>> = vec![Vec::new(); names.len()];
        for (from, to) in edges {
            importers[to as usize].push(from);
        }
        let mut steps: Vec<Option<Step>> = vec![None; names.len()];
        let mut causes: Vec<Option<C>> = names.iter().map(|_| None).collect();
        let mut open = VecDeque::new();
        // In the order of names, so that of two ways of one length the same one is always taken.
        for &node in by_name.values() {
            if let Some(cause) = cause(&names[node as usize]) {
                causes[node as usize] = Some(cause);
                steps[node as usize] = Some(Step::Here);
                open.push_back(node);
            }
        }
        while let Some(node) = open.pop_front() {
            for &importer in &importers[node as usize] {
                let step = &mut steps[importer as usize];
                if step.is_none() {
                    *step = Some(Step::To(node));
                    open.push_back(importer);
                }
            }
        }
        Reach { by_name, steps, causes, names }
    }
}

impl<C> Reach<C> {
    /// The way from `file` to the file that changed. `None` if no change concerns it, or if the survey has not found it.
    #[must_use]
    pub fn way(&self, file: &str) -> Option<Way<'_, C>> {
        let mut at = *self.by_name.get(file)?;
        let mut files = Vec::new();
        loop {
            files.push(self.names[at as usize].as_str());
            // The ways are shortest ones, so the loop ends.
            match self.steps[at as usize]? {
                Step::To(next) => at = next,
                Step::Here => {
                    let cause = self.causes[at as usize].as_ref()?;
                    return Some(Way { cause, files });
                }
            }
        }
    }
}

impl Survey<'_> {
    /// Whether the imports of a test's files show everything that it runs: probe can read them, and their runner runs
    /// nothing else.
    #[must_use]
    pub fn follows(test: &Test) -> bool {
        let runs_them = match test.kind {
            Some(SuiteKind::Cargo | SuiteKind::Ctest) => false,
            // Whatever prints TAP.
            Some(SuiteKind::Tap) | None => Ecosystem::of_program(test).is_some(),
            Some(_) => true,
        };
        runs_them && !test.files.is_empty() && test.files.iter().all(|file| Self::reads(file))
    }

    /// Whether a file may import others in a language that probe cannot read, such as a component of Vue or Svelte.
    #[must_use]
    pub fn is_closed(file: &str) -> bool {
        const ENDINGS: [&str; 9] =
            [".astro", ".coffee", ".less", ".mdx", ".pyx", ".sass", ".scss", ".svelte", ".vue"];
        ENDINGS.iter().any(|ending| file.ends_with(ending))
    }
}
