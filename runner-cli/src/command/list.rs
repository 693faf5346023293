//! `probe list`.

use probe_scenario::{Selection, Test};
use serde_json::json;

use crate::args::{ListArguments, ListFormat};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::project::Project;
use crate::ui::{Failure, print};

/// Prints the selected tests.
pub(crate) fn list(arguments: &ListArguments, environment: &Environment) -> Result<Exit, Failure> {
    let project = Project::open(&arguments.project, environment)?;
    let suite = &project.suite;
    let selected =
        Selection::new(arguments.selection.selector.clone(), &arguments.selection.filters)
            .of(suite);
    let tests = selected.iter().map(|id| &suite.tests[id.index()]);
    let needs = |test: &Test| -> Vec<&str> {
        test.needs.iter().map(|need| suite.libraries[need.library.index()].name.as_str()).collect()
    };
    print(|out| match arguments.format {
        ListFormat::Plain => {
            for test in tests {
                match needs(test).as_slice() {
                    [] => writeln!(out, "{test}")?,
                    needs => writeln!(out, "{test}  [{}]", needs.join(", "))?,
                }
            }
            Ok(())
        }
        ListFormat::Json => {
            let tests: Vec<_> = tests
                .map(|test| {
                    json!({
                        "name": test.name,
                        "suite": test.suite,
                        "files": test.files,
                        "needs": needs(test),
                        "tags": test.tags,
                        "line": test.line,
                    })
                })
                .collect();
            serde_json::to_writer_pretty(&mut *out, &json!({ "version": 1, "tests": tests }))?;
            writeln!(out)
        }
    })?;
    Ok(if selected.is_empty() { Exit::NoTests } else { Exit::Passed })
}
