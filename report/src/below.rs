//! The lines below the name of an entry in the summary, and the names of its tests.

use std::io::{self, Write};

use probe_scenario::{Suite, TestId};

use super::style;

/// Blocked tests that are named; the rest is counted.
const NAMED: usize = 5;
/// The indentation of lines below the name of an entry.
pub(super) const INDENT: &str = "             ";

/// Writes the names of the first tests, and the number of the others.
pub(super) fn named(out: &mut impl Write, suite: &Suite, ids: &[TestId]) -> io::Result<()> {
    for id in ids.iter().take(NAMED) {
        let name = &suite.tests[id.index()];
        writeln!(out, "{INDENT}- {}{name}{:#}", style::NAME, style::NAME)?;
    }
    if ids.len() > NAMED {
        writeln!(out, "{INDENT}- and {} more", ids.len() - NAMED)?;
    }
    Ok(())
}
