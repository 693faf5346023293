//! `probe schema`.

use probe_report::EVENTS_SCHEMA;
use probe_run::Exit;

use super::graph;
use crate::args::{Document, SchemaArguments};
use crate::ui::{Failure, print};

/// Prints a JSON Schema.
pub(crate) fn schema(arguments: &SchemaArguments) -> Result<Exit, Failure> {
    let schema = match arguments.document {
        Document::Manifest => probe_scenario::SCHEMA,
        Document::Graph => graph::SCHEMA,
        Document::Events => EVENTS_SCHEMA,
    };
    print(|out| writeln!(out, "{}", schema.trim_end()))?;
    Ok(Exit::Passed)
}
