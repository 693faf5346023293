//! The rows of the table.

mod deno;
mod growth;
mod large;
mod library;
mod nextest;
mod scale;
mod spawn;
mod startup;
mod toy;

use crate::outcome::Outcome;
use crate::row::Row;
use crate::workshop::Workshop;

/// Prepares a row.
type Prepare = fn(&Workshop) -> Outcome<Row>;

/// Every row by its name, in the order in which they run.
pub(crate) const ROWS: [(&str, Prepare); 25] = [
    ("spawn-commands", spawn::commands),
    ("spawn-others", spawn::others),
    ("spawn-binary", spawn::binary),
    ("toy", toy::runners),
    ("toy-pytest", toy::pytest),
    ("cold-64", library::cold_64),
    ("cold-16", library::cold_16),
    ("download", library::download),
    ("warm", library::warm),
    ("start-version", startup::version),
    ("start-exec", startup::exec),
    ("start-run", startup::run),
    ("start-run-binary", startup::run_of_binary),
    ("deno", deno::suite),
    ("scale-manifest", scale::manifest),
    ("scale-graph", scale::graph),
    ("scale-detection", scale::detection),
    ("growth-run", growth::run),
    ("growth-list", growth::list),
    ("growth-detection", growth::detection),
    ("growth-manifest", growth::manifest),
    ("growth-graph", growth::graph),
    ("growth-warm", growth::warm),
    ("growth-exec", growth::exec),
    ("large", large::reports),
];
