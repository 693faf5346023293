//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::contents::{Contents, Place};

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    /// By the place in the tree: `node_modules/esbuild`. Versions 2 and 3.
    packages: BTreeMap<String, Entry>,
    /// By name. Version 1, and repeated in version 2.
    dependencies: BTreeMap<String, Entry>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    version: Option<String>,
}

pub(super) fn read(text: &str) -> Contents {
    let file: File = serde_json::from_str(text).unwrap_or_default();
    let mut contents = Contents::default();
    // What lies at the top comes first: it is what most of the project gets.
    let mut packages: Vec<(&String, &str, &Entry)> = file
        .packages
        .iter()
        .filter_map(|(path, entry)| Some((path, path.rsplit_once("node_modules/")?.1, entry)))
        .collect();
    packages.sort_by_key(|(path, ..)| path.matches("node_modules/").count());
    for (path, name, entry) in packages {
        if let Some(version) = &entry.version {
            contents.add(format!("npm:{name}"), version, Place::of(format!("\"{path}\"")));
        }
    }
    for (name, entry) in &file.dependencies {
        if let Some(version) = &entry.version {
            contents.add(format!("npm:{name}"), version, Place::of(format!("\"{name}\"")));
        }
    }
    contents
}
