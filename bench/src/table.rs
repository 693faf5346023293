//! Rows and how they went, as one Markdown table. Runs nothing.

use std::fmt;
use std::time::Duration;

use crate::row::{Bar, Beside, Comparison, Pass, Row};
use crate::spread::Spread;

/// A row and its passes.
#[derive(Clone, Debug)]
pub(crate) struct Standings {
    row: Row,
    passes: Vec<Pass>,
}

impl Standings {
    pub(crate) const fn new(row: Row) -> Self {
        Self { row, passes: Vec::new() }
    }

    pub(crate) const fn row(&self) -> &Row {
        &self.row
    }

    pub(crate) fn add(&mut self, pass: Pass) {
        self.passes.push(pass);
    }

    /// How many bars were missed, in all passes together.
    pub(crate) fn missed(&self) -> usize {
        let times = |pass: &Pass| {
            let comparisons = self.row.comparisons.iter();
            comparisons.filter(|comparison| pass.keeps(comparison) == Some(false)).count()
        };
        let memory = |pass: &Pass| {
            self.row.memory.iter().filter(|&&(program, most)| pass.memory(program) > most).count()
        };
        self.passes.iter().map(|pass| times(pass) + memory(pass)).sum()
    }

    /// The median time of a program in all rounds.
    fn time(&self, program: usize) -> f64 {
        Spread::of(self.passes.iter().flat_map(|pass| pass.seconds(program))).median
    }

    /// The most that a program has held in any round.
    fn memory(&self, program: usize) -> u64 {
        self.passes.iter().map(|pass| pass.memory(program)).max().unwrap_or(0)
    }

    /// In how many of the passes a bar was kept.
    fn kept(&self, keeps: impl Fn(&Pass) -> Option<bool>) -> String {
        let verdicts: Vec<bool> = self.passes.iter().filter_map(keeps).collect();
        let kept = verdicts.iter().filter(|&&kept| kept).count();
        match verdicts.len() {
            0 => String::new(),
            all if kept == all => format!("{kept} of {all}"),
            all => format!("**{kept} of {all}**"),
        }
    }

    /// `| task | ours | beside | result | memory | bar | kept |`
    fn line(&self, f: &mut fmt::Formatter<'_>, comparison: &Comparison) -> fmt::Result {
        let Comparison { ours, beside, bar } = *comparison;
        let mut memory = Size(self.memory(ours)).to_string();
        let beside = match beside {
            Beside::Program(program) => {
                memory = format!("{memory}; {}", Size(self.memory(program)));
                format!("{}: {}", self.row.programs[program].name, Seconds(self.time(program)))
            }
            Beside::Time(time) => Seconds(time.as_secs_f64()).to_string(),
        };
        let Spread { least, median, greatest } =
            Spread::of(self.passes.iter().flat_map(|pass| pass.results(comparison)));
        let (result, bar) = match bar {
            Bar::Longer(most) => (
                format!(
                    "{:.1} ms longer ({:.1} to {:.1})",
                    median * 1e3,
                    least * 1e3,
                    greatest * 1e3
                ),
                most.map(|most| Milliseconds(most).to_string()).unwrap_or_default(),
            ),
            Bar::Times(most) => {
                let most = (most * 1e3).round() / 1e3;
                (times(least, median, greatest), most.to_string())
            }
            Bar::None => (times(least, median, greatest), String::new()),
        };
        let name = &self.row.programs[ours].name;
        let time = Seconds(self.time(ours));
        let kept = self.kept(|pass| pass.keeps(comparison));
        let task = &self.row.task;
        writeln!(f, "| {task} | {name}: {time} | {beside} | {result} | {memory} | {bar} | {kept} |")
    }
}

fn times(least: f64, median: f64, greatest: f64) -> String {
    format!("{median:.2} ({least:.2} to {greatest:.2})")
}

impl fmt::Display for Standings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for comparison in &self.row.comparisons {
            self.line(f, comparison)?;
        }
        for &(program, most) in &self.row.memory {
            let Row { task, programs, .. } = &self.row;
            let (time, memory) = (Seconds(self.time(program)), Size(self.memory(program)));
            let kept = self.kept(|pass| Some(pass.memory(program) <= most));
            let name = &programs[program].name;
            let most = Size(most);
            writeln!(f, "| {task} | {name}: {time} | memory | | {memory} | {most} | {kept} |")?;
        }
        for name in &self.row.missing {
            writeln!(f, "| {} | | {name}: not installed | | | | |", self.row.task)?;
        }
        Ok(())
    }
}

/// The lines above the rows.
pub(crate) const HEAD: &str = "\
| task | `probe` | beside | times as long: median (least to greatest) | most memory: `probe`; beside | bar | kept |\n\
|---|---|---|---|---|---|---|\n";

/// As a person says it.
struct Seconds(f64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            short if short < 0.1 => write!(f, "{:.1} ms", short * 1e3),
            long => write!(f, "{long:.2} s"),
        }
    }
}

struct Milliseconds(Duration);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.0.as_millis())
    }
}

/// Of KiB.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB", self.0.div_ceil(1024))
    }
}
