//! `bun.lock`, the text file that Bun writes: JSON with trailing commas. Does not read the older `bun.lockb`.

use super::contents::{Contents, Place};
use crate::detect::config::Document;

/// Entries of `packages`: by the place in the tree, as `esbuild` or `vite/esbuild`, lists that begin with `esbuild@0.21.5`.
pub(super) fn read(text: &str) -> Contents {
    let mut contents = Contents::default();
    let document = Document::parse(text);
    let packages = document.root().and_then(|root| root.get_object("packages"));
    let mut found: Vec<(bool, &str, &str, usize)> = packages
        .into_iter()
        .flat_map(|packages| &packages.properties)
        .filter_map(|entry| {
            let list = entry.value.as_array()?;
            let package = list.elements.first()?.as_string_lit()?.value.as_ref();
            let at = package.get(1..)?.find('@')? + 1;
            let (name, version) = (&package[..at], &package[at + 1..]);
            // The version of a directory, a repository or an address is unknown.
            let is_version = version.starts_with(|first: char| first.is_ascii_digit());
            let is_nested = entry.name.as_str() != name;
            is_version.then(|| (is_nested, name, version, document.line(entry)))
        })
        .collect();
    // The top level comes first: most of the project gets these versions.
    found.sort_by_key(|(is_nested, ..)| *is_nested);
    for (_, name, version, line) in found {
        contents.add(format!("npm:{name}"), version, Place::Line(line));
    }
    contents
}
