//! What looks like work that tests have done for each other in vain: places of which several speak that failed at once, while
//! files came there; and files in caches that were written again and again. An entry for each, once.

use std::io::{self, Write};

use probe_run::{Doubled, Summary, Suspicion};
use probe_scenario::Suite;

use super::below::{INDENT, named};
use super::counted::tests;
use super::style;

pub(super) fn write(out: &mut impl Write, suite: &Suite, summary: &Summary) -> io::Result<()> {
    for Suspicion { folder, words, came, tests: failed } in summary.suspicions() {
        let (colour, name) = (style::WARN, style::NAME);
        let words: Vec<String> =
            words.iter().map(|words| format!("\u{201c}{words}\u{201d}")).collect();
        writeln!(
            out,
            "{colour}{:>12}{colour:#} {name}{}{name:#}: {} that ran at once failed with {} while files came there",
            "SUSPICION",
            folder.display(),
            tests(failed.len()),
            words.join(", ")
        )?;
        for file in came {
            writeln!(out, "{INDENT}`{}`", file.display())?;
        }
        writeln!(
            out,
            "{INDENT}perhaps each of them fills it where it finds it empty; nothing is run again for that"
        )?;
        named(out, suite, &failed)?;
    }
    for Doubled { path, times } in summary.doubled() {
        let (colour, name) = (style::WARN, style::NAME);
        writeln!(
            out,
            "{colour}{:>12}{colour:#} {name}{}{name:#}: written {times} times while the tests ran, where once would do",
            "DUPLICATE",
            path.display()
        )?;
    }
    Ok(())
}
