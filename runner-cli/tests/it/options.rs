//! Options of `run` that change how often tests run, and what their outcomes come to.

use crate::support::Project;

const FLAKY: &str = r#"[test.flaky]
run = ["sh", "-c", "test $PROBE_ATTEMPT = 2"]
retries = 1

[test.later]
run = ["true"]
after = ["flaky"]
"#;

#[test]
fn a_flaky_test_has_passed_or_failed_as_is_asked_for() {
    let project = Project::new(FLAKY);
    assert_eq!(project.probe(&["run", "-j1"]).code, 0);
    assert_eq!(project.probe(&["run", "-j1", "--flaky", "pass"]).code, 0);
    assert_eq!(project.probe(&["run", "--failed"]).stderr.lines().count(), 1, "nothing has failed");
    let said = project.probe(&["run", "-j1", "--flaky", "fail"]);
    assert_eq!(said.code, 100);
    let (_, summary) = said.stderr.split_once("────────────\n").expect("a summary");
    insta::assert_snapshot!(summary, @"
       SUMMARY [   TIME ] 2 tests run: 1 passed, 1 failed
    FLAKY FAIL [   TIME ] flaky: passed only at attempt 2
     RUN AGAIN probe run --failed
    ");
    assert!(said.stderr.contains("FLAKY FAIL [   TIME ] (1/2) flaky: passed only at attempt 2"));
    let said = project.probe(&["run", "--failed"]);
    assert!(said.stderr.contains("1 test run: 1 passed (1 flaky), 1 skipped"), "{}", said.stderr);
    let said = project.probe(&["run", "-j1", "--flaky", "fail", "--fail-fast"]);
    assert!(said.stderr.contains("1 failed, 1 not run"), "{}", said.stderr);
    let mut probe = project.command(&["run"]);
    let output = probe.env("PROBE_FLAKY", "fail").output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(100));
}

#[test]
fn a_run_that_fails_fast_starts_nothing_after_the_first_failure() {
    let project = Project::new(
        "[run]\nmax-failures = 9\n[test.a]\nrun = [\"false\"]\n[test.b]\nrun = [\"true\"]\n",
    );
    for (words, not_run) in [
        (&["--fail-fast"][..], true),
        (&["--max-failures", "2", "--fail-fast"], true),
        (&["--max-failures", "2"], false),
        (&[], false),
    ] {
        for environment in ["0", "2"] {
            let mut probe = project.command(&[&["run", "-j1"], words].concat());
            let probe = probe.env("PROBE_MAX_FAILURES", environment);
            let output = probe.output().expect("the binary starts");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(100), "{stderr}");
            assert_eq!(stderr.contains("1 failed, 1 not run"), not_run, "{words:?}: {stderr}");
        }
    }
}

#[test]
fn a_test_is_repeated_under_a_name_for_each_time() {
    let project = Project::new(
        r#"[library.data]
command = ["sh", "-c", "echo >> made"]
paths = ["made"]
kind = "data"

[suite.unit]
files = ["*.sh"]
run = ["sh", "{file}"]
needs = ["data"]

[test.later]
run = ["sh", "-c", "grep -qx $PROBE_TEST_NAME expected"]
after = ["seed"]

[test.seed]
run = ["sh", "-c", "echo $PROBE_TEST_NAME | sed s/seed/later/ >> expected"]

[test.other]
run = ["true"]
"#,
    )
    .write("a.sh", "echo >> runs; test $(wc -l < runs) != 2");
    let said = project.probe(&["run", "-j1", "--stress-count", "3", "a.sh", "later"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let ended = said.stderr.lines().filter_map(|line| line.split_once("/9) "));
    let mut names: Vec<&str> = ended.map(|(_, name)| name).collect();
    names.sort_unstable();
    insta::assert_snapshot!(names.join("\n"), @"
    later@stress-1
    later@stress-2
    later@stress-3
    seed@stress-1
    seed@stress-2
    seed@stress-3
    unit a.sh@stress-1
    unit a.sh@stress-2: exit code 1
    unit a.sh@stress-3
    ");
    assert_eq!(project.read("made"), "\n", "a library is imported once");
    // All of them are one test for the history, and one copy failed.
    let said = project.probe(&["run", "-j1", "--failed"]);
    assert!(said.stderr.contains("1 test run: 1 passed, 3 skipped"), "{}", said.stderr);
    assert_eq!(project.probe(&["run", "--stress-count", "0"]).code, 2);
}

#[test]
fn a_number_of_jobs_beyond_that_of_the_tests_starts_no_more_workers() {
    let project = Project::new(
        "[test.threads]\nrun = [\"sh\", \"-c\", \"ls /proc/$PPID/task | wc -l > threads\"]\n",
    );
    let said = project.probe(&["run", "-j", "100000"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let threads: u32 = project.read("threads").trim().parse().expect("a number");
    assert!(threads < 50, "{threads} threads");
}

#[test]
fn jobs_are_a_share_of_the_processors_wherever_they_stand() {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let project = Project::new(
        r#"[run]
jobs = "200%"

[profile.spare]
jobs = -1

[test.a]
run = ["true"]
"#,
    );
    let jobs = |words: &[&str], variable: &str| {
        let mut probe = project.command(&[&["run", "--report", "jsonl=-"], words].concat());
        let said = project.said(&probe.env("PROBE_JOBS", variable).output().expect("it starts"));
        assert_eq!(said.code, 0, "{}", said.stderr);
        let begin = said.stdout.lines().next().expect("the beginning of the run");
        let begin: serde_json::Value = serde_json::from_str(begin).expect("JSON");
        usize::try_from(begin["jobs"].as_u64().expect("a number")).expect("few")
    };
    let spared = (processors - 1).max(1);
    assert_eq!(jobs(&[], ""), 2 * processors, "of the manifest");
    assert_eq!(jobs(&["-P", "spare"], ""), spared, "of a profile");
    assert_eq!(jobs(&[], "-1"), spared, "of the environment");
    for words in [&["-j", "-1"][..], &["-j-1"], &["-j=-1"], &["--jobs", "-1"], &["--jobs=-1"]] {
        assert_eq!(jobs(words, "7"), spared, "{words:?}");
    }
    assert_eq!(jobs(&["-j", "50%"], "7"), (processors / 2).max(1));
    assert_eq!(jobs(&["-j", "num-cpus"], "7"), processors);
    let failed = |value: &str| {
        let said = project.probe(&["run", "-j", value]);
        assert_eq!(said.code, 2, "{value}: {}", said.stderr);
        said.stderr.lines().next().expect("a line").to_owned()
    };
    insta::assert_snapshot!(["0", "0%", "x", "-0", "99999999999"].map(failed).join("\n"), @"
    error: invalid value '0' for '--jobs <N>': that would run no test: 1 runs one after the other, `num-cpus` one for each processor
    error: invalid value '0%' for '--jobs <N>': that would run no test: 1 runs one after the other, `num-cpus` one for each processor
    error: invalid value 'x' for '--jobs <N>': neither a number (4; -1 is all processors but one), nor a share of them (50%), nor `num-cpus`
    error: invalid value '-0' for '--jobs <N>': that would run no test: 1 runs one after the other, `num-cpus` one for each processor
    error: invalid value '99999999999' for '--jobs <N>': no machine has so many processors
    ");
}

#[test]
fn an_empty_variable_is_none_and_a_wrong_one_is_named() {
    let project = Project::new("[test.a]\nrun = [\"true\"]\n");
    let run = |variable: &str, value: &str, words: &[&str]| {
        let mut probe = project.command(&[&["run"], words].concat());
        project.said(&probe.env(variable, value).output().expect("the binary starts"))
    };
    for variable in [
        "PROBE_RETRIES",
        "PROBE_WRAP",
        "PROBE_JOBS",
        "PROBE_MAX_FAILURES",
        "PROBE_FLAKY",
        "PROBE_RACE_RETRIES",
        "PROBE_RACE_RETRIES_UNDECLARED",
        "PROBE_LOCK_TIMEOUT",
        "PROBE_OFFLINE",
        "PROBE_LOCKED",
        "PROBE_PROFILE",
        "PROBE_MANIFEST_PATH",
    ] {
        let said = run(variable, "", &[]);
        assert_eq!(said.code, 0, "{variable}: {}", said.stderr);
    }
    for (variable, value) in
        [("PROBE_RETRIES", "x"), ("PROBE_FLAKY", "maybe"), ("PROBE_LOCK_TIMEOUT", "soon")]
    {
        let said = run(variable, value, &[]);
        let named = format!("invalid value '{value}' for '{variable}'");
        assert!(said.code == 2 && said.stderr.contains(&named), "{}", said.stderr);
    }
    assert_eq!(run("PROBE_RETRIES", "x", &["--retries", "0"]).code, 0);
    // Of every command that has the option, not of the first one alone.
    for words in [&["--", "true"][..], &["exec", "--", "true"], &["preload"], &["lock"]] {
        let mut probe = project.command(words);
        let said = project.said(&probe.env("PROBE_MIRROR", "x=y").output().expect("it starts"));
        let is_named = said.stderr.contains("invalid value 'x=y' for 'PROBE_MIRROR'");
        assert!(said.code == 2 && is_named, "{words:?}: {}", said.stderr);
    }
    let said = run("PROBE_RETRIES", "x", &["--retries", "y"]);
    assert!(said.stderr.contains("'y' for '--retries <N>'"), "{}", said.stderr);
}
