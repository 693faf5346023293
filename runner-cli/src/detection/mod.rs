//! Reads the sources and the lock files that detection looks at, many at once, and adds what it finds to the suite.
//!
//! Does not know how a need is recognised, nor what becomes of it. The sources of tests that turn detection off are not
//! read.

mod beside;
mod reach;
mod tree;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use probe_scenario::{
    Detected, Detection, Known, Need, Platform, ProjectFile, ProjectFiles, ProjectTree, Recogniser,
    Scanned, Suite, Survey, Test,
};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::environment::Environment;
pub(crate) use beside::{Beside, Member};
pub(crate) use reach::MEMBER;
use tree::{Kind, Tree};

/// How often files may refer to further files: an import map, or bases of a `tsconfig.json`.
const REFERENCES: usize = 8;

/// Files or directories from which on threads read them: starting those takes as long as reading so many.
const MANY: usize = 16;

/// A project as detection sees it.
#[derive(Debug)]
pub(crate) struct Surroundings {
    tree: Tree,
    /// The project's directory as seen from the tree's base.
    own: String,
}

impl Surroundings {
    /// The project in the directory `root`. Names are looked up to the top of its repository, or else to `root`.
    pub(crate) fn new(root: &Path) -> Self {
        let top = root.ancestors().find(|ancestor| ancestor.join(".git").exists());
        let own = |top: &Path| root.strip_prefix(top).ok()?.to_str().map(str::to_owned);
        match top.and_then(|top| Some((top, own(top)?))) {
            Some((top, own)) => Self { tree: Tree::new(top), own },
            None => Self { tree: Tree::new(root), own: String::new() },
        }
    }

    /// What the lock files of the project say of the preset called `name`.
    pub(crate) fn known(&self, name: &str) -> Option<Known> {
        let files = self.lock_files();
        let recogniser = Recogniser::new(&[], |_| false);
        recogniser.locked_version(&files, name, &self.own)
    }

    /// Adds to `suite` what the sources of its tests need.
    pub(crate) fn detect(
        &self,
        suite: &mut Suite,
        environment: &Environment,
        platform: &Platform,
        by_default: Detection,
    ) -> Detected {
        let detects = |test: &&Test| test.limits.detect.unwrap_or(by_default) == Detection::On;
        let with_sources = suite.tests.iter().filter(detects);
        let files: Vec<String> = with_sources
            .flat_map(|test| &test.files)
            .filter(|file| Survey::reads(file))
            .map(|file| self.name(file))
            .collect();
        // Of those without files only lock files tell.
        let without = suite.tests.iter().filter(detects).filter(|test| test.files.is_empty());
        let places: BTreeSet<String> =
            without.map(|test| self.place(test.cwd.as_deref().unwrap_or_default())).collect();
        if files.is_empty() && places.is_empty() {
            return Detected::default();
        }
        let project = self.project_files(&files, &places);
        let recogniser = Recogniser::new(&suite.libraries, |variable| environment.says(variable));
        let mut survey = Survey::new(&project, &recogniser);
        self.survey(&mut survey, &self.tree, &files);
        survey.start_at_locks();
        let locks = survey.lock_scopes();
        suite.detect(survey.finish(), &locks, &self.own, platform, by_default)
    }

    /// Adds to `suite` what the project's lock files have, or else the sources called `files`, which are asked for only
    /// then. Returns every library that they need, but those with a variable for which `is_set` holds, by which the user
    /// says already where they are.
    pub(crate) fn detect_everything(
        &self,
        suite: &mut Suite,
        is_set: impl Fn(&str) -> bool,
        platform: &Platform,
        files: impl FnOnce() -> Vec<String>,
    ) -> (Vec<Need>, Detected) {
        let recogniser = Recogniser::new(&suite.libraries, is_set);
        let locks = self.lock_files();
        let mut known = Vec::new();
        if locks.has_locked() {
            let mut survey = Survey::new(&locks, &recogniser);
            known = survey.start_at_locks();
            if !locks.leaves_open() && !survey.leaves_open() {
                return suite.detect_for(survey.finish(), &known, &self.own, platform);
            }
        }
        let mut files: Vec<String> = files().iter().map(|file| self.name(file)).collect();
        let project = self.project_files(&files, &BTreeSet::new());
        let mut survey = Survey::new(&project, &recogniser);
        survey.start_at_locks();
        self.survey(&mut survey, &self.tree, &files);
        files.extend(known);
        suite.detect_for(survey.finish(), &files, &self.own, platform)
    }

    /// The nearest directory with a lock file from `directory` upward, but not above its repository; else the outermost with a
    /// `deno.json`; or else `directory`.
    pub(crate) fn root_of(directory: &Path) -> PathBuf {
        let mut is_inside = true;
        let mut inside = directory.ancestors().take_while(|ancestor| {
            std::mem::replace(&mut is_inside, !ancestor.join(".git").exists())
        });
        let has = |directory: &Path, is_one: fn(&str) -> bool| {
            Tree::new(directory).list("").keys().any(|file| is_one(file))
        };
        let mut inside: Vec<&Path> = inside.by_ref().collect();
        if let Some(locked) = inside.iter().find(|place| has(place, ProjectFile::is_lock)) {
            return (*locked).to_owned();
        }
        // Its lock file may have another name, or not be written yet; a workspace's members lie below it.
        inside.reverse();
        let outermost = inside.into_iter().find(|place| has(place, ProjectFile::is_deno));
        outermost.unwrap_or(directory).to_owned()
    }

    /// Reads sources one layer of imports after the other, each layer at once.
    fn survey(&self, survey: &mut Survey<'_>, tree: &dyn ProjectTree, files: &[String]) {
        let mut open = survey.start(files.iter().map(String::as_str));
        while !open.is_empty() {
            let known: &Survey<'_> = survey;
            let scan = |name: &String| -> Option<Scanned> {
                Some(known.scan(tree, name, &self.tree.text(name)?))
            };
            let scanned: Vec<Option<Scanned>> = of_each(&open, scan);
            let mut next = Vec::new();
            for (name, scanned) in open.iter().zip(scanned) {
                next.extend(scanned.map(|scanned| survey.add(name, scanned)).unwrap_or_default());
            }
            open = next;
        }
    }

    /// The lock files that hold for the project's directory.
    fn lock_files(&self) -> ProjectFiles {
        let directories: Vec<&str> = upward(&self.own).collect();
        let is_wanted = |name: &str| ProjectFile::is_lock(name) || ProjectFile::is_deno(name);
        let names = self.wanted(&directories, is_wanted);
        let mut parsed = self.parse(&names);
        let named = parsed.iter().filter_map(ProjectFile::lock_file);
        let named: Vec<String> = named.filter(|name| !names.contains(name)).collect();
        parsed.extend(self.parse(&named));
        ProjectFiles::new(parsed)
    }

    /// Everything that says what names stand for in `files`, and in the directories called `places`.
    fn project_files(&self, files: &[String], places: &BTreeSet<String>) -> ProjectFiles {
        self.described(files, places).0
    }

    /// The same, with the names of all files that say it.
    fn described(
        &self,
        files: &[String],
        places: &BTreeSet<String>,
    ) -> (ProjectFiles, BTreeSet<String>) {
        let mut directories: BTreeSet<&str> = BTreeSet::new();
        let places = places.iter().map(String::as_str);
        for place in files.iter().map(|file| directory(file)).chain(places) {
            for directory in upward(place) {
                // What is above it has been added with it.
                if !directories.insert(directory) {
                    break;
                }
            }
        }
        let directories: Vec<&str> = directories.into_iter().collect();
        let names = self.wanted(&directories, ProjectFile::is_wanted);
        let mut read: BTreeSet<String> = names.iter().cloned().collect();
        let mut parsed = self.parse(&names);
        let mut from = 0;
        for _ in 0..REFERENCES {
            let further: Vec<String> = parsed[from..]
                .iter()
                .flat_map(|file| self.referred(file))
                .filter(|name| read.insert(name.clone()))
                .collect();
            from = parsed.len();
            parsed.extend(self.parse(&further));
        }
        (ProjectFiles::new(parsed), read)
    }

    /// The files that `file` refers to: those that it builds on, and those of the members of its workspace.
    fn referred(&self, file: &ProjectFile) -> Vec<String> {
        let mut names = file.references();
        let with_suffix: Vec<String> = names.iter().map(|name| format!("{name}.json")).collect();
        names.extend(with_suffix);
        for member in file.members() {
            let directories = match member.strip_suffix("/*") {
                Some(parent) => {
                    let listing = self.tree.list(parent);
                    let children = listing.iter().filter(|&(_, &kind)| kind == Kind::Directory);
                    children.map(|(name, _)| format!("{parent}/{name}")).collect()
                }
                None => vec![member],
            };
            let directories: Vec<&str> = directories.iter().map(String::as_str).collect();
            names.extend(
                self.wanted(&directories, |name| matches!(name, "deno.json" | "deno.jsonc")),
            );
        }
        names
    }

    fn wanted(&self, directories: &[&str], is_wanted: fn(&str) -> bool) -> Vec<String> {
        let in_directory = |directory: &&str| -> Vec<String> {
            let listing = self.tree.list(directory);
            let files = listing.iter().filter(|&(_, &kind)| kind == Kind::File);
            let names = files.map(|(name, _)| name).filter(|name| is_wanted(name));
            names.map(|name| below(directory, name)).collect()
        };
        of_each(directories, in_directory).into_iter().flatten().collect()
    }

    fn parse(&self, names: &[String]) -> Vec<ProjectFile> {
        let parse = |name: &String| Some(ProjectFile::parse(name, self.tree.text(name)?));
        of_each(names, parse).into_iter().flatten().collect()
    }

    /// A directory relative to the project's, as seen from the base; the project's own if it does not lie in it.
    fn place(&self, directory: &str) -> String {
        let parts = || directory.split('/').filter(|part| !matches!(*part, "" | "."));
        if directory.starts_with(['/', '~']) || parts().any(|part| part == "..") {
            return self.own.clone();
        }
        parts().fold(self.own.clone(), |place, part| below(&place, part))
    }

    /// A name relative to the project's directory, as seen from the base.
    fn name(&self, name: &str) -> String {
        below(&self.own, name)
    }
}

/// What `of` makes of each item, in their order; of many, on all processors.
fn of_each<T: Sync, R: Send>(items: &[T], of: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if items.len() < MANY {
        items.iter().map(of).collect()
    } else {
        items.par_iter().map(&of).collect()
    }
}

fn below(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

fn directory(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// `name` and all directories above it up to the base, the nearest first.
fn upward(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |&below| (!below.is_empty()).then(|| directory(below)))
}
