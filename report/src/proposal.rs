//! What somebody is to add to a manifest, as it is told. Knows neither how that was found out nor the manifest.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::below::INDENT;
use super::rerun::quoted;
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

/// What is to be added to a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposals {
    /// The libraries.
    all: Vec<Proposal>,
    /// The manifest, as people know it.
    manifest: String,
    /// The command that adds them.
    command: String,
}

impl Proposals {
    /// Of a manifest that people know as `manifest`. `asked` is what `--manifest-path` says on the command line.
    pub fn new(all: Vec<Proposal>, manifest: String, asked: Option<&Path>) -> Self {
        Self { all, manifest, command: command("adopt", asked) }
    }
}

/// The command line of `probe` for another `command` with the manifest that was asked for.
pub fn command(command: &str, asked: Option<&Path>) -> String {
    match asked.and_then(quoted) {
        Some(path) => format!("probe {command} --manifest-path {path}"),
        None => format!("probe {command}"),
    }
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
pub(super) fn write(
    out: &mut impl Write,
    Proposals { all, manifest, command }: &Proposals,
) -> io::Result<()> {
    for proposal in all {
        let (colour, name) = (style::STRONG, style::NAME);
        let Proposal { name: library, why, .. } = proposal;
        writeln!(
            out,
            "{colour}{:>12}{colour:#} library {name}{library}{name:#}: {why}:",
            "PROPOSAL"
        )?;
        proposal.lines().iter().try_for_each(|line| writeln!(out, "{INDENT}{line}"))?;
    }
    if !all.is_empty() {
        writeln!(out, "{INDENT}`{command}` writes that into `{manifest}`")?;
    }
    Ok(())
}
