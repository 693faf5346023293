//! Which files lead to which libraries, and by which links. Knows nothing of tests, nor of what a library is.
//!
//! For each meaning, one search backwards from the files that name it, linear in the graph. The way that it finds from each
//! file is a shortest one. Cycles of imports are allowed.

use std::collections::{BTreeMap, VecDeque};

use super::link::Link;
use super::meaning::Meaning;
use super::trace::Trace;
use crate::text::relative::relative;
use crate::text::secrets::without_secrets;

/// A file or a package.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// The meanings that it names itself, with the links that name them.
    pub(crate) hits: Vec<(Vec<Link>, Meaning)>,
    pub(crate) edges: Vec<Edge>,
}

/// That one node imports another.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) to: u32,
    pub(crate) links: Vec<Link>,
}

/// The findings of a survey.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    by_name: BTreeMap<String, u32>,
    meanings: Vec<Reached>,
    /// The directory as seen from which links name files.
    directory: String,
}

/// All that leads to one meaning.
#[derive(Clone, Debug)]
struct Reached {
    meaning: Meaning,
    /// By node, the first step on the way.
    steps: Vec<Option<Step>>,
}

#[derive(Clone, Debug)]
struct Step {
    links: Vec<Link>,
    /// The node where it leads; `None` if it ends there.
    next: Option<u32>,
}

impl Findings {
    pub(crate) fn new(nodes: Vec<Node>, by_name: BTreeMap<String, u32>) -> Self {
        let mut starts: BTreeMap<Meaning, Vec<(u32, Vec<Link>)>> = BTreeMap::new();
        let mut importers: Vec<Vec<(u32, Vec<Link>)>> = vec![Vec::new(); nodes.len()];
        for (index, node) in (0..).zip(nodes) {
            for (links, meaning) in node.hits {
                starts.entry(meaning).or_default().push((index, links));
            }
            for edge in node.edges {
                importers[edge.to as usize].push((index, edge.links));
            }
        }
        let meanings = starts
            .into_iter()
            .map(|(meaning, starts)| Reached { meaning, steps: steps(starts, &importers) });
        let meanings = meanings.collect();
        Self { by_name, meanings, directory: String::new() }
    }

    /// The meanings that `file` leads to, in a fixed order.
    pub(crate) fn of<'f>(&'f self, file: &str) -> impl Iterator<Item = (Trace, &'f Meaning)> {
        let node = self.by_name.get(file).copied();
        let meanings = (0..).zip(&self.meanings);
        meanings.filter_map(move |(meaning, reached)| {
            let node = node.filter(|&node| reached.steps[node as usize].is_some())?;
            Some((Trace { node, meaning }, &reached.meaning))
        })
    }

    /// The findings with files named as seen from `directory`.
    pub(crate) fn seen_from(self, directory: &str) -> Self {
        Self { directory: directory.to_owned(), ..self }
    }

    /// The links from a file to the library that it needs, starting with the file's own. Links of a suite name files relative
    /// to the manifest's directory.
    #[must_use]
    pub fn chain(&self, trace: Trace) -> Vec<Link> {
        self.chain_from(trace, &self.directory)
    }

    /// Like [`chain`](Self::chain), with files named as seen from `directory`.
    pub(crate) fn chain_from(&self, trace: Trace, directory: &str) -> Vec<Link> {
        let mut links = self.links(trace);
        for link in &mut links {
            link.text = without_secrets(&link.text).into_owned();
            if let Some(name) = relative(directory, &link.file) {
                link.file = name;
            }
        }
        links
    }

    /// All files that directly ask for the library of this trace, in a fixed order. Those of a suite are named relative
    /// to the manifest's directory.
    #[must_use]
    pub fn sources(&self, trace: Trace) -> Vec<String> {
        let steps = &self.meanings[trace.meaning as usize].steps;
        let asks =
            |node: u32| steps[node as usize].as_ref().is_some_and(|step| step.next.is_none());
        let leads = self.by_name.iter().filter(|(_, node)| asks(**node));
        // A package is a node like a file.
        let files = leads.filter(|(name, _)| !name.contains(':'));
        files.filter_map(|(name, _)| relative(&self.directory, name)).collect()
    }

    fn links(&self, trace: Trace) -> Vec<Link> {
        let steps = &self.meanings[trace.meaning as usize].steps;
        let mut links = Vec::new();
        let mut at = Some(trace.node);
        // The ways are shortest ones, so the loop ends.
        while let Some(step) = at.and_then(|node| steps[node as usize].as_ref()) {
            links.extend(step.links.iter().cloned());
            at = step.next;
        }
        links
    }
}

fn steps(starts: Vec<(u32, Vec<Link>)>, importers: &[Vec<(u32, Vec<Link>)>]) -> Vec<Option<Step>> {
    let mut steps: Vec<Option<Step>> = vec![None; importers.len()];
    let mut open = VecDeque::new();
    for (node, links) in starts {
        let step = &mut steps[node as usize];
        if step.is_none() {
            *step = Some(Step { links, next: None });
            open.push_back(node);
        }
    }
    while let Some(node) = open.pop_front() {
        for (importer, links) in &importers[node as usize] {
            let step = &mut steps[*importer as usize];
            if step.is_none() {
                *step = Some(Step { links: links.clone(), next: Some(node) });
                open.push_back(*importer);
            }
        }
    }
    steps
}
