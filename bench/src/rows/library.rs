//! Libraries that are not there yet, and libraries that are.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::contest::Program;
use crate::outcome::Outcome;
use crate::row::{Bar, Row};
use crate::server::serve;
use crate::workshop::{Workshop, find};

const ROUNDS: usize = 3;

/// How long the import takes that many processes wait for.
const SLOW: Duration = Duration::from_secs(5);

/// Of the large download.
const MEBIBYTES: u32 = 1 << 10;

/// 64 processes that need one library: hardly longer than one of them.
pub(super) fn cold_64(workshop: &Workshop) -> Outcome<Row> {
    cold(workshop, 64)
}

pub(super) fn cold_16(workshop: &Workshop) -> Outcome<Row> {
    cold(workshop, 16)
}

fn cold(workshop: &Workshop, processes: usize) -> Outcome<Row> {
    let url = serve(10, SLOW)?;
    let one = preload(workshop, &format!("cold-{processes}-one"), &url)?;
    let many = preload(workshop, &format!("cold-{processes}"), &url)?.copies(processes);
    let task = format!("{processes} processes on one library, whose download takes 5 s");
    let row = Row::new(task, ROUNDS, many.called(format!("{processes} at once"))).cold();
    Ok(row.against("one process", Some(one.called("one process")), Bar::Times(1.1)))
}

/// A gibibyte that is hashed as it comes, beside what only stores it.
pub(super) fn download(workshop: &Workshop) -> Outcome<Row> {
    let url = serve(MEBIBYTES, Duration::ZERO)?;
    let probe = preload(workshop, "download", &url)?;
    let directory = workshop.project("download-curl", &[("nothing", "")])?;
    let script = "curl -s -o file \"$0\" && sync file";
    let curl = find("curl").and_then(|_| workshop.peer("sh", &["-c", script, &url], &directory));
    let curl =
        curl.map(|curl| curl.called("`curl -o f && sync f`").forgetting(directory.join("file")));
    let row = Row::new("a library of 1 GiB from the loopback host", ROUNDS, probe);
    // At least 0.95 of the throughput.
    Ok(row.against("curl", curl, Bar::Times(1.0 / 0.95)).within(32))
}

/// What a run takes longer when its one test needs 100 libraries, all of which are there.
pub(super) fn warm(workshop: &Workshop) -> Outcome<Row> {
    let needs_nothing = "[test.nothing]\nrun = [\"/bin/true\"]\n";
    let plain = workshop.project("warm-none", &[("probe.toml", needs_nothing)])?;
    let plain = workshop.probe(&["run"], &plain).called("the same without");
    let probe = workshop.probe(&["run"], &stocked(workshop, 100)?);
    let row = Row::new("a run of one test that needs 100 libraries, all there", 15, probe);
    Ok(row.against("without", Some(plain), Bar::Longer(Some(Duration::from_millis(10)))))
}

/// A project whose one test needs so many files.
pub(super) fn stocked(workshop: &Workshop, libraries: usize) -> Outcome<PathBuf> {
    let mut manifest = String::from("[test.nothing]\nrun = [\"/bin/true\"]\nneeds = [");
    for library in 0..libraries {
        write!(manifest, "\"l{library}\", ")?;
    }
    manifest.push_str("]\n");
    let mut files = Vec::new();
    for library in 0..libraries {
        writeln!(manifest, "[library.l{library}]\nurl = \"files/{library}\"\nkind = \"data\"")?;
        files.push((format!("files/{library}"), format!("the library {library}")));
    }
    files.push(("probe.toml".to_owned(), manifest));
    let files: Vec<_> = files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    workshop.project(&format!("warm-{libraries}"), &files)
}

/// The import of what lies at a URL, into an empty store.
fn preload(workshop: &Workshop, name: &str, url: &str) -> Outcome<Program> {
    let manifest = format!("[library.file]\nurl = \"{url}\"\nkind = \"data\"\n");
    let directory = workshop.project(name, &[("probe.toml", &manifest)])?;
    Ok(emptied(workshop.probe(&["preload"], &directory), &directory))
}

fn emptied(program: Program, directory: &Path) -> Program {
    let store = directory.join("store");
    let program = program.with("PROBE_STORE", &store).forgetting(store);
    program.forgetting(directory.join("probe.lock"))
}
