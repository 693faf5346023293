//! Additions to a manifest, and their text. Knows neither how they were found nor the manifest.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::below::INDENT;
use super::rerun::quoted;
use super::style;

/// An undeclared library, with the lines that would declare it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its name.
    pub name: String,
    /// The lines of its table, header first. Empty if it is declared and only the tests that need it are missing.
    pub library: Vec<String>,
    /// The tables that should wait for it.
    pub waiting: Waiting,
    /// Its purpose, as the rest of a sentence that ends with a colon.
    pub why: String,
    /// The files that it covers.
    pub answers: Vec<PathBuf>,
}

/// Additions to a manifest.
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
    /// Additions to the manifest that users know as `manifest`. `asked` is the value of `--manifest-path`.
    pub fn new(all: Vec<Proposal>, manifest: String, asked: Option<&Path>) -> Self {
        Self { all, manifest, command: command("adopt", asked) }
    }
}

/// The command line `probe COMMAND`, with the value of `--manifest-path` in `asked`.
pub fn command(command: &str, asked: Option<&Path>) -> String {
    match asked.and_then(quoted) {
        Some(path) => format!("probe {command} --manifest-path {path}"),
        None => format!("probe {command}"),
    }
}

/// What should wait for a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// These tables of the manifest.
    Tables(Vec<Needing>),
    /// Unknown: probe does not know which tests load it.
    Unknown,
    /// Nothing more: without tests, each command that `exec` runs waits for all libraries.
    Settled,
}

/// A table of the manifest and the line to add to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needing {
    /// The header of the table: `[suite.api]`.
    pub header: String,
    /// The line: `needs = ["engine"]`.
    pub line: String,
    /// Whether the line replaces one that the table has already.
    pub replaces: bool,
}

impl Proposal {
    /// Its lines, ready to paste, each below its place.
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

/// Writes the additions, and the command that adds them to the manifest. Writes nothing if there are none.
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
