//! What a run leaves for the next ones in `.probe/history.db`, and that no state of that file fails a run.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Child, Command};

use rusqlite::{Connection, OptionalExtension};

use crate::support::{Project, Said, wait_until};

const FILE: &str = ".probe/history.db";

/// Four tests, by name.
fn project() -> Project {
    let tests = ["a", "b", "c", "d"].map(|name| format!("[test.{name}]\nrun = [\"true\"]\n"));
    Project::new(&tests.concat())
}

fn open(project: &Project) -> Connection {
    let connection = Connection::open(project.path(FILE)).expect("a history");
    connection.busy_timeout(crate::support::PATIENCE).expect("a time to wait");
    connection
}

/// The first column of the first row.
fn value<T: rusqlite::types::FromSql>(project: &Project, query: &str) -> Option<T> {
    let value = open(project).query_row(query, [], |row| row.get(0)).optional();
    value.expect("the history has these tables")
}

/// The names of the tests in the order of their ends.
fn order(said: &Said) -> String {
    let ends =
        said.stderr.lines().filter(|line| line.contains(" PASS ") || line.contains(" FAIL "));
    let ends = ends.take_while(|line| line.contains('/'));
    ends.filter_map(|line| line.split(") ").nth(1)).collect::<Vec<_>>().join(" ")
}

fn warnings(said: &Said) -> Vec<&str> {
    said.stderr.lines().filter_map(|line| line.trim().strip_prefix("WARNING ")).collect()
}

/// The sound state: nothing to say, all four tests recorded.
fn check_sound(project: &Project) {
    let said = project.probe(&["run", "-j1"]);
    assert_eq!((said.code, warnings(&said)), (0, Vec::new()), "{}", said.stderr);
    assert_eq!(value(project, "SELECT count(*) FROM tests WHERE recent != '[]'"), Some(4));
    assert_eq!(value(project, "PRAGMA quick_check"), Some("ok".to_owned()));
}

#[test]
fn a_run_is_recorded() {
    let project = Project::new(
        r#"[library.built]
command = ["sh", "-c", "echo > built"]
paths = ["built"]
inputs = ["probe.toml"]
kind = "data"

[library.never]
command = ["false"]
paths = ["never"]

[test.flaky]
run = ["sh", "-c", "test $PROBE_ATTEMPT = 2"]
needs = ["built"]
retries = 1

[test.fails]
run = ["false"]

[test.later]
run = ["true"]
after = ["fails"]

[test.needy]
run = ["true"]
needs = ["never"]
"#,
    );
    assert_eq!(project.probe(&["run"]).code, 100);
    let recorded = open(&project);
    let mut rows = recorded
        .prepare("SELECT name, outstanding, recent FROM tests ORDER BY name")
        .expect("a table of tests");
    let rows = rows.query_map([], |row| {
        let (name, outstanding, recent): (String, bool, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("{name} {outstanding} {}", recent.rsplit_once(',').unwrap_or_default().0))
    });
    let rows: Vec<String> = rows.expect("rows").collect::<Result<_, _>>().expect("texts");
    // Without the times.
    assert_eq!(
        rows,
        ["fails true [[1,\"f\",1", "flaky false [[1,\"p\",2", "later true ", "needy true "]
    );
    assert_eq!(value(&project, "SELECT exit FROM runs WHERE ended >= started"), Some(100));
    let libraries = "SELECT group_concat(name) FROM libraries WHERE expected > 0";
    assert_eq!(value(&project, libraries), Some("built".to_owned()));
    // It is there now, which says nothing about how long it takes.
    project.probe(&["run"]);
    assert_eq!(value(&project, "SELECT json_array_length(recent) FROM libraries"), Some(1));
    assert_eq!(value(&project, "SELECT count(*) FROM runs"), Some(2));
}

#[test]
fn what_took_longest_starts_first() {
    let project = project();
    let expect = |name: &str, micros: u64| {
        let update = "UPDATE tests SET expected = ?2 WHERE name = ?1";
        open(&project).execute(update, (name, i64::try_from(micros).expect("few"))).expect("write");
    };
    let first = project.probe(&["run", "-j1"]);
    assert_eq!(order(&first), "a b c d");
    // Quick tests stay in the order of the manifest, however quick each was.
    for (name, micros) in [("a", 100), ("b", 40_000), ("c", 2_000_000), ("d", 9_000_000)] {
        expect(name, micros);
    }
    assert_eq!(
        project.probe(&["graph", "--critical"]).stdout,
        "the longest path, expected to take 9s\n└── d: 9s"
    );
    assert_eq!(order(&project.probe(&["run", "-j1"])), "d c a b");
    // One that has never run is expected to take as long as the others, in the middle.
    open(&project).execute("DELETE FROM tests WHERE name = 'a'", ()).expect("write");
    expect("b", 5_000_000);
    expect("c", 9_000_000);
    expect("d", 100);
    assert_eq!(order(&project.probe(&["run", "-j1"])), "c a b d");
}

#[test]
fn eight_runs_at_once_lose_nothing() {
    for garbage in [None, Some("this is not a database")] {
        let mut project = project();
        if let Some(garbage) = garbage {
            project = project.write(FILE, garbage);
        }
        let runs: Vec<Child> = (0..8).map(|_| project.start(&["run", "-j2"])).collect();
        let said: Vec<Said> = runs.into_iter().map(|run| project.end(run)).collect();
        for said in &said {
            assert_eq!(said.code, 0, "{}", said.stderr);
        }
        let warnings: Vec<&str> = said.iter().flat_map(warnings).collect();
        assert_eq!(warnings.len(), usize::from(garbage.is_some()), "{warnings:?}");
        let moved = fs::read_dir(project.path(".probe")).expect("a directory").filter(|entry| {
            let name = entry.as_ref().expect("an entry").file_name();
            name.to_string_lossy().contains("damaged")
        });
        assert_eq!(moved.count(), warnings.len());
        assert_eq!(value(&project, "SELECT count(*) FROM runs WHERE exit = 0"), Some(8));
        let least = "
            SELECT min(runs) FROM
            (SELECT count(DISTINCT value ->> 0) AS runs FROM tests, json_each(recent) GROUP BY name)";
        assert_eq!(value(&project, least), Some(8));
    }
}

/// A history of earlier runs whose pages from the second on are overwritten.
fn torn() -> Vec<u8> {
    let project = project();
    project.probe(&["run"]);
    let mut bytes = fs::read(project.path(FILE)).expect("a history");
    bytes[4096..].fill(0xff);
    bytes
}

/// A sound database of another program.
fn foreign() -> Vec<u8> {
    let project = project().write("other/empty", "");
    let path = project.path("other/data.db");
    let connection = Connection::open(&path).expect("a database");
    connection.execute_batch("CREATE TABLE tests (name TEXT)").expect("a table");
    drop(connection);
    fs::read(path).expect("a file")
}

#[test]
fn garbage_is_moved_aside_and_the_run_goes_on() {
    let cases: [(&str, Vec<u8>); 6] = [
        ("text", b"hello\n".to_vec()),
        (
            "noise",
            (0..50_000_u32)
                .flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes())
                .collect(),
        ),
        ("zeroes", vec![0; 8192]),
        ("half a header", b"SQLite format 3\0".to_vec()),
        ("torn", torn()),
        ("foreign", foreign()),
    ];
    for (what, bytes) in cases {
        let project = project().write(".probe/.gitignore", "*\n");
        fs::write(project.path(FILE), &bytes).expect("write");
        let graph = project.probe(&["graph"]);
        assert_eq!(graph.code, 0, "{what}: {}", graph.stderr);
        assert!(fs::read(project.path(FILE)).expect("it stays") == bytes, "{what}");
        let said = project.probe(&["run", "-j1"]);
        assert_eq!(said.code, 0, "{what}: {}", said.stderr);
        let warnings = warnings(&said);
        assert_eq!(warnings.len(), 1, "{what}: {}", said.stderr);
        let moved = ".probe/history.damaged-1.db";
        assert!(warnings[0].ends_with(&format!("`{moved}` is the old")), "{what}: {}", warnings[0]);
        assert!(fs::read(project.path(moved)).expect("it is kept") == bytes, "{what}");
        assert!(said.stderr.contains("4 passed"), "{what}: {}", said.stderr);
        check_sound(&project);
    }
}

#[test]
fn a_place_that_takes_no_file_only_leaves_the_run_unrecorded() {
    let file = project().write(".probe", "a file");
    let elsewhere = project();
    symlink("/proc", elsewhere.path(".probe")).expect("a link");
    for project in [file, elsewhere] {
        let said = project.probe(&["run", "-j1"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        let warnings = warnings(&said);
        assert_eq!(warnings.len(), 1, "{}", said.stderr);
        let expected = "this run is not recorded: `.probe` is ";
        assert!(warnings[0].starts_with(expected), "{}", warnings[0]);
    }
}

#[test]
fn a_disk_without_space_only_leaves_the_run_unrecorded() {
    let project = project();
    check_sound(&project);
    let recorded = fs::read(project.path(FILE)).expect("a history");
    // No file may grow beyond a block, as on a full disk; the signal that goes with that is ignored.
    let probe = project.command(&["run", "-j1"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" run -j1"]).arg(probe.get_program());
    shell.current_dir(project.path("")).env_clear();
    shell.envs(probe.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = shell.output().expect("a shell");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert_eq!(stderr.matches("WARNING this run is not recorded: ").count(), 1, "{stderr}");
    assert!(fs::read(project.path(FILE)).expect("it stays") == recorded);
    check_sound(&project);
}

#[test]
fn a_newer_format_is_left_alone() {
    let project = project();
    check_sound(&project);
    open(&project).pragma_update(None, "user_version", 2).expect("write");
    let newer = fs::read(project.path(FILE)).expect("a history");
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(
        warnings(&said),
        [
            "`.probe/history.db` has format 2, and this version of probe knows 1: it is left as it is, and nothing is recorded"
        ]
    );
    assert!(fs::read(project.path(FILE)).expect("it stays") == newer);
}

#[test]
fn a_run_that_finds_the_history_locked_waits_with_recording_only() {
    let project = project();
    check_sound(&project);
    let holder = open(&project);
    holder.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    let mut run = project.start(&["run", "-j1"]);
    let mut stderr = std::io::BufReader::new(run.stderr.take().expect("it is piped"));
    let mut said = String::new();
    while !said.contains("(4/4)") {
        assert!(std::io::BufRead::read_line(&mut stderr, &mut said).expect("probe writes") > 0);
    }
    holder.execute_batch("COMMIT").expect("the lock is given back");
    std::io::Read::read_to_string(&mut stderr, &mut said).expect("probe writes");
    assert_eq!(run.wait().expect("probe ends").code(), Some(0), "{said}");
    assert_eq!(said.matches("WARNING").count(), 1, "{said}");
    assert!(said.contains("earlier runs are not known: other processes are writing"), "{said}");
    assert_eq!(value(&project, "SELECT count(*) FROM runs WHERE exit = 0"), Some(2));
}

#[test]
fn a_probe_that_is_killed_while_it_writes_leaves_the_history_sound() {
    let manifest = "[suite.s]\nlist = { run = [\"seq\", \"400\"], match = '^(?<name>.+)$' }\nrun = [\"true\", \"{name}\"]\n";
    let project = Project::new(manifest);
    assert_eq!(project.probe(&["run", "-j8", "=1"]).code, 4, "a first history without tests");
    let journal = project.path(".probe/history.db-journal");
    let is_hot = || journal.metadata().is_ok_and(|journal| journal.len() > 0);
    let mut killed = 0;
    for _ in 0..100 {
        let mut run = project.start(&["run", "-j8"]);
        // The journal holds something from the first write to the end of the commit.
        let ended = loop {
            if is_hot() {
                run.kill().expect("probe is a child");
                run.wait().expect("probe ends");
                break false;
            }
            if run.try_wait().expect("probe is a child").is_some() {
                break true;
            }
        };
        killed += usize::from(!ended && is_hot());
        if killed == 5 {
            break;
        }
    }
    assert!(killed > 0, "no commit was met");
    let said = project.probe(&["run", "-j8"]);
    assert_eq!((said.code, warnings(&said)), (0, Vec::new()), "{}", said.stderr);
    assert_eq!(value(&project, "PRAGMA quick_check"), Some("ok".to_owned()));
    assert_eq!(value(&project, "SELECT count(*) FROM tests WHERE NOT outstanding"), Some(400));
}

#[test]
fn a_killed_run_has_recorded_what_had_ended() {
    let project = Project::new(
        r#"[test.fails]
run = ["false"]

[test.sleeps]
run = ["sh", "-c", "while test -e probe.toml; do sleep 0.1; done"]
"#,
    );
    let mut run = project.start(&["run", "-j2"]);
    let recorded = "SELECT count(*) FROM tests WHERE name = 'fails' AND outstanding";
    let is_recorded = || {
        project.path(FILE).exists()
            && open(&project).query_row(recorded, [], |row| row.get(0)).unwrap_or(0) == 1
    };
    wait_until(is_recorded, "the failure in the history");
    run.kill().expect("probe is a child");
    run.wait().expect("probe ends");
    assert!(is_recorded());
}

#[test]
fn the_outputs_of_the_last_ten_runs_are_kept() {
    let project = Project::new("[test.loud]\nrun = [\"sh\", \"-c\", \"seq 1 20000; exit 1\"]\n");
    for _ in 0..13 {
        assert_eq!(project.probe(&["run"]).code, 100);
    }
    let kept = fs::read_dir(project.path(".probe/output")).expect("a directory").count();
    assert_eq!(kept, 10);
}

#[test]
fn what_earlier_runs_of_a_test_came_to_is_told() {
    let project = Project::new(
        r#"[test.steady]
run = ["true"]

[test.flips]
run = ["sh", "-c", "echo >> runs; test $(wc -l < runs) != 2"]

[test.flaky]
run = ["sh", "-c", "test $PROBE_ATTEMPT = 2"]
retries = 1
"#,
    );
    let said = project.probe(&["history", "flips"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    insta::assert_snapshot!(said.stderr, @"no run of these tests is known");
    for code in [0, 100, 0] {
        assert_eq!(project.probe(&["run", "-j1"]).code, code);
    }
    let said = project.probe(&["history", "flips", "flaky"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::with_settings!({filters => vec![(r"run [0-9a-f]{16}", "run ID"), (r"just now|  1 min ago", "just now"), (r"took [0-9.]+ s CPU, and [0-9.]+ [KMG]iB", "took CPU, and MEMORY")]}, {
        insta::assert_snapshot!(said.stdout, @"
        flips: passed in 2 of the last 3 runs; the last took CPU, and MEMORY at most
                PASS [   TIME ]     just now  run ID
                FAIL [   TIME ]     just now  run ID
                PASS [   TIME ]     just now  run ID
        flaky: passed in 3 of the last 3 runs; the last took CPU, and MEMORY at most
               FLAKY [   TIME ]     just now  run ID  2 attempts
               FLAKY [   TIME ]     just now  run ID  2 attempts
               FLAKY [   TIME ]     just now  run ID  2 attempts
        ");
    });
    let said = project.probe(&["flaky"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(said.stdout, @"
    FLAKY 100 % of 3 runs flaky: 3 passed at a later attempt
    FLAKY  33 % of 3 runs flips: 1 failed between runs that passed
    ");
    let said = project.probe(&["flaky", "steady"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    insta::assert_snapshot!(said.stderr, @"of 1 test with known runs, all are steady");
    assert_eq!(project.probe(&["flaky", "no such test"]).code, 4);
}
