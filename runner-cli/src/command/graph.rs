//! `probe graph`: which tests wait for which libraries.

use std::io::{self, Write};

use probe_scenario::{Library, LibraryId, Selection, Source, Suite, Test, TestId};
use serde_json::{Value, json};

use crate::args::{GraphArguments, GraphFormat};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::plan::Plan;
use crate::project::Project;
use crate::ui::{Failure, print};

/// Tests of one branch that are named; the rest is counted.
const NAMED: usize = 8;

/// Prints the graph of the selected tests.
pub(crate) fn graph(
    arguments: &GraphArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let project = Project::open(&arguments.project, environment)?;
    let suite = &project.suite;
    let selected =
        Selection::new(arguments.selection.selector.clone(), &arguments.selection.filters)
            .of(suite);
    let plan = Plan::new(&project, environment, &selected)?;
    print(|out| match arguments.format {
        GraphFormat::Tree => tree(out, suite, &plan),
        GraphFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &document(suite, &plan))?;
            writeln!(out)
        }
    })?;
    Ok(if selected.is_empty() { Exit::NoTests } else { Exit::Passed })
}

/// The libraries with their origins, then a branch for every set of libraries that some tests wait for; no set is first,
/// since these start at once.
fn tree(out: &mut dyn Write, suite: &Suite, plan: &Plan) -> io::Result<()> {
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
    for (libraries, tests) in branches(suite, plan) {
        match libraries.as_slice() {
            [] => writeln!(out, "at once: {}", count(tests.len()))?,
            libraries => writeln!(
                out,
                "after {}: {}",
                names(suite, libraries).join(" and "),
                count(tests.len())
            )?,
        }
        let shown = if tests.len() > NAMED { NAMED - 1 } else { tests.len() };
        let lines: Vec<String> = tests[..shown]
            .iter()
            .map(|id| {
                let test = &suite.tests[id.index()];
                format!("{test}{}", after(suite, test))
            })
            .collect();
        branch(out, &lines, tests.len())?;
    }
    Ok(())
}

/// The twigs of one branch; where there are more than the lines, a last one counts them.
fn branch(out: &mut dyn Write, lines: &[String], total: usize) -> io::Result<()> {
    for (index, line) in lines.iter().enumerate() {
        let twig = if index + 1 == total { "└──" } else { "├──" };
        writeln!(out, "{twig} {line}")?;
    }
    if total > lines.len() {
        writeln!(out, "└── … and {} more", total - lines.len())?;
    }
    Ok(())
}

fn count(tests: usize) -> String {
    if tests == 1 { "1 test".to_owned() } else { format!("{tests} tests") }
}

/// Tests by the libraries that must be there before them, in the order in which they can start: fewest libraries first,
/// then as in the manifest.
fn branches(suite: &Suite, plan: &Plan) -> Vec<(Vec<LibraryId>, Vec<TestId>)> {
    let mut keyed: Vec<(usize, Vec<LibraryId>, TestId)> = plan
        .tests()
        .iter()
        .map(|&id| {
            let libraries = plan.libraries_before(&suite.tests[id.index()]);
            (libraries.len(), libraries, id)
        })
        .collect();
    keyed.sort_unstable();
    let mut branches: Vec<(Vec<LibraryId>, Vec<TestId>)> = Vec::new();
    for (_, libraries, test) in keyed {
        match branches.last_mut() {
            Some((same, tests)) if *same == libraries => tests.push(test),
            _ => branches.push((libraries, vec![test])),
        }
    }
    branches
}

/// What comes before a test besides libraries.
fn after(suite: &Suite, test: &Test) -> String {
    if test.after.is_empty() {
        return String::new();
    }
    let earlier: Vec<String> =
        test.after.iter().map(|id| suite.tests[id.index()].to_string()).collect();
    format!(" (after {})", earlier.join(" and "))
}

fn names<'s>(suite: &'s Suite, libraries: &[LibraryId]) -> Vec<&'s str> {
    libraries.iter().map(|id| suite.libraries[id.index()].name.as_str()).collect()
}

/// Where a library comes from, in a line.
fn origin(library: &Library) -> String {
    match &library.source {
        Source::Url(download) => download.url.clone(),
        Source::Path { path, .. } => path.clone(),
        Source::Command { command, .. } => {
            // Nobody is running it, so places of other libraries stay open.
            let words = command.render(&[], |_| std::path::Path::new("…"));
            let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
            format!("`{}`", words.join(" "))
        }
        Source::Leader { .. } => "made by the first test that needs it".to_owned(),
    }
}

fn document(suite: &Suite, plan: &Plan) -> Value {
    let libraries = plan.libraries().map(|id| {
        let library = &suite.libraries[id.index()];
        let needs: Vec<LibraryId> = library.needs.iter().map(|need| need.library).collect();
        json!({
            "name": library.name,
            "origin": origin(library),
            "needs": names(suite, &needs),
            "line": library.line,
        })
    });
    let tests = plan.tests().iter().map(|id| {
        let test = &suite.tests[id.index()];
        let needs: Vec<LibraryId> = test.needs.iter().map(|need| need.library).collect();
        let after: Vec<String> =
            test.after.iter().map(|id| suite.tests[id.index()].to_string()).collect();
        json!({
            "name": test.name,
            "suite": test.suite,
            "needs": names(suite, &needs),
            "after": after,
            "line": test.line,
        })
    });
    json!({ "version": 1, "libraries": libraries.collect::<Vec<_>>(), "tests": tests.collect::<Vec<_>>() })
}
