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
    dependencies: BTreeMap<String, Nested>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    /// Its real name, if the place has another one.
    name: Option<String>,
    version: Option<String>,
}

/// A package of version 1, with the packages below it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Nested {
    /// `npm:name@1.0.0` under another name.
    version: Option<String>,
    dependencies: BTreeMap<String, Nested>,
}

pub(super) fn read(text: &str) -> Contents {
    let file: File = serde_json::from_str(text).unwrap_or_default();
    let mut contents = Contents::default();
    // The top level comes first: most of the project gets these versions.
    let mut packages: Vec<(&String, &str, &Entry)> = file
        .packages
        .iter()
        .filter_map(|(path, entry)| Some((path, path.rsplit_once("node_modules/")?.1, entry)))
        .collect();
    packages.sort_by_key(|(path, ..)| path.matches("node_modules/").count());
    for (path, name, entry) in packages {
        if let Some(version) = &entry.version {
            let name = entry.name.as_deref().unwrap_or(name);
            contents.add(format!("npm:{name}"), version, Place::of(format!("\"{path}\"")));
        }
    }
    // One layer of the tree after the other.
    let mut open = vec![&file.dependencies];
    while !open.is_empty() {
        for (name, Nested { version, .. }) in open.iter().copied().flatten() {
            let Some(version) = version else { continue };
            let alias = version.strip_prefix("npm:").and_then(|alias| alias.rsplit_once('@'));
            let (real, version) = alias.unwrap_or((name, version));
            contents.add(format!("npm:{real}"), version, Place::of(format!("\"{name}\"")));
        }
        open = open.into_iter().flatten().map(|(_, nested)| &nested.dependencies).collect();
        open.retain(|dependencies| !dependencies.is_empty());
    }
    contents
}
