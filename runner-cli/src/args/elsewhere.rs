//! What other test runners call it: their options and commands, each with what does that here.
//!
//! Knows no command line: words in, tips out.

/// How something of others may be spelled, and the tip.
type Tip = (&'static [&'static str], &'static str);

/// Options. `{command}` is the command that one was given to, `{value}` and `{number}` what followed it.
const OPTIONS: [Tip; 18] = [
    (
        &[
            "--filter",
            "-k",
            "-t",
            "-g",
            "--grep",
            "--only",
            "--name",
            "--test",
            "--match",
            "--test-name-pattern",
            "--testNamePattern",
            "--run",
            "-R",
            "--tests-regex",
            "-E",
        ],
        "words without an option choose tests by name: `probe {command} {value}`; `-s` chooses by tag, suite, file or library",
    ),
    (
        &["-m", "--tag", "--tags", "--label", "--group", "-L"],
        "`-s` chooses tests by tag: `probe {command} -s tag:{value}`",
    ),
    (
        &["--exclude", "--ignore", "--deselect", "--invert", "--not"],
        "`-s` with `!` leaves tests out: `probe {command} -s '!{value}'`",
    ),
    (
        &[
            "-n",
            "--numprocesses",
            "--parallel",
            "--workers",
            "--max-workers",
            "--maxWorkers",
            "--threads",
            "--test-threads",
            "--concurrency",
            "-p",
            "--procs",
            "--processes",
        ],
        "tests run in parallel by themselves; `-j` says how many at once: `probe run -j{number}`",
    ),
    (
        &[
            "--serial",
            "--runInBand",
            "--no-parallel",
            "-i",
            "--sequential",
            "--no-file-parallelism",
        ],
        "`probe run -j1` runs one test after the other",
    ),
    (
        &[
            "-x",
            "--exitfirst",
            "--bail",
            "-b",
            "--failfast",
            "--stop-on-failure",
            "--maxfail",
            "--max-fail",
            "--halt",
        ],
        "`--fail-fast` starts nothing more after the first failed test, `--max-failures N` after N of them",
    ),
    (
        &[
            "--lf",
            "--last-failed",
            "--ff",
            "--failed-first",
            "--onlyFailures",
            "--rerun",
            "--rerun-failed",
        ],
        "`probe run --failed` runs the tests that have failed and not passed since",
    ),
    (
        &["--list", "-l", "--collect-only", "--co", "--listTests", "--list-tests", "--show-only"],
        "`probe list` prints the tests and what each needs, and runs none",
    ),
    (
        &["--dry-run", "--plan", "--no-run", "--what-if"],
        "`probe list` prints what would run, `probe graph` what waits for what; neither runs a test",
    ),
    (
        &[
            "--onlyChanged",
            "--only-changed",
            "--changedSince",
            "--changed-since",
            "--affected",
            "--since",
            "--findRelatedTests",
        ],
        "`--changed` runs the tests that your changes affect, `--changed=main` all since your branch left `main`",
    ),
    (
        &["--watchAll", "--watch-all", "--ui"],
        "`probe run --watch` runs what each change of a file affects; there, `a` runs all",
    ),
    (
        &[
            "--reporter",
            "--reporters",
            "-r",
            "--junitxml",
            "--junit",
            "--junit-xml",
            "--junit-path",
            "--output-junit",
            "--html",
            "--json",
            "--tap",
            "--format",
        ],
        "`--report KIND=FILE` writes one of `html`, `junit`, `jsonl`, `svg`, `tap` and `trace`: `probe run --report junit=junit.xml`",
    ),
    (
        &["--ignored", "--include-ignored", "--runxfail"],
        "`--run-ignored only` runs the tests that are ignored, `--run-ignored all` runs them and the others",
    ),
    (
        &["--repeat", "--repeat-each", "--count", "--repeat-until", "--flake-finder"],
        "`--stress-count N` runs each test N times",
    ),
    (
        &["--reruns", "--retry", "--rerun-fails"],
        "`--retries N` gives a test that fails N further attempts",
    ),
    (
        &[
            "--seed",
            "--randomize",
            "--random-order",
            "--random",
            "--random-order-seed",
            "--sequence.shuffle",
        ],
        "`--shuffle` starts tests in an order by chance, `--shuffle=SEED` in the order of a run before",
    ),
    (
        &["-c", "--config", "--project", "--root", "--rootdir", "-C"],
        "`--manifest-path FILE` names another `probe.toml`",
    ),
    (
        &["--capture", "--show-output", "--nologcapture", "-rA", "--output-on-failure"],
        "`--no-capture` shows what tests print as they do; `--success-output immediate` when one has passed",
    ),
];

/// Options that the other commands with a choice of tests have.
const CHOICES: usize = 3;

/// Commands of others, and programs; and the tip. `{word}` is what was typed, `{rest}` what followed.
const COMMANDS: [Tip; 10] = [
    (&["test", "tests", "t", "start", "all", "check", "ci"], "`probe run{rest}` runs the tests"),
    (&["watch", "dev"], "`probe run --watch{rest}` runs what each change of a file affects"),
    (
        &["ls", "show", "collect", "plan"],
        "`probe list` prints the tests, `probe graph` what they wait for",
    ),
    (
        &["import", "fetch", "prepare", "warm", "download", "install", "setup"],
        "`probe preload` fetches and builds the libraries, and runs no test",
    ),
    (&["update", "upgrade", "pin"], "`probe lock` pins every download in `probe.lock`"),
    (
        &["clean", "prune", "gc", "cache"],
        "`probe store` looks after what is kept: `probe store prune`",
    ),
    (
        &["rerun", "retry"],
        "`probe run --failed` runs the tests that have failed and not passed since",
    ),
    (&["html", "open", "results"], "`probe report` writes reports of a run: `probe help report`"),
    (&["version"], "`probe --version` prints it"),
    (
        &[
            "ava",
            "bash",
            "bats",
            "bazel",
            "bun",
            "cargo",
            "cmake",
            "ctest",
            "cypress",
            "deno",
            "dotnet",
            "go",
            "gradle",
            "hatch",
            "jest",
            "just",
            "make",
            "meson",
            "mocha",
            "mvn",
            "nextest",
            "ninja",
            "node",
            "nox",
            "npm",
            "npx",
            "pdm",
            "phpunit",
            "playwright",
            "pnpm",
            "poetry",
            "prove",
            "py.test",
            "pytest",
            "python",
            "python3",
            "rspec",
            "ruby",
            "sh",
            "swift",
            "tox",
            "tsx",
            "uv",
            "vitest",
            "yarn",
            "zig",
        ],
        "a command follows `--`: `probe -- {word}{rest}` prepares its libraries first; `probe run` runs the tests of `probe.toml`",
    ),
];

/// What an option of others is here, given to `command`.
pub(super) fn option(command: &str, found: &str, value: Option<&str>) -> Option<String> {
    let known = match command {
        "run" => &OPTIONS[..],
        "list" | "graph" | "history" | "flaky" => &OPTIONS[..CHOICES],
        _ => return None,
    };
    let (_, tip) = known.iter().find(|(names, _)| names.contains(&found))?;
    let value = value.map(quoted);
    let is_number = |text: &&str| text.parse::<u32>().is_ok();
    let number = value.as_deref().filter(is_number).unwrap_or("4");
    let tip = tip.replace("{command}", command).replace("{number}", number);
    Some(tip.replace("{value}", value.as_deref().unwrap_or("NAME")))
}

/// What a word is that was typed in place of a command; `rest` is what followed it.
pub(super) fn command(word: &str, rest: &[&str]) -> Option<String> {
    let known = COMMANDS.iter().find(|(names, _)| names.contains(&word));
    let is_path = word.contains(['/', '.', '*']) || word.contains("::");
    let tip = match known {
        Some((_, tip)) => tip,
        None if is_path => "`probe run {word}{rest}` runs what is there",
        None => return None,
    };
    let rest: Vec<String> = rest.iter().map(|word| format!(" {}", quoted(word))).collect();
    Some(tip.replace("{word}", &quoted(word)).replace("{rest}", &rest.concat()))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), Into::into)
}
