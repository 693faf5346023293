//! The longest path through the graph, which no number of jobs makes shorter.
//!
//! Knows no measured time: the expected ones are the graph's.

use std::io::{self, Write};
use std::time::Duration;

use probe_run::{Agenda, Unit};
use probe_scenario::Suite;

use super::tree::branch;
use crate::history::Past;

/// Writes the sum of the expected times, then what it consists of, the first to start first; nothing for an empty plan.
pub(super) fn write(
    out: &mut dyn Write,
    suite: &Suite,
    plan: &Agenda,
    past: &Past,
) -> io::Result<()> {
    let graph = plan.graph();
    let path = graph.critical_path();
    if path.is_empty() {
        return Ok(());
    }
    let total = path.iter().fold(Duration::ZERO, |sum, &id| sum.saturating_add(graph.expected(id)));
    writeln!(out, "the longest path, expected to take {total:?}")?;
    let lines: Vec<String> = path
        .iter()
        .map(|&id| {
            let expected = graph.expected(id);
            let (name, is_known) = match *graph.payload(id) {
                Unit::Preload(library) => {
                    let name = &suite.libraries[library.index()].name;
                    if expected.is_zero() {
                        return format!("look for {name}, which tests make");
                    }
                    (format!("prepare {name}"), past.has_library(library))
                }
                Unit::Service(service) => {
                    (format!("start {}", suite.services[service.index()].name), false)
                }
                Unit::Stop(service) => {
                    return format!("stop {}", suite.services[service.index()].name);
                }
                Unit::Test(test) => (suite.tests[test.index()].to_string(), past.has_test(test)),
            };
            let guess = if is_known { "" } else { ", a guess: no run has measured it" };
            format!("{name}: {expected:?}{guess}")
        })
        .collect();
    branch(out, &lines, lines.len())
}
