//! Work that tests may have repeated for each other in vain: places that several failed tests name, while new files
//! appeared there, and files in caches that were written again and again. One entry for each.

use std::io::{self, Write};

use probe_run::{Doubled, Summary, Suspicion};
use probe_scenario::Suite;

use super::below::{INDENT, named};
use super::{describe, style};

pub(super) fn write(out: &mut impl Write, suite: &Suite, summary: &Summary) -> io::Result<()> {
    for Suspicion { folder, words, came, tests: failed } in summary.suspicions() {
        let (colour, name) = (style::WARN, style::NAME);
        writeln!(
            out,
            "{colour}{:>12}{colour:#} {name}{}{name:#}: {}",
            "SUSPICION",
            folder.display(),
            describe::suspicion(failed.len(), words.into_iter())
        )?;
        for file in came {
            writeln!(out, "{INDENT}`{}`", file.display())?;
        }
        writeln!(out, "{INDENT}{ADVICE}")?;
        named(out, suite, &failed)?;
    }
    summary.doubled().try_for_each(|doubled| duplicate(out, doubled, "the tests"))
}

/// Says what is unproven about a suspicion, and what does not follow from it.
pub(super) const ADVICE: &str =
    "perhaps each of them fills it where it finds it empty; nothing is run again for that";

/// A file that was written several times while something ran.
pub(super) fn duplicate(
    out: &mut impl Write,
    Doubled { path, times }: &Doubled,
    meanwhile: &str,
) -> io::Result<()> {
    let (colour, name) = (style::WARN, style::NAME);
    writeln!(
        out,
        "{colour}{:>12}{colour:#} {name}{}{name:#}: {}",
        "DUPLICATE",
        path.display(),
        describe::duplicate(*times, meanwhile)
    )
}
