//! `uv.lock`, `poetry.lock` and `requirements*.txt`, read by their lines.
//!
//! The first two are TOML that one program writes in one layout: `[[package]]`, then `name` and `version` on lines of their
//! own. Names are compared as the package index does: lower case, `-` for `_` and `.`.

use super::{Contents, Place};

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

/// Lines `name==1.0.0`, with extras, markers, hashes and comments.
pub(super) fn requirements(text: &str) -> Contents {
    let mut contents = Contents::default();
    for (index, line) in text.lines().enumerate() {
        let Some((name, rest)) = line.split_once("==") else { continue };
        let name = name.split('[').next().unwrap_or_default().trim();
        let version = rest.trim_start_matches('=').trim_start();
        let end = version.find(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '#' | '\\'));
        let version = &version[..end.unwrap_or(version.len())];
        let is_name = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if is_name && !version.is_empty() && !version.contains('*') {
            contents.add(package(name), version, Place::Line(index + 1));
        }
    }
    contents
}

fn package(name: &str) -> String {
    format!("pypi:{}", name.to_ascii_lowercase().replace(['_', '.'], "-"))
}
