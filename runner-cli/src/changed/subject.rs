//! What a test depends on, as far as that can be known, and which change meets it.
//!
//! Known are its files and what they import, what configures its runner, the words of its commands that are files, `inputs`,
//! and what its libraries and packages are made of. Asks nobody but Cargo and the disk.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use probe_pattern::PatternSet;
use probe_scenario::{Governed, Reach, Source, SuiteKind, Survey, Test, TestId, Way};

use super::cargo::{self, Packages};
use super::git::{Became, Changes};
use super::git_error::GitError;
use super::members;
use super::seen::{Cause, Seen, is_below};
use crate::detection::{Beside, MEMBER, Surroundings};
use crate::environment::Environment;
use crate::file_names::{LOCK_FILE, MANIFEST};
use crate::project::Project;

/// Why a change concerns a test.
pub(super) enum Reason {
    /// It depends on what changed.
    Known(String),
    /// Nobody knows what it depends on.
    Unknown(String),
}

/// All that the changes can meet.
pub(super) struct Subjects<'a> {
    project: &'a Project,
    changes: &'a Changes,
    surroundings: Surroundings,
    reach: Reach<Cause>,
    packages: Packages,
    /// Changed files that bear on others: on whose, below which directory.
    governing: Vec<(Governed, &'a str, &'a str)>,
}

impl<'a> Subjects<'a> {
    /// What `tests` depend on.
    ///
    /// # Errors
    ///
    /// Git cannot say what lies in the repository.
    pub(super) fn new(
        project: &'a Project,
        tests: &[TestId],
        changes: &'a Changes,
        environment: &Environment,
    ) -> Result<Self, GitError> {
        let surroundings = Surroundings::seen_from(&changes.base, &project.root);
        let tests = || tests.iter().map(|id| &project.suite.tests[id.index()]);
        let files: BTreeSet<String> =
            tests().flat_map(files).map(|file| surroundings.of_base(&file)).collect();
        let files: Vec<String> = files.into_iter().collect();
        let is_read = |file: &String| Survey::reads(file);
        let beside = match files.iter().any(is_read) {
            true => members::beside(changes, environment)?,
            false => Beside::default(),
        };
        let governing = changes.files.keys().flat_map(|file| {
            Governed::by(file).map(move |(governed, place)| (governed, place, file.as_str()))
        });
        let governing: Vec<_> = governing.collect();
        let seen = Seen::new(changes, &beside, &governing);
        let reach =
            surroundings.reach(&files, &beside, |file, described| seen.cause(file, described));
        let of_cargo = tests().filter(|test| test.kind == Some(SuiteKind::Cargo));
        let directories = of_cargo.filter_map(|test| package(&changes.base, test)).collect();
        let packages = Packages::around(&changes.base, &directories, environment);
        Ok(Self { project, changes, surroundings, reach, packages, governing })
    }

    /// Why a change concerns `test`, if one does.
    pub(super) fn reason(&self, test: &Test) -> Option<Reason> {
        let known = self
            .by_files(test)
            .or_else(|| self.by_commands(test))
            .or_else(|| self.by_inputs(test))
            .or_else(|| self.by_libraries(test))
            .or_else(|| self.by_package(test))
            .or_else(|| self.by_description(test));
        if let Some(known) = known {
            return Some(Reason::Known(known));
        }
        if test.inputs.is_some() || self.is_followed(test) {
            return None;
        }
        let (first, became) = self.changes.files.iter().next()?;
        let more = match self.changes.files.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let said = self.said(first, *became);
        Some(Reason::Unknown(format!("{said}{more}; probe does not know what it depends on")))
    }

    /// Whether all that it depends on has been looked at.
    fn is_followed(&self, test: &Test) -> bool {
        match test.kind {
            Some(SuiteKind::Cargo) => package(&self.changes.base, test)
                .is_some_and(|package| self.packages.know(&package)),
            // Of tests that are listed by name, the name has the file.
            Some(SuiteKind::Pytest) if test.files.is_empty() => !files(test).is_empty(),
            _ => Survey::follows(test),
        }
    }

    fn by_files(&self, test: &Test) -> Option<String> {
        let ways = files(test).into_iter().map(|file| self.surroundings.of_base(&file));
        let mut ways: Vec<Way<'_, Cause>> =
            ways.collect::<Vec<_>>().iter().filter_map(|file| self.reach.way(file)).collect();
        // Of several files, one that has changed itself says most.
        ways.sort_by_key(|way| way.files.len());
        let Way { cause, files } = ways.first()?;
        let changed = match cause {
            Cause::Said(said) => return Some(said.clone()),
            Cause::Governing(file) => return Some(self.said(file, *self.changes.files.get(file)?)),
            Cause::File(file) => self.said(file, *self.changes.files.get(file)?),
        };
        Some(match files.as_slice() {
            [] | [_] => changed,
            [_, _] => format!("{changed}, which it imports"),
            [.., importer, _] => {
                let importer = importer
                    .strip_prefix(MEMBER)
                    .map_or_else(|| self.shown(importer), str::to_owned);
                format!("{changed}, which `{importer}` imports")
            }
        })
    }

    /// By a word of what it runs, or of what a service runs that it needs, that names a file.
    fn by_commands(&self, test: &Test) -> Option<String> {
        let own = [&test.run, &test.wrap, &test.before, &test.cleanup];
        let own = own.into_iter().flat_map(|command| command.render(&[], |_| Path::new("")));
        let cwd = test.cwd.as_deref().unwrap_or_default();
        let mut own = own.filter_map(|word| self.named(cwd, &word));
        if let Some((file, became)) = own.next() {
            return Some(format!("{}, which it runs", self.said(file, became)));
        }
        let services = self.project.suite.services_before(test).into_iter();
        services.map(|id| &self.project.suite.services[id.index()]).find_map(|service| {
            let sketch =
                |text: &probe_scenario::ServiceText| text.sketch(&service.ports, |_| String::new());
            let cwd = service.cwd.as_ref().map(sketch).unwrap_or_default();
            let mut words = service.run.iter().map(|word| OsString::from(sketch(word)));
            let (file, became) = words.find_map(|word| self.named(&cwd, &word))?;
            Some(format!("{}, which service `{}` runs", self.said(file, became), service.name))
        })
    }

    /// The changed file that a word of a command names, which runs in `cwd`.
    fn named(&self, cwd: &str, word: &OsString) -> Option<(&'a str, Became)> {
        let word = word.to_str().filter(|word| !word.is_empty())?;
        let path = self.project.root.join(cwd).join(word);
        let name = path.strip_prefix(&self.changes.base).ok()?.to_str()?;
        self.changes.get(&normal(name)?)
    }

    fn by_inputs(&self, test: &Test) -> Option<String> {
        let inputs = test.inputs.as_ref()?;
        let mut changed = self.changes.files.iter();
        let is_input = |file: &str| self.own(file).is_some_and(|own| inputs.matches(&own));
        let (file, became) = changed.find(|(file, _)| is_input(file))?;
        Some(format!("{}, one of its `inputs`", self.said(file, *became)))
    }

    /// By what a library is made of that it needs.
    fn by_libraries(&self, test: &Test) -> Option<String> {
        let suite = &self.project.suite;
        let mut libraries = suite.libraries_before(test);
        let of_services = suite.services_before(test);
        libraries
            .extend(of_services.iter().flat_map(|&service| suite.libraries_of_service(service)));
        libraries.into_iter().map(|id| &suite.libraries[id.index()]).find_map(|library| {
            let patterns: Vec<&str> = match &library.source {
                Source::Path { path, .. } => vec![path],
                Source::Command { artefact, .. } | Source::Leader { artefact, .. } => {
                    artefact.inputs.iter().map(String::as_str).collect()
                }
                Source::Url(_) | Source::Check { .. } => Vec::new(),
            };
            let (set, _) = PatternSet::new(patterns);
            let mut changed = self.changes.files.iter();
            let is_meant = |file: &str| self.own(file).is_some_and(|own| set.matches(&own));
            let (file, became) = changed.find(|(file, _)| is_meant(file))?;
            Some(format!("{}, of library `{}`", self.said(file, *became), library.name))
        })
    }

    fn by_package(&self, test: &Test) -> Option<String> {
        let own =
            (test.kind == Some(SuiteKind::Cargo)).then(|| package(&self.changes.base, test))??;
        let built_of = self.packages.built_of(&own);
        let mut changed = self.changes.files.iter();
        changed.find_map(|(file, became)| {
            let owner = self.packages.owner(file).filter(|owner| built_of.contains(owner))?;
            let said = self.said(file, *became);
            Some(if owner == own {
                said
            } else {
                format!("{said}, in a package that it depends on")
            })
        })
    }

    /// By what is said of it in the manifest, in a lock file, or in what configures its runner.
    fn by_description(&self, test: &Test) -> Option<String> {
        let of_project = |name: &str| {
            let (file, became) = self.changes.get(&self.surroundings.of_base(name))?;
            Some(self.said(file, became))
        };
        let needs_libraries = !test.needs.is_empty() || !test.services.is_empty();
        let manifest =
            Path::new(&self.project.source.name).file_name().and_then(|name| name.to_str());
        let place = match files(test).first() {
            Some(file) => self.surroundings.of_base(file),
            None => match package(&self.changes.base, test) {
                Some(package) => package,
                None => self.surroundings.of_base(test.cwd.as_deref().unwrap_or_default()),
            },
        };
        let governed = || {
            let governed = Governed::of(test)?;
            let mut governing = self.governing.iter();
            let (_, _, file) = governing
                .find(|(whose, below, _)| *whose == governed && is_below(below, &place))?;
            let (file, became) = self.changes.get(file)?;
            Some(self.said(file, became))
        };
        governed()
            .or_else(|| of_project(manifest.unwrap_or(MANIFEST)))
            .or_else(|| needs_libraries.then(|| of_project(LOCK_FILE))?)
            .or_else(|| of_project(test.env_file.as_deref()?))
    }

    /// That a file has changed, in words.
    fn said(&self, file: &str, became: Became) -> String {
        let verb = match became {
            Became::Changed => "changed",
            Became::New => "is new",
            Became::Gone => "is gone",
        };
        format!("{} {verb}", self.shown(file))
    }

    /// A file as seen from the manifest.
    fn shown(&self, file: &str) -> String {
        self.own(file).unwrap_or_else(|| file.to_owned())
    }

    /// A file as seen from the manifest's directory, if it lies there; else by the way up.
    fn own(&self, file: &str) -> Option<String> {
        let path = self.changes.base.join(file);
        let mut up = String::new();
        for directory in self.project.root.ancestors() {
            if let Ok(rest) = path.strip_prefix(directory) {
                return Some(format!("{up}{}", rest.to_str()?));
            }
            up.push_str("../");
        }
        None
    }
}

/// The files of a test, as seen from the manifest.
fn files(test: &Test) -> Vec<String> {
    if !test.files.is_empty() || test.kind != Some(SuiteKind::Pytest) {
        return test.files.clone();
    }
    // `tests/test_a.py::test_x`, as pytest names it.
    let named = test.name.split_once("::").map(|(file, _)| file).filter(|file| Survey::reads(file));
    let cwd = test.cwd.as_deref().filter(|cwd| !cwd.is_empty());
    let file = named.map(|file| cwd.map_or_else(|| file.to_owned(), |cwd| format!("{cwd}/{file}")));
    file.into_iter().collect()
}

/// The directory of a test's package of Cargo, as seen from the base.
fn package(base: &Path, test: &Test) -> Option<String> {
    let cwd = test.cwd.as_deref().filter(|_| test.kind == Some(SuiteKind::Cargo))?;
    Path::new(cwd).is_absolute().then(|| cargo::below(base, cwd))?
}

/// A name without `.` and `..`.
fn normal(name: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
