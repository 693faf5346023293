//! Which files of a project a change concerns: the walk that detection makes, from tests to what they import, looked at from
//! its other end.
//!
//! Does not know what a change is, nor which tests the files are.

use std::collections::BTreeSet;
use std::path::Path;

use probe_scenario::{Reach, Recogniser, Survey};

use super::Surroundings;
use super::beside::{Beside, Widened};
use super::tree::Tree;

/// What stands for a package of the project itself among the names of files.
pub(crate) const MEMBER: &str = "workspace:";

impl Surroundings {
    /// The project in the directory `root`, seen from `base`, which it lies in.
    pub(crate) fn seen_from(base: &Path, root: &Path) -> Self {
        let own = root.strip_prefix(base).ok().and_then(Path::to_str).unwrap_or_default();
        Self { tree: Tree::new(base), own: own.to_owned() }
    }

    /// The name of a file of the project, as seen from the base.
    pub(crate) fn of_base(&self, name: &str) -> String {
        let parts = name.split('/').filter(|part| !matches!(*part, "" | "."));
        let mut path: Vec<&str> = self.own.split('/').filter(|part| !part.is_empty()).collect();
        for part in parts {
            match part {
                ".." => drop(path.pop()),
                part => path.push(part),
            }
        }
        path.join("/")
    }

    /// What a change concerns of all that `files`, named as seen from the base, import. `cause` says why a file counts as
    /// changed, if it does; its second argument is all files that say what names stand for.
    pub(crate) fn reach<C>(
        &self,
        files: &[String],
        beside: &Beside,
        cause: impl Fn(&str, &BTreeSet<String>) -> Option<C>,
    ) -> Reach<C> {
        let (project, described) = self.described(files, &BTreeSet::new());
        let recogniser = Recogniser::new(&[], |_| false);
        let tree = Widened { tree: &self.tree, beside };
        let mut survey = Survey::new(&project, &recogniser);
        self.survey(&mut survey, &tree, files);
        let mut open: Vec<String> = survey
            .found()
            .filter_map(|name| name.strip_prefix(MEMBER))
            .map(str::to_owned)
            .collect();
        let mut seen: BTreeSet<String> = open.iter().cloned().collect();
        while let Some(name) = open.pop() {
            for used in beside.members.get(&name).into_iter().flat_map(|member| &member.uses) {
                survey.connect_names(&format!("{MEMBER}{name}"), &format!("{MEMBER}{used}"));
                if seen.insert(used.clone()) {
                    open.push(used.clone());
                }
            }
        }
        survey.reach(|name| cause(name, &described))
    }
}
