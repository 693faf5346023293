//! `probe list`.

use std::io::{self, Write};

use probe_process::sift::escape_json;
use probe_run::Exit;
use probe_scenario::{Because, Need, Test};
use serde_json::{Value, json};

use super::changing::{self, Asked};
use super::opening::{exit, open_to_look};
use super::reason::Reason;
use super::selected::{say_nothing_selected, selected, with_prerequisites};
use super::{part, unversioned};
use crate::args::{ListArguments, ListFormat};
use crate::environment::Environment;
use crate::manifest_file::Source;
use crate::project::Project;
use crate::ui::{Failure, OutputError, print, print_notes};

/// The column of reasons does not move further to the right for a longer name.
const WIDEST: usize = 60;

/// Prints the selected tests.
pub(crate) fn list(arguments: &ListArguments, environment: &Environment) -> Result<Exit, Failure> {
    let sharing = part::asked(&arguments.shard, environment)?;
    let asked =
        changing::ask(&arguments.changed, &arguments.project, &arguments.selection, environment)?;
    if matches!(asked, Asked::Nothing) {
        if arguments.format == ListFormat::Json {
            print_document(&[])?;
        }
        return Ok(Exit::Passed);
    }
    let mut project = open_to_look(&arguments.project, &arguments.selection, environment)?;
    let mut selected = selected(&arguments.selection, &project, environment);
    let is_meant = !selected.is_empty();
    if let (Asked::Since(changes), true) = (&asked, is_meant) {
        let notes;
        (selected, notes) = changing::narrow(&mut project, changes, &selected, environment)?;
        print_notes(&notes);
    }
    let parts = part::parts(sharing, &arguments.shard, &project, &selected, environment)?;
    if let Some(parts) = &parts {
        parts.restrict(&mut selected);
    }
    let selected = with_prerequisites(&mut project.suite, &selected);
    if matches!(asked, Asked::Since(_)) {
        changing::explain_brought(&mut project.suite, &selected);
    }
    let suite = &project.suite;
    let tests: Vec<&Test> = selected.iter().map(|id| &suite.tests[id.index()]).collect();
    match &parts {
        _ if !is_meant => say_nothing_selected(&project),
        Some(parts) => parts.describe(suite),
        None => {}
    }
    // A number before each test, where all parts are shown.
    let of =
        parts.as_ref().filter(|parts| parts.number.is_none()).map(|parts| parts.of_tests(suite));
    let parts: Vec<Option<u32>> =
        selected.iter().map(|id| of.as_ref().and_then(|of| of[id.index()])).collect();
    if arguments.needs {
        unversioned::note(&project.detected);
    }
    match arguments.format {
        ListFormat::Plain if arguments.needs => print(|out| write_needs(out, &project, &tests))?,
        ListFormat::Plain => print(|out| write_names(out, &project, &tests, &parts))?,
        ListFormat::Json => {
            let tests = tests.iter().map(|test| document(&project, test, arguments.needs));
            print_document(&tests.zip(&parts).map(in_part).collect::<Vec<Value>>())?;
        }
    }
    let ended = if is_meant { Exit::Passed } else { Exit::NoTests };
    Ok(exit(&project, ended))
}

/// Says in which shard a test is, where all are shown.
fn in_part((mut test, part): (Value, &Option<u32>)) -> Value {
    if let Some(part) = part {
        test["shard"] = (*part).into();
    }
    test
}

fn print_document(tests: &[Value]) -> Result<(), OutputError> {
    print(|out| {
        let document = json!({ "version": 1, "tests": tests });
        let mut json = serde_json::to_vec_pretty(&document)?;
        escape_json(&mut json);
        out.write_all(&json)?;
        writeln!(out)
    })
}

/// A line a test; where all shards are shown, behind its number; where it was asked what a change concerns, with a column that
/// says why.
fn write_names(
    out: &mut dyn Write,
    project: &Project,
    tests: &[&Test],
    parts: &[Option<u32>],
) -> io::Result<()> {
    let line = |(test, part): (&&Test, &Option<u32>)| {
        let part = part.map_or_else(String::new, |part| format!("{part}  "));
        match names(project, test).as_slice() {
            [] => format!("{part}{test}"),
            needs => format!("{part}{test}  [{}]", needs.join(", ")),
        }
    };
    let mut lines = tests.iter().zip(parts).map(line);
    if tests.iter().all(|test| test.changed.is_none()) {
        return lines.try_for_each(|line| writeln!(out, "{line}"));
    }
    let lines: Vec<String> = lines.collect();
    let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0).min(WIDEST);
    for (line, test) in lines.iter().zip(tests) {
        writeln!(out, "{line:width$}  {}", test.changed.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

/// Below each test a line for each of its needs, with what asks for it.
fn write_needs(out: &mut dyn Write, project: &Project, tests: &[&Test]) -> io::Result<()> {
    for test in tests {
        let is_free = test.needs.is_empty() && test.services.is_empty();
        let nothing = if is_free { "  (needs nothing)" } else { "" };
        writeln!(out, "{test}{nothing}")?;
        for need in &test.needs {
            writeln!(out, "    {}: {}", title(project, need), reason(project, need))?;
        }
        for need in &*test.services {
            let name = &project.suite.services[need.service.index()].name;
            let Source { name: file, .. } = &project.source;
            let line = project.source.line_at(need.span.start);
            writeln!(out, "    {name}, a service: `needs` at {file}:{line}")?;
        }
    }
    Ok(())
}

fn document(project: &Project, test: &Test, with_reasons: bool) -> Value {
    let mut document = json!({
        "name": test.name,
        "suite": test.suite.as_deref(),
        "files": test.files,
        "needs": libraries(project, test).collect::<Vec<_>>(),
        "services": services(project, test).collect::<Vec<_>>(),
        "tags": &test.tags[..],
        "line": test.line,
    });
    if let Some(changed) = &test.changed {
        document["changed"] = changed.as_ref().into();
    }
    if with_reasons {
        let reasons = test.needs.iter().map(|need| {
            let library = &project.suite.libraries[need.library.index()];
            let links = reason(project, need).links();
            let links: Vec<Value> = links
                .iter()
                .map(|link| json!({ "file": link.file, "line": link.line, "text": link.text }))
                .collect();
            json!({
                "library": library.name,
                "version": library.version,
                "preset": library.preset,
                "how": match need.because {
                    Because::Declared(_) => "declared",
                    Because::Placeholder(_) => "placeholder",
                    Because::Detected(_) => "detected",
                },
                "links": links,
            })
        });
        document["reasons"] = reasons.collect();
    }
    document
}

fn reason<'p>(project: &'p Project, need: &'p Need) -> Reason<'p> {
    Reason { suite: &project.suite, manifest: &project.source, need }
}

/// A library's name and version.
fn title(project: &Project, need: &Need) -> String {
    let library = &project.suite.libraries[need.library.index()];
    match &library.version {
        Some(version) => format!("{} {version}", library.name),
        None => library.name.clone(),
    }
}

fn names<'p>(project: &'p Project, test: &'p Test) -> Vec<&'p str> {
    libraries(project, test).chain(services(project, test)).collect()
}

/// The names of the libraries that a test needs.
fn libraries<'p>(project: &'p Project, test: &'p Test) -> impl Iterator<Item = &'p str> {
    let libraries = &project.suite.libraries;
    test.needs.iter().map(|need| libraries[need.library.index()].name.as_str())
}

/// The names of the services that a test needs.
fn services<'p>(project: &'p Project, test: &'p Test) -> impl Iterator<Item = &'p str> {
    let services = &project.suite.services;
    test.services.iter().map(|need| services[need.service.index()].name.as_str())
}
