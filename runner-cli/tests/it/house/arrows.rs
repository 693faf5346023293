//! Which file of a crate takes something from which: read from the paths in its sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, ItemMod, ItemUse, UseTree, Visibility};

use super::sources;

/// The files of a crate, and the arrows between them.
pub(super) struct Crate {
    /// By file, its module: `places::file`; the root has none.
    pub(super) names: Vec<String>,
    /// By file, the files that it takes something from.
    pub(super) arrows: Vec<BTreeSet<usize>>,
}

impl Crate {
    /// Reads the crate whose sources lie below `root`.
    pub(super) fn read(root: &Path) -> Self {
        let files = sources(root);
        let names: Vec<Vec<String>> = files.iter().map(|file| module_of(root, file)).collect();
        let places: BTreeMap<&[String], usize> =
            names.iter().enumerate().map(|(place, name)| (name.as_slice(), place)).collect();
        let arrows = files.iter().zip(&names).enumerate().map(|(place, (file, name))| {
            let text = fs::read_to_string(file).expect("sources are texts");
            let parsed = syn::parse_file(&text).expect("what compiles can be parsed");
            let mut paths = Paths { module: name, places: &places, taken: BTreeSet::new() };
            paths.visit_file(&parsed);
            paths.taken.remove(&place);
            paths.taken
        });
        let arrows = arrows.collect();
        Self { names: names.iter().map(|name| name.join("::")).collect(), arrows }
    }
}

/// The module that a file is: `archives/zipped/mod.rs` is `archives::zipped`, `lib.rs` is the root.
fn module_of(root: &Path, file: &Path) -> Vec<String> {
    let inside = file.strip_prefix(root).expect("it is below").with_extension("");
    let mut parts: Vec<String> =
        inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

/// What the paths in a file lead to.
struct Paths<'a> {
    module: &'a [String],
    places: &'a BTreeMap<&'a [String], usize>,
    taken: BTreeSet<usize>,
}

impl Paths<'_> {
    fn take(&mut self, path: &[String]) {
        let mut whole = self.module.to_vec();
        let mut rest = path;
        match path.first().map(String::as_str) {
            Some("crate") => {
                whole.clear();
                rest = &path[1..];
            }
            Some("self") => rest = &path[1..],
            Some("super") => {
                while rest.first().is_some_and(|part| part == "super") {
                    whole.pop();
                    rest = &rest[1..];
                }
            }
            Some(_) => {
                let mut child = whole.clone();
                child.push(path[0].clone());
                // Another crate's, or a name of this file.
                if !self.places.contains_key(child.as_slice()) {
                    return;
                }
            }
            None => return,
        }
        whole.extend(rest.iter().cloned());
        // The deepest module on the way has what is taken.
        let found = (0..=whole.len()).rev().find_map(|length| self.places.get(&whole[..length]));
        self.taken.extend(found);
    }

    fn take_tree(&mut self, tree: &UseTree, path: &mut Vec<String>) {
        match tree {
            UseTree::Path(inner) => {
                path.push(inner.ident.to_string());
                self.take_tree(&inner.tree, path);
                path.pop();
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|inner| self.take_tree(inner, path));
            }
            UseTree::Name(name) => self.take_with(path, &name.ident.to_string()),
            UseTree::Rename(renamed) => self.take_with(path, &renamed.ident.to_string()),
            UseTree::Glob(_) => self.take(&path.clone()),
        }
    }

    fn take_with(&mut self, path: &[String], name: &str) {
        let own = (name != "self").then(|| name.to_owned());
        let whole: Vec<String> = path.iter().cloned().chain(own).collect();
        self.take(&whole);
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if matches!(item.vis, Visibility::Inherited) && !is_test(&item.attrs) {
            self.take_tree(&item.tree, &mut Vec::new());
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let parts: Vec<String> =
                path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.take(&parts);
        }
        visit::visit_path(self, path);
    }

    // `pub(in crate::room)` takes nothing from there.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

/// Whether it is there for tests alone.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let mut is = false;
        if attribute.path().is_ident("cfg") {
            // What cannot be read so is no plain `cfg(test)`.
            let _ = attribute.parse_nested_meta(|meta| {
                is |= meta.path.is_ident("test");
                Ok(())
            });
        }
        is
    })
}
