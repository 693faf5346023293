//! The graph for people, in a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use probe_report::{command_of_service, count_of_tests as counted, origin};
use probe_run::Agenda;
use probe_scenario::{LibraryId, ServiceId, Suite, Test, TestId};

use super::names::{names, service_names};

/// Tests of one branch, and of those before a test, that are named; the rest is counted.
const NAMED: usize = 8;

/// The libraries with their origins, then a branch for every set of libraries that some tests wait for; no set is first,
/// since these start at once.
pub(super) fn write(out: &mut dyn Write, suite: &Suite, plan: &Agenda) -> io::Result<()> {
    if plan.libraries().len() > 0 {
        writeln!(out, "libraries")?;
    }
    let libraries: Vec<String> = plan
        .libraries()
        .map(|id| {
            let library = &suite.libraries[id.index()];
            let needs: Vec<LibraryId> = library.needs.iter().map(|need| need.library).collect();
            let after = if needs.is_empty() {
                String::new()
            } else {
                format!(" (after {})", names(suite, &needs).join(" and "))
            };
            format!("{}: {}{after}", library.name, origin(library))
        })
        .collect();
    branch(out, &libraries, libraries.len())?;
    write_services(out, suite, plan)?;
    for same in by_needs(suite, plan.tests()) {
        let tests = counted(same.tests.len());
        let libraries = names(suite, &same.libraries);
        let services = same.services.iter().map(|id| suite.services[id.index()].name.as_str());
        let needed: Vec<&str> = libraries.into_iter().chain(services).collect();
        match needed.as_slice() {
            [] => writeln!(out, "at once: {tests}")?,
            needed => writeln!(out, "after {}: {tests}", needed.join(" and "))?,
        }
        let shown = if same.tests.len() > NAMED { NAMED - 1 } else { same.tests.len() };
        let lines: Vec<String> = same.tests[..shown]
            .iter()
            .map(|id| {
                let test = &suite.tests[id.index()];
                format!("{test}{}", after(suite, test))
            })
            .collect();
        branch(out, &lines, same.tests.len())?;
    }
    Ok(())
}

/// The services with what they run, and what must be there before.
fn write_services(out: &mut dyn Write, suite: &Suite, plan: &Agenda) -> io::Result<()> {
    if plan.services().len() > 0 {
        writeln!(out, "services")?;
    }
    let services: Vec<String> = plan
        .services()
        .map(|id| {
            let service = &suite.services[id.index()];
            let libraries: Vec<LibraryId> = service.needs.iter().map(|need| need.library).collect();
            let mut needs = names(suite, &libraries);
            needs.extend(service_names(suite, &service.services));
            let after = if needs.is_empty() {
                String::new()
            } else {
                format!(" (after {})", needs.join(" and "))
            };
            format!("{}: `{}`{after}", service.name, command_of_service(suite, service))
        })
        .collect();
    branch(out, &services, services.len())
}

/// Tests that wait for the same libraries, and these libraries.
#[derive(Debug, PartialEq, Eq)]
struct Branch {
    libraries: Vec<LibraryId>,
    services: Vec<ServiceId>,
    tests: Vec<TestId>,
}

/// Tests by all the libraries that must be there before them, in the order in which they can start: fewest libraries
/// first, then as in the manifest.
fn by_needs(suite: &Suite, tests: &[TestId]) -> Vec<Branch> {
    let mut branches: BTreeMap<(usize, Vec<LibraryId>, Vec<ServiceId>), Vec<TestId>> =
        BTreeMap::new();
    for &id in tests {
        let libraries = suite.libraries_before(&suite.tests[id.index()]);
        let services = suite.services_before(&suite.tests[id.index()]);
        let needed = libraries.len() + services.len();
        branches.entry((needed, libraries, services)).or_default().push(id);
    }
    let branch = |((_, libraries, services), tests)| Branch { libraries, services, tests };
    branches.into_iter().map(branch).collect()
}

/// The twigs of one branch; where there are more than the lines, a last one counts them.
pub(super) fn branch(out: &mut dyn Write, lines: &[String], total: usize) -> io::Result<()> {
    for (index, line) in lines.iter().enumerate() {
        let twig = if index + 1 == total { "└──" } else { "├──" };
        writeln!(out, "{twig} {line}")?;
    }
    if total > lines.len() {
        writeln!(out, "└── … and {} more", total - lines.len())?;
    }
    Ok(())
}

/// What comes before a test besides libraries.
fn after(suite: &Suite, test: &Test) -> String {
    if test.after.is_empty() {
        return String::new();
    }
    let name = |id: &TestId| suite.tests[id.index()].to_string();
    let mut earlier: Vec<String> = test.after.iter().take(NAMED).map(name).collect();
    if let Some(more) = test.after.len().checked_sub(NAMED + 1) {
        earlier.push(format!("{} more", more + 1));
    }
    let finally = if test.is_finally { "finally, " } else { "" };
    format!(" ({finally}after {})", earlier.join(" and "))
}
