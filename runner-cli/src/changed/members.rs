//! What several packages of one repository are to each other, from the files that describe them: who is called how among
//! scripts, and below which directories projects of Python keep their modules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use probe_loader::read_regular;
use serde_json::Value;

use super::git::{Became, Changes};
use super::git_error::GitError;
use crate::detection::{Beside, Member};
use crate::environment::Environment;

/// The most bytes of a description that are read.
const LONGEST: u64 = 4 << 20;

/// What describes a package of scripts, and what a project of Python.
const NAMES: [&str; 4] = ["package.json", "pyproject.toml", "setup.cfg", "setup.py"];

/// What is known besides what lies on the disk.
///
/// # Errors
///
/// As of [`Changes::named`].
pub(super) fn beside(changes: &Changes, environment: &Environment) -> Result<Beside, GitError> {
    let named = changes.named(&NAMES, environment)?;
    let mut members: BTreeMap<String, Member> = BTreeMap::new();
    let mut roots = BTreeSet::new();
    for file in &named {
        let (directory, name) = file.rsplit_once('/').unwrap_or(("", file));
        if name != NAMES[0] {
            let source =
                if directory.is_empty() { "src".to_owned() } else { format!("{directory}/src") };
            roots.extend([directory.to_owned(), source]);
        } else if let Some((name, uses)) = package(&changes.base.join(file)) {
            let member = members.entry(name).or_default();
            member.directories.push(directory.to_owned());
            member.uses.extend(uses);
        }
    }
    // What is no package of the repository is somebody else's.
    let known: BTreeSet<String> = members.keys().cloned().collect();
    for member in members.values_mut() {
        member.uses.retain(|name| known.contains(name));
    }
    let gone = changes.files.iter().filter(|(_, became)| **became == Became::Gone);
    Ok(Beside {
        gone: gone.map(|(name, _)| name.clone()).collect(),
        members,
        roots: roots.into_iter().collect(),
    })
}

/// The name of the package that a file describes, and those that it uses when others import it.
fn package(file: &Path) -> Option<(String, Vec<String>)> {
    let description: Value = serde_json::from_slice(&read_regular(file, LONGEST).ok()?).ok()?;
    let name = description.get("name")?.as_str().filter(|name| !name.is_empty())?;
    let lists = ["dependencies", "optionalDependencies", "peerDependencies"];
    let lists = lists.iter().filter_map(|list| description.get(list)?.as_object());
    let uses = lists.flat_map(|list| list.keys().cloned()).collect();
    Some((name.to_owned(), uses))
}
