//! `uv.lock`, `poetry.lock`, `pdm.lock`, `pylock.toml` and `requirements*.txt`, read by their lines, and `Pipfile.lock`.
//!
//! Programs write the first four as TOML in one layout: `[[package]]` or `[[packages]]`, then `name` and `version` on
//! lines of their own. Names are compared as the package index does: lower case, `-` for `_` and `.`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::contents::{Contents, Locked, Place};

pub(super) fn toml_packages(text: &str) -> Contents {
    let mut contents = Contents::default();
    let mut name = None;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            // A table below a package belongs to it; another package begins anew.
            name = None;
        } else if let Some(value) = quoted(line, "name = ") {
            name = Some((value, index + 1));
        } else if let Some(version) = quoted(line, "version = ")
            && let Some((name, line_number)) = name
        {
            contents.add(package(name), version, Place::Line(line_number));
        }
    }
    contents
}

fn quoted<'t>(line: &'t str, key: &str) -> Option<&'t str> {
    line.strip_prefix(key)?.trim_end().strip_prefix('"')?.strip_suffix('"')
}

/// Objects of packages by name: for the program, and for its development.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Pipfile {
    default: BTreeMap<String, Pinned>,
    develop: BTreeMap<String, Pinned>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Pinned {
    /// With `==` before it. `None` if it comes from a directory or a repository.
    version: Option<String>,
}

pub(super) fn pipfile(text: &str) -> Contents {
    let Pipfile { default, develop } = serde_json::from_str(text).unwrap_or_default();
    let mut contents = Contents::default();
    for (name, Pinned { version }) in default.iter().chain(&develop) {
        let version = version.as_deref().map(|version| version.trim_start_matches('='));
        if let Some(version) = version.filter(|version| !version.is_empty()) {
            contents.add(package(name), version, Place::of(format!("\"{name}\"")));
        }
    }
    contents
}

/// Lines `name==1.0.0` or `name>=1.0`, with extras, markers, hashes and comments. Includes packages that are not pinned.
pub(super) fn requirements(text: &str) -> Contents {
    let mut contents = Contents::default();
    for (index, line) in text.lines().enumerate() {
        let is_in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let (name, rest) = line.split_at(line.find(|c| !is_in_name(c)).unwrap_or(line.len()));
        if name.is_empty() || name.starts_with('-') {
            continue;
        }
        let rest = match rest.strip_prefix('[') {
            Some(extras) => extras.split_once(']').map_or("", |(_, rest)| rest),
            None => rest,
        };
        // The name of a package that comes from an address or a directory is unknown.
        if rest.starts_with([':', '/', '+']) {
            continue;
        }
        let end = rest.find([';', '#', '\\']).unwrap_or(rest.len());
        let range = rest[..end].split(" --").next().unwrap_or_default().trim();
        let place = Place::Line(index + 1);
        let pinned = range.strip_prefix("==").map(|version| version.trim_start_matches('=').trim());
        match pinned.and_then(|version| version.split([' ', ',']).next()) {
            Some(version) if !version.is_empty() && !version.contains('*') => {
                contents.add(package(name), version, place);
            }
            _ => {
                let version = if range.is_empty() { "*" } else { range }.to_owned();
                contents.ranges.push((package(name), Locked { version, place }));
            }
        }
    }
    contents
}

fn package(name: &str) -> String {
    format!("pypi:{}", name.to_ascii_lowercase().replace(['_', '.'], "-"))
}
