//! Ten times as much takes at most about ten times as long.

use std::fmt::Write as _;

use crate::Outcome;
use crate::contest::Program;
use crate::row::{Bar, Row};
use crate::workshop::Workshop;

/// Of ten times as much: a fifth more for what grows a little faster than the number, such as sorting.
const BAR: Bar = Bar::Times(12.0);

/// Runs of 10,000 and 1,000 empty tests.
pub(super) fn run(workshop: &Workshop) -> Outcome<Row> {
    let project = |count: usize| -> Outcome<Program> {
        let mut manifest = String::new();
        for test in 0..count {
            writeln!(manifest, "[test.t{test}]\nrun = [\"/bin/true\"]")?;
        }
        let directory = workshop.project(&format!("run-{count}"), &[("probe.toml", &manifest)])?;
        let probe = workshop.probe(&["run", "-j2"], &directory);
        Ok(probe.called(format!("probe run, {count} tests")))
    };
    let (ten, one) = (project(10_000)?, project(1_000)?);
    Ok(Row::new("ten times the tests", 3, ten).against("1,000", Some(one), BAR))
}

/// Lists of 10,000 and 1,000 files.
pub(super) fn list(workshop: &Workshop) -> Outcome<Row> {
    lists(workshop, 10_000, 1_000)
}

/// Lists of 100,000 and 10,000 files.
pub(super) fn list_more(workshop: &Workshop) -> Outcome<Row> {
    lists(workshop, 100_000, 10_000)
}

fn lists(workshop: &Workshop, many: usize, few: usize) -> Outcome<Row> {
    let project = |count: usize| -> Outcome<Program> {
        let manifest = "[suite.s]\nfiles = [\"tests/**/*.sh\"]\nrun = [\"sh\", \"{file}\"]\n";
        let files: Vec<String> =
            (0..count).map(|file| format!("tests/{:03}/{file}.sh", file / 100)).collect();
        let files = files.iter().map(|file| (file.as_str(), ""));
        let files: Vec<_> = files.chain([("probe.toml", manifest)]).collect();
        let directory = workshop.project(&format!("list-{many}-{count}"), &files)?;
        let probe = workshop.probe(&["list"], &directory);
        Ok(probe.called(format!("probe list, {count} files")))
    };
    let (many, few) = (project(many)?, project(few)?);
    Ok(Row::new("ten times the files", 5, many).against("a tenth", Some(few), BAR))
}
