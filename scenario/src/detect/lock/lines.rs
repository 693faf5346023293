//! `pnpm-lock.yaml` and `yarn.lock`, read by their lines.
//!
//! One program writes each format, in one layout, so no YAML reader is needed for names and versions. Limit: probe sees
//! nothing in a file that was reformatted (flow style, other indents).

use super::contents::{Contents, Place};

/// Keys of the table `packages` with two spaces before them: `/esbuild/0.21.5:`, `/esbuild@0.21.5:` or
/// `'@scope/name@1.0.0':`, with their peer dependencies in brackets or after `_`.
pub(super) fn pnpm(text: &str) -> Contents {
    let mut contents = Contents::default();
    let mut in_packages = false;
    for (index, line) in text.lines().enumerate() {
        if !line.starts_with([' ', '#']) && !line.is_empty() {
            in_packages = line.trim_end() == "packages:";
        } else if in_packages
            && let Some(key) = line.strip_prefix("  ")
            && !key.starts_with(' ')
            && let Some(key) = key.trim_end().strip_suffix(':')
        {
            let key = key.trim_matches(['\'', '"']);
            let key = key.strip_prefix('/').unwrap_or(key);
            let key = key.split_once('(').map_or(key, |(key, _)| key);
            if let Some((name, version)) = name_and_version(key) {
                contents.add(format!("npm:{name}"), version, Place::Line(index + 1));
            }
        }
    }
    contents
}

/// `esbuild@0.21.5`, `@scope/name@1.0.0`, or with a slash before the version as up to version 5 of the format.
fn name_and_version(key: &str) -> Option<(&str, &str)> {
    let name_start = usize::from(key.starts_with('@'));
    let at = key.get(name_start..)?.find('@').map_or(key.len(), |at| at + name_start);
    let digit = |slash: &usize| key[slash + 1..].starts_with(|next: char| next.is_ascii_digit());
    let slash = key[..at].match_indices('/').map(|(slash, _)| slash).rfind(digit);
    let (name, rest) = key.split_at(slash.unwrap_or(at));
    let version = rest.get(1..)?;
    let version = version.split_once('_').map_or(version, |(version, _)| version);
    let is_version = version.starts_with(|first: char| first.is_ascii_digit());
    (!name.is_empty() && is_version).then_some((name, version))
}

/// Blocks that begin with `name@range, name@other:` at the margin and have a line `version "1.0.0"` (version 1) or
/// `version: 1.0.0` (later).
pub(super) fn yarn(text: &str) -> Contents {
    let mut contents = Contents::default();
    let mut open: Option<(&str, usize)> = None;
    for (index, line) in text.lines().enumerate() {
        if !line.starts_with([' ', '#']) {
            let first = line.trim_matches('"').split(',').next().unwrap_or_default().trim();
            let name_start = usize::from(first.starts_with('@'));
            let at = first.get(name_start..).and_then(|rest| rest.find('@'));
            open = at.map(|at| (&first[..at + name_start], index + 1));
        } else if let Some((name, line_number)) = open
            && let Some(version) = line.strip_prefix("  version")
        {
            let version = version.trim_start_matches(':').trim().trim_matches('"');
            // A workspace's own members have no version of use.
            if !name.is_empty() && version != "0.0.0-use.local" {
                contents.add(format!("npm:{name}"), version, Place::Line(line_number));
            }
            open = None;
        }
    }
    contents
}
