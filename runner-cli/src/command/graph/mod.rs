//! `probe graph`: which tests wait for which libraries.
//!
//! Each format is a module that writes; what pictures share is in `picture`.

mod came;
mod critical;
mod dot;
mod json;
mod mermaid;
mod names;
mod order;
mod tree;
mod why;

use std::io::{self, Write};

use probe_report::Outline;
use probe_report::picture::{Drawing, Subject, svg};
use probe_run::Exit;

use super::opening::{exit, open_to_look};
use super::selected::{say_nothing_selected, selected, with_prerequisites};
use crate::args::{GraphArguments, GraphFormat};
use crate::environment::Environment;
use crate::history::History;
use crate::plan;
use crate::project::Project;
use crate::ui::{Failure, print, print_warning};

/// A JSON Schema (draft 2020-12) for what `--format json` prints.
pub(crate) const SCHEMA: &str = include_str!("graph.schema.json");

/// What writes a picture.
type Draw<'d> = dyn Fn(&mut dyn Write, &Outline, &Drawing) -> io::Result<()> + 'd;

/// Prints the graph of the selected tests.
pub(crate) fn graph(
    arguments: &GraphArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let mut project = open_to_look(&arguments.project, &arguments.selection, environment)?;
    if let Some(name) = &arguments.why {
        return explain(name, &project);
    }
    let selected = selected(&arguments.selection, &project, environment);
    let all = with_prerequisites(&mut project.suite, &selected);
    project.suite.check_jointly(&all, &[]);
    let suite = &project.suite;
    let mut history = History::look(&project.root);
    let past = history.past(suite, &all);
    let plan = plan::of_tests(&project, environment, &selected, &past)?;
    let results = match arguments.format {
        GraphFormat::Svg if !arguments.no_history => {
            came::results(suite, plan.tests(), &mut history, &past)
        }
        _ => None,
    };
    for trouble in history.take_troubles() {
        print_warning(&trouble);
    }
    if selected.is_empty() {
        say_nothing_selected(&project);
    }
    let drawn = |out: &mut dyn Write, write: &Draw<'_>| {
        let outline = Outline::whole(suite);
        let drawing = Drawing::new(&Subject::new(&outline, plan.tests()));
        write(out, &outline, &drawing)
    };
    print(|out| match arguments.format {
        _ if arguments.critical => critical::write(out, suite, &plan, &past),
        GraphFormat::Tree => tree::write(out, suite, &plan),
        GraphFormat::Order => order::write(out, suite, &plan),
        GraphFormat::Dot => drawn(out, &dot::write),
        GraphFormat::Mermaid => drawn(out, &mermaid::write),
        GraphFormat::Svg => {
            drawn(out, &|out, outline, drawing| svg::write(out, outline, drawing, results.as_ref()))
        }
        GraphFormat::Json => json::write(out, suite, &plan),
    })?;
    let ended = if selected.is_empty() { Exit::NoTests } else { Exit::Passed };
    Ok(exit(&project, ended))
}

/// Prints why a test waits.
fn explain(name: &str, project: &Project) -> Result<Exit, Failure> {
    let tests = why::find(&project.suite, name)?;
    print(|out| why::write(out, &project.suite, &project.source, &tests))?;
    Ok(exit(project, Exit::Passed))
}
