//! The folders of a project that are packages of their own, and what their suites are called.
//!
//! A folder has suites before those above it, which take what is left: a package that leaves its tests to the project is a
//! folder like any other.

use std::collections::{BTreeMap, BTreeSet};

use super::by_kind;
use super::ground::Ground;
use super::layout::Layout;
use super::shapes::{SHAPES, Shape};
use super::suggestion::Suggestion;

/// Signs of patterns: a folder with one of them in its name cannot be told from a pattern in every place of a manifest.
const SIGNS: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// The suites of all folders, those of the project first.
pub(crate) fn suggestions(layout: &Layout) -> Vec<Suggestion> {
    let mut by_folder: BTreeMap<&str, Vec<Suggestion>> = BTreeMap::new();
    let mut claimed = BTreeSet::new();
    let mut settled = BTreeSet::new();
    for folder in folders(layout) {
        let mut own: Vec<Suggestion> = Vec::new();
        for Shape { marks, stands_in, recognise } in SHAPES {
            let ground = Ground::new(layout, folder, &claimed, &settled);
            let is_marked = ground.is_project() || marks.iter().any(|mark| ground.has(mark));
            if !is_marked || (*stands_in && (!own.is_empty() || ground.has_settled())) {
                continue;
            }
            for suggestion in recognise(&ground) {
                let suggestion = suggestion.moved_to(folder);
                claimed.extend(suggestion.files().iter().cloned());
                own.push(by_kind::shorten(layout, suggestion));
            }
        }
        if !own.is_empty() && !folder.is_empty() {
            settled.insert(folder.to_owned());
        }
        by_folder.insert(folder, own);
    }
    let mut all: Vec<Suggestion> = by_folder.into_values().flatten().collect();
    name(&mut all);
    all
}

/// The folders with a mark, those below others first; the project itself is the last.
fn folders(layout: &Layout) -> Vec<&str> {
    let is_mark = |file: &str| SHAPES.iter().any(|shape| shape.marks.contains(&file));
    let marked = layout.names().iter().filter_map(|name| {
        let (folder, file) = name.rsplit_once('/')?;
        (is_mark(file) && !folder.contains(SIGNS)).then_some(folder)
    });
    let mut folders: Vec<&str> = marked.collect::<BTreeSet<_>>().into_iter().collect();
    folders.sort_by_key(|folder| std::cmp::Reverse(folder.matches('/').count()));
    folders.push("");
    folders
}

/// Gives those of folders the folder's name besides, as much of it as tells them apart.
fn name(suggestions: &mut [Suggestion]) {
    let slug = |text: &str| {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        text.chars().map(plain).collect::<String>()
    };
    let long = |suggestion: &Suggestion| match &suggestion.cwd {
        Some(folder) => format!("{}-{}", suggestion.name, slug(folder)),
        None => suggestion.name.clone(),
    };
    let short = |suggestion: &Suggestion| match &suggestion.cwd {
        Some(folder) => {
            let last = folder.rsplit('/').next().unwrap_or(folder);
            format!("{}-{}", suggestion.name, slug(last))
        }
        None => suggestion.name.clone(),
    };
    let mut names: Vec<String> = suggestions.iter().map(short).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in &names {
        *counts.entry(name.clone()).or_default() += 1;
    }
    for (name, suggestion) in names.iter_mut().zip(suggestions.iter()) {
        if counts[name] > 1 {
            *name = long(suggestion);
        }
    }
    let mut taken = BTreeSet::new();
    for (name, suggestion) in names.into_iter().zip(suggestions) {
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut free = std::iter::once(name.clone()).chain(numbered);
        let name = free.find(|name| !taken.contains(name)).expect("numbers do not end");
        taken.insert(name.clone());
        suggestion.name = name;
    }
}
