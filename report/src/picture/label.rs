//! The words in a box, no wider than a page.
//!
//! Knows no format: each format escapes the text itself.

use probe_scenario::{LibraryId, ServiceId, TestId};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::drawing::Node;
use super::fold::{Fold, FoldKind};
use crate::counted::tests;
use crate::outline::Outline;

/// Members of one box that are named; the rest is counted.
const NAMED: usize = 3;

/// The most columns of a name. Mermaid refuses pictures of more than 50,000 characters, and wider boxes are hard to read.
const MOST_COLUMNS: usize = 60;

/// What the box contains, then the first names.
pub fn lines(outline: &Outline, node: &Node) -> Vec<String> {
    let (heading, names) = match node {
        Node::Libraries(fold) => {
            (libraries_heading(fold), first_names(fold, NAMED, |id| library_name(outline, id)))
        }
        Node::Services(fold) if fold.members.len() == 1 => {
            (None, vec![format!("service {}", service_name(outline, fold.members[0]))])
        }
        Node::Services(fold) => {
            (Some(services_heading(fold)), first_names(fold, NAMED, |id| service_name(outline, id)))
        }
        Node::Tests(fold, _) => (
            tests_heading(outline, fold),
            first_names(fold, NAMED, |id: TestId| outline.test(id).to_string()),
        ),
    };
    let lines = heading.into_iter().chain(names);
    lines.map(|line| clipped(&line, MOST_COLUMNS)).collect()
}

/// The heading of a box of several tests: `5 tests`, `20 more tests of api`.
pub(super) fn tests_heading(outline: &Outline, fold: &Fold<TestId>) -> Option<String> {
    let number = fold.members.len();
    match fold.kind {
        FoldKind::Alike if number == 1 => None,
        FoldKind::Alike => Some(tests(number)),
        FoldKind::Suite => {
            let of = outline.test(fold.members[0]).suite.as_deref();
            Some(match of {
                Some(name) => format!("{} of {name}", tests(number)),
                None => format!("{number} single tests"),
            })
        }
        FoldKind::Rest => Some(format!("the other {}", tests(number))),
    }
}

/// The heading of a box of several libraries.
pub(super) fn libraries_heading(fold: &Fold<LibraryId>) -> Option<String> {
    let number = fold.members.len();
    match fold.kind {
        FoldKind::Rest => Some(format!("the other {number} libraries")),
        FoldKind::Alike | FoldKind::Suite if number == 1 => None,
        FoldKind::Alike | FoldKind::Suite => Some(format!("{number} libraries")),
    }
}

/// The heading of a box of services. It says that they are services, because their names do not.
pub(super) fn services_heading(fold: &Fold<ServiceId>) -> String {
    match fold.members.len() {
        1 => "service".to_owned(),
        number => format!("{number} services"),
    }
}

/// The names of the first members, and how many more there are.
pub(super) fn first_names<I: Copy>(
    fold: &Fold<I>,
    most: usize,
    name: impl Fn(I) -> String,
) -> Vec<String> {
    let total = fold.members.len();
    // A line that says "1 more" is no shorter than the name.
    let named = if total > most + 1 { most } else { total };
    let mut lines: Vec<String> = fold.members[..named].iter().map(|&id| name(id)).collect();
    if total > named {
        lines.push(format!("… and {} more", total - named));
    }
    lines
}

/// A library's name.
pub(super) fn library_name(outline: &Outline, id: LibraryId) -> String {
    outline.library_name(id).to_owned()
}

/// A service's name.
pub(super) fn service_name(outline: &Outline, id: ServiceId) -> String {
    outline.services[id.index()].name.to_string()
}

/// `text` in at most this many columns of a terminal. A text that is too long loses its middle, because names of one project
/// differ at their ends.
pub(crate) fn clipped(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let head = fitting(text.chars(), columns / 3);
    let tail = fitting(text.chars().rev(), columns - 1 - columns / 3);
    let tail: String = tail.chars().rev().collect();
    // A mark without the letter that it stands on is not a name's end.
    let tail = tail.trim_start_matches(|character: char| character.width() == Some(0));
    format!("{head}…{tail}")
}

/// The first characters that fit.
fn fitting(text: impl Iterator<Item = char>, columns: usize) -> String {
    let mut left = columns;
    text.take_while(|character| {
        let width = character.width().unwrap_or(0);
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    })
    .collect()
}
