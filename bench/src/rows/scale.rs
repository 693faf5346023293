//! What is done before a run, in large projects: a manifest read, needs detected, a graph made. Beside each stands the least
//! that can be done with the same input.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use crate::outcome::Outcome;
use crate::row::{Bar, Row};
use crate::workshop::{Workshop, python_has};

const ROUNDS: usize = 5;

/// A manifest with a table for each of 10,000 tests, beside a reader of TOML.
pub(super) fn manifest(workshop: &Workshop) -> Outcome<Row> {
    let directory = tests(workshop, 10_000)?;
    let read = "import tomllib; tomllib.load(open('probe.toml', 'rb'))";
    let python = python_has("tomllib").then(|| workshop.peer("python3", &["-c", read], &directory));
    let python = python.flatten().map(|python| python.called("Python's `tomllib` reads it"));
    let probe = workshop.probe(&["list"], &directory);
    Ok(Row::new("a manifest of 10,000 tests", ROUNDS, probe).against("Python", python, Bar::None))
}

/// Tests that need five of many libraries each, put into an order, beside `tsort` on the same edges.
pub(super) fn graph(workshop: &Workshop) -> Outcome<Row> {
    let directory = graphs(workshop, 20_000)?;
    let probe = workshop.probe(&["graph", "--format", "order"], &directory);
    let tsort = workshop.peer("tsort", &["edges"], &directory);
    let row = Row::new("20,000 tests that need 5 of 200 libraries each", ROUNDS, probe);
    Ok(row.against("tsort", tsort, Bar::None))
}

/// 20,000 test files found, read and resolved, beside `find` and `cat`.
pub(super) fn detection(workshop: &Workshop) -> Outcome<Row> {
    let directory = sources(workshop, 20_000)?;
    let read = "find packages lib -name '*.ts' -print0 | xargs -0 cat";
    let cat = workshop.peer("sh", &["-c", read], &directory);
    let cat = cat.map(|cat| cat.called("`find` and `cat`"));
    let probe = workshop.probe(&["list", "--needs"], &directory);
    Ok(Row::new("the needs of 20,000 test files", ROUNDS, probe)
        .against("sh", cat, Bar::None)
        .against_time(Duration::from_secs(1), Bar::Times(1.0)))
}

/// So many tests, with what tests can say.
pub(super) fn tests(workshop: &Workshop, count: usize) -> Outcome<PathBuf> {
    let mut manifest = String::from("[library.l]\nurl = \"probe.toml\"\nkind = \"data\"\n");
    for test in 0..count {
        writeln!(
            manifest,
            "[test.\"package/test-{test}\"]\n\
             run = [\"deno\", \"test\", \"-A\", \"packages/test-{test}.ts\", \"--lib={{library.l}}\"]\n\
             tags = [\"api\", \"slow\"]\nenv = {{ LEVEL = \"debug\" }}\ntimeout = \"90s\""
        )?;
    }
    workshop.project(&format!("tests-{count}"), &[("probe.toml", &manifest)])
}

/// So many tests, and a library for each hundred.
pub(super) fn graphs(workshop: &Workshop, count: usize) -> Outcome<PathBuf> {
    let libraries = count.div_ceil(100);
    let (mut manifest, mut edges) = (String::new(), String::new());
    for library in 0..libraries {
        writeln!(manifest, "[library.l{library}]\nurl = \"probe.toml\"\nkind = \"data\"")?;
    }
    for test in 0..count {
        write!(manifest, "[test.t{test}]\nrun = [\"true\"]\nneeds = [")?;
        for need in 0..5 {
            // Five different ones, spread over all.
            let library = (test * 7 + need * 37) % libraries.max(1);
            write!(manifest, "\"l{library}\", ")?;
            writeln!(edges, "l{library} t{test}")?;
        }
        manifest.push_str("]\n");
    }
    let files = [("probe.toml", manifest.as_str()), ("edges", &edges)];
    workshop.project(&format!("graph-{count}"), &files)
}

const MANIFEST: &str =
    "[suite.all]\nfiles = ['packages/**/*.test.ts']\nrun = ['deno', 'test', '{file}']\n";
const MAP: &str = r#"{ "imports": { "@db/sqlite": "jsr:@db/sqlite@^0.12.0", "@std/": "jsr:/@std/", "~/": "./lib/" } }"#;
const LOCK: &str = r#"{ "version": "5", "specifiers": { "jsr:@db/sqlite@0.12": "0.12.0" } }"#;

/// A project of Deno in which every test imports a few names and a helper, and one in ten reaches the database through
/// three files.
pub(super) fn sources(workshop: &Workshop, count: usize) -> Outcome<PathBuf> {
    let body = "  // what it's about: `text`\n  assertEquals(shout(`a${1 + 1}b`), /A\\d[B]/.exec('A2B')![0]);\n".repeat(12);
    let mut files: Vec<(String, String)> = [
        ("probe.toml", MANIFEST),
        ("deno.json", MAP),
        ("deno.lock", LOCK),
        ("lib/text.ts", "export const shout = (text: string) => text.toUpperCase();\n"),
        ("lib/store.ts", "export * from './open.ts';\n"),
        ("lib/open.ts", "import { Database } from '@db/sqlite';\nexport { Database };\n"),
    ]
    .map(|(file, text)| (file.to_owned(), text.to_owned()))
    .into();
    for test in 0..count {
        let directory = format!("packages/p{}/tests", test % 200);
        if test < 200 {
            files.push((format!("{directory}/helper.ts"), "export * from '~/text.ts';\n".into()));
        }
        let store = if test % 10 == 0 { "import { Database } from '~/store.ts';\n" } else { "" };
        let text = format!(
            "import {{ assertEquals }} from '@std/assert';\nimport {{ shout }} from './helper.ts';\n{store}\n\
             Deno.test('case {test}', () => {{\n{body}}});\n"
        );
        files.push((format!("{directory}/case-{test}.test.ts"), text));
    }
    let files: Vec<_> = files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    workshop.project(&format!("sources-{count}"), &files)
}
