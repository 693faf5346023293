//! The result of `probe race` as a table for people, and as JSON for programs.

use std::io::{self, Write};
use std::path::Path;

use probe_report::{Bytes, style};
use serde_json::{Value, json};

use crate::native_files::NativeFile;
use crate::race::{Death, Tally};

/// Files that are named; the rest is counted.
const NAMED: usize = 6;
/// Bytes of a copy's words that are shown, since a line may be as long as a program likes.
const WORDS: usize = 240;

/// What there is to tell.
#[derive(Debug)]
pub(super) struct RaceResult {
    /// As it was typed.
    pub(super) command: Vec<String>,
    pub(super) copies: usize,
    pub(super) jobs: usize,
    pub(super) without: Tally,
    /// `None` if that was not asked for.
    pub(super) with: Option<Tally>,
    /// What the first round without probe has brought into its caches, by the names that it has there.
    pub(super) finds: Vec<NativeFile>,
}

/// Writes the table, an example of every kind of death, and the files that came.
pub(super) fn race_table(out: &mut dyn Write, result: &RaceResult) -> io::Result<()> {
    let columns: Vec<(&str, &Tally)> =
        [("without probe", Some(&result.without)), ("with probe", result.with.as_ref())]
            .into_iter()
            .filter_map(|(title, tally)| Some((title, tally?)))
            .collect();
    let kinds = kinds(&columns);
    let first =
        ["rounds with a failure"].into_iter().chain(kinds.iter().map(|death| death.kind.as_str()));
    let width = first.map(|name| name.chars().count() + 2).max().unwrap_or_default();
    let row = |out: &mut dyn Write, name: &str, value: &dyn Fn(&Tally) -> usize| {
        write!(out, "{name:width$}")?;
        columns.iter().try_for_each(|(title, tally)| {
            write!(out, "{:>w$}", value(tally), w = title.len() + 3)
        })?;
        writeln!(out)
    };
    write!(out, "{:width$}", "")?;
    let strong = style::STRONG;
    for (title, _) in &columns {
        write!(out, "   {strong}{title}{strong:#}")?;
    }
    writeln!(out)?;
    row(out, "copies", &|tally| tally.copies)?;
    row(out, "failed", &Tally::failed)?;
    for death in &kinds {
        row(out, &format!("  {}", death.kind), &|tally| tally.count(&death.kind))?;
    }
    row(out, "rounds", &|tally| tally.rounds)?;
    row(out, "rounds with a failure", &|tally| tally.bad_rounds)?;
    for death in kinds.iter().filter(|death| !death.words.is_empty()) {
        writeln!(out, "{}: {}", death.kind, shortened(&death.words))?;
    }
    files(out, &result.finds)
}

/// Every kind of death, those without probe first.
fn kinds<'t>(columns: &[(&str, &'t Tally)]) -> Vec<&'t Death> {
    let mut kinds: Vec<&Death> = Vec::new();
    for (death, _) in columns.iter().flat_map(|(_, tally)| tally.deaths()) {
        if kinds.iter().all(|known| known.kind != death.kind) {
            kinds.push(death);
        }
    }
    kinds
}

fn files(out: &mut dyn Write, finds: &[NativeFile]) -> io::Result<()> {
    if finds.is_empty() {
        return writeln!(out, "no native file came into the empty caches");
    }
    writeln!(out, "what a round brings into its empty caches:")?;
    for NativeFile { path, size, .. } in finds.iter().take(NAMED) {
        writeln!(out, "    {} ({})", path.display(), Bytes(*size))?;
    }
    match finds.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => writeln!(out, "    and {more} more"),
    }
}

fn shortened(words: &str) -> String {
    match words.char_indices().nth(WORDS) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words.to_owned(),
    }
}

/// Writes one JSON object.
pub(super) fn race_json(out: &mut dyn Write, result: &RaceResult) -> io::Result<()> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let finds: Vec<Value> = result
        .finds
        .iter()
        .map(|find| json!({ "path": text(&find.path), "size": find.size }))
        .collect();
    let document = json!({
        "version": 1,
        "command": result.command,
        "copies": result.copies,
        "jobs": result.jobs,
        "without_probe": tally(&result.without),
        "with_probe": result.with.as_ref().map(tally),
        "files": finds,
    });
    writeln!(out, "{document:#}")
}

fn tally(tally: &Tally) -> Value {
    let deaths: Vec<Value> = tally
        .deaths()
        .iter()
        .map(|(death, count)| {
            json!({ "kind": death.kind, "count": count, "symptom": death.is_symptom, "words": death.words })
        })
        .collect();
    json!({
        "rounds": tally.rounds,
        "bad_rounds": tally.bad_rounds,
        "copies": tally.copies,
        "failed": tally.failed(),
        "deaths": deaths,
    })
}
