//! One folder of a project, as far as the tests in it can be told: its files, without those that belong to suites already.
//!
//! Names are relative to the folder. Knows no runner.

use std::collections::BTreeSet;

use probe_pattern::{PatternSet, escape};
use probe_scenario::ProjectView;

use super::layout::Layout;
use super::suggestion::Files;

/// A folder with what marks it as a package of its own, or the whole project.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground<'l> {
    layout: &'l Layout,
    /// Relative to the project; empty for the whole of it.
    folder: &'l str,
    /// The files of the suites so far, by the project's names.
    claimed: &'l BTreeSet<String>,
    /// The folders that have suites of their own already.
    settled: &'l BTreeSet<String>,
}

impl<'l> Ground<'l> {
    pub(super) fn new(
        layout: &'l Layout,
        folder: &'l str,
        claimed: &'l BTreeSet<String>,
        settled: &'l BTreeSet<String>,
    ) -> Self {
        Self { layout, folder, claimed, settled }
    }

    /// Whether it is the whole project.
    pub(super) fn is_project(&self) -> bool {
        self.folder.is_empty()
    }

    /// Whether it is this folder of the project, or lies in it.
    pub(super) fn is_in(&self, folder: &str) -> bool {
        self.folder == folder || is_below(self.folder, folder)
    }

    /// Whether there is a file of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.layout.has(&below(self.folder, name))
    }

    /// The text of a file; empty if there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.layout.text(&below(self.folder, name))
    }

    /// The folders from this one up to the project's, each with the way to it from here: empty, `../`, and so on.
    pub(super) fn upward(&self) -> impl Iterator<Item = (&'l str, String)> {
        let folders = std::iter::successors(Some(self.folder), |&below| {
            (!below.is_empty()).then(|| below.rsplit_once('/').map_or("", |(above, _)| above))
        });
        folders.enumerate().map(|(steps, folder)| (folder, "../".repeat(steps)))
    }

    /// The text of a file in one of the folders of [`upward`](Self::upward); empty if there is none.
    pub(super) fn text_in(&self, folder: &str, name: &str) -> String {
        self.layout.text(&below(folder, name))
    }

    /// Whether the nearest of the files called `names`, here or above, is called `name`.
    pub(super) fn is_nearest(&self, name: &str, names: &[&str]) -> bool {
        let mut found = self.upward().filter_map(|(folder, _)| {
            names.iter().find(|name| self.layout.has(&below(folder, name)))
        });
        found.next().is_some_and(|found| *found == name)
    }

    /// The nearest thing of one of `names`, here or above, as it is called from here. Ignore files hide nothing.
    pub(super) fn nearest(&self, names: &[&str]) -> Option<String> {
        self.upward().find_map(|(folder, up)| {
            let name = names.iter().find(|name| self.layout.exists(&below(folder, name)))?;
            Some(format!("{up}{name}"))
        })
    }

    /// Whether a folder below this one has suites of its own.
    pub(super) fn has_settled(&self) -> bool {
        self.settled.iter().any(|folder| *folder != self.folder && self.contains(folder).is_some())
    }

    /// Whether a suite has a file here already that one of `patterns` matches.
    pub(super) fn has_claimed(&self, patterns: &[&str]) -> bool {
        let (set, _) = PatternSet::new(patterns.iter().copied());
        self.claimed.iter().filter_map(|whole| self.contains(whole)).any(|name| set.matches(name))
    }

    /// Whether the text of any of `files` fulfils `condition`.
    pub(super) fn any(&self, files: &[String], condition: impl Fn(&str) -> bool) -> bool {
        files.iter().any(|name| condition(&self.text(name)))
    }

    /// The files that one of `patterns` matches and nobody has claimed, with the patterns that find them; `None` if
    /// there is no such file.
    pub(super) fn find(&self, patterns: &[&str]) -> Option<Files> {
        self.find_without(patterns, &[])
    }

    /// The same without the files called `others`.
    pub(super) fn find_without(&self, patterns: &[&str], others: &[String]) -> Option<Files> {
        let mut files = Files::default();
        let mut found = BTreeSet::new();
        let mut foreign = BTreeSet::new();
        for pattern in patterns {
            let (set, refused) = PatternSet::new([*pattern]);
            debug_assert!(refused.is_empty(), "the patterns of this module are patterns");
            let mut is_used = false;
            let mut of_others = BTreeSet::new();
            for whole in self.layout.names() {
                let Some(name) = self.contains(whole).filter(|name| set.matches(name)) else {
                    continue;
                };
                if self.claimed.contains(whole) {
                    of_others.extend(self.settled_above(whole));
                } else if !others.iter().any(|other| other == name) {
                    is_used |= found.insert(name.to_owned());
                }
            }
            if is_used {
                files.include.push((*pattern).to_owned());
                foreign.append(&mut of_others);
            }
        }
        found.retain(|name| !foreign.iter().any(|folder| is_below(name, folder)));
        if found.is_empty() {
            return None;
        }
        if files.include.iter().any(|pattern| pattern.starts_with("**")) {
            files.exclude = self.layout.foreign().map(|name| format!("**/{name}/**")).collect();
        }
        files.exclude.extend(foreign.iter().map(|folder| format!("{}/**", escape(folder))));
        files.names = found.into_iter().collect();
        Some(files)
    }

    /// The uppermost folder with suites of its own in which a file lies, as it is called from here.
    fn settled_above(&self, whole: &str) -> Option<String> {
        let above = self.settled.iter().filter(|folder| {
            self.contains(folder).is_some_and(|own| !own.is_empty()) && is_below(whole, folder)
        });
        self.contains(above.min_by_key(|folder| folder.len())?).map(str::to_owned)
    }

    /// What something of the project is called from here, if it is here.
    fn contains<'n>(&self, whole: &'n str) -> Option<&'n str> {
        match self.folder {
            "" => Some(whole),
            folder => whole.strip_prefix(folder)?.strip_prefix('/'),
        }
    }
}

impl ProjectView for Ground<'_> {
    fn is_file(&self, name: &str) -> bool {
        self.has(name)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.has(name).then(|| self.text(name))
    }

    fn is_set(&self, _: &str) -> bool {
        false
    }
}

/// What something in `folder` is called from the project.
pub(super) fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn is_below(name: &str, folder: &str) -> bool {
    name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
