//! The results of the tests within a process, from the files that it wrote, and what they mean for its end.
//!
//! Does not know the format of such a file: `probe_scenario` does. The file is a second witness beside the exit code, and the
//! worse of the two counts.

use std::fs::Metadata;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anstream::adapter::strip_str;
use probe_loader::{Pattern, open_regular};
use probe_scenario::{Results, ResultsFormat, Tally, TapReader, read_junit};

use super::through::FromStart;
use crate::attempt::Attempt;
use crate::ending::Ending;
use crate::invocation::ResultsPlace;

/// The largest size of one file in bytes, and the largest number of files of one process. No runner writes more.
const MOST: u64 = 64 << 20;
const FILES: usize = 1_000;
/// The longest line of TAP, in bytes.
const LINE: usize = 64 << 10;

/// How far the clock of a disk may be behind the clock of the process that wrote a file.
const COARSE: Duration = Duration::from_millis(100);

/// Changes an attempt, which began at `since`, by the results that its process wrote.
pub(super) fn judged(mut attempt: Attempt, place: &ResultsPlace, since: SystemTime) -> Attempt {
    if let Ending::NotStarted(_) | Ending::NoRoom(_) | Ending::Unprepared(_) = attempt.ending {
        return attempt;
    }
    let files = match found(place, since) {
        Ok(files) => files,
        Err(why) => {
            if attempt.ending == Ending::Passed {
                attempt.ending = Ending::Belied(why);
            }
            return attempt;
        }
    };
    let mut results = Results::default();
    for file in &files {
        let mut more = read(file, place.format);
        more.flaw = more.flaw.map(|flaw| format!("{flaw} (`{}`)", file.display()));
        results.join(more);
    }
    with_results(attempt, results)
}

/// Changes an attempt whose process prints TAP, unless it has other results.
pub(super) fn told_by_tap(attempt: Attempt, has_others: bool) -> Attempt {
    let is_over = !matches!(
        attempt.ending,
        Ending::NotStarted(_) | Ending::NoRoom(_) | Ending::Unprepared(_)
    );
    // Output to probe's own streams is not known.
    let Some((_, stream)) = attempt.output.streams().next().filter(|_| is_over && !has_others)
    else {
        return attempt;
    };
    let results = match stream.on_disk() {
        None => read_tap(&mut stream.excerpt().head),
        Some(Ok(file)) => read_tap(&mut BufReader::new(FromStart::new(file))),
        Some(Err(_)) => TapReader::default().end(false),
    };
    with_results(attempt, results)
}

/// Changes an attempt by the results of the tests in it.
fn with_results(mut attempt: Attempt, results: Results) -> Attempt {
    let Tally { passed, failed, skipped } = results.tally;
    let all = results.tally.all();
    attempt.ending = match (attempt.ending, &results.flaw) {
        (Ending::Passed | Ending::Empty | Ending::Skipped(_), _) if failed > 0 => {
            Ending::Belied(match (failed, all) {
                (1, 1) => "the only test in it failed".to_owned(),
                (failed, all) => format!("{failed} of the {all} tests in it failed"),
            })
        }
        (Ending::Passed, Some(flaw)) => Ending::Belied(flaw.clone()),
        (Ending::Passed, None) if all == 0 => match &results.skipped {
            Some(reason) => Ending::Skipped(reason.clone()),
            None => Ending::Empty,
        },
        (Ending::Passed, None) if passed == 0 => all_skipped(skipped),
        // The written results count more than the runner's words.
        (Ending::Empty, None) if passed > 0 => Ending::Passed,
        (ending @ Ending::Exited(_), flaw) => {
            attempt.aside = match flaw {
                Some(flaw) => Some(flaw.clone()),
                None if failed == 0 && all > 0 => {
                    Some(format!("none of the {all} tests in it failed by its results"))
                }
                None => None,
            };
            ending
        }
        (ending, _) => ending,
    };
    // If results end too early, the number of tests is not known.
    if results.flaw.is_none() || all > 0 {
        attempt.tally = Some(results.tally);
    }
    attempt.within = Some(results);
    attempt
}

/// The ending of a process in which all tests were skipped.
pub(super) fn all_skipped(skipped: u64) -> Ending {
    Ending::Skipped(match skipped {
        1 => "the only test in it is skipped".to_owned(),
        count => format!("all {count} tests in it are skipped"),
    })
}

/// The files that the process wrote, or why there are none.
fn found(place: &ResultsPlace, since: SystemTime) -> Result<Vec<PathBuf>, String> {
    let pattern = &place.pattern;
    let matches = Pattern::parse(pattern).map(|pattern| pattern.matches());
    let mut files = match matches {
        Ok(Ok(files)) => files,
        Ok(Err((folder, error))) => {
            return Err(format!("its results cannot be found: `{}`: {error}", folder.display()));
        }
        Err(reason) => return Err(format!("`{pattern}` names no results: {reason}")),
    };
    let was_there = !files.is_empty();
    if !place.is_own {
        let begun = since.checked_sub(COARSE).unwrap_or(since);
        let is_new = |meta: Metadata| meta.modified().is_ok_and(|modified| modified >= begun);
        files.retain(|file| file.metadata().is_ok_and(is_new));
    }
    match files.len() {
        0 if was_there => Err(format!("what is at `{pattern}` is older than it")),
        0 => Err(format!("it left no results: nothing is at `{pattern}`")),
        count if count > FILES => Err(format!("its results are {count} files (`{pattern}`)")),
        _ => Ok(files),
    }
}

fn read(path: &Path, format: ResultsFormat) -> Results {
    let opened = open_regular(path).and_then(|file| Ok((file.metadata()?, file)));
    let file = match opened {
        Ok((meta, _)) if !meta.is_file() => {
            return Results::without("its results are a folder".to_owned());
        }
        Ok((meta, _)) if meta.len() > MOST => {
            return Results::without(format!("its results are larger than {} MiB", MOST >> 20));
        }
        Ok((_, file)) => file,
        Err(error) => return Results::without(format!("its results cannot be read: {error}")),
    };
    // The file may grow while it is read.
    let mut text = BufReader::new(std::io::Read::take(file, MOST));
    match format {
        ResultsFormat::Junit => read_junit(text),
        ResultsFormat::Tap => read_tap(&mut text),
    }
}

/// Reads TAP text to its end.
fn read_tap(text: &mut impl BufRead) -> Results {
    let mut reader = TapReader::default();
    let mut line = Vec::new();
    loop {
        match read_line(text, &mut line) {
            Ok(true) => reader.line(&strip_str(&String::from_utf8_lossy(&line)).to_string()),
            Ok(false) => return reader.end(true),
            Err(error) => return Results::without(format!("its results cannot be read: {error}")),
        }
    }
}

/// Reads the next line, or its part to look at; returns `false` at the end.
fn read_line(text: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    loop {
        let buffer = text.fill_buf()?;
        if buffer.is_empty() {
            return Ok(!line.is_empty());
        }
        let newline = buffer.iter().position(|&byte| byte == b'\n');
        let part = &buffer[..newline.unwrap_or(buffer.len())];
        line.extend_from_slice(&part[..part.len().min(LINE - line.len())]);
        let used = newline.map_or(buffer.len(), |at| at + 1);
        text.consume(used);
        if newline.is_some() {
            // An empty line counts, too.
            return Ok(true);
        }
    }
}
