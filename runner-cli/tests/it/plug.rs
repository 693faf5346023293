//! Deno end to end: a loader that does what `@denosaurs/plug` does finds the library where probe has put it, and fetches
//! nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use probe_loader::Pattern;

use crate::server::{Answer, Server};
use crate::support::{Project, Said, is_missing};

pub(crate) const LOADER: &str = include_str!("../../../races/cases/own-deno/src/plug.ts");
const TEST: &str = r#"import { dlopen } from "./plug.ts";

const url = new URL("/libengine.so", Deno.env.get("RACES_SERVER"));
const engine = await dlopen(url, { engine_answer: { parameters: [], result: "u32" } });
if (engine.symbols.engine_answer() !== 42) throw new Error("the engine is not whole");
"#;

/// The same as a test of Deno's own runner, whose files run at once in one process.
fn deno_test() -> String {
    let test = TEST.replace("./plug.ts", "../plug.ts");
    let (imports, body) = test.split_once("\n\n").expect("imports, then what is tested");
    format!("{imports}\n\nDeno.test(\"the engine is whole\", async () => {{\n{body}\n}});\n")
}

/// The engine of the races, whose sections fill the file; `None` where there is no compiler.
pub(crate) fn engine() -> Option<&'static [u8]> {
    engine_of("1.0.0")
}

/// The engine of a version.
pub(crate) fn engine_of(version: &str) -> Option<&'static [u8]> {
    if is_missing(Command::new("cc").arg("--version")) {
        return None;
    }
    let project = Project::bare();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../races/engine.c");
    let library = project.path("libengine.so");
    let built = Command::new("cc")
        .arg(format!("-DENGINE_VERSION=\"{version}\""))
        .args(["-s", "-fPIC", "-shared", "-o"])
        .args([&library, &source])
        .status();
    assert!(built.expect("cc starts").success());
    Some(fs::read(&library).expect("it was built").leak())
}

/// A project of four test files, its library on a server; `None` where there is no Deno, or no compiler.
fn project() -> Option<(Project, Server)> {
    if is_missing(Command::new("deno").arg("--version")) {
        return None;
    }
    let body = engine()?;
    let mut project = Project::bare().write("plug.ts", LOADER);
    let server =
        Server::start(vec![Answer { path: "/libengine.so", status: "200 OK", body }].leak());
    let url = server.url("/libengine.so");
    let manifest = format!(
        "[library.engine]\nurl = {url:?}\nto = \"plug\"\n\n[suite.deno]\nfiles = [\"test-*.ts\"]\nneeds = [\"engine\"]\n\
         run = [\"deno\", \"run\", \"--no-config\", \"--allow-all\", \"{{file}}\"]\n"
    );
    for number in 1..=4 {
        project = project.write(&format!("test-{number}.ts"), TEST);
        project = project.write(&format!("deno/engine_{number}_test.ts"), &deno_test());
    }
    Some((project.write("probe.toml", &manifest), server))
}

fn probe(project: &Project, server: &Server, arguments: &[&str]) -> Said {
    let mut command = project.command(arguments);
    command.env("DENO_DIR", project.path("cache")).env("RACES_SERVER", server.url(""));
    project.said(&command.output().expect("the binary starts"))
}

#[test]
fn tests_that_use_plug_find_the_library_in_its_cache() {
    let Some((project, server)) = project() else { return };
    let said = probe(&project, &server, &["run", "-j4", "--race-retries", "0"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(server.requests(), 1, "the import, and nobody else");
    // What a killed downloader leaves is trusted for ever by plug, and not by probe.
    let cached = project.path("cache/plug/http/*/*.so").to_string_lossy().into_owned();
    let cached = Pattern::parse(&cached).expect("a pattern").matches().expect("list");
    let cached = cached.first().expect("the library is there");
    let whole = fs::read(cached).expect("it can be read");
    fs::remove_file(cached).expect("remove it");
    fs::write(cached, &whole[..whole.len() / 2]).expect("tear it");
    let said = probe(&project, &server, &["run", "-j4", "--race-retries", "0"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(server.requests(), 1, "it was put back from the store");
}

#[test]
fn denos_own_runner_behind_the_second_door_finds_it_too() {
    let Some((project, server)) = project() else { return };
    let command =
        ["exec", "--", "deno", "test", "--no-config", "--no-check", "-A", "--parallel", "deno"];
    let said = probe(&project, &server, &command);
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("4 passed"), "{}", said.stdout);
    assert_eq!(server.requests(), 1, "the import, and nobody else");
}

/// Deno's own runner behind the second door, without a manifest.
const UNKNOWN: [&str; 9] =
    ["exec", "--", "deno", "test", "--no-config", "--no-check", "-A", "--parallel", "deno"];

/// The same project without a manifest.
fn undeclared() -> Option<(Project, Server)> {
    let (project, server) = project()?;
    fs::remove_file(project.path("probe.toml")).expect("it is there");
    Some((project, server))
}

fn forget_cache(project: &Project) {
    fs::remove_dir_all(project.path("cache/plug")).expect("it is there");
}

#[test]
fn what_a_command_has_fetched_itself_is_imported_before_it_from_then_on() {
    let Some((project, server)) = undeclared() else { return };
    // The first time, alone.
    let first = ["exec", "--", "deno", "run", "--no-config", "-A", "test-1.ts"];
    let said = probe(&project, &server, &first);
    assert_eq!((said.code, server.requests()), (0, 1), "{}", said.stderr);
    let noted = "NOTED engine: the command fetched `http://127.0.0.1:PORT/libengine.so` itself";
    assert!(said.stderr.contains(noted), "{}", said.stderr);
    forget_cache(&project);
    let said = probe(&project, &server, &UNKNOWN);
    assert_eq!((said.code, server.requests()), (0, 2), "{}{}", said.stdout, said.stderr);
    assert!(said.stderr.contains("for an earlier command, which fetched it"), "{}", said.stderr);
    assert!(project.read(".probe/plug.json").contains("\"sha256\""));
    forget_cache(&project);
    let said = probe(&project, &server, &UNKNOWN);
    assert_eq!((said.code, server.requests()), (0, 2), "it was put back from the store");
    assert!(!said.stderr.contains("NOTED"), "{}", said.stderr);
    assert!(!project.path("probe.lock").exists());
}

#[test]
fn the_lines_that_are_proposed_for_what_came_through_plug_cure_it() {
    let Some((project, server)) = undeclared() else { return };
    let script = "deno run --no-config -A test-1.ts && exit 1";
    let said = probe(&project, &server, &["exec", "--", "sh", "-c", script]);
    assert_eq!(said.code, 1);
    insta::assert_snapshot!(said.stderr, @r#"
     VERDICT `http://127.0.0.1:PORT/libengine.so` came through plug while the command ran, and no library declares it: if a test died over it, that was a race
             `probe -- CMD` downloads it before the command from now on, on this machine
    PROPOSAL library engine: fetched once, before the tests that need it start:
                 [library.engine]
                 url = "http://127.0.0.1:PORT/libengine.so"
                 to = "plug"
             `probe adopt` writes that into `probe.toml`
    "#);
    let lines = said.stderr.lines().map(str::trim);
    let lines = lines.skip_while(|line| !line.starts_with("[library"));
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with('`')).collect();
    let declared = lines.join("\n").replace("http://127.0.0.1:PORT/", &server.url("/"));
    fs::remove_dir_all(project.path(".probe")).expect("it is there");
    forget_cache(&project);
    let project = project.write("probe.toml", &declared);
    let said = probe(&project, &server, &UNKNOWN);
    assert_eq!((said.code, server.requests()), (0, 2), "{}{}", said.stdout, said.stderr);
    assert!(!project.path(".probe/plug.json").exists());
}

#[test]
fn a_library_that_stands_in_a_source_is_imported_before_the_first_time() {
    let server = Server::start(
        vec![Answer {
            path: "/libengine.so",
            status: "200 OK",
            body: fs::read("/bin/sh").expect("a program").leak(),
        }]
        .leak(),
    );
    let url = server.url("/libengine.so");
    let source = format!(
        "import {{ dlopen }} from \"jsr:@denosaurs/plug@1\";\nexport const lib = await dlopen(\"{url}\", {{}});\n"
    );
    let project = Project::bare().write("src/lib.ts", &source);
    let said = probe(&project, &server, &["exec", "--", "sh", "-c", "ls cache/plug/http/*/*.so"]);
    assert_eq!((said.code, server.requests()), (0, 1), "{}", said.stderr);
    assert!(
        said.stderr.contains("for src/lib.ts:2 `http://127.0.0.1:PORT/libengine.so`"),
        "{}",
        said.stderr
    );
    // It is the same for everybody, and so can be pinned.
    let locked = probe(&project, &server, &["lock"]);
    assert_eq!(locked.code, 0, "{}", locked.stderr);
    assert!(project.read("probe.lock").contains("libengine.so"));
    let said = probe(&project, &server, &["exec", "--locked", "--", "true"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
}
