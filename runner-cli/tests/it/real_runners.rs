//! `probe -- COMMAND` with the real runners and a library that is really fetched: once, before the runner starts, however
//! many processes it has. What they run are the cases of `races/cases`, which die without probe.

use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::process::Command;

use zip::write::{SimpleFileOptions, ZipWriter};

use crate::plug::{LOADER, engine, engine_of};
use crate::server::{Answer, Server};
use crate::support::{Project, Said, is_missing};

/// What serves the engine, by this name.
fn server_of(name: &'static str) -> Option<Server> {
    Some(Server::start(vec![Answer { path: name, status: "200 OK", body: engine()? }].leak()))
}

/// `probe` with a home of its own, where compilers still find theirs.
fn at_home(project: &Project, server: &Server, arguments: &[&str]) -> Command {
    let mut command = project.command(arguments);
    if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
        for (name, place) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            command.env(name, std::env::var_os(name).unwrap_or_else(|| home.join(place).into()));
        }
    }
    command.env("HOME", project.path("home")).env("RACES_SERVER", server.url(""));
    command
}

/// The manifest of a case.
fn manifest(text: &str, server: &Server) -> String {
    text.replace("@SERVER@", server.url("").trim_end_matches('/'))
}

/// Runs it twice: the library is fetched once, and the second time there is nothing to say.
fn check(project: &Project, server: &Server, mut command: impl FnMut() -> Command, passed: &str) {
    for round in 0..2 {
        let said = project.said(&command().output().expect("the binary starts"));
        assert_eq!(said.code, 0, "{}\n{}", said.stdout, said.stderr);
        let all = format!("{}\n{}", said.stdout, said.stderr);
        assert!(all.contains(passed), "{all}");
        assert_eq!(all.contains("PRELOAD"), round == 0, "{all}");
        assert_eq!(server.requests(), 1, "the import, and nobody else");
    }
}

#[test]
fn pytest_with_xdist() {
    if is_missing(Command::new("python3").args(["-c", "import pytest, xdist"])) {
        return;
    }
    let Some(server) = server_of("/libengine.so") else { return };
    let text = include_str!("../../../races/cases/own-python/probe.toml");
    let test = "import pytest\nfrom engine import engine\n\n\n\
         @pytest.mark.parametrize(\"number\", range(16))\ndef test_answer(number):\n\
         \x20   assert engine().engine_answer() == 42\n";
    let project = Project::new(&manifest(text, &server))
        .write("engine.py", include_str!("../../../races/cases/own-python/engine.py"))
        .write("test_engine.py", test);
    let words = ["--", "python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "4", "."];
    check(&project, &server, || at_home(&project, &server, &words), "16 passed");
}

/// The old artefact lies where the new one belongs, and the tests themselves never look at it again.
#[test]
fn pytest_with_xdist_after_an_upgrade() {
    if is_missing(Command::new("python3").args(["-c", "import pytest, xdist"])) {
        return;
    }
    let (Some(old), Some(new)) = (engine_of("1.0.0"), engine_of("2.0.0")) else { return };
    let answer = |path, body| Answer { path, status: "200 OK", body };
    let server = Server::start(vec![answer("/v1.0.0.so", old), answer("/v2.0.0.so", new)].leak());
    let test = "import ctypes\nimport os\n\nimport pytest\n\n\n\
         @pytest.mark.parametrize(\"number\", range(8))\ndef test_version(number):\n\
         \x20   engine = ctypes.CDLL(os.path.expanduser(\"~/.cache/engine/libengine.so\"))\n\
         \x20   engine.engine_version.restype = ctypes.c_char_p\n\
         \x20   assert engine.engine_version() == b\"VERSION\"\n";
    let project = Project::bare();
    for version in ["1.0.0", "2.0.0", "1.0.0"] {
        let manifest = format!(
            "[library.engine]\nversion = \"{version}\"\nurl = \"{}\"\nto = \"~/.cache/engine/libengine.so\"\n",
            server.url("/v{version}.so"),
        );
        fs::write(project.path("probe.toml"), manifest).expect("upgrade");
        fs::write(project.path("test_version.py"), test.replace("VERSION", version))
            .expect("upgrade");
        let words = ["--", "python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "4"];
        let mut command = at_home(&project, &server, &words);
        // Python takes a file of the same size and second for the one that it has compiled.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        let said = project.said(&command.output().expect("the binary starts"));
        assert_eq!(said.code, 0, "{version}: {}\n{}", said.stdout, said.stderr);
        assert!(said.stdout.contains("8 passed"), "{}", said.stdout);
    }
    assert_eq!(server.requests(), 2, "each version once");
}

#[test]
fn nextest() {
    if is_missing(Command::new("cargo-nextest").args(["nextest", "--version"])) {
        return;
    }
    let Some(server) = server_of("/libengine.so") else { return };
    let text = include_str!("../../../races/cases/own-cargo/probe.toml");
    let project = Project::new(&manifest(text, &server))
        .write("Cargo.toml", include_str!("../../../races/cases/own-cargo/Cargo.toml"))
        .write("src/lib.rs", include_str!("../../../races/cases/own-cargo/src/lib.rs"))
        .write("tests/suite.rs", include_str!("../../../races/cases/own-cargo/tests/suite.rs"));
    let words = ["--", "cargo", "nextest", "run", "--offline", "-j8"];
    let command = || {
        let mut command = at_home(&project, &server, &words);
        command.env("CARGO_TARGET_DIR", project.path("target"));
        command
    };
    check(&project, &server, command, "8 tests run: 8 passed");
}

/// Looks for its library as `@db/sqlite` does: where its variable says, or else by plug.
const SQLITE: &str = r#"import { dlopen } from "./plug.ts";

Deno.test("the engine is whole", async () => {
  const symbols = { engine_answer: { parameters: [], result: "u32" } } as const;
  const path = Deno.env.get("DENO_SQLITE_PATH");
  const engine = path ? Deno.dlopen(path, symbols) : await dlopen(new URL("URL"), symbols);
  if (engine.symbols.engine_answer() !== 42) throw new Error("the engine is not whole");
  engine.close();
});
"#;

/// The lock file alone says what is needed: there is no manifest.
#[test]
fn deno_test_in_parallel() {
    if is_missing(Command::new("deno").arg("--version")) {
        return;
    }
    let asset =
        if cfg!(target_arch = "aarch64") { "libsqlite3_aarch64.so" } else { "libsqlite3.so" };
    let path = format!("/denodrivers/sqlite3/releases/download/0.12.0/{asset}");
    let Some(server) = server_of(path.clone().leak()) else { return };
    let mut project = Project::bare().write("plug.ts", LOADER).write(
        "deno.lock",
        "{\n  \"version\": \"5\",\n  \"specifiers\": {\n    \"jsr:@db/sqlite@0.12\": \"0.12.0\"\n  }\n}",
    );
    let test = SQLITE.replace("\"URL\"", &format!("\"{}\"", server.url(&path)));
    for number in 1..=16 {
        project = project.write(&format!("engine_{number}_test.ts"), &test);
    }
    let mirror = format!("https://github.com/={}", server.url("/"));
    let words =
        ["--", "deno", "test", "--no-config", "--no-lock", "--no-check", "-A", "--parallel"];
    let command = || {
        let mut command = at_home(&project, &server, &words);
        command.env("PROBE_MIRROR", &mirror).env("DENO_JOBS", "8");
        command.env("DENO_DIR", project.path("cache"));
        command
    };
    check(&project, &server, command, "16 passed");
}

/// What Playwright's own installer takes for its three downloads: a shell stands for each program.
fn browsers() -> &'static [u8] {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let program = fs::read("/bin/sh").expect("a shell");
    for name in [
        "chrome-linux64/chrome",
        "chrome-linux/chrome",
        "chrome-headless-shell-linux64/chrome-headless-shell",
        "chrome-linux/headless_shell",
        "ffmpeg-linux",
    ] {
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .unix_permissions(0o755);
        archive.start_file(name, options).expect("a new file");
        archive.write_all(&program).expect("memory takes it");
    }
    archive.finish().expect("an archive").into_inner().leak()
}

/// Without a manifest: Playwright's own installer fetches the browser of the version in the lock file, once.
#[test]
fn playwright() {
    let modules = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/playwright/node_modules");
    let cli = modules.join("@playwright/test/cli.js");
    let node = |words: &[&str], server: &str| -> Option<Said> {
        let project = Project::bare();
        let mut command = Command::new("node");
        command.arg(&cli).args(words).env("PLAYWRIGHT_DOWNLOAD_HOST", server);
        (!is_missing(&mut command))
            .then(|| project.said(&command.output().expect("it has just started")))
    };
    let Some(version) = node(&["--version"], "") else { return };
    let version = version.stdout.trim().trim_start_matches("Version ").to_owned();
    let says = node(&["install", "--dry-run", "chromium"], "http://127.0.0.1").expect("as above");
    let paths: Vec<&'static str> = says
        .stdout
        .lines()
        .filter_map(|line| line.split_once("Download url:"))
        .filter_map(|(_, url)| url.trim().strip_prefix("http://127.0.0.1"))
        .map(|path| &*path.to_owned().leak())
        .collect();
    assert!(!paths.is_empty(), "{}", says.stdout);
    let body = browsers();
    let answers = paths.iter().map(|path| Answer { path, status: "200 OK", body });
    let server = Server::start(answers.collect::<Vec<_>>().leak());
    let lock = format!(
        "{{ \"lockfileVersion\": 3, \"packages\": {{\n\"node_modules/@playwright/test\": {{ \"version\": \"{version}\" }} }} }}"
    );
    let spec = "const { chromium, expect, test } = require('@playwright/test');\n\
         const { execFileSync } = require('node:child_process');\n\
         test('the browser starts', () => {\n\
         \x20 const said = execFileSync(chromium.executablePath(), ['-c', 'echo a browser']);\n\
         \x20 expect(String(said)).toBe('a browser\\n');\n});\n";
    let mut project = Project::bare()
        .write("package.json", "{ \"private\": true }")
        .write("package-lock.json", &lock)
        .write("playwright.config.js", "module.exports = { workers: 4, fullyParallel: true };\n");
    for number in 0..8 {
        project = project.write(&format!("{number}.spec.js"), spec);
    }
    std::os::unix::fs::symlink(&modules, project.path("node_modules")).expect("a link");
    let test = || {
        let mut command = at_home(&project, &server, &["--", "npx", "playwright", "test"]);
        command.env("PLAYWRIGHT_DOWNLOAD_HOST", server.url(""));
        let said = project.said(&command.output().expect("the binary starts"));
        assert_eq!(said.code, 0, "{}\n{}", said.stdout, said.stderr);
        assert!(said.stdout.contains("8 passed"), "{}", said.stdout);
        said.stderr
    };
    let said = test();
    let reason = format!(", for package-lock.json:2 `npm:@playwright/test@{version}`");
    assert!(said.contains("chromium: built, ") && said.contains(&reason), "{said}");
    assert_eq!(server.requests(), paths.len(), "each download once");
    assert_eq!(test(), "", "there is nothing to do, and nothing to say");
    assert_eq!(server.requests(), paths.len());
}
