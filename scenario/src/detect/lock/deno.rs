//! `deno.lock`, versions 3 to 5. In version 3 the tables are below `packages`, and a specifier maps to a specifier.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::contents::{Contents, Locked, Place};
use crate::detect::specifier::without_version;

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    packages: Tables,
    specifiers: BTreeMap<String, String>,
    jsr: BTreeMap<String, Jsr>,
    npm: BTreeMap<String, IgnoredAny>,
    redirects: BTreeMap<String, String>,
    remote: BTreeMap<String, IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tables {
    specifiers: BTreeMap<String, String>,
    jsr: BTreeMap<String, Jsr>,
    npm: BTreeMap<String, IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Jsr {
    dependencies: Vec<String>,
}

/// Whether a text of another name is one: it begins with the number of the format, as a text.
pub(super) fn is_one(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Versioned {
        version: String,
    }
    let versioned: Option<Versioned> = serde_json::from_str(text).ok();
    versioned.is_some_and(|file| file.version.parse::<u8>().is_ok())
}

pub(super) fn read(text: &str) -> Contents {
    let file: File = serde_json::from_str(text).unwrap_or_default();
    let mut contents = Contents {
        redirects: file.redirects,
        addresses: file.remote.into_keys().collect(),
        ..Contents::default()
    };
    let tables = Tables { specifiers: file.specifiers, jsr: file.jsr, npm: file.npm };
    for tables in [file.packages, tables] {
        let mut asked = Vec::new();
        for (specifier, resolved) in tables.specifiers {
            let plain = without_peers(&resolved);
            // Version 3 repeats the package: `jsr:@db/sqlite@0.12.0`.
            let version = plain.rsplit_once('@').map_or(plain, |(_, version)| version);
            let locked = Locked {
                version: version.to_owned(),
                place: Place::of(format!("\"{specifier}\"")),
            };
            asked.push((specifier.clone(), locked.version.clone()));
            contents.specifiers.insert(specifier, locked);
        }
        for (package, entry) in tables.jsr {
            if let Some((name, version)) = package.rsplit_once('@') {
                let place = || Place::of(format!("\"{package}\""));
                contents.add(format!("jsr:{name}"), version, place());
                contents
                    .dependencies
                    .insert(format!("jsr:{package}"), (entry.dependencies, place()));
            }
        }
        for package in tables.npm.into_keys() {
            let plain = without_peers(&package);
            if let Some((name, version)) = plain.rsplit_once('@') {
                contents.add(format!("npm:{name}"), version, Place::of(format!("\"{package}\"")));
            }
        }
        // A file that was just begun names only what was asked for.
        for (specifier, version) in asked {
            let name = without_version(&specifier).to_owned();
            contents.add(name, &version, Place::of(format!("\"{specifier}\"")));
        }
    }
    contents
}

/// `a_b@1.0.0` of `a_b@1.0.0_react@18.2.0`, and `1.0.0` of `1.0.0_react@18.2.0`: peer dependencies follow the version. A
/// name may contain `_` too.
fn without_peers(package: &str) -> &str {
    let is_version = package.starts_with(|first: char| first.is_ascii_digit());
    let first_mark = package.char_indices().skip(1).find(|&(_, character)| character == '@');
    let version = if is_version { 0 } else { first_mark.map_or(package.len(), |(at, _)| at) };
    match package[version..].find('_') {
        Some(peers) => &package[..version + peers],
        None => package,
    }
}
