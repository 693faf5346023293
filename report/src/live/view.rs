//! Draws the picture of a run in progress: makes lines from its state, the moment and the size of the terminal. No
//! printing.

use std::time::{Duration, Instant};

use anstyle::Style;

use super::bar::Shares;
use super::board::{Board, Doing, HeldUpBy, Import, Running};
use super::fit::{beginning, ends, first_that_fits, width};
use super::rate::Rate;
use crate::bytes::Bytes;
use crate::style;

/// The columns and rows of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub columns: usize,
    pub rows: usize,
}

/// How much of a run the picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveScope {
    /// Its progress, running tests and libraries in preparation.
    All,
    /// Its progress.
    Head,
}

/// How far a run is, as terminals show it in a place of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    pub percent: u8,
    /// Whether nothing has failed.
    pub is_good: bool,
}

/// A narrower terminal has no room for the columns of the status lines.
const NARROW: usize = 60;
/// On a narrower terminal only counts can be read.
const NARROWEST: usize = 20;
/// Rows of the picture at most, and no more than half of the terminal.
const ROWS: usize = 16;
/// Columns of a bar: beyond that it says no more.
const BAR: std::ops::RangeInclusive<usize> = 8..=60;
/// A test that has run for less is gone before anybody has read its name.
const SHOWN_AFTER: Duration = Duration::from_millis(500);

/// Columns of a shortened name, so that there is room for the state of its library.
const SHORTEST: usize = 8;

/// The picture at `now`. Every line is narrower than the terminal, so that none wraps. Empty if there is nothing to wait for.
pub(crate) fn view(board: &Board, now: Instant, size: Size, scope: LiveScope) -> Vec<String> {
    let columns = size.columns.saturating_sub(1);
    if board.is_over() || columns == 0 {
        return Vec::new();
    }
    let frame = Frame { now, columns };
    let rows = (size.rows / 2).clamp(1, ROWS);
    let tests = frame.tests(board, SHOWN_AFTER);
    let imports = frame.imports(board);
    let room = rows - 1;
    // Neither crowds the other out.
    let for_imports = room.saturating_sub(tests.len()).max(room / 2);
    let mut lines = vec![frame.head(board)];
    if columns < NARROWEST || scope == LiveScope::Head {
        return lines;
    }
    lines.extend(frame.at_most(for_imports, imports, "libraries"));
    let room = rows - lines.len();
    lines.extend(frame.at_most(room, tests, "running"));
    lines
}

/// The text in a log after a long silence: the state in few lines and without a bar.
pub(crate) fn still(board: &Board, now: Instant, scope: LiveScope) -> Vec<String> {
    const COLUMNS: usize = 140;
    const NAMED: usize = 4;
    let frame = Frame { now, columns: COLUMNS };
    let prefix = frame.prefix("STILL", style::STRONG, board.started);
    let mut head = format!("{prefix}{}", counter(board));
    let tally = tallies(board).swap_remove(0);
    if !tally.is_empty() {
        head.push(' ');
        head.push_str(&tally);
    }
    let mut lines = vec![head];
    if scope == LiveScope::Head {
        return lines;
    }
    lines.extend(frame.at_most(NAMED, frame.imports(board), "libraries"));
    lines.extend(frame.at_most(NAMED, frame.tests(board, Duration::ZERO), "running"));
    lines
}

/// How far the run is; `None` where there is nothing to wait for.
pub(crate) fn progress(board: &Board) -> Option<Progress> {
    let over = board.done + board.blocked;
    let percent = u8::try_from(over * 100 / board.tests.max(1)).unwrap_or(100).min(100);
    let is_good = board.failed + board.blocked == 0;
    (!board.is_over()).then_some(Progress { percent, is_good })
}

/// The moment and the columns of a picture.
#[derive(Clone, Copy)]
struct Frame {
    now: Instant,
    columns: usize,
}

impl Frame {
    /// How far the run is.
    fn head(self, board: &Board) -> String {
        let (verb, colour) = match board.is_stopping {
            false if board.tests == 0 => ("IMPORTING", style::PASS),
            false => ("RUNNING", style::PASS),
            true => ("STOPPING", style::WARN),
        };
        let mut line = format!("{}{}", self.prefix(verb, colour, board.started), counter(board));
        let room = self.columns.saturating_sub(width(&line) + 1);
        let shares = match *board {
            Board { tests: 0, libraries: all, libraries_done: passed, .. } => {
                Shares { passed, failed: 0, blocked: 0, all }
            }
            Board { passed, failed, blocked, tests: all, .. } => {
                Shares { passed, failed, blocked, all }
            }
        };
        let beside_bar = room.saturating_sub(*BAR.start() + 1);
        let tally = first_that_fits(beside_bar, tallies(board));
        let gap = usize::from(!tally.is_empty());
        let columns = room.saturating_sub(width(&tally) + gap).min(*BAR.end());
        if columns >= *BAR.start() {
            line.push(' ');
            line.push_str(&shares.bar(columns));
        }
        if gap > 0 {
            line.push(' ');
            line.push_str(&tally);
        }
        if width(&line) > self.columns { beginning(&counter(board), self.columns) } else { line }
    }

    /// A line for each library on its way, the longest first.
    fn imports(self, board: &Board) -> Vec<String> {
        let mut imports: Vec<(&String, &Import)> = board.imports.iter().collect();
        imports.sort_by_key(|(_, import)| import.since);
        imports.into_iter().map(|(name, import)| self.import(name, import)).collect()
    }

    fn import(self, name: &str, import: &Import) -> String {
        let (verb, colour, said) = match &import.doing {
            Doing::Fetching { origin, bytes, total, rate } => {
                ("FETCHING", style::STRONG, self.transfer(origin.as_deref(), *bytes, *total, rate))
            }
            Doing::Building { command, last } => {
                ("BUILDING", style::STRONG, building(command, last.text().as_deref()))
            }
            Doing::Waiting { holder, tests } => {
                ("WAITING", style::WARN, waiting(holder.as_ref(), *tests))
            }
            Doing::Retrying { cause, again } => {
                let again = match again.saturating_duration_since(self.now).as_secs() {
                    0 => "trying again".to_owned(),
                    seconds => format!("again in {seconds} s"),
                };
                ("RETRYING", style::WARN, vec![format!("{cause}; {again}"), again])
            }
        };
        let prefix = self.prefix(verb, colour, import.since);
        let room = self.columns.saturating_sub(width(&prefix));
        let named = |said: &String| format!("{}{name}{:#}: {said}", style::NAME, style::NAME);
        let shortened = said.last().and_then(|said| {
            let left = room.checked_sub(width(said) + 2).filter(|left| *left >= SHORTEST)?;
            Some(format!("{}{}{:#}: {said}", style::NAME, ends(name, left), style::NAME))
        });
        let texts = said.iter().map(named).chain(shortened).chain([ends(name, room)]);
        format!("{prefix}{}", first_that_fits(room, texts))
    }

    /// How far a download is, from the most words to the fewest.
    fn transfer(
        self,
        origin: Option<&str>,
        bytes: u64,
        total: Option<u64>,
        rate: &Rate,
    ) -> Vec<String> {
        let per_second = rate.per_second(self.now).filter(|rate| *rate > 0);
        let pace = match (rate.stands(self.now), per_second) {
            (Some(quiet), _) => {
                let warn = style::WARN;
                Some(format!("{warn}no bytes for {} s{warn:#}", quiet.as_secs()))
            }
            (None, Some(rate)) => Some(format!("{}/s", Bytes(rate))),
            (None, None) => None,
        };
        let left = total.zip(per_second).filter(|_| rate.stands(self.now).is_none());
        let left = left.map(|(total, rate)| time_left(total.saturating_sub(bytes) / rate));
        let share = total.filter(|total| *total > 0).map(|total| bytes.min(total) * 100 / total);
        let share = share.map(|percent| format!("{percent} %"));
        let whole = match (total, &share) {
            (Some(total), Some(share)) => format!("{} ({share})", of(bytes, total)),
            _ => Bytes(bytes).to_string(),
        };
        let share = share.unwrap_or_else(|| whole.clone());
        let joined = |parts: [Option<&String>; 3]| {
            parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
        };
        let most = joined([Some(&whole), pace.as_ref(), left.as_ref()]);
        let from = origin.map(|origin| format!("{most}, from {origin}"));
        let shorter = [
            most,
            joined([Some(&share), pace.as_ref(), left.as_ref()]),
            joined([Some(&share), left.as_ref().or(pace.as_ref()), None]),
            share,
        ];
        from.into_iter().chain(shorter).collect()
    }

    /// A line for each test that has run for at least `shown_after`, the longest first.
    fn tests(self, board: &Board, shown_after: Duration) -> Vec<String> {
        let mut tests: Vec<&Running> = board.running.values().collect();
        tests.retain(|test| self.now.duration_since(test.since) >= shown_after);
        tests.sort_by_key(|test| test.since);
        tests.into_iter().map(|test| self.test(test)).collect()
    }

    fn test(self, test: &Running) -> String {
        let prefix = self.prefix("", Style::new(), test.since);
        let attempt = match test.attempt {
            1 => String::new(),
            attempt => format!(": attempt {attempt}"),
        };
        let room = self.columns.saturating_sub(width(&prefix) + width(&attempt));
        let name = ends(&test.name, room);
        format!("{prefix}{}{name}{:#}{attempt}", style::NAME, style::NAME)
    }

    /// As many of these lines as there is room for, with one for the rest.
    fn at_most(self, room: usize, mut lines: Vec<String>, what: &str) -> Vec<String> {
        if lines.len() > room {
            let more = lines.len() - room.saturating_sub(1);
            lines.truncate(room.saturating_sub(1));
            if room > 0 {
                let indent = width(&self.prefix("", Style::new(), self.now));
                let dim = style::DIM;
                let room = self.columns.saturating_sub(indent);
                let text = beginning(&format!("and {more} more {what}"), room);
                lines.push(format!("{:indent$}{dim}{text}{dim:#}", ""));
            }
        }
        lines
    }

    /// The columns before the text: those of a status line, or only the time if there is no room.
    fn prefix(self, verb: &str, colour: Style, since: Instant) -> String {
        let seconds = self.now.saturating_duration_since(since).as_secs();
        if self.columns < NARROW {
            format!("{seconds:>5}s ")
        } else {
            format!("{colour}{verb:>12}{colour:#} [{seconds:>8}s] ")
        }
    }
}

/// `( 12/2000)`: tests, or libraries where there are no tests.
fn counter(board: &Board) -> String {
    let (done, all) = match *board {
        Board { tests: 0, libraries, libraries_done, .. } => (libraries_done, libraries),
        Board { tests, done, blocked, .. } => (done + blocked, tests),
    };
    let all = all.to_string();
    format!("({done:>width$}/{all})", width = all.len())
}

/// The results of tests, from the longest form to the shortest.
fn tallies(board: &Board) -> Vec<String> {
    let part = |count: usize, what: &str, style: Style| {
        (count > 0).then(|| format!("{style}{count} {what}{style:#}"))
    };
    let running = match board.running.len() {
        // Nothing else could be seen to happen.
        0 if !board.imports.is_empty() => part(board.waits(), "waiting", Style::new()),
        running => part(running, "running", Style::new()),
    };
    let failed = part(board.failed, "failed", style::FAIL);
    let blocked = part(board.blocked, "blocked", style::WARN);
    let joined = |parts: &[&Option<String>]| {
        parts.iter().filter_map(|part| part.as_deref()).collect::<Vec<_>>().join(", ")
    };
    vec![
        joined(&[&running, &failed, &blocked]),
        joined(&[&failed, &blocked]),
        joined(&[&failed]),
        String::new(),
    ]
}

/// The command that builds a library and its last line, from the longest form to the shortest.
fn building(command: &str, said: Option<&str>) -> Vec<String> {
    /// The most columns of the last line.
    const SAID: usize = 60;
    let mut texts = Vec::new();
    if let Some(said) = said {
        texts.push(format!("`{command}` says: {said}"));
        texts.push(format!("says: {said}"));
        texts.push(format!("says: {}", beginning(said, SAID)));
    }
    texts.extend([format!("`{command}`"), "is built".to_owned()]);
    texts
}

/// What a library waits for, from the longest form to the shortest.
fn waiting(holder: Option<&HeldUpBy>, tests: usize) -> Vec<String> {
    let (full, short) = match holder {
        Some(HeldUpBy { full, pid }) => (full.clone(), format!("process {pid}")),
        None => ("another process".to_owned(), "another process".to_owned()),
    };
    match tests {
        0 => vec![format!("{full} prepares it"), format!("{short} prepares it")],
        _ => vec![
            format!("{full} runs a test that may make it; {} for it", waits(tests)),
            format!("{short} runs a test that may make it"),
            format!("waits for {short}"),
        ],
    }
}

fn waits(tests: usize) -> String {
    if tests == 1 { "1 test waits".to_owned() } else { format!("{tests} tests wait") }
}

/// `18.0 of 48.0 MiB`: a common unit appears once.
fn of(bytes: u64, total: u64) -> String {
    let (bytes, total) = (Bytes(bytes).to_string(), Bytes(total).to_string());
    let unit = |text: &str| text.split_once(' ').map(|(_, unit)| unit.to_owned());
    match bytes.split_once(' ') {
        Some((number, _)) if unit(&bytes) == unit(&total) => format!("{number} of {total}"),
        _ => format!("{bytes} of {total}"),
    }
}

/// `9 s left`, `3 min left`.
fn time_left(seconds: u64) -> String {
    if seconds < 100 {
        format!("{seconds} s left")
    } else {
        format!("{} min left", seconds.div_ceil(60))
    }
}
