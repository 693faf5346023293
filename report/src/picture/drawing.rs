//! The boxes and arrows that every picture shows: libraries, services, folded tests, and what waits for what.
//!
//! A picture must be readable: if there are too many boxes or arrows, more members share a box, and each such box says so.
//! Knows no format and no position on a page.

use std::collections::BTreeMap;
use std::fmt;

use probe_scenario::{LibraryId, ServiceId, TestId};

use super::Subject;
use super::arrow::{Arrow, Holds, Means};
use super::columns::columns;
use super::fold::{self, Fold};
use crate::outline::Outline;

/// The most boxes of libraries, and of tests, that a page shows.
const MOST_BOXES: usize = 40;

/// The most boxes of services: a project that has more has them as one.
const MOST_SERVICES: usize = 20;

/// The most arrows that a reader can tell apart. Mermaid refuses more than 500.
const MOST_ARROWS: usize = 240;

/// The most columns that a page is wide.
const MOST_COLUMNS: usize = 14;

/// A box. `Display` writes an identifier that every format accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Libraries that share a box.
    Libraries(Fold<LibraryId>),
    /// Services that share a box. Each has its own box unless there are very many.
    Services(Fold<ServiceId>),
    /// Tests, and the number of boxes of tests before it.
    Tests(Fold<TestId>, usize),
}

/// The content of a picture.
#[derive(Debug)]
pub struct Drawing {
    /// The libraries, then the services, then the tests.
    pub nodes: Vec<Node>,
    /// The arrows, in the order of the boxes that wait. Each leads to a column further right.
    pub arrows: Vec<Arrow>,
    /// For each node, the number of boxes before it on the longest way to it. Tests stand after all libraries and services.
    pub columns: Vec<usize>,
}

impl Drawing {
    /// Returns the first of these drawings that fits on a page: equal tests share a box; equal libraries share one too; the
    /// smallest boxes of tests are merged by suite, then all of them; fewer and fewer boxes, with the rest in one.
    pub fn new(subject: &Subject<'_>) -> Self {
        let outline = subject.outline;
        let alone = fold::libraries_alone(subject);
        let alike = fold::tests_alike(subject);
        let services = fold::services(subject, MOST_SERVICES);
        let drawn = |libraries, tests| Self::of(outline, libraries, services.clone(), tests);
        let mut drawing = drawn(alone, alike.clone());
        if drawing.fits() {
            return drawing;
        }
        let suites = fold::tests_by_suite(outline, &alike, 0);
        let some = fold::tests_by_suite(outline, &alike, MOST_BOXES.saturating_sub(suites.len()));
        for tests in [&alike, &some, &suites] {
            drawing = drawn(fold::libraries_alike(subject, tests), tests.clone());
            if drawing.fits() {
                return drawing;
            }
        }
        let libraries = fold::libraries_alike(subject, &suites);
        let waiting = waiting(subject);
        let weight = |fold: &Fold<LibraryId>| waiting[fold.members[0].index()];
        let mut most = MOST_BOXES;
        while !drawing.fits() && most > 0 {
            let tests = fold::cut(&suites, most, |fold| fold.members.len());
            drawing = drawn(fold::cut(&libraries, most, weight), tests);
            most /= 2;
        }
        drawing
    }

    /// For each test, its box. The suite has `tests` tests.
    pub fn boxes_of_tests(&self, tests: usize) -> Vec<Option<usize>> {
        let mut boxes = vec![None; tests];
        for (index, node) in self.nodes.iter().enumerate() {
            if let Node::Tests(fold, _) = node {
                fold.members.iter().for_each(|id| boxes[id.index()] = Some(index));
            }
        }
        boxes
    }

    /// The boxes for these folds, which hold every library, service and test, and the arrows between them.
    fn of(
        outline: &Outline,
        libraries: Vec<Fold<LibraryId>>,
        services: Vec<Fold<ServiceId>>,
        tests: Vec<Fold<TestId>>,
    ) -> Self {
        let mut library_nodes = vec![None; outline.libraries.len()];
        let mut service_nodes = vec![None; outline.services.len()];
        let mut test_nodes = vec![None; outline.tests.len()];
        let first_service = libraries.len();
        let first_test = first_service + services.len();
        for (index, fold) in libraries.iter().enumerate() {
            fold.members.iter().for_each(|id| library_nodes[id.index()] = Some(index));
        }
        for (index, fold) in services.iter().enumerate() {
            let node = first_service + index;
            fold.members.iter().for_each(|id| service_nodes[id.index()] = Some(node));
        }
        for (index, fold) in tests.iter().enumerate() {
            let node = first_test + index;
            fold.members.iter().for_each(|id| test_nodes[id.index()] = Some(node));
        }
        let library_node = |id: LibraryId| library_nodes[id.index()].expect("needs are planned");
        let service_node = |name: &str| service_nodes[outline.service(name)?];
        let test_node = |id: TestId| test_nodes[id.index()].expect("predecessors are planned");
        let mut pairs: BTreeMap<(usize, Means, usize), usize> = BTreeMap::new();
        let mut add = |to, means, from| *pairs.entry((to, means, from)).or_default() += 1;
        for (to, fold) in libraries.iter().enumerate() {
            for id in &fold.members {
                for need in &outline.libraries[id.index()].needs {
                    add(to, Means::Needs, library_node(*need));
                }
            }
        }
        for (index, fold) in services.iter().enumerate() {
            let to = first_service + index;
            for id in &fold.members {
                let service = &outline.services[id.index()];
                for need in &service.needs {
                    add(to, Means::Needs, library_node(*need));
                }
                for from in service.services.iter().filter_map(|name| service_node(name)) {
                    add(to, Means::Needs, from);
                }
            }
        }
        for (index, fold) in tests.iter().enumerate() {
            let to = first_test + index;
            for id in &fold.members {
                let test = outline.test(*id);
                for need in &*test.needs {
                    add(to, Means::Needs, library_node(*need));
                }
                for from in test.services.iter().filter_map(|name| service_node(name)) {
                    add(to, Means::Needs, from);
                }
                for &earlier in &*test.after {
                    add(to, Means::After, test_node(earlier));
                }
            }
        }
        let nodes: Vec<Node> = libraries
            .into_iter()
            .map(Node::Libraries)
            .chain(services.into_iter().map(Node::Services))
            .chain(tests.into_iter().enumerate().map(|(index, fold)| Node::Tests(fold, index)))
            .collect();
        let arrows: Vec<Arrow> = pairs
            .into_iter()
            // The box itself says that its members wait for each other.
            .filter(|((to, _, from), _)| to != from)
            .map(|((to, means, from), pairs)| {
                let all = nodes[from].size() * nodes[to].size();
                let holds = if pairs == all { Holds::ForAll } else { Holds::ForSome };
                Arrow { from, to, means, holds }
            })
            .collect();
        let columns = columns(nodes.len(), first_test, &arrows);
        Self { nodes, arrows, columns }
    }

    /// Whether a page of it can be read: not too much of anything, and every arrow leads to the right. Boxes that hold
    /// single tests of several places in a chain can be before and after another.
    fn fits(&self) -> bool {
        let tests = self.nodes.iter().filter(|node| matches!(node, Node::Tests(..))).count();
        let libraries = self.nodes.iter().filter(|node| matches!(node, Node::Libraries(_))).count();
        libraries <= MOST_BOXES
            && tests <= MOST_BOXES
            && self.arrows.len() <= MOST_ARROWS
            && self.columns.iter().all(|&column| column < MOST_COLUMNS)
            && self.arrows.iter().all(|arrow| self.columns[arrow.from] < self.columns[arrow.to])
    }
}

impl Node {
    /// The number of libraries, services or tests in the box.
    pub fn size(&self) -> usize {
        match self {
            Self::Libraries(fold) => fold.members.len(),
            Self::Services(fold) => fold.members.len(),
            Self::Tests(fold, _) => fold.members.len(),
        }
    }
}

/// By library, in how many ways libraries, services and tests wait for it, itself included: more than for anything that needs it, so
/// that no box of the larger ones waits for the rest.
fn waiting(subject: &Subject<'_>) -> Vec<usize> {
    let outline = subject.outline;
    let mut waiting = vec![1_usize; outline.libraries.len()];
    for id in subject.tests {
        for need in &*outline.test(*id).needs {
            waiting[need.index()] += 1;
        }
    }
    for need in subject.services.iter().flat_map(|id| &outline.services[id.index()].needs) {
        waiting[need.index()] += 1;
    }
    let mut dependents = vec![0_usize; outline.libraries.len()];
    for need in subject.libraries().flat_map(|id| &outline.libraries[id.index()].needs) {
        dependents[need.index()] += 1;
    }
    let mut ready: Vec<LibraryId> =
        subject.libraries().filter(|id| dependents[id.index()] == 0).collect();
    while let Some(id) = ready.pop() {
        for need in &outline.libraries[id.index()].needs {
            let other = need.index();
            waiting[other] = waiting[other].saturating_add(waiting[id.index()]);
            dependents[other] -= 1;
            if dependents[other] == 0 {
                ready.push(*need);
            }
        }
    }
    waiting
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Libraries(fold) => write!(f, "library{}", fold.members[0].index()),
            Self::Services(fold) => write!(f, "service{}", fold.members[0].index()),
            Self::Tests(_, index) => write!(f, "tests{index}"),
        }
    }
}
