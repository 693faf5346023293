//! What becomes of tests, as the status lines, the summary and the exit code say it.

use crate::support::{Project, is_alive, with_limits};

#[test]
fn a_core_dump_is_named_where_there_is_one() {
    let pattern = fs_text("/proc/sys/kernel/core_pattern");
    let project = Project::new(
        r#"[test.dumps]
run = ["sh", "-c", "ulimit -S -c unlimited || echo > refused; kill -SEGV $$"]

[test.does-not]
run = ["sh", "-c", "ulimit -c 0; kill -SEGV $$"]
"#,
    );
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let dumps = said.stderr.matches("it has left a core dump").count();
    if pattern.starts_with('|') || project.path("refused").exists() {
        // Whoever takes dumps decides whether there is one.
        assert!(dumps <= 2, "{}", said.stderr);
        return;
    }
    assert_eq!(dumps, 1, "{}", said.stderr);
    if pattern.trim() == "core" {
        assert!(project.path("core").exists() || said.stderr.contains("[ROOT]/core."));
        assert!(said.stderr.contains("it has left a core dump, `[ROOT]/core"), "{}", said.stderr);
    }
}

fn fs_text(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn every_way_to_end_has_its_words() {
    let manifest = r#"[run]
timeout = "LIMIT"
grace = "100ms"

[suite.shell]
files = ["*.sh"]
run = ["sh", "{file}"]

[test.missing]
run = ["no-such-program"]

[test.nowhere]
run = ["true"]
cwd = "no-such-folder"
"#;
    let text = with_limits(["3s", "30s"], |limit| {
        let project = Project::new(&manifest.replace("LIMIT", limit))
            .write("a-passes.sh", "echo not shown")
            .write("b-fails.sh", "echo out; echo err >&2; printf 'no newline'; exit 3")
            .write("c-crashes.sh", "kill -SEGV $$")
            .write("d-hangs.sh", "echo before; exec sleep 1000");
        let said = project.probe(&["run", "-j1"]);
        if !(said.stderr.contains("    before\n") && said.stderr.contains(", 1 timed out")) {
            return Err(said);
        }
        assert_eq!(said.code, 100);
        Ok(said.stderr.replace(&format!("timeout of {limit}"), "timeout of 3s"))
    });
    insta::assert_snapshot!(text);
}

#[test]
fn only_what_is_selected_runs() {
    let project = Project::new("[suite.s]\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"{file}\"]\n")
        .write("apple.sh", "true")
        .write("banana.sh", "false")
        .write("cherry.sh", "true");
    let said = project.probe(&["run", "-j1", "appl", "cherr"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.stderr, @"
        STARTING 2 tests, 1 at once, 1 skipped (run ID)
            PASS [   TIME ] (1/2) s apple.sh
            PASS [   TIME ] (2/2) s cherry.sh
    ────────────
         SUMMARY [   TIME ] 2 tests run: 2 passed, 1 skipped
    ");
    assert_eq!(project.probe(&["run", "no such name"]).code, 4);
    assert_eq!(project.probe(&["run", "-s", "name:=apple.sh"]).code, 0);
}

#[test]
fn after_enough_failures_nothing_more_starts() {
    let project = Project::new("[suite.s]\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"{file}\"]\n")
        .write("1.sh", "true")
        .write("2.sh", "exit 1")
        .write("3.sh", "true")
        .write("4.sh", "true");
    let said = project.probe(&["run", "-j1", "--max-failures", "1"]);
    assert_eq!(said.code, 100);
    insta::assert_snapshot!(said.stderr, @"
        STARTING 4 tests, 1 at once (run ID)
            PASS [   TIME ] (1/4) s 1.sh
            FAIL [   TIME ] (2/4) s 2.sh: exit code 1
        STOPPING 1 test failed: nothing more is started
    ────────────
         SUMMARY [   TIME ] 2 tests run: 1 passed, 1 failed, 2 not run
            FAIL [   TIME ] s 2.sh: exit code 1
       RUN AGAIN probe run --failed
    ");
}

#[test]
fn a_test_runs_after_the_tests_that_it_names_or_not_at_all() {
    let project = Project::new(
        r#"[test.query]
run = ["sh", "-c", "test -e seeded"]
after = ["seed"]

[test.seed]
run = ["sh", "-c", "touch seeded"]

[test.broken]
run = ["false"]

[test.later]
run = ["true"]
after = ["broken"]
"#,
    );
    assert_eq!(project.probe(&["run", "query"]).code, 0, "selecting `query` brings `seed`");
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100);
    insta::assert_snapshot!(said.stderr, @"
        STARTING 4 tests, 1 at once (run ID)
            PASS [   TIME ] (1/4) seed
            FAIL [   TIME ] (2/4) broken: exit code 1
            PASS [   TIME ] (4/4) query
    ────────────
         SUMMARY [   TIME ] 3 tests run: 2 passed, 1 failed, 1 blocked
            FAIL [   TIME ] broken: exit code 1
         BLOCKED 1 test by test broken
                 - later
       RUN AGAIN probe run --failed
    ");
}

#[test]
fn a_test_sees_its_own_variables_and_nothing_on_its_input() {
    let project = Project::new(
        r#"[test.env]
run = ["sh", "-c", "env | grep -E '^(PROBE|COLOUR)' | grep -v STORE | sort; cat; exit 1"]
env = { COLOUR = "blue" }
"#,
    );
    let said = project.probe(&["run", "-j1"]);
    let shown: Vec<&str> =
        said.stderr.lines().filter(|line| line.starts_with("    ") && line.contains('=')).collect();
    let names: Vec<String> =
        shown.iter().map(|line| line.trim().replace(char::is_numeric, "#")).collect();
    let run_id =
        names.iter().position(|line| line.starts_with("PROBE_RUN_ID=")).expect("there is a run id");
    assert_eq!(names[run_id].len(), "PROBE_RUN_ID=".len() + 16);
    let others: Vec<&String> =
        names.iter().filter(|line| !line.starts_with("PROBE_RUN_ID")).collect();
    assert_eq!(
        others,
        ["COLOUR=blue", "PROBE=#", "PROBE_ATTEMPT=#", "PROBE_SLOT=#", "PROBE_TEST_NAME=env"]
    );
}

#[test]
fn a_timeout_ends_the_whole_group() {
    let manifest = r#"[test.stubborn]
run = ["sh", "-c", "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > child; while :; do sleep 1; done' & wait; sleep 1000"]
timeout = "LIMIT"
grace = "200ms"
"#;
    let project = with_limits(["3s", "30s"], |limit| {
        let project = Project::new(&manifest.replace("LIMIT", limit));
        let said = project.probe(&["run"]);
        if !project.path("child").exists() {
            return Err(said);
        }
        assert_eq!(said.code, 100);
        let killed = "and was killed after its grace of 200ms";
        let killed = format!("stubborn: ran into its timeout of {limit}, {killed}");
        assert!(said.stderr.contains(&killed), "{}", said.stderr);
        Ok(project)
    });
    assert!(!is_alive(&project.wait_for("child")));
}

#[test]
fn what_a_test_leaves_in_its_group_does_not_outlive_it() {
    let project =
        Project::new("[test.daemon]\nrun = [\"sh\", \"-c\", \"sleep 1000 & echo $! > child\"]\n");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(!is_alive(&project.wait_for("child")));
}

#[test]
fn long_output_is_shown_in_part_and_kept_whole() {
    let project = Project::new(
        r#"[test.loud]
run = ["sh", "-c", "seq 1 200000; exit 1"]
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100);
    assert!(said.stderr.len() < 200_000, "{} bytes", said.stderr.len());
    assert!(said.stderr.contains("\n    1\n    2\n") && said.stderr.contains("\n    200000\n"));
    let kept = said
        .stderr
        .lines()
        .find_map(|line| line.trim().strip_prefix("the whole of it: [ROOT]/"))
        .expect("it is named");
    let expected: String = (1..=200_000).map(|number| format!("{number}\n")).collect();
    assert!(project.read(kept) == expected);
    assert_eq!(project.read(".probe/.gitignore"), "*\n");
}

#[test]
fn a_profile_changes_the_defaults() {
    let project = Project::new(
        r#"[run]
timeout = "1h"

[profile.hasty]
timeout = "100ms"
grace = "100ms"

[test.sleeps]
run = ["sleep", "1000"]
"#,
    );
    let said = project.probe(&["run", "-P", "hasty"]);
    assert_eq!(said.code, 100);
    assert!(said.stderr.contains("TIMEOUT"), "{}", said.stderr);
}

#[test]
fn a_run_of_nothing_says_what_to_do() {
    for (manifest, words, expected) in [
        ("", &[][..], "the manifest describes no test: a `[suite.NAME]` or `[test.NAME]` does"),
        ("[test.a]\nrun = [\"true\"]\n", &["b"], "no test is selected: `probe list` shows all"),
    ] {
        let said = Project::new(manifest).probe(&[&["run"], words].concat());
        assert_eq!(said.code, 4);
        assert_eq!(said.stderr.lines().last().map(str::trim), Some(expected));
    }
}

#[test]
fn a_test_that_fails_and_then_passes_is_flaky() {
    let project = Project::new(
        r#"[run]
retries = 2

[test.flaky]
run = ["sh", "-c", "echo $PROBE_ATTEMPT; test $PROBE_ATTEMPT = 3"]

[test.hopeless]
run = ["sh", "-c", "kill -SEGV $$"]
retries = 1

[test.missing]
run = ["no-such-program"]

[test.later]
run = ["true"]
after = ["flaky"]
"#,
    );
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100);
    let count = |words: &str| said.stderr.matches(words).count();
    assert_eq!(count("flaky: FAIL at attempt 1 of 3; again in "), 1, "{}", said.stderr);
    assert_eq!(count("flaky: FAIL at attempt 2 of 3; again in "), 1, "{}", said.stderr);
    assert_eq!(count("hopeless: SIGSEGV at attempt 1 of 2; again in "), 1, "{}", said.stderr);
    assert_eq!(count("RETRY"), 3, "{}", said.stderr);
    let (_, summary) = said.stderr.split_once("────────────\n").expect("a summary");
    let mut lines: Vec<&str> = summary.lines().collect();
    // Which of the two fails first depends on the delays.
    lines[2..].sort_unstable();
    insta::assert_snapshot!(lines.join("\n"), @"
        SUMMARY [   TIME ] 4 tests run: 2 passed (1 flaky), 2 failed
          FLAKY flaky: passed at attempt 3
        SIGSEGV [   TIME ] hopeless: attempt 2
      RUN AGAIN probe run --failed
    NOT STARTED [   TIME ] missing: program `no-such-program` is in no directory of PATH: is it installed?
    ");
    let said = project.probe(&["run", "--retries", "0", "flaky"]);
    assert_eq!((said.code, said.stderr.matches("RETRY").count()), (100, 0));
}

#[test]
fn a_test_that_waits_for_its_next_attempt_when_the_run_stops_has_failed() {
    // The delay of the first is over only after the second has failed, or the first fails again: both have failed then.
    let project = Project::new(
        r#"[test.a]
run = ["false"]
retries = 1000000

[test.b]
run = ["sh", "-c", "sleep 0.5; exit 1"]
"#,
    );
    let said = project.probe(&["run", "-j2", "--max-failures", "1"]);
    assert_eq!(said.code, 100);
    assert!(said.stderr.contains("2 tests run: 0 passed, 2 failed\n"), "{}", said.stderr);
}
