//! A suite of Deno by every way in which it can be run. A start of Deno is dear beside a small test, so a process for each
//! file costs more than one process for all.

use crate::outcome::Outcome;
use crate::row::{Bar, Row};
use crate::workshop::Workshop;

const FILES: usize = 40;
const ROUNDS: usize = 2;

const TEST: &str = r#"
Deno.test("sums", () => {
  if (1 + 1 !== 2) throw new Error("no sum");
});
"#;

pub(super) fn suite(workshop: &Workshop) -> Outcome<Row> {
    let project = |name: &str, manifest: &str| {
        let files: Vec<String> = (0..FILES).map(|file| format!("tests/{file}_test.ts")).collect();
        let files = files.iter().map(|file| (file.as_str(), TEST));
        let files: Vec<_> = files.chain([("probe.toml", manifest), ("deno.json", "{}")]).collect();
        workshop.project(&format!("deno-{name}"), &files)
    };
    let suite = "[suite.deno]\nfiles = [\"tests/*_test.ts\"]\n";
    let alone = project("alone", &format!("{suite}run = [\"deno\", \"test\", \"{{file}}\"]\n"))?;
    let run = "run = [\"deno\", \"test\", \"{files}\"]\nbatch = 20\n";
    let batches = project("batches", &format!("{suite}{run}"))?;
    let all = project("all", "")?;
    let tests = ["test", "--parallel", "tests"];
    let words = [["exec", "--", "deno"], tests].concat();
    let store = workshop.store().with_file_name("deno");
    let deno = workshop.peer("deno", &tests, &all);
    let deno = deno.map(|deno| deno.called("`deno test --parallel`").with("DENO_DIR", &store));
    let ours = |words: &[&str], directory, name: &str| {
        workshop.probe(words, directory).called(name).with("DENO_DIR", &store)
    };
    // Without Deno there is nothing to run.
    let row = |probe| Row::new("40 files of Deno, 2 at once", ROUNDS, probe);
    let Some(deno) = deno else {
        let nothing = workshop.probe(&["--version"], &all);
        return Ok(row(nothing).against("deno", None, Bar::None));
    };
    let behind = ours(&words, &all, "`probe exec -- deno test --parallel`");
    Ok(row(deno)
        .and(behind, Bar::Times(1.1))
        .and(ours(&["run", "-j2"], &batches, "`probe run`, 20 files a process"), Bar::None)
        .and(ours(&["run", "-j2"], &alone, "`probe run`, a process a file"), Bar::None))
}
