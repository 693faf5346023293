//! The graph for programs: every library and every test, nothing folded. `graph.schema.json` says what it looks like.

use std::io::{self, Write};

use probe_process::sift::escape_json;
use probe_report::origin;
use probe_run::Agenda;
use probe_scenario::{LibraryId, Suite};
use serde_json::{Value, json};

use super::names::{names, service_names};

/// Writes the document.
pub(super) fn write(out: &mut dyn Write, suite: &Suite, plan: &Agenda) -> io::Result<()> {
    let mut json = serde_json::to_vec_pretty(&document(suite, plan))?;
    escape_json(&mut json);
    out.write_all(&json)?;
    writeln!(out)
}

fn document(suite: &Suite, plan: &Agenda) -> Value {
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
            "suite": test.suite.as_deref(),
            "needs": names(suite, &needs),
            "services": service_names(suite, &test.services),
            "after": after,
            "finally": test.is_finally,
            "line": test.line,
        })
    });
    let services = plan.services().map(|id| {
        let service = &suite.services[id.index()];
        let needs: Vec<LibraryId> = service.needs.iter().map(|need| need.library).collect();
        json!({
            "name": service.name,
            "needs": names(suite, &needs),
            "services": service_names(suite, &service.services),
            "line": service.line,
        })
    });
    json!({
        "version": 1,
        "libraries": libraries.collect::<Vec<_>>(),
        "services": services.collect::<Vec<_>>(),
        "tests": tests.collect::<Vec<_>>(),
    })
}
