//! A row of the table: `probe`, in one way or several, against others at one task, with the bars that it is to keep.
//! Does not know how anything is printed.

use std::time::Duration;

use crate::contest::{Program, rounds};
use crate::measure::Sample;
use crate::outcome::Outcome;
use crate::spread::Spread;

/// What is asked of `probe` beside something else; of the median of a pass.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bar {
    /// At most so many times as long.
    Times(f64),
    /// At most so much longer; or nothing, and it is there to see how much.
    Longer(Option<Duration>),
    /// Nothing: it is there to see how many times as long.
    None,
}

/// Beside what `probe` is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Beside {
    /// A program of the row, by its place.
    Program(usize),
    /// The time that the task takes by its nature, or should take at most.
    Time(Duration),
}

/// One question of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison {
    /// The place of the program that is asked about.
    pub(crate) ours: usize,
    pub(crate) beside: Beside,
    pub(crate) bar: Bar,
}

/// A task, and who does it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) task: String,
    rounds: usize,
    /// Whether each runs once before the rounds.
    warm: bool,
    pub(crate) programs: Vec<Program>,
    /// What is asked, in the order in which it was.
    pub(crate) comparisons: Vec<Comparison>,
    /// The most KiB that programs may hold.
    pub(crate) memory: Vec<(usize, u64)>,
    /// The names of programs that are not here.
    pub(crate) missing: Vec<String>,
    /// The program that the next questions are about.
    subject: usize,
    /// The program that the next ones of ours are beside.
    base: usize,
}

impl Row {
    pub(crate) fn new(task: impl Into<String>, rounds: usize, probe: Program) -> Self {
        Self {
            task: task.into(),
            rounds,
            warm: true,
            programs: vec![probe],
            comparisons: Vec::new(),
            memory: Vec::new(),
            missing: Vec::new(),
            subject: 0,
            base: 0,
        }
    }

    /// Against a program, or without it where it is not installed.
    pub(crate) fn against(mut self, name: &str, program: Option<Program>, bar: Bar) -> Self {
        match program {
            Some(program) => {
                self.programs.push(program);
                let beside = Beside::Program(self.programs.len() - 1);
                self.comparisons.push(Comparison { ours: self.subject, beside, bar });
            }
            None => self.missing.push(name.to_owned()),
        }
        self
    }

    /// Against a time.
    pub(crate) fn against_time(mut self, time: Duration, bar: Bar) -> Self {
        let beside = Beside::Time(time);
        self.comparisons.push(Comparison { ours: self.subject, beside, bar });
        self
    }

    /// Another program of ours, about which the next questions are; the first one is against what the row is based on.
    pub(crate) fn and(mut self, program: Program, bar: Bar) -> Self {
        self.programs.push(program);
        self.subject = self.programs.len() - 1;
        let beside = Beside::Program(self.base);
        self.comparisons.push(Comparison { ours: self.subject, beside, bar });
        self
    }

    /// From here on based on the last program of ours, instead of the first.
    pub(crate) fn based(self) -> Self {
        Self { base: self.subject, ..self }
    }

    /// Holding at most so many MiB.
    pub(crate) fn within(mut self, mebibytes: u64) -> Self {
        self.memory.push((self.subject, mebibytes << 10));
        self
    }

    /// Without a first time that does not count: for what takes so long that reading from disk once does not show.
    pub(crate) fn cold(self) -> Self {
        Self { warm: false, ..self }
    }

    /// Runs all of it once more.
    pub(crate) fn run(&self) -> Outcome<Pass> {
        if self.warm {
            // What is read from disk once, and compiled once, is not what is compared.
            rounds(&self.programs, 1)?;
        }
        Ok(Pass { samples: rounds(&self.programs, self.rounds)? })
    }
}

/// How a row went once: the samples of each program, round by round.
#[derive(Clone, Debug)]
pub(crate) struct Pass {
    samples: Vec<Vec<Sample>>,
}

impl Pass {
    /// The seconds that a program took, round by round.
    pub(crate) fn seconds(&self, program: usize) -> impl Iterator<Item = f64> {
        self.samples[program].iter().map(|sample| sample.time.as_secs_f64())
    }

    /// The most KiB that a program has held in any round.
    pub(crate) fn memory(&self, program: usize) -> u64 {
        self.samples[program].iter().map(|sample| sample.memory).max().unwrap_or(0)
    }

    /// Round by round, how long `probe` took and how long what is beside it.
    fn pairs(&self, comparison: &Comparison) -> impl Iterator<Item = (f64, f64)> {
        let theirs: Vec<f64> = match comparison.beside {
            Beside::Program(program) => self.seconds(program).collect(),
            Beside::Time(time) => vec![time.as_secs_f64(); self.samples[comparison.ours].len()],
        };
        self.seconds(comparison.ours).zip(theirs)
    }

    /// Round by round, how many times as long `probe` took, or, where the bar is one, how many seconds longer.
    pub(crate) fn results(&self, comparison: &Comparison) -> Vec<f64> {
        let pairs = self.pairs(comparison);
        match comparison.bar {
            Bar::Longer(_) => pairs.map(|(ours, theirs)| ours - theirs).collect(),
            Bar::Times(_) | Bar::None => pairs.map(|(ours, theirs)| ours / theirs).collect(),
        }
    }

    /// Whether a bar was kept; `None` if there is none.
    pub(crate) fn keeps(&self, comparison: &Comparison) -> Option<bool> {
        let median = Spread::of(self.results(comparison)).median;
        match comparison.bar {
            Bar::Times(most) => Some(median <= most),
            Bar::Longer(most) => most.map(|most| median <= most.as_secs_f64()),
            Bar::None => None,
        }
    }
}
