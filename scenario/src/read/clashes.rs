//! Mistakes that only the whole manifest shows: things that are in each other's way, or wait for each other.

use std::collections::BTreeMap;

use super::context::Context;
use super::cycle::cycles;
use super::names::{After, Earlier};
use crate::manifest::library::variable;
use crate::text::spelled::spelled;
use crate::{
    Because, Edge, Library, Manifest, Mistake, Named, Placement, ServicePer, ServiceScope, Source,
    Span,
};

/// Records all such mistakes. `after` has the waits of each test, then those of each suite.
pub(super) fn check(context: &mut Context<'_>, manifest: &Manifest, after: &[Vec<After>]) {
    same_variables(context, manifest);
    same_places(context, manifest);
    same_paths(context, manifest);
    shorter_services(context, manifest);
    divided_services(context, manifest);
    circles(context, manifest, after);
}

/// A service may only need services that live at least as long.
fn shorter_services(context: &mut Context<'_>, manifest: &Manifest) {
    for service in &manifest.services {
        for need in &service.services {
            let needed = &manifest.services[need.service.index()];
            if needed.per > service.per {
                context.mistake(Mistake::ShorterService {
                    service: service.name.clone(),
                    per: service.per,
                    needed: needed.name.clone(),
                    needed_per: needed.per,
                    span: need.span,
                });
            }
        }
    }
}

/// A service for the whole machine must have one instance.
fn divided_services(context: &mut Context<'_>, manifest: &Manifest) {
    for service in &manifest.services {
        if service.scope == ServiceScope::Machine && service.per != ServicePer::Run {
            context.mistake(Mistake::DividedService {
                service: service.name.clone(),
                per: service.per,
                span: service.span,
            });
        }
    }
}

/// No two libraries may be handed over in one variable.
fn same_variables(context: &mut Context<'_>, manifest: &Manifest) {
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
fn same_places(context: &mut Context<'_>, manifest: &Manifest) {
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

/// No two commands may make one file: tests of one would open the file of the other. Presets may share paths, because each
/// of their tools adds to the files that exist.
fn same_paths(context: &mut Context<'_>, manifest: &Manifest) {
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
fn circles(context: &mut Context<'_>, manifest: &Manifest, after: &[Vec<After>]) {
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
    let services = manifest.services.iter().map(|service| {
        service.services.iter().map(|need| (need.service.index(), need.span)).collect()
    });
    report_cycles(context, Named::Service, &services.collect::<Vec<_>>(), |service| {
        manifest.services[service].name.clone()
    });
    let tests = manifest.tests.len();
    let node = |earlier: Earlier| match earlier {
        Earlier::Test(position) => position,
        Earlier::Suite(position) => tests + position,
    };
    let edges =
        |after: &Vec<After>| after.iter().map(|after| (node(after.earlier), after.span)).collect();
    let after: Vec<_> = after.iter().map(edges).collect();
    report_cycles(context, Named::Test, &after, |node| match node.checked_sub(tests) {
        Some(suite) => manifest.suites[suite].name.clone(),
        None => manifest.tests[node].name.clone(),
    });
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
