//! Which changes count for nothing: what Git ignores, or what ignore files leave out where there is no Git; and what probe
//! writes itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use crate::changed;
use crate::environment::Environment;

/// Names of ignore files; of two that speak of one file, the latter counts.
const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// Beginnings and ends of the names of files that editors keep beside the one that is edited.
const OF_EDITORS: [(&str, &str); 5] =
    [("", "~"), (".", ".swp"), (".", ".swx"), (".#", ""), ("#", "#")];

/// What counts for nothing.
#[derive(Debug)]
pub(crate) struct Ignored<'a> {
    base: &'a Path,
    has_git: bool,
    /// Files and directories that probe writes.
    own: Vec<PathBuf>,
    environment: &'a Environment,
}

impl<'a> Ignored<'a> {
    /// For what lies below `base`.
    pub(crate) fn new(
        base: &'a Path,
        has_git: bool,
        own: Vec<PathBuf>,
        environment: &'a Environment,
    ) -> Self {
        Self { base, has_git, own, environment }
    }

    /// What paths are called, as seen from the base.
    pub(crate) fn names(&self, paths: &BTreeSet<PathBuf>) -> Vec<String> {
        let name = |path: &PathBuf| path.strip_prefix(self.base).ok()?.to_str().map(str::to_owned);
        paths.iter().filter_map(name).collect()
    }

    /// The names of those of `paths` that count.
    pub(crate) fn counting(&self, paths: &BTreeSet<PathBuf>) -> Vec<String> {
        let is_own = |path: &Path| self.own.iter().any(|own| path.starts_with(own));
        let is_of_an_editor = |name: &str| {
            OF_EDITORS.iter().any(|(begin, end)| name.starts_with(begin) && name.ends_with(end))
        };
        let names = paths.iter().filter(|path| !is_own(path)).filter_map(|path| {
            let name = path.strip_prefix(self.base).ok()?.to_str()?;
            let last = name.rsplit('/').next().unwrap_or(name);
            (!name.is_empty() && !is_of_an_editor(last)).then(|| name.to_owned())
        });
        let mut names: Vec<String> = names.collect();
        let by_git = self
            .has_git
            .then(|| changed::ignored(self.base, &names, self.environment).ok())
            .flatten();
        match by_git {
            Some(ignored) => names.retain(|name| !ignored.contains(name)),
            None => names.retain(|name| !self.is_left_out(name)),
        }
        names
    }

    /// Whether an ignore file leaves it out; the nearest one that speaks of it counts.
    fn is_left_out(&self, name: &str) -> bool {
        let path = self.base.join(name);
        let upward = path.ancestors().skip(1).take_while(|above| above.starts_with(self.base));
        for directory in upward {
            let mut decided = None;
            for file in
                IGNORE_FILES.map(|file| directory.join(file)).iter().filter(|file| file.is_file())
            {
                let (rules, _) = Gitignore::new(file);
                let said = rules.matched_path_or_any_parents(&path, false);
                decided = (!said.is_none()).then(|| said.is_ignore()).or(decided);
            }
            if let Some(decided) = decided {
                return decided;
            }
        }
        false
    }
}
