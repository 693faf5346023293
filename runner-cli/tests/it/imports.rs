//! Libraries that come, and libraries that do not: who waits, who is blocked, what is left in the store.

use std::fs;

use crate::server::{Answer, Server};
use crate::support::Project;

const PAGES: &[Answer] = &[
    Answer {
        path: "/page.so",
        status: "200 OK",
        body: b"<!DOCTYPE html><html><body>Please log in</body></html>",
    },
    Answer { path: "/data.bin", status: "200 OK", body: b"the quick brown fox" },
];

/// Bytes in files below `directory`, locks and notes of the store aside.
fn contents(directory: &std::path::Path) -> usize {
    let entries = fs::read_dir(directory)
        .map(|entries| entries.flatten().collect::<Vec<_>>())
        .unwrap_or_default();
    entries
        .iter()
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => contents(&entry.path()),
            _ => 1,
        })
        .sum()
}

#[test]
fn a_library_that_does_not_come_blocks_its_own_tests_and_no_other() {
    let server = Server::start(PAGES);
    for (name, library, cause) in [
        (
            "wrong_digest",
            format!(
                "url = \"{}\"\nkind = \"data\"\nsha256 = \"{}\"",
                server.url("/data.bin"),
                "0".repeat(64)
            ),
            "wrong content",
        ),
        (
            "not_found",
            format!("url = \"{}\"", server.url("/none.so")),
            "the server does not have it",
        ),
        ("html", format!("url = \"{}\"", server.url("/page.so")), "HTML"),
    ] {
        let project = Project::new(&format!(
            r#"[library.engine]
{library}

[suite.needy]
files = ["needy-*.sh"]
run = ["sh", "{{file}}"]
needs = ["engine"]

[test.free]
run = ["true"]
"#
        ));
        let project = (0..7)
            .fold(project, |project, index| project.write(&format!("needy-{index}.sh"), "true"));
        let said = project.probe(&["run", "-j1"]);
        assert_eq!(said.code, 105, "{}", said.stderr);
        assert!(said.stderr.contains(cause), "{}", said.stderr);
        assert_eq!(contents(&project.path("store/files")), 0, "the store holds nothing of it");
        // What came before depends on who was faster, the server or the free test.
        let (before, summary) = said.stderr.split_once("────────────\n").expect("a summary");
        assert_eq!(before.matches("PASS").count(), 1, "{before}");
        assert_eq!(before.matches("PRELOAD FAIL").count(), 1, "{before}");
        insta::assert_snapshot!(name, summary);
    }
}

#[test]
fn a_download_is_put_where_its_tests_look_for_it() {
    let server = Server::start(PAGES);
    let project = Project::new(&format!(
        r#"[library.words]
url = "{}"
kind = "data"
to = "cache/words.txt"

[test.reads]
run = ["grep", "-q", "quick", "cache/words.txt"]
needs = ["words"]
"#,
        server.url("/data.bin")
    ));
    assert_eq!(project.probe(&["run"]).code, 0);
    assert_eq!(project.probe(&["run"]).code, 0);
    assert_eq!(server.requests(), 1);
}

#[test]
fn plug_finds_a_library_in_denos_cache() {
    let server = Server::start(PAGES);
    let project = Project::new(&format!(
        r#"[library.words]
url = "{}"
kind = "data"
to = "plug"

[test.reads]
run = ["sh", "-c", "grep -q quick deno/plug/http/127.0.0.1_PORT*/*.bin"]
needs = ["words"]
"#,
        server.url("/data.bin")
    ));
    let mut command = project.command(&["run"]);
    let output = command.env("DENO_DIR", "deno").output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn without_the_network_only_the_store_counts() {
    let server = Server::start(PAGES);
    let manifest = format!(
        "[library.words]\nurl = \"{}\"\nkind = \"data\"\n\n[test.a]\nrun = [\"true\"]\nneeds = [\"words\"]\n",
        server.url("/data.bin")
    );
    let project = Project::new(&manifest);
    assert_eq!(project.probe(&["run", "--offline"]).code, 105);
    assert_eq!(project.probe(&["run"]).code, 0);
    assert_eq!(project.probe(&["run", "--offline"]).code, 0);
    assert_eq!(server.requests(), 1);
}

#[test]
fn a_directory_with_brackets_in_its_name_is_no_pattern() {
    let project = Project::new("").write(
        "odd[name]/probe.toml",
        r#"[library.built]
command = ["sh", "-c", "echo x > built.txt"]
paths = ["*.txt"]
kind = "data"

[test.a]
run = ["test", "-s", "{library.built}"]
"#,
    );
    let said = project.probe(&["run", "--manifest-path", "odd[name]/probe.toml"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn a_test_that_needs_nothing_does_not_wait_for_a_slow_library() {
    // Neither can end before the other has begun: the library waits for the free test, and nothing else frees it.
    let project = Project::new(
        r#"[library.slow]
command = ["sh", "-c", "while ! test -e free-ran; do sleep 0.01; done; echo x > built"]
paths = ["built"]
kind = "data"

[test.needy]
run = ["test", "-e", "built"]
needs = ["slow"]

[test.free]
run = ["touch", "free-ran"]
"#,
    );
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let place = |words: &str| said.stderr.find(words).expect("it is said");
    assert!(place("slow: built") < place(" needy\n"), "{}", said.stderr);
}

#[test]
fn a_library_is_imported_after_those_that_it_needs() {
    let project = Project::new(
        r#"[library.top]
command = ["sh", "-c", "cat {library.base} > top.txt; echo top >> top.txt"]
paths = ["top.txt"]
kind = "data"

[library.base]
command = ["sh", "-c", "echo base > base.txt"]
paths = ["base.txt"]
kind = "data"

[test.both]
run = ["sh", "-c", "cat {library.top}; exit 1"]
"#,
    );
    let said = project.probe(&["run", "-j1"]);
    assert!(said.stderr.contains("    base\n    top\n"), "{}", said.stderr);
}

#[test]
fn a_build_that_fails_shows_what_it_said() {
    let project = Project::new(
        r#"[library.engine]
command = ["sh", "-c", "echo compiling; echo 'engine.rs:3: no such type' >&2; exit 2"]
paths = ["libengine.so"]

[test.needy]
run = ["true"]
needs = ["engine"]
"#,
    );
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 105);
    insta::assert_snapshot!(said.stderr, @"
        STARTING 1 test with 1 library, 1 at once (run ID)
        BUILDING                  engine: `sh -c echo compiling; echo 'engine.rs:3: no such type' >&2; exit 2`
    PRELOAD FAIL [   TIME ] (1/1) engine: the command exited with 2 (blocks 1 test)
    ────────────
         SUMMARY [   TIME ] 0 tests run: 0 passed, 1 blocked
         BLOCKED 1 test by library engine
                 failed to prepare `engine` from `sh -c echo compiling; echo 'engine.rs:3: no such type' >&2; exit 2`: the command exited with 2
                 engine.rs:3: no such type
                 - needy
       RUN AGAIN probe run --failed
    ");
}

#[test]
fn a_lower_store_gives_what_it_has_and_nothing_is_written_there() {
    let server = Server::start(PAGES);
    let project = Project::new(&format!(
        "[library.data]\nurl = \"{}\"\nkind = \"data\"\n[test.reads]\nrun = [\"sh\", \"-c\", 'grep -q fox $PROBE_LIBRARY_DATA']\nneeds = [\"data\"]\n",
        server.url("/data.bin")
    ));
    assert_eq!(project.probe(&["preload"]).code, 0);
    let filled = project.path("store");
    let everything = || fs::read_dir(&filled).expect("a store").flatten().count();
    let before = (contents(&filled), everything());
    let with = |lower: &str| {
        let mut command = project.command(&["run", "--offline", "--lower-store", lower]);
        command.env("PROBE_STORE", project.path("other"));
        project.said(&command.output().expect("probe starts"))
    };
    let said = with("store");
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(!said.stderr.contains("WARNING"), "{}", said.stderr);
    assert_eq!((contents(&filled), everything()), before);
    fs::remove_dir_all(project.path("other")).expect("remove");
    let said = with("nowhere");
    assert_eq!(said.code, 105, "{}", said.stderr);
    let warning = "     WARNING there is no store at `[ROOT]/nowhere`, which `--lower-store` names: nothing is taken from it";
    assert!(said.stderr.contains(warning), "{}", said.stderr);
}

#[test]
fn patterns_of_paths_and_inputs_are_written_like_those_of_files() {
    let project = Project::new(
        r#"[library.made]
command = ["sh", "-c", "echo run >> runs; mkdir -p out/a out/b; for f in a/x.dat b/y.bin; do echo 1 > out/$f; done"]
paths = ["out/*.{dat,bin}", "{out/a,out/b}/*", "~/[[]x[]]/\\*.dat"]
inputs = ["in/**", "{*.lock,in/none}"]
kind = "data"

[library.led]
leader = true
paths = ["out/{a,b}/*.{dat,bin}"]
inputs = ["in/**"]
kind = "data"

[suite.files]
files = ["out/*.{dat,bin}"]
run = ["test", "-s", "{file}"]
needs = ["made", "led"]
"#,
    );
    let project = ["out/1.dat", "out/2.bin", "in/deep/a", "b.lock", "home{1}/[x]/*.dat"]
        .into_iter()
        .fold(project, |project, name| project.write(name, "1"));
    let run = |runs: usize| {
        let mut command = project.command(&["run"]);
        command.env("HOME", project.path("home{1}"));
        let said = project.said(&command.output().expect("the binary starts"));
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(said.stderr.contains("2 tests run: 2 passed"), "{}", said.stderr);
        assert_eq!(project.read("runs").lines().count(), runs, "{}", said.stderr);
    };
    run(1);
    run(1);
    fs::write(project.path("in/deep/a"), "2").expect("write");
    run(2);
}

#[test]
fn who_needs_what_is_made_in_place_starts_in_its_turn() {
    let project = Project::new(
        r#"[run]
jobs = 2

[library.engine]
command = ["sh", "-c", "echo made > engine"]
paths = ["engine"]
kind = "data"

[test.before]
run = ["true"]
needs = ["engine"]

[test.a]
run = ["sh", "-c", "echo $PROBE_SLOT > a.slot"]
needs = ["engine"]
after = ["before"]

[test.b]
run = ["sh", "-c", "echo $PROBE_SLOT > b.slot"]
after = ["before"]
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!([project.read("a.slot"), project.read("b.slot")], ["0\n", "1\n"]);
}
