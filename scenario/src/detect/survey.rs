//! The files that tests import, and the imports that mean a library: a graph, found one layer at a time.
//!
//! Every file is read once, however many tests import it. A package in a lock file that imports others is a node like a
//! file, so a wrapper needs what it wraps.

use std::collections::{BTreeMap, BTreeSet};

use super::ecosystem::LockScope;
use super::implied;
use super::lock::Lock;
use super::path::{directory, file_name};
use super::project::ProjectFiles;
use super::recognise::Recogniser;
use super::resolve::{self, Resolved, Target};
use super::scan::{Import, Language, is_configuration, settings};
use super::specifier::without_version;
use super::tree::ProjectTree;
use crate::needs::findings::{Edge, Findings, Node};
use crate::needs::meaning::Meaning;
use crate::{Ecosystem, Link};

/// A survey in progress.
#[derive(Debug)]
pub struct Survey<'s> {
    project: &'s ProjectFiles,
    recogniser: &'s Recogniser,
    nodes: Vec<Node>,
    by_name: BTreeMap<String, u32>,
    /// The files that the survey starts at.
    tests: BTreeSet<String>,
    /// Whether a lock file has a package that only sources tell more about.
    leaves_open: bool,
    /// By lock file and by meaning, the names of the Node packages that bring it.
    bringing: BTreeMap<String, BTreeMap<Meaning, BTreeSet<String>>>,
}

/// The imports of one file that matter.
#[derive(Debug, Default)]
pub struct Scanned {
    hits: Vec<Hit>,
    files: Vec<(Link, String)>,
    packages: Vec<(Link, Resolved)>,
}

/// An import that means a library.
#[derive(Debug)]
struct Hit {
    links: Vec<Link>,
    meaning: Meaning,
}

impl<'s> Survey<'s> {
    /// A survey of `project`.
    #[must_use]
    pub fn new(project: &'s ProjectFiles, recogniser: &'s Recogniser) -> Self {
        Self {
            project,
            recogniser,
            nodes: Vec::new(),
            by_name: BTreeMap::new(),
            tests: BTreeSet::new(),
            leaves_open: false,
            bringing: BTreeMap::new(),
        }
    }

    /// Whether probe can read a file of this name for imports.
    #[must_use]
    pub fn reads(file: &str) -> bool {
        Language::of(file).is_some()
    }

    /// Starts at `files`. Returns the files to read, each once.
    pub fn start<'n>(&mut self, files: impl IntoIterator<Item = &'n str>) -> Vec<String> {
        let mut wanted = Vec::new();
        for file in files {
            self.tests.insert(file.to_owned());
            self.file(file, &mut wanted);
        }
        wanted
    }

    /// The imports in the text of `file`. Needs nothing from other files, so many files can be scanned at once.
    #[must_use]
    pub fn scan(&self, files: &dyn ProjectTree, file: &str, text: &str) -> Scanned {
        let mut scanned = Scanned::default();
        let Some(language) = Language::of(file) else {
            return scanned;
        };
        let mut imports = language.imports(text);
        if is_configuration(file_name(file)) {
            imports.extend(settings(text).into_iter().map(|Import { line, specifier }| Import {
                line,
                specifier: implied::specifier(files, file, &specifier),
            }));
        }
        for Import { line, specifier } in imports {
            self.import(&mut scanned, files, language, &Link::new(file, line, &specifier));
        }
        match language {
            Language::Python => {
                scanned.files.extend(implied::of_pytest(files, file));
                if implied::is_of_pytest(file) {
                    for (named_in, module, line) in self.project.python_plugins(directory(file)) {
                        let link = Link::new(named_in, line, module);
                        self.import(&mut scanned, files, language, &link);
                    }
                }
            }
            Language::Script if self.tests.contains(file) => {
                scanned.files.extend(implied::of_script(self.project, file));
                for (description, setting, line) in implied::of_package(self.project, file) {
                    let specifier = implied::specifier(files, description, setting);
                    let link = Link::new(description, line, &specifier);
                    self.import(&mut scanned, files, language, &link);
                }
            }
            Language::Script => {}
        }
        scanned
    }

    /// Adds the import in the text of `link`.
    fn import(
        &self,
        scanned: &mut Scanned,
        files: &dyn ProjectTree,
        language: Language,
        link: &Link,
    ) {
        let Link { file, text, .. } = link;
        let targets = match language {
            Language::Script => {
                resolve::script(self.project, files, file, text).into_iter().collect()
            }
            Language::Python => resolve::python(self.project, files, file, text),
        };
        for target in targets {
            match target {
                Target::File(imported) => scanned.files.push((link.clone(), imported)),
                Target::Package(package) => self.package(scanned, link.clone(), package),
            }
        }
    }

    /// Adds the imports of a file. Returns the names of the files to read next.
    pub fn add(&mut self, file: &str, scanned: Scanned) -> Vec<String> {
        let mut wanted = Vec::new();
        let node = self.file(file, &mut Vec::new());
        self.connect(node, scanned, &mut wanted);
        wanted
    }

    /// Every node with its name, in the order of names.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, u32)> {
        self.by_name.iter().map(|(name, &node)| (name.as_str(), node))
    }

    /// Adds an edge for which no line of a source stands.
    pub(super) fn edge(&mut self, from: u32, to: u32) {
        self.nodes[from as usize].edges.push(Edge { to, links: Vec::new() });
    }

    /// Its nodes by name, and the edges between them.
    pub(super) fn into_edges(self) -> (BTreeMap<String, u32>, Vec<(u32, u32)>) {
        let nodes = (0..).zip(self.nodes);
        let edges =
            nodes.flat_map(|(from, node)| node.edges.into_iter().map(move |edge| (from, edge.to)));
        (self.by_name, edges.collect())
    }

    /// The findings of the whole survey.
    #[must_use]
    pub fn finish(self) -> Findings {
        Findings::new(self.nodes, self.by_name)
    }

    /// Starts at the project's lock files, which count as importing all of their packages. Returns their names.
    pub fn start_at_locks(&mut self) -> Vec<String> {
        let mut files = Vec::new();
        for lock in self.project.all_locks() {
            let mut scanned = Scanned::default();
            for (specifier, locked) in lock.packages() {
                let meanings = self.recogniser.meanings(&specifier, Some(&lock.file));
                let line = || match locked {
                    Some(locked) => lock.line(locked),
                    None => lock.line_of_address(&specifier),
                };
                // What only known packages import is their affair, as it is of the files that import them.
                let is_known = |importer: &str| {
                    let meanings = self.recogniser.meanings(importer, None);
                    meanings.iter().any(|meaning| !self.recogniser.is_wrapping(meaning))
                };
                if !meanings.is_empty() && lock.is_imported_by(&specifier, is_known) {
                    continue;
                }
                let is_followed = lock.dependencies(&specifier).is_some();
                for meaning in meanings {
                    if self.recogniser.is_imported(&meaning) {
                        self.leaves_open = true;
                        continue;
                    }
                    // Those that it imports are in the file, too.
                    if is_followed && self.recogniser.is_wrapping(&meaning) {
                        continue;
                    }
                    if let Some(name) = without_version(&specifier).strip_prefix("npm:") {
                        let bringing = self.bringing.entry(lock.file.clone()).or_default();
                        bringing.entry(meaning.clone()).or_default().insert(name.to_owned());
                    }
                    let link =
                        Link { file: lock.file.clone(), line: line(), text: specifier.clone() };
                    scanned.hits.push(Hit { links: vec![link], meaning });
                }
            }
            let node = self.file(&lock.file, &mut Vec::new());
            self.connect(node, scanned, &mut Vec::new());
            files.push(lock.file.clone());
        }
        files
    }

    /// Whether a lock file that the survey started at has a package that tests may need, but only sources can tell.
    #[must_use]
    pub fn leaves_open(&self) -> bool {
        self.leaves_open
    }

    /// The project's lock files, each with the tests that it concerns.
    #[must_use]
    pub fn lock_scopes(&self) -> Vec<LockScope> {
        let scope = |(place, lock): (&str, &Lock)| LockScope {
            file: lock.file.clone(),
            place: place.to_owned(),
            ecosystem: match () {
                () if lock.is_deno() => Ecosystem::Deno,
                () if lock.is_python() => Ecosystem::Python,
                () => Ecosystem::Node,
            },
            packages: self.project.packages_below(place).map(|(own, _)| own.to_owned()).collect(),
            asking: self.asking(place, lock),
        };
        self.project.locks_by_place().map(scope).collect()
    }

    /// For each meaning in `lock`, the directories of the packages below `place` that ask for it by name, if there are any.
    fn asking(&self, place: &str, lock: &Lock) -> BTreeMap<Meaning, BTreeSet<String>> {
        let bringing = self.bringing.get(&lock.file).into_iter().flatten();
        let asking = bringing.map(|(meaning, names)| {
            let packages = self
                .project
                .packages_below(place)
                .filter(|(_, package)| names.iter().any(|name| package.dependency(name).is_some()));
            (meaning.clone(), packages.map(|(own, _)| own.to_owned()).collect())
        });
        asking.filter(|(_, packages): &(_, BTreeSet<String>)| !packages.is_empty()).collect()
    }

    /// Sorts a package: it means a library, its own imports count, or it is of no interest.
    fn package(&self, scanned: &mut Scanned, link: Link, package: Resolved) {
        let lock = package.via.iter().rev().find(|link| self.project.lock(&link.file).is_some());
        let mut meanings =
            self.recogniser.meanings(&package.specifier, lock.map(|link| link.file.as_str()));
        if self.imports(&package).is_some() {
            meanings.retain(|meaning| !self.recogniser.is_wrapping(meaning));
        }
        if meanings.is_empty() {
            if lock.is_some() && package.specifier.starts_with("jsr:") {
                scanned.packages.push((link, package));
            }
            return;
        }
        let links: Vec<Link> = std::iter::once(link).chain(package.via).collect();
        for meaning in meanings {
            scanned.hits.push(Hit { links: links.clone(), meaning });
        }
    }

    fn connect(&mut self, node: u32, scanned: Scanned, wanted: &mut Vec<String>) {
        // Packages import packages: as deep as the lock file goes, with no recursion.
        let mut open = vec![(node, scanned)];
        while let Some((node, scanned)) = open.pop() {
            for Hit { links, meaning } in scanned.hits {
                self.nodes[node as usize].hits.push((links, meaning));
            }
            for (link, file) in scanned.files {
                let to = self.file(&file, wanted);
                self.nodes[node as usize].edges.push(Edge { to, links: vec![link] });
            }
            for (link, package) in scanned.packages {
                let (to, is_new) = self.node(&package.specifier);
                if is_new {
                    open.push((to, self.dependencies(&package)));
                }
                let links = std::iter::once(link).chain(package.via).collect();
                self.nodes[node as usize].edges.push(Edge { to, links });
            }
        }
    }

    /// The imports of a package in a lock file.
    fn dependencies(&self, package: &Resolved) -> Scanned {
        let mut scanned = Scanned::default();
        if let Some((lock, (dependencies, line))) = self.imports(package) {
            for written in dependencies {
                let asked = Link { file: lock.file.clone(), line, text: written.clone() };
                self.package(&mut scanned, asked, dependency(lock, written));
            }
        }
        scanned
    }

    /// The imports of a package in a lock file, with the line of its entry.
    fn imports(&self, package: &Resolved) -> Option<(&Lock, (&[String], usize))> {
        let link = package.via.last()?;
        let lock = self.project.lock(&link.file)?;
        Some((lock, lock.dependencies(&link.text)?))
    }

    /// The node of a file, which is wanted if it is new and can be read for imports.
    fn file(&mut self, name: &str, wanted: &mut Vec<String>) -> u32 {
        let (node, is_new) = self.node(name);
        if is_new && Language::of(name).is_some() {
            wanted.push(name.to_owned());
        }
        node
    }

    pub(super) fn node(&mut self, name: &str) -> (u32, bool) {
        if let Some(&node) = self.by_name.get(name) {
            return (node, false);
        }
        let node = u32::try_from(self.nodes.len()).expect("a project has fewer than 2^32 files");
        self.nodes.push(Node::default());
        self.by_name.insert(name.to_owned(), node);
        (node, true)
    }
}

/// The resolved form of a dependency in a lock file.
fn dependency(lock: &Lock, written: &str) -> Resolved {
    let Some((specifier, locked)) = lock.dependency(written) else {
        return Resolved { specifier: written.to_owned(), via: Vec::new() };
    };
    let text = format!("{}@{}", without_version(specifier), locked.version);
    let link = Link { file: lock.file.clone(), line: lock.line(locked), text: text.clone() };
    Resolved { specifier: text, via: vec![link] }
}
