//! Ends of copies by kind, counted. What points at a torn library is told by the same classifier as in a run.

use std::fmt;

use probe_run::{Attempt, Ending, Symptom, symptom};

/// How a copy ended that did not pass.
#[derive(Clone, Debug)]
pub(crate) struct Death {
    /// As in `SIGBUS` or `exit code 1: “file too short”`: copies of one kind are counted together.
    pub(crate) kind: String,
    /// Whether copies end so that have loaded a torn file.
    pub(crate) is_symptom: bool,
    /// The line with the loader's message, or else the last line of its output; empty if it has said nothing.
    pub(crate) words: String,
}

/// What copies came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) copies: usize,
    pub(crate) rounds: usize,
    /// Rounds in which at least one copy did not pass.
    pub(crate) bad_rounds: usize,
    /// By kind, with the number of copies: the most frequent first once all are in.
    deaths: Vec<(Death, usize)>,
}

impl Death {
    /// How `attempt` ended; `None` if it passed, or ran nothing.
    pub(crate) fn of(attempt: &Attempt) -> Option<Self> {
        let symptom = symptom(attempt);
        let kind = match (&attempt.ending, &symptom) {
            (
                Ending::Passed
                | Ending::Empty
                | Ending::Skipped(_)
                | Ending::Expected { .. }
                | Ending::Unexpected(_)
                | Ending::Leaked
                | Ending::Flaky,
                _,
            ) => return None,
            (Ending::Exited(code), Some(said @ (Symptom::Said(_) | Symptom::Named(_)))) => {
                format!("exit code {code}: {said}")
            }
            (_, Some(symptom)) => symptom.to_string(),
            (Ending::Exited(code), None) => format!("exit code {code}"),
            (Ending::Belied(reason), None) => format!("exit code 0, but {reason}"),
            (Ending::Unprepared(reason) | Ending::Uncleared(reason), None) => reason.clone(),
            (Ending::Killed(signal), None) => probe_report::signal_name(*signal).into_owned(),
            (Ending::TimedOut(_), None) => "timeout".to_owned(),
            (Ending::Interrupted, None) => "interrupted".to_owned(),
            (Ending::NotStarted(_) | Ending::NoRoom(_), None) => "not started".to_owned(),
            (Ending::Bereft(_), None) => "a service died".to_owned(),
        };
        let words = match &attempt.ending {
            Ending::NotStarted(reason) | Ending::NoRoom(reason) => reason.clone(),
            _ => telling_line(&attempt.output.last_words(), symptom.as_ref()).to_owned(),
        };
        Some(Self { kind, is_symptom: symptom.is_some(), words })
    }
}

/// The line that says it: the last one with the symptom's message, or else the last one at all.
fn telling_line<'t>(text: &'t str, symptom: Option<&Symptom>) -> &'t str {
    let message = match symptom {
        Some(Symptom::Said(said)) => said.message.text,
        _ => "",
    };
    let mut lines = text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    lines.clone().find(|line| line.contains(message)).or_else(|| lines.next()).unwrap_or_default()
}

impl Tally {
    /// Counts the copies of one round.
    pub(crate) fn add(&mut self, copies: usize, deaths: &[Death]) {
        self.copies += copies;
        self.rounds += 1;
        self.bad_rounds += usize::from(!deaths.is_empty());
        for death in deaths {
            match self.deaths.iter_mut().find(|(known, _)| known.kind == death.kind) {
                Some((_, count)) => *count += 1,
                None => self.deaths.push((death.clone(), 1)),
            }
        }
        // Of equal counts, symptoms stand first.
        self.deaths.sort_by(|(a, many), (b, few)| {
            few.cmp(many).then(b.is_symptom.cmp(&a.is_symptom)).then(a.kind.cmp(&b.kind))
        });
    }

    /// The kinds of deaths, the most frequent first, with the number of copies.
    pub(crate) fn deaths(&self) -> &[(Death, usize)] {
        &self.deaths
    }

    /// Copies that did not pass.
    pub(crate) fn failed(&self) -> usize {
        self.deaths.iter().map(|(_, count)| count).sum()
    }

    /// How many copies died so.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.deaths.iter().find(|(death, _)| death.kind == kind).map_or(0, |(_, count)| *count)
    }
}

impl fmt::Display for Tally {
    /// `5 of 16 copies failed: 3 × SIGBUS, 2 × exit code 1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} copies failed", self.failed(), self.copies)?;
        for (index, (death, count)) in self.deaths.iter().enumerate() {
            write!(f, "{} {count} × {}", if index == 0 { ":" } else { "," }, death.kind)?;
        }
        Ok(())
    }
}
