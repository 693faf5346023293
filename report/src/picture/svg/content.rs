//! The content of each box, its size, and the text above the picture.
//!
//! Knows no position. Sizes are those of a monospaced font, whose characters are 0.6 of its size wide.

use std::collections::BTreeSet;

use probe_scenario::{LibraryId, ServiceId, TestId};
use unicode_width::UnicodeWidthStr;

use super::remarks;
use crate::counted::tests as counted;
use crate::outline::Outline;
use crate::picture::Standings;
use crate::picture::arrow::{Holds, Means};
use crate::picture::drawing::{Drawing, Node};
use crate::picture::fold::{Fold, FoldKind};
use crate::picture::label::{
    clipped, first_names, libraries_heading, library_name, service_name, services_heading,
    tests_heading,
};
use crate::picture::results::Tally;

/// Pixels between a box and its text, at the left and at the right.
pub(super) const PADDING: f64 = 12.0;

/// Pixels above and below the text.
const PADDING_ABOVE: f64 = 8.0;

/// Pixels of a line.
const LINE: f64 = 17.0;

/// Pixels from the top of a line to the baseline of its letters.
const BASELINE: f64 = 13.0;

/// Columns of the longest line.
const MOST_COLUMNS: usize = 38;

/// Names of a tooltip.
const TOLD: usize = 20;

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Strong,
    Plain,
    Faint,
    /// Says that the tests wait for nothing.
    Free,
    /// The line with the results of the members.
    Came,
}

/// A box's text and size.
#[derive(Debug)]
pub(super) struct Content {
    lines: Vec<(Weight, String)>,
    /// Everything that the box has no room for.
    pub(super) tooltip: String,
    /// The results of its members, as far as they are known.
    pub(super) tally: Tally,
    /// In pixels.
    pub(super) width: f64,
    /// In pixels.
    pub(super) height: f64,
}

impl Content {
    fn new(lines: Vec<(Weight, String)>, tooltip: String) -> Self {
        let lines: Vec<(Weight, String)> = lines
            .into_iter()
            .map(|(weight, text)| match weight {
                // A count without its middle says nothing.
                Weight::Came => (weight, text),
                _ => (weight, clipped(&text, MOST_COLUMNS)),
            })
            .collect();
        let widths = lines.iter().map(|(weight, text)| text.width() as f64 * weight.column());
        let width = widths.fold(0.0, f64::max) + 2.0 * PADDING;
        let height = lines.len() as f64 * LINE + 2.0 * PADDING_ABOVE;
        Self { lines, tooltip, tally: Tally::default(), width, height }
    }

    /// Adds the results of its members, and remarks.
    fn with(mut self, tally: Tally, words: &str, remarks: &[String]) -> Self {
        if tally.total() == 0 {
            return self;
        }
        // Whether tests can start at once says nothing any more.
        self.lines.retain(|(weight, _)| *weight != Weight::Free);
        self.lines.push((Weight::Came, words.to_owned()));
        self.lines.extend(remarks.iter().map(|remark| (Weight::Faint, remark.clone())));
        for line in std::iter::once(words).chain(remarks.iter().map(String::as_str)) {
            self.tooltip += &format!("\n{line}");
        }
        Self { tally, ..Self::new(self.lines, self.tooltip) }
    }

    /// The lines, each with the pixels from the top of the box to the baseline.
    pub(super) fn lines(&self) -> impl Iterator<Item = (Weight, &str, f64)> {
        self.lines.iter().enumerate().map(|(index, (weight, text))| {
            (*weight, text.as_str(), PADDING_ABOVE + BASELINE + index as f64 * LINE)
        })
    }
}

impl Weight {
    /// Pixels of a column, by the sizes in `style.css`, bold letters of fallback fonts included.
    fn column(self) -> f64 {
        match self {
            Self::Strong => 8.0,
            Self::Plain => 7.3,
            Self::Faint | Self::Free => 6.7,
            // Bold.
            Self::Came => 6.9,
        }
    }
}

/// By node, the content of its box. With many boxes, each has fewer names.
pub(super) fn of(
    outline: &Outline,
    drawing: &Drawing,
    results: Option<&Standings>,
) -> Vec<Content> {
    let tests = drawing.nodes.iter().filter(|node| matches!(node, Node::Tests(..))).count();
    let named = match tests {
        0..=12 => 3,
        13..=24 => 1,
        _ => 0,
    };
    drawing
        .nodes
        .iter()
        .map(|node| match node {
            Node::Libraries(fold) => {
                let content = libraries(outline, fold);
                let Some(results) = results else { return content };
                let tally = results.of_libraries(&fold.members);
                let remarks = remarks::on_libraries(results, &fold.members);
                content.with(tally, &tally.of_libraries(), &remarks)
            }
            Node::Services(fold) => {
                let content = services(outline, fold);
                let Some(results) = results else { return content };
                let tally = results.of_services(&fold.members);
                content.with(tally, &tally.of_services(), &[])
            }
            Node::Tests(fold, _) => {
                let content = tests_of(outline, fold, named);
                let Some(results) = results else { return content };
                let tally = results.of_tests(&fold.members);
                let remarks = remarks::on_tests(outline, results, &fold.members);
                content.with(tally, &tally.of_tests(), &remarks)
            }
        })
        .collect()
}

fn libraries(outline: &Outline, fold: &Fold<LibraryId>) -> Content {
    let mut lines = Vec::new();
    let mut tooltip;
    match (libraries_heading(fold), fold.members.as_slice()) {
        (None, &[id, ..]) => {
            let library = &outline.libraries[id.index()];
            let origin = &library.origin;
            lines.push((Weight::Strong, library.name.to_string()));
            let short = origin.strip_prefix("https://").unwrap_or(origin);
            lines.push((Weight::Faint, short.to_owned()));
            let known = match library.line {
                Some(line) => format!("line {line} of the manifest"),
                None => "detected in sources".to_owned(),
            };
            tooltip = format!("{}\n{origin}\n{known}", library.name);
            if !library.needs.is_empty() {
                tooltip += &format!("\nafter {}", outline.library_names(&library.needs).join(", "));
            }
        }
        (heading, _) => {
            let heading = heading.unwrap_or_default();
            tooltip = told(&heading, fold, |id| library_name(outline, id));
            lines.push((Weight::Strong, heading));
            let names = first_names(fold, 3, |id| library_name(outline, id));
            lines.extend(names.into_iter().map(|name| (Weight::Plain, name)));
        }
    }
    Content::new(lines, tooltip)
}

fn services(outline: &Outline, fold: &Fold<ServiceId>) -> Content {
    let heading = services_heading(fold);
    let &[id] = fold.members.as_slice() else {
        let tooltip = told(&heading, fold, |id| service_name(outline, id));
        return Content::new(vec![(Weight::Strong, heading)], tooltip);
    };
    let service = &outline.services[id.index()];
    let lines = vec![
        (Weight::Strong, service.name.to_string()),
        (Weight::Faint, heading),
        (Weight::Faint, service.run.to_string()),
    ];
    let mut tooltip =
        format!("{}\n{}\nline {} of the manifest", service.name, service.run, service.line);
    let mut needs = outline.library_names(&service.needs);
    needs.extend(service.services.iter().map(|name| &**name));
    if !needs.is_empty() {
        tooltip += &format!("\nafter {}", needs.join(", "));
    }
    Content::new(lines, tooltip)
}

fn tests_of(outline: &Outline, fold: &Fold<TestId>, named: usize) -> Content {
    let test = |id: TestId| outline.test(id);
    let first = test(fold.members[0]);
    let is_of_one = fold.members.iter().all(|&id| test(id).suite == first.suite);
    let name = |id| if is_of_one { test(id).name().to_owned() } else { test(id).to_string() };
    let mut lines = Vec::new();
    let tooltip;
    match tests_heading(outline, fold) {
        None => {
            lines.push((Weight::Strong, first.name().to_owned()));
            let suite_name = first.suite.as_deref().filter(|suite| *suite != first.name());
            lines.extend(suite_name.map(|suite| (Weight::Faint, suite.to_owned())));
            tooltip = format!("{first}\nline {} of the manifest", first.line);
        }
        Some(heading) => {
            let heading = match &first.suite {
                Some(suite) if is_of_one && fold.kind == FoldKind::Alike => {
                    format!("{heading} of {suite}")
                }
                _ => heading,
            };
            let libraries: BTreeSet<LibraryId> =
                fold.members.iter().flat_map(|&id| test(id).needs.iter().copied()).collect();
            let libraries: Vec<LibraryId> = libraries.into_iter().collect();
            let services: BTreeSet<&str> = fold
                .members
                .iter()
                .flat_map(|&id| test(id).services.iter().map(|name| &**name))
                .collect();
            let mut needs = outline.library_names(&libraries);
            needs.extend(services);
            let mut told = told(&heading, fold, name);
            if !needs.is_empty() {
                told += &format!("\nafter {}", needs.join(", "));
            }
            tooltip = told;
            lines.push((Weight::Strong, heading));
            if named > 0 {
                let names = first_names(fold, named, name);
                lines.extend(names.into_iter().map(|name| (Weight::Plain, name)));
            }
        }
    }
    let is_free = |id: &TestId| {
        let test = test(*id);
        test.needs.is_empty() && test.services.is_empty() && test.after.is_empty()
    };
    if fold.members.iter().all(is_free) {
        let starts = if fold.members.len() == 1 { "starts at once" } else { "start at once" };
        lines.push((Weight::Free, starts.to_owned()));
    }
    Content::new(lines, tooltip)
}

/// A heading, and the members as far as a tooltip has room.
fn told<I: Copy>(heading: &str, fold: &Fold<I>, name: impl Fn(I) -> String) -> String {
    let mut lines = vec![heading.to_owned()];
    lines.extend(first_names(fold, TOLD, name));
    lines.join("\n")
}

/// The text above the picture: how much it shows, then how to read it.
pub(super) fn caption(drawing: &Drawing, results: Option<&Standings>) -> Vec<String> {
    let (mut libraries, mut services, mut tests) = (0, 0, 0);
    let mut came = Vec::new();
    for node in &drawing.nodes {
        match node {
            Node::Libraries(fold) => libraries += fold.members.len(),
            Node::Services(fold) => services += fold.members.len(),
            Node::Tests(fold, _) => {
                tests += fold.members.len();
                came.extend_from_slice(&fold.members);
            }
        }
    }
    let came = results.map(|results| results.of_tests(&came).of_tests());
    let came = came.filter(|words| !words.is_empty()).map(|words| format!(": {words}"));
    let libraries = match libraries {
        0 => "no library".to_owned(),
        1 => "1 library".to_owned(),
        many => format!("{many} libraries"),
    };
    let and_services = match services {
        0 => String::new(),
        1 => ", 1 service".to_owned(),
        many => format!(", {many} services"),
    };
    let came = came.unwrap_or_default();
    let mut lines = vec![format!("{}, {libraries}{and_services}{came}", counted(tests))];
    if drawing.arrows.iter().any(|arrow| arrow.means == Means::Needs) {
        let ready = if services == 0 { "" } else { " and the services ready" };
        lines.push(format!(
            "A test starts as soon as the libraries that lead to it are there{ready}."
        ));
    }
    let mut key = Vec::new();
    if drawing.arrows.iter().any(|arrow| arrow.means == Means::After) {
        key.push("dashed: once these tests have passed");
    }
    if drawing.arrows.iter().any(|arrow| arrow.holds == Holds::ForSome) {
        key.push("pale: for some of the box only");
    }
    if !key.is_empty() {
        lines.push(key.join(" · "));
    }
    lines
}

/// About how many pixels the first line above the picture is wide, which is larger and bold: as wide as the widest of the
/// fonts that there may be has it.
pub(super) fn title_width(text: &str) -> f64 {
    text.width() as f64 * 10.0
}

/// About how many pixels a line above the picture is wide, in a proportional font.
pub(super) fn small_width(text: &str) -> f64 {
    text.width() as f64 * 6.8
}
