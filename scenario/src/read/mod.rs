//! Turns a manifest's text into a [`Manifest`] and all of its mistakes, in three steps: syntax, the tables one by one,
//! then what their names refer to.

mod context;
mod leaf;
mod library;
mod names;
mod preset;
mod run;
mod scope;
mod suite;
mod syntax;
mod table;
mod test;
mod url;

use std::collections::{BTreeMap, BTreeSet};

use toml::de::DeTable;

use self::context::Context;
pub(crate) use self::library::variable;
use self::library::{Missing, Sketch, settle, sketch};
use self::names::{Names, Standing};
pub use self::preset::preset_names;
pub(crate) use self::preset::{Preset, Presets};
use self::table::{Entry, Table};
use crate::cycle::cycles;
use crate::manifest::{Group, Manifest, Profile};
use crate::{
    Because, Edge, GroupId, Library, LibraryId, Mistake, Mistakes, Named, Placement, Platform,
    Source, Span,
};

/// What reading a manifest gives: as much of it as there is, and everything that is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The manifest without what has mistakes. Fit to be run only if there are none.
    pub manifest: Manifest,
    /// Every mistake, in the order of the text.
    pub mistakes: Vec<Mistake>,
}

/// What the project's own files say of a library that follows a preset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its version.
    pub version: String,
    /// The lock file that says so, relative to the manifest's directory.
    pub lock: String,
}

/// Reads the manifest `text` for `platform`.
#[must_use]
pub fn read(text: &str, platform: &Platform) -> Reading {
    read_with(text, platform, &|_| None)
}

/// Reads the manifest `text` for `platform`. `known` is asked for what the project's lock files say of the preset that a
/// library follows, where the library does not say its version itself.
#[must_use]
pub fn read_with(
    text: &str,
    platform: &Platform,
    known: &dyn Fn(&str) -> Option<Known>,
) -> Reading {
    let mut context = Context::new(text, platform, known);
    let (root, errors) = DeTable::parse_recoverable(text);
    context.mistakes.extend(syntax::mistakes(text, errors));
    let root = Table::new(String::new(), Span::default(), root.get_ref());
    let presets = Presets::known();
    let manifest = manifest(&mut context, presets, root);
    Reading { manifest, mistakes: syntax::without_followers(text, told(context.mistakes)) }
}

/// The mistakes in the order of the text, without those that only follow from others: from a broken syntax at their
/// place, or from a library that another place already needs in vain.
fn told(mut mistakes: Vec<Mistake>) -> Vec<Mistake> {
    mistakes.sort_by_key(Mistake::span);
    // A preset's mistakes all stand where it is asked for.
    mistakes.dedup();
    let is_syntax = |mistake: &Mistake| matches!(mistake, Mistake::Syntax { .. });
    let syntax = mistakes.iter().filter(|mistake| is_syntax(mistake));
    let broken: BTreeSet<Span> = syntax.map(Mistake::span).collect();
    let mut missed = BTreeSet::new();
    mistakes.retain(|mistake| match mistake {
        Mistake::Syntax { .. } => true,
        Mistake::UnsupportedPlatform { library, .. } => missed.insert(library.clone()),
        other => !broken.contains(&other.span()),
    });
    mistakes
}

impl Reading {
    /// The manifest, if it has no mistake.
    ///
    /// # Errors
    ///
    /// The report on all mistakes; `name` is what it calls the manifest, and `text` what was read.
    pub fn into_result(self, name: &str, text: &str) -> Result<Manifest, Mistakes> {
        match Mistakes::new(name, text, self.mistakes) {
            Some(mistakes) => Err(mistakes),
            None => Ok(self.manifest),
        }
    }
}

/// A test that has to pass first.
#[derive(Clone, Copy, Debug)]
struct After {
    /// Its position among the manifest's tests.
    test: usize,
    /// Where that is said.
    span: Span,
}

fn manifest<'v>(context: &mut Context<'_>, presets: &'v Presets, mut root: Table<'v>) -> Manifest {
    let run = root.take(context, "run", |context, entry| {
        let table = entry.table(context, "[run]".to_owned())?;
        Some(run::defaults(context, table))
    });
    let profiles = named(context, &mut root, "profile", Named::Profile);
    let groups = named(context, &mut root, "group", Named::Group);
    let libraries = named(context, &mut root, "library", Named::Library);
    let suites = named(context, &mut root, "suite", Named::Suite);
    let tests = named(context, &mut root, "test", Named::Test);
    root.finish(context);

    let profiles = profiles.into_iter().map(|(name, table)| Profile {
        name: name.to_owned(),
        defaults: run::defaults(context, table),
    });
    let profiles = profiles.collect();
    let mut names = Names::default();
    let groups = read_groups(context, &mut names, groups);
    let sketches = sketch_all(context, presets, &mut names, libraries);
    let settled = sketches
        .into_iter()
        .enumerate()
        .map(|(index, sketch)| settle(context, &names, LibraryId::new(index), sketch));
    let libraries: Vec<_> = settled.collect();

    let test_names = tests.iter().enumerate();
    names.tests = test_names.map(|(position, (name, _))| ((*name).to_owned(), position)).collect();
    let suites = suites.into_iter().map(|(name, table)| suite::suite(context, &names, name, table));
    let suites = suites.collect();
    let (tests, after): (Vec<_>, Vec<_>) =
        tests.into_iter().map(|(name, table)| test::test(context, &names, name, table)).unzip();

    let manifest =
        Manifest { run: run.unwrap_or_default(), profiles, groups, libraries, suites, tests };
    check_variables(context, &manifest);
    check_places(context, &manifest);
    check_paths(context, &manifest);
    check_cycles(context, &manifest, &after);
    manifest
}

/// The tables below `key`, each with its name. One that its thing cannot have is a mistake, and hides no other.
fn named<'v>(
    context: &mut Context<'_>,
    root: &mut Table<'v>,
    key: &'static str,
    of: Named,
) -> Vec<(&'v str, Table<'v>)> {
    let entries = root.take(context, key, |context, entry| {
        let table = entry.table(context, format!("[{key}]"))?;
        Some(table.into_entries())
    });
    let mut tables = Vec::new();
    for entry in entries.unwrap_or_default() {
        let Entry { key: name, key_span: span, .. } = entry;
        let fits = match of {
            Named::Library => {
                leaf::is_label(name, |_| false)
                    && name.chars().all(|c| c.is_ascii() && !c.is_ascii_uppercase())
            }
            Named::Test => !name.is_empty() && !name.contains(char::is_control),
            _ => leaf::is_label(name, |_| false),
        };
        if !fits {
            let name = name.to_owned();
            context.mistake(Mistake::Name { of, name, span });
        }
        let table = entry.table(context, format!("[{key}.{name}]"));
        tables.extend(table.map(|table| (name, table)));
    }
    tables
}

fn read_groups(
    context: &mut Context<'_>,
    names: &mut Names,
    tables: Vec<(&str, Table<'_>)>,
) -> Vec<Group> {
    let mut groups = Vec::new();
    for (name, table) in tables {
        let group = run::group(context, name, table);
        let id = group.is_some().then(|| GroupId::new(groups.len()));
        names.groups.insert(name.to_owned(), id);
        groups.extend(group);
    }
    groups
}

fn sketch_all<'v>(
    context: &mut Context<'_>,
    presets: &'v Presets,
    names: &mut Names,
    tables: Vec<(&str, Table<'v>)>,
) -> Vec<Sketch> {
    let mut sketches = Vec::new();
    for (name, table) in tables {
        let standing = match sketch(context, presets, name, table) {
            Ok(library) => {
                sketches.push(library);
                Standing::Valid(LibraryId::new(sketches.len() - 1))
            }
            Err(Missing::Elsewhere { given, span }) => Standing::Elsewhere { given, span },
            Err(Missing::Broken) => Standing::Broken,
        };
        names.libraries.insert(name.to_owned(), standing);
    }
    sketches
}

/// No two libraries may be handed over in one variable.
fn check_variables(context: &mut Context<'_>, manifest: &Manifest) {
    let mut taken = BTreeMap::new();
    for library in &manifest.libraries {
        let variable = variable(&library.name);
        if let Some((first, first_span)) = taken.get(&variable).cloned() {
            context.mistake(Mistake::SameVariable {
                variable,
                first,
                first_span,
                second: library.name.clone(),
                span: library.span,
            });
        } else {
            taken.insert(variable, (library.name.clone(), library.span));
        }
    }
}

/// No two libraries may be put at one place: tests of the one would open the other.
fn check_places(context: &mut Context<'_>, manifest: &Manifest) {
    let mut taken = BTreeMap::new();
    for library in &manifest.libraries {
        let Some(Placement::Path(place)) = &library.to else { continue };
        let key = spelled(place);
        if let Some((first, first_span)) = taken.get(&key).cloned() {
            context.mistake(Mistake::SamePlace {
                place: place.clone(),
                first,
                first_span,
                second: library.name.clone(),
                span: library.span,
            });
        } else {
            taken.insert(key, (library.name.clone(), library.span));
        }
    }
}

/// Two spellings of one place are one place; links are not followed here.
fn spelled(place: &str) -> (bool, Vec<&str>) {
    let parts = place.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    (place.starts_with('/'), parts)
}

/// No two commands may make one file: tests of the one would open the other's. That presets share paths is known to be
/// well: each of their tools adds to what is there.
fn check_paths(context: &mut Context<'_>, manifest: &Manifest) {
    let mut taken: BTreeMap<Vec<_>, Vec<&Library>> = BTreeMap::new();
    for library in &manifest.libraries {
        let Source::Command { command, artefact, .. } = &library.source else { continue };
        let mut paths: Vec<_> = artefact.paths.iter().map(|path| spelled(path)).collect();
        paths.sort_unstable();
        let others = taken.entry(paths).or_default();
        let clashes = |other: &&&Library| {
            let is_other =
                !matches!(&other.source, Source::Command { command: made, .. } if made == command);
            is_other && (library.preset.is_none() || other.preset.is_none())
        };
        if let Some(first) = others.iter().find(clashes) {
            let paths: Vec<String> =
                artefact.paths.iter().map(|path| format!("`{path}`")).collect();
            context.mistake(Mistake::SamePaths {
                paths: paths.join(", "),
                first: first.name.clone(),
                first_span: first.span,
                second: library.name.clone(),
                span: library.span,
            });
        }
        others.push(library);
    }
}

/// Neither libraries nor tests may wait for each other.
fn check_cycles(context: &mut Context<'_>, manifest: &Manifest, after: &[Vec<After>]) {
    let libraries = &manifest.libraries;
    let needs = libraries.iter().map(|library| {
        let edges = library.needs.iter().map(|need| match need.because {
            Because::Declared(span) | Because::Placeholder(span) => (need.library.index(), span),
            Because::Detected(_) => unreachable!("only needs of tests are detected"),
        });
        edges.collect()
    });
    let name = |library: usize| libraries[library].name.clone();
    report_cycles(context, Named::Library, &needs.collect::<Vec<_>>(), name);
    let edges = |after: &Vec<After>| after.iter().map(|after| (after.test, after.span)).collect();
    let after: Vec<_> = after.iter().map(edges).collect();
    report_cycles(context, Named::Test, &after, |test| manifest.tests[test].name.clone());
}

fn report_cycles(
    context: &mut Context<'_>,
    of: Named,
    edges: &[Vec<(usize, Span)>],
    name: impl Fn(usize) -> String,
) {
    for cycle in cycles(edges) {
        let edges = cycle.into_iter().map(|edge| Edge {
            from: name(edge.from),
            to: name(edge.to),
            span: edge.at,
        });
        let edges = edges.collect();
        context.mistake(Mistake::Cycle { of, edges });
    }
}
