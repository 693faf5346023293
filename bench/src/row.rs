//! A row of the table: `probe` against others at one task, with the bars that it is to keep, and how it went.

use std::fmt;
use std::time::Duration;

use crate::Outcome;
use crate::contest::{Program, Spread, times};

/// What is asked of `probe` beside one other program.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bar {
    /// At most so many times as long, in the median round.
    Times(f64),
    /// At most so much longer, in the median round.
    Longer(Duration),
    /// Nothing: it is there to compare.
    None,
}

/// A task, and who does it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) task: String,
    pub(crate) rounds: usize,
    pub(crate) probe: Program,
    /// In which time `probe` should do it, whoever else takes how long; with how many times as long is good enough.
    pub(crate) ideal: Option<(Duration, f64)>,
    pub(crate) others: Vec<(Program, Bar)>,
    /// The names of programs that are not here.
    pub(crate) missing: Vec<String>,
}

impl Row {
    pub(crate) fn new(task: impl Into<String>, rounds: usize, probe: Program) -> Self {
        let (others, missing) = (Vec::new(), Vec::new());
        Self { task: task.into(), rounds, probe, ideal: None, others, missing }
    }

    /// Against a program, or without it where it is not installed.
    pub(crate) fn against(mut self, name: &str, program: Option<Program>, bar: Bar) -> Self {
        match program {
            Some(program) => self.others.push((program, bar)),
            None => self.missing.push(name.to_owned()),
        }
        self
    }

    /// Runs all of it.
    pub(crate) fn run(self) -> Outcome<Standings> {
        let mut programs = vec![&self.probe];
        programs.extend(self.others.iter().map(|(program, _)| program));
        // What is read from disk once, and compiled once, is not what is compared.
        for program in &programs {
            program.time()?;
        }
        let times = times(&programs, self.rounds)?;
        Ok(Standings { times, row: self })
    }
}

/// How a row went.
#[derive(Clone, Debug)]
pub(crate) struct Standings {
    row: Row,
    /// First those of `probe`, then of the others in their order.
    times: Vec<Vec<Duration>>,
}

impl Standings {
    /// How many bars were missed.
    pub(crate) fn missed(&self) -> usize {
        let others = (0..self.row.others.len()).filter(|&other| self.keeps(other) == Some(false));
        others.count() + usize::from(self.ideal().is_some_and(|(_, keeps)| !keeps))
    }

    /// Times as long as the ideal, and whether that is good enough.
    fn ideal(&self) -> Option<(f64, bool)> {
        let (ideal, most) = self.row.ideal?;
        let times = spread(&self.times[0]).median / ideal.as_secs_f64();
        Some((times, times <= most))
    }

    /// Round by round, how many times as long `probe` took as this one.
    fn ratios(&self, other: usize) -> Spread {
        let pairs = self.times[0].iter().zip(&self.times[other + 1]);
        Spread::of(pairs.map(|(ours, theirs)| ours.as_secs_f64() / theirs.as_secs_f64()))
    }

    /// Round by round, how many seconds longer `probe` took than this one.
    fn differences(&self, other: usize) -> Spread {
        let pairs = self.times[0].iter().zip(&self.times[other + 1]);
        Spread::of(pairs.map(|(ours, theirs)| ours.as_secs_f64() - theirs.as_secs_f64()))
    }

    fn keeps(&self, other: usize) -> Option<bool> {
        match self.row.others[other].1 {
            Bar::Times(most) => Some(self.ratios(other).median <= most),
            Bar::Longer(most) => Some(self.differences(other).median <= most.as_secs_f64()),
            Bar::None => None,
        }
    }
}

fn spread(times: &[Duration]) -> Spread {
    Spread::of(times.iter().map(Duration::as_secs_f64))
}

const fn verdict(keeps: bool) -> &'static str {
    if keeps { "kept" } else { "MISSED" }
}

/// Milliseconds of each, then what `probe` took in proportion.
impl fmt::Display for Standings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { task, rounds, .. } = &self.row;
        writeln!(f, "{task} ({rounds} rounds; least, median, greatest)")?;
        let millis = |f: &mut fmt::Formatter<'_>, name: &str, times: &[Duration]| {
            let Spread { least, median, greatest } = spread(times);
            let [least, median, greatest] = [least, median, greatest].map(|time| time * 1e3);
            write!(f, "  {name:<34} {least:>9.1} {median:>9.1} {greatest:>9.1} ms")
        };
        millis(f, &self.row.probe.name, &self.times[0])?;
        if let Some((times, keeps)) = self.ideal() {
            let (ideal, most) = self.row.ideal.expect("it was compared");
            let verdict = verdict(keeps);
            write!(f, "   {times:.3} × {:.1} s, bar {most}: {verdict}", ideal.as_secs_f64())?;
        }
        writeln!(f)?;
        for (other, (program, bar)) in self.row.others.iter().enumerate() {
            millis(f, &program.name, &self.times[other + 1])?;
            let Spread { least, median, greatest } = self.ratios(other);
            write!(f, "   probe {least:.3} {median:.3} {greatest:.3} ×")?;
            if let Some(keeps) = self.keeps(other) {
                let verdict = verdict(keeps);
                match bar {
                    Bar::Times(most) => write!(f, ", bar {most}: {verdict}")?,
                    Bar::Longer(most) => {
                        let longer = self.differences(other).median * 1e3;
                        write!(f, ", {longer:.1} ms longer, bar {most:?}: {verdict}")?;
                    }
                    Bar::None => {}
                }
            }
            writeln!(f)?;
        }
        for name in &self.row.missing {
            writeln!(f, "  {name:<34} not installed")?;
        }
        Ok(())
    }
}
