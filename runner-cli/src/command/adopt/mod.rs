//! `probe adopt`: what runs and commands have shown to be missing is written into the manifest.

mod error;
mod place;

use std::io::{self, BufRead, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use probe_report::{Proposal, Waiting};
use probe_run::Exit;
use similar::TextDiff;

use self::error::AdoptError;
use self::place::Place;
use crate::args::AdoptArguments;
use crate::environment::Environment;
use crate::proposal::{Draft, Kept, edited, fitted};
use crate::ui::{Failure, print, print_note, tell};

/// Shows what would be written, asks, and writes it.
pub(crate) fn adopt(
    arguments: &AdoptArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let place = Place::find(arguments.manifest_path.as_deref(), environment)?;
    loop {
        let text = place.text()?;
        place.check(&text)?;
        let drafts = chosen(Kept::of(place.root()).drafts, &arguments.libraries)?;
        let proposals = fitted(&text, &drafts);
        if proposals.is_empty() {
            tell("nothing to adopt: no run and no command has shown that a library is missing\n");
            return Ok(Exit::Passed);
        }
        let longer = edited(&text, &drafts);
        place.check(&longer)?;
        show(&place, &text, &longer)?;
        if !arguments.yes && !agrees(place.shown())? {
            tell(&format!("nothing was written to `{}`\n", place.shown()));
            return Ok(Exit::Passed);
        }
        let lock = place.lock()?;
        if place.text()? != text {
            drop(lock);
            print_note(&format!("`{}` has changed meanwhile: once more", place.shown()));
            continue;
        }
        place.write(&longer)?;
        forget(&place, &longer);
        drop(lock);
        tell(&format!("wrote `{}`\n{}", place.shown(), summary(&proposals)));
        return Ok(Exit::Passed);
    }
}

/// Those of the drafts that are asked for.
fn chosen(drafts: Vec<Draft>, names: &[String]) -> Result<Vec<Draft>, AdoptError> {
    let known: Vec<String> = drafts.iter().map(|draft| draft.name.clone()).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        return Err(AdoptError::Unknown { name: name.clone(), known });
    }
    let is_chosen = |draft: &Draft| names.is_empty() || names.contains(&draft.name);
    Ok(drafts.into_iter().filter(is_chosen).collect())
}

/// Shows what changes, as people read changes.
fn show(place: &Place, text: &str, longer: &str) -> Result<(), Failure> {
    let diff = TextDiff::from_lines(place.written(text), longer);
    let old = if place.is_new() { "/dev/null" } else { place.shown() };
    let diff = diff.unified_diff().header(old, place.shown()).to_string();
    print(|out| {
        diff.lines().try_for_each(|line| {
            let style = match line.as_bytes().first() {
                Some(b'+') => AnsiColor::Green.on_default(),
                Some(b'-') => AnsiColor::Red.on_default(),
                _ => Style::new(),
            };
            writeln!(out, "{style}{line}{style:#}")
        })
    })?;
    Ok(())
}

/// Asks whether to write it. Where nobody can be asked, nothing is written.
fn agrees(shown: &str) -> Result<bool, AdoptError> {
    let (stdin, mut stderr) = (io::stdin(), io::stderr());
    if !stdin.is_terminal() || !stderr.is_terminal() {
        return Err(AdoptError::NobodyToAsk { shown: shown.to_owned() });
    }
    // Who does not see the question does not say yes.
    let _ = write!(stderr, "write this to `{shown}`? [y/N] ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer).ok();
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// Keeps no longer what the manifest has now.
fn forget(place: &Place, manifest: &str) {
    let mut kept = Kept::of(place.root());
    let before = kept.drafts.len();
    kept.drafts.retain(|draft| !fitted(manifest, std::slice::from_ref(draft)).is_empty());
    if kept.drafts.len() < before {
        // What is still kept changes nothing when it is adopted again.
        let _ = kept.keep(place.root());
    }
}

/// A line for each library: `library engine, needed by [suite.api]`.
fn summary(proposals: &[Proposal]) -> String {
    let line = |Proposal { name, waiting, .. }: &Proposal| match waiting {
        Waiting::Settled => format!("  library {name}\n"),
        Waiting::Unknown => format!(
            "  library {name}, needed by every suite and test: take that away where it is not loaded\n"
        ),
        Waiting::Tables(tables) => {
            let tables: Vec<&str> = tables.iter().map(|table| table.header.as_str()).collect();
            format!("  library {name}, needed by {}\n", tables.join(", "))
        }
    };
    proposals.iter().map(line).collect()
}
