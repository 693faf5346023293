//! What somebody is to add to a manifest, as it is told. Knows neither how that was found out nor the manifest.

use std::io::{self, Write};
use std::path::PathBuf;

use super::below::INDENT;
use super::style;

/// A library that nobody has declared, as a manifest would declare it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its name.
    pub name: String,
    /// The lines of its table, header first. None if it is declared, and only nobody waits for it.
    pub library: Vec<String>,
    /// Who is to wait for it.
    pub waiting: Waiting,
    /// What it is good for, as a sentence that ends with a colon would go on.
    pub why: String,
    /// The files that it is about.
    pub answers: Vec<PathBuf>,
}

/// Who is to wait for a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// These tables of the manifest.
    Tables(Vec<Needing>),
    /// Nobody knows who loads it.
    Unknown,
    /// There are no tests: each command that `exec` runs waits for all libraries.
    Settled,
}

/// A table of the manifest that gets a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needing {
    /// `[suite.api]`.
    pub header: String,
    /// `needs = ["engine"]`.
    pub line: String,
    /// Whether the table has such a line already, which this one takes the place of.
    pub replaces: bool,
}

impl Proposal {
    /// Its lines, as they are pasted, each below what says where.
    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            self.library.iter().map(|line| format!("    {line}")).collect();
        let and = if lines.is_empty() { "" } else { "and " };
        match &self.waiting {
            Waiting::Settled => {}
            Waiting::Unknown => {
                lines.push(format!("{and}below each suite and test that loads it:"));
                lines.push(format!("    needs = [\"{}\"]", self.name));
            }
            Waiting::Tables(tables) => {
                for group in tables.chunk_by(|a, b| (&a.line, a.replaces) == (&b.line, b.replaces))
                {
                    let headers: Vec<String> =
                        group.iter().map(|needing| format!("`{}`", needing.header)).collect();
                    let headers = headers.join(", ");
                    lines.push(match group[0].replaces {
                        false => format!("{and}below {headers}:"),
                        true => format!("{and}in {headers}, in place of its `needs`:"),
                    });
                    lines.push(format!("    {}", group[0].line));
                }
            }
        }
        lines
    }
}

/// Writes what is proposed, and by which command it gets into the manifest. Nothing, if nothing is.
pub(super) fn write(out: &mut impl Write, proposals: &[Proposal]) -> io::Result<()> {
    for proposal in proposals {
        let (colour, name) = (style::STRONG, style::NAME);
        let Proposal { name: library, why, .. } = proposal;
        writeln!(
            out,
            "{colour}{:>12}{colour:#} library {name}{library}{name:#}: {why}:",
            "PROPOSAL"
        )?;
        proposal.lines().iter().try_for_each(|line| writeln!(out, "{INDENT}{line}"))?;
    }
    if !proposals.is_empty() {
        writeln!(out, "{INDENT}`probe adopt` writes that into `probe.toml`")?;
    }
    Ok(())
}
