//! The whole manifest: its tables one by one, then the names that they refer to.

use std::collections::BTreeMap;

use super::context::Context;
use super::library::{Sketch, settle, sketch};
use super::names::{Names, Standing};
use super::preset::Presets;
use super::source::Missing;
use super::table::{Entry, Table};
use super::{clashes, expect, leaf, run, service, suite, test};
use crate::{Group, GroupId, LibraryId, Manifest, Mistake, Named, Profile, ServiceId};

/// Reads every table. Where there are mistakes, as much of it as there is.
pub(super) fn manifest<'v>(
    context: &mut Context<'_>,
    presets: &'v Presets,
    mut root: Table<'v>,
) -> Manifest {
    let run = root.take(context, "run", |context, entry| {
        let table = entry.table(context, "[run]".to_owned())?;
        Some(run::defaults(context, table))
    });
    let profiles = named(context, &mut root, "profile", Named::Profile);
    let groups = named(context, &mut root, "group", Named::Group);
    let libraries = named(context, &mut root, "library", Named::Library);
    let services = named(context, &mut root, "service", Named::Service);
    let suites = named(context, &mut root, "suite", Named::Suite);
    let tests = named(context, &mut root, "test", Named::Test);
    let expected = named(context, &mut root, "expect", Named::Test);
    root.finish(context);

    let profiles = profiles.into_iter().map(|(name, table)| Profile {
        name: name.to_owned(),
        defaults: run::defaults(context, table),
    });
    let profiles = profiles.collect();
    let mut names = Names::default();
    let groups = read_groups(context, &mut names, groups);
    name_services(context, &mut names, &libraries, &services);
    let sketches = sketch_all(context, presets, &mut names, libraries);
    let settled = sketches
        .into_iter()
        .enumerate()
        .map(|(index, sketch)| settle(context, &names, LibraryId::new(index), sketch));
    let libraries: Vec<_> = settled.collect();

    let services =
        services.into_iter().map(|(name, table)| service::service(context, &names, name, table));
    let services = services.collect();
    names.tests = positions(&tests);
    names.suites = positions(&suites);
    let (suites, after_of_suites): (Vec<_>, Vec<_>) =
        suites.into_iter().map(|(name, table)| suite::suite(context, &names, name, table)).unzip();
    let (tests, mut after): (Vec<_>, Vec<_>) =
        tests.into_iter().map(|(name, table)| test::test(context, &names, name, table)).unzip();

    let expectations = expected
        .into_iter()
        .filter_map(|(name, table)| expect::expectation(context, name, table))
        .collect();
    let manifest = Manifest {
        run: run.unwrap_or_default(),
        profiles,
        groups,
        libraries,
        services,
        expectations,
        suites,
        tests,
    };
    after.extend(after_of_suites);
    clashes::check(context, &manifest, &after);
    manifest
}

/// The position of each name.
fn positions(tables: &[(&str, Table<'_>)]) -> BTreeMap<String, usize> {
    let names = tables.iter().enumerate();
    names.map(|(position, (name, _))| ((*name).to_owned(), position)).collect()
}

/// The tables below `key`, each with its name. An invalid name is a mistake, and hides no other.
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
            Named::Library | Named::Service => {
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

/// Services and libraries share one namespace, because `needs` does not say which of them it means.
fn name_services(
    context: &mut Context<'_>,
    names: &mut Names,
    libraries: &[(&str, Table<'_>)],
    services: &[(&str, Table<'_>)],
) {
    for (index, (name, table)) in services.iter().enumerate() {
        if let Some((_, library)) = libraries.iter().find(|(library, _)| library == name) {
            let (first_span, span) = (library.span.min(table.span), library.span.max(table.span));
            context.mistake(Mistake::SameName { name: (*name).to_owned(), first_span, span });
        }
        names.services.insert((*name).to_owned(), ServiceId::new(index));
    }
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
            Err(Missing::Elsewhere { key, given, span }) => {
                Standing::Elsewhere { key, given, span }
            }
            Err(Missing::Broken) => Standing::Broken,
        };
        names.libraries.insert(name.to_owned(), standing);
    }
    sketches
}
