//! From a suite to a graph of preloads and tests: the one place that knows both the manifest's types and those of the
//! scheduler and the loader.
//!
//! Starts nothing, and does not know where libraries will be.

mod command;
mod import;
pub(crate) mod unsupported;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use probe_loader::Led;
use probe_process::CommandSpec;
use probe_scenario::{Library, LibraryId, Slots, Source, Suite, TestId};
use probe_scheduler::{
    Graph, Group, GroupId, Limits, NodeId, PRELOADS, PlanBuilder, PreloadId, TESTS, Unit,
};

pub(crate) use command::{Attempted, capture};
pub(crate) use import::download_request;
use unsupported::Unsupported;

use crate::environment::Environment;
use crate::given::Given;
use crate::history::Past;
use crate::pinning::Pinning;
use crate::project::Project;

/// What is to be run: the selected tests, what they come after, and the libraries of all these.
#[derive(Debug)]
pub(crate) struct Plan {
    plan: probe_scheduler::Plan<LibraryId, LibraryId, TestId>,
    tests: Vec<TestId>,
    /// The libraries that tests make, each with the group of those that need it.
    gates: BTreeMap<LibraryId, GroupId>,
}

impl Plan {
    /// Plans the tests of `selected` and everything that they wait for, the longest first as far as `past` knows.
    ///
    /// # Errors
    ///
    /// When one of the libraries cannot be imported by this version.
    pub(crate) fn new(
        project: &Project,
        environment: &Environment,
        selected: &[TestId],
        past: &Past,
    ) -> Result<Self, Unsupported> {
        let suite = &project.suite;
        let mut builder = PlanBuilder::new();
        let mut groups = vec![None; project.groups.len()];
        let mut nodes = vec![None; suite.tests.len()];
        let tests = suite.with_prerequisites(selected);
        for &id in &tests {
            let test = &suite.tests[id.index()];
            for need in &test.needs {
                add_library(&mut builder, suite, environment, past, need.library)?;
            }
        }
        for &id in &tests {
            let test = &suite.tests[id.index()];
            let node = builder.test(id);
            nodes[id.index()] = Some(node);
            if let Some(expected) = past.test(suite.original(id)) {
                builder.expect_duration(node, expected);
            }
            for need in &test.needs {
                let preload = add_library(&mut builder, suite, environment, past, need.library)?;
                builder.need(node, preload);
            }
            builder.slots(node, slots(test.slots));
            if let Some(group) = test.group {
                let max = clamp(project.groups[group.index()].max);
                let group = *groups[group.index()]
                    .get_or_insert_with(|| builder.add_group(Group::AtMost(max)));
                builder.group(node, group);
            }
        }
        for &id in &tests {
            for &earlier in &suite.tests[id.index()].after {
                let node =
                    |test: TestId| nodes[test.index()].expect("predecessors are planned too");
                builder.after(node(id), node(earlier));
            }
        }
        let mut gates = BTreeMap::new();
        if suite.libraries.iter().any(is_led) {
            for &id in &tests {
                let node = nodes[id.index()].expect("it was planned above");
                for library in suite.libraries_before(&suite.tests[id.index()]) {
                    if is_led(&suite.libraries[library.index()]) {
                        let gate = gates
                            .entry(library)
                            .or_insert_with(|| builder.add_group(Group::Leader));
                        builder.group(node, *gate);
                    }
                }
            }
        }
        let plan =
            builder.build().expect("a manifest with a cycle has a mistake, and is not planned");
        Ok(Self { plan, tests, gates })
    }

    /// Plans libraries alone.
    ///
    /// # Errors
    ///
    /// When one of them cannot be imported by this version.
    pub(crate) fn of_libraries(
        suite: &Suite,
        environment: &Environment,
        libraries: &[LibraryId],
    ) -> Result<Self, Unsupported> {
        let mut builder = PlanBuilder::new();
        let past = Past::unknown(suite);
        for &library in libraries {
            let named = &suite.libraries[library.index()];
            Unsupported::check_not_led(named, &named.name, unsupported::LEADER)?;
            add_library(&mut builder, suite, environment, &past, library)?;
        }
        let plan =
            builder.build().expect("a manifest with a cycle has a mistake, and is not planned");
        Ok(Self { plan, tests: Vec::new(), gates: BTreeMap::new() })
    }

    /// The graph that is run.
    pub(crate) fn graph(&self) -> &Graph<Unit<LibraryId, TestId>> {
        self.plan.graph()
    }

    /// The tests that are run, in the order of the manifest.
    pub(crate) fn tests(&self) -> &[TestId] {
        &self.tests
    }

    /// The libraries that are imported, in the order of the manifest.
    pub(crate) fn libraries(&self) -> impl ExactSizeIterator<Item = LibraryId> {
        self.plan.libraries().map(|(&library, _)| library)
    }

    /// The libraries that tests make, in the order of the manifest.
    pub(crate) fn led(&self) -> impl Iterator<Item = LibraryId> {
        self.gates.keys().copied()
    }

    /// The libraries that tests make among those that must be there before `test`, by id.
    pub(crate) fn led_before(&self, suite: &Suite, test: TestId) -> Vec<LibraryId> {
        if self.gates.is_empty() {
            return Vec::new();
        }
        let mut libraries = suite.libraries_before(&suite.tests[test.index()]);
        libraries.retain(|library| self.gates.contains_key(library));
        libraries
    }

    /// The group of the tests that need `library`, if tests make it.
    pub(crate) fn gate(&self, library: LibraryId) -> Option<GroupId> {
        self.gates.get(&library).copied()
    }

    /// The node of a library of the plan.
    pub(crate) fn preload(&self, library: LibraryId) -> NodeId {
        self.plan.preload(&library).expect("it is a library of this plan").node()
    }

    /// How the loader knows the libraries that tests make, in the order of the manifest.
    pub(crate) fn all_made(project: &Project, environment: &Environment) -> Vec<Led> {
        let made = project.suite.libraries.iter().filter(|library| is_led(library));
        made.map(|library| import::led(library, &project.root, environment)).collect()
    }

    /// How the loader knows `library`, one that tests make.
    pub(crate) fn made(project: &Project, library: LibraryId, environment: &Environment) -> Led {
        import::led(&project.suite.libraries[library.index()], &project.root, environment)
    }

    /// The lanes of a run.
    pub(crate) fn limits(jobs: NonZeroUsize, preloads: NonZeroUsize) -> Limits {
        Limits::new().lane(PRELOADS, clamp(preloads)).lane(TESTS, clamp(jobs))
    }

    /// What the loader imports for `library`. `path_of` says where the libraries are that it needs.
    pub(crate) fn import<'p>(
        project: &Project,
        pinning: &Pinning,
        library: LibraryId,
        environment: &Environment,
        path_of: impl Fn(LibraryId) -> &'p Path,
    ) -> probe_loader::Library {
        import::request(
            &project.suite.libraries[library.index()],
            &project.root,
            pinning,
            environment,
            path_of,
        )
    }

    /// What the loader would import for each library that it can import, in the order of the manifest: to look for files and
    /// to compare, not to import, since the places of other libraries are not known here and stand in for themselves.
    pub(crate) fn sketches(
        project: &Project,
        pinning: &Pinning,
        environment: &Environment,
    ) -> Vec<probe_loader::Library> {
        let libraries = &project.suite.libraries;
        let names: Vec<PathBuf> =
            libraries.iter().map(|library| format!("library:{}", library.name).into()).collect();
        let path_of = |library: LibraryId| names[library.index()].as_path();
        let can = libraries.iter().filter(|library| {
            !is_led(library) && Unsupported::check_library(library, environment).is_ok()
        });
        can.map(|library| import::request(library, &project.root, pinning, environment, path_of))
            .collect()
    }

    /// What `test` runs, or why it cannot. `path_of` says where the libraries are that it needs.
    pub(crate) fn command<'p>(
        project: &Project,
        test: TestId,
        environment: &Environment,
        attempted: Attempted<'_>,
        given: &Given,
        path_of: impl Fn(LibraryId) -> &'p Path,
    ) -> Result<CommandSpec, String> {
        command::test_command(
            project,
            &project.suite.tests[test.index()],
            environment,
            attempted,
            given,
            path_of,
        )
    }
}

/// The preload of a library, with those of the libraries that it needs. As deep as libraries need each other.
fn add_library(
    builder: &mut PlanBuilder<LibraryId, LibraryId, TestId>,
    suite: &Suite,
    environment: &Environment,
    past: &Past,
    id: LibraryId,
) -> Result<PreloadId, Unsupported> {
    let library = &suite.libraries[id.index()];
    Unsupported::check_library(library, environment)?;
    let mut is_new = false;
    let preload = builder.library(id, || {
        is_new = true;
        id
    });
    if is_new {
        if is_led(library) {
            // A look whether it is there.
            builder.expect_duration(preload, Duration::ZERO);
        } else if let Some(expected) = past.library(id) {
            builder.expect_duration(preload, expected);
        }
        for need in &library.needs {
            Unsupported::check_not_led(
                &suite.libraries[need.library.index()],
                &library.name,
                unsupported::NEEDS,
            )?;
            let other = add_library(builder, suite, environment, past, need.library)?;
            builder.library_needs(preload, other);
        }
    }
    Ok(preload)
}

/// Whether tests make it.
fn is_led(library: &Library) -> bool {
    matches!(library.source, Source::Leader { .. })
}

fn slots(slots: Slots) -> probe_scheduler::Slots {
    match slots {
        Slots::All => probe_scheduler::Slots::All,
        Slots::Count(count) => probe_scheduler::Slots::Count(clamp(count)),
    }
}

/// As many as the scheduler can count: no machine has more.
fn clamp(number: NonZeroUsize) -> u32 {
    u32::try_from(number.get()).unwrap_or(u32::MAX)
}
