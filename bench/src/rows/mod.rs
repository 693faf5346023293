//! The rows of the table.

mod growth;
mod large;
mod library;
mod spawn;
mod startup;
mod toy;

use crate::Outcome;
use crate::row::Row;
use crate::workshop::Workshop;

/// Prepares a row.
type Prepare = fn(&Workshop) -> Outcome<Row>;

/// Every row by its name, in the order in which they run.
pub(crate) const ROWS: [(&str, Prepare); 13] = [
    ("spawn-commands", spawn::commands),
    ("spawn-others", spawn::others),
    ("spawn-binary", spawn::binary),
    ("toy", toy::runners),
    ("toy-pytest", toy::pytest),
    ("cold", library::cold),
    ("start-version", startup::version),
    ("start-exec", startup::exec),
    ("start-run", startup::run),
    ("growth-run", growth::run),
    ("growth-list", growth::list),
    ("growth-list-more", growth::list_more),
    ("large", large::reports),
];
