//! How long it takes to find, read and plan the tests of a large project, with the real binary and a warm file cache.
//!
//! The bar is 1 s for 20,000 test files on 2 cores of a small machine; the benchmark fails if it is missed.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const FILES: usize = 20_000;
const BAR: Duration = Duration::from_secs(1);
const ROUNDS: usize = 7;

const MANIFEST: &str =
    "[suite.all]\nfiles = ['packages/**/*.test.ts']\nrun = ['deno', 'test', '{file}']\n";
const MAP: &str = r#"{ "imports": { "@db/sqlite": "jsr:@db/sqlite@^0.12.0", "@std/": "jsr:/@std/", "~/": "./lib/" } }"#;
const LOCK: &str = r#"{ "version": "5", "specifiers": { "jsr:@db/sqlite@0.12": "0.12.0" } }"#;

/// A project in which every test imports a few names and a helper, and one in ten reaches the database through three files.
fn project(root: &Path) -> io::Result<()> {
    fs::write(root.join("probe.toml"), MANIFEST)?;
    fs::write(root.join("deno.json"), MAP)?;
    fs::write(root.join("deno.lock"), LOCK)?;
    let lib = root.join("lib");
    fs::create_dir_all(&lib)?;
    fs::write(lib.join("text.ts"), "export const shout = (text: string) => text.toUpperCase();\n")?;
    fs::write(lib.join("store.ts"), "export * from './open.ts';\n")?;
    fs::write(
        lib.join("open.ts"),
        "import { Database } from '@db/sqlite';\nexport { Database };\n",
    )?;
    let body = "  // what it's about: `text`\n  assertEquals(shout(`a${1 + 1}b`), /A\\d[B]/.exec('A2B')![0]);\n".repeat(12);
    for file in 0..FILES {
        let directory = root.join(format!("packages/p{}/tests", file % 200));
        if file < 200 {
            fs::create_dir_all(&directory)?;
            fs::write(directory.join("helper.ts"), "export * from '~/text.ts';\n")?;
        }
        let store = if file % 10 == 0 { "import { Database } from '~/store.ts';\n" } else { "" };
        let text = format!(
            "import {{ assertEquals }} from '@std/assert';\nimport {{ shout }} from './helper.ts';\n{store}\n\
             Deno.test('case {file}', () => {{\n{body}}});\n"
        );
        fs::write(directory.join(format!("case-{file}.test.ts")), text)?;
    }
    Ok(())
}

/// One call; the tests are listed with their needs, which finds, reads and resolves everything.
fn list(root: &Path) -> io::Result<(Duration, usize)> {
    let started = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_probe"))
        .args(["list", "--needs"])
        .current_dir(root)
        .stdin(Stdio::null())
        .output()?;
    let took = started.elapsed();
    let needs = String::from_utf8_lossy(&output.stdout).matches("sqlite3 0.12.0: ").count();
    Ok((took, needs))
}

fn main() -> io::Result<ExitCode> {
    let root = tempfile::tempdir()?;
    project(root.path())?;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let (took, needs) = list(root.path())?;
        assert_eq!(needs, FILES / 10, "every need is found");
        times.push(took);
    }
    times.sort_unstable();
    let median = times[ROUNDS / 2];
    writeln!(
        io::stdout(),
        "{FILES} test files found, read and resolved: {median:.0?} (fastest {:.0?}, slowest {:.0?}); the bar is {BAR:.0?}",
        times[0],
        times[ROUNDS - 1],
    )?;
    Ok(if median <= BAR { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
