//! The tests within a process: what a runner writes down of them, and what becomes of that.

use crate::support::Project;

/// A suite whose tests leave what lies beside them as their results, and exit as they say.
const MANIFEST: &str = r#"[suite.unit]
files = ["*.sh"]
run = ["sh", "{file}", "{tmp}/out.xml"]
results = "junit:{tmp}/out.xml"
"#;

const MIXED: &str = r#"<testsuites><testsuite name="s" tests="3" failures="1"><testcase classname="Parser" name="reads" time="0.25"/><testcase classname="Parser" name="writes" file="src/p.py" line="7"><failure message="1 is not 2">at src/p.py:7
assert 1 == 2</failure></testcase><testcase name="waits"><skipped message="no clock"/></testcase></testsuite></testsuites>"#;
const GOOD: &str = r#"<testsuite name="s"><testcase name="a"/><testcase name="b"/></testsuite>"#;
const SKIPPED: &str = r#"<testsuite name="s"><testcase name="a"><skipped/></testcase></testsuite>"#;

/// A script that writes this and ends so.
fn script(xml: &str, code: u8) -> String {
    format!("cat > \"$1\" <<'X'\n{xml}\nX\necho out; echo err >&2; exit {code}\n")
}

fn project(scripts: &[(&str, String)]) -> Project {
    scripts.iter().fold(Project::new(MANIFEST), |project, (name, text)| project.write(name, text))
}

#[test]
fn one_process_has_many_results_in_every_report() {
    let project = project(&[("bad.sh", script(MIXED, 1)), ("good.sh", script(GOOD, 0))]);
    let reports = "junit=j.xml,tap=t.tap,jsonl=e.jsonl,html=p.html";
    let said = project.probe(&["run", "-j1", "--report", reports]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr);
    let junit = project.read("j.xml");
    let shown: Vec<&str> = junit.lines().filter(|line| !line.contains("<property ")).collect();
    let filters = vec![(r#" (timestamp|time)="[^"]*""#, "")];
    insta::with_settings!({ filters => filters }, { insta::assert_snapshot!(shown.join("\n")) });
    assert!(junit.contains(r#"name="reads" classname="Parser" time="0.250""#));
    let events = project.read("e.jsonl");
    assert!(
        events.contains(
            r#"{"group":"Parser","name":"writes","status":"fail","message":"1 is not 2""#
        ),
        "{events}"
    );
    assert!(project.read("p.html").contains(r#"["fail","Parser writes: 1 is not 2""#));
    assert!(project.read("t.tap").contains(r#"failed: ["Parser writes: 1 is not 2"]"#));
    for (kind, file) in [("junit", "j.xml"), ("html", "p.html"), ("tap", "t.tap")] {
        let again = format!("{kind}=again");
        let said = project.probe(&["report", "--from", "e.jsonl", "--report", &again]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(project.read("again"), project.read(file), "{kind}");
    }
}

#[test]
fn the_worse_of_exit_code_and_results_is_believed() {
    for (text, expected) in [
        (script(MIXED, 0), "FAIL: exit code 0, but 1 of the 3 tests in it failed"),
        (script(SKIPPED, 0), "SKIP: the only test in it is skipped"),
        (script("<testsuites/>", 0), "EMPTY: nothing ran"),
        (script(GOOD, 0), "PASS"),
        (script(GOOD, 3), "FAIL: exit code 3"),
        (
            script("<testsuite><testcase name='a'/>", 0),
            "FAIL: exit code 0, but its results are cut off (`[tmp]/out.xml`)",
        ),
        (script("", 0), "FAIL: exit code 0, but its results are empty (`[tmp]/out.xml`)"),
        (
            script("<html/>", 0),
            "FAIL: exit code 0, but its results are no JUnit XML: they begin with `<html>` (`[tmp]/out.xml`)",
        ),
        (
            "true\n".to_owned(),
            "FAIL: exit code 0, but it left no results: nothing is at `[tmp]/out.xml`",
        ),
        (
            "mkdir \"$1\"\n".to_owned(),
            "FAIL: exit code 0, but its results are a folder (`[tmp]/out.xml`)",
        ),
        (
            "mkfifo \"$1\"\n".to_owned(),
            "FAIL: exit code 0, but its results cannot be read: it is a pipe, and no regular file (`[tmp]/out.xml`)",
        ),
        ("exit 3\n".to_owned(), "FAIL: exit code 3"),
        (script(GOOD, 0) + "kill -9 $$", "PASS"),
        (format!("({})\nkill -9 $$\n", script(MIXED, 0)), "SIGKILL"),
        (
            "head -c 70000000 /dev/zero > \"$1\"\n".to_owned(),
            "FAIL: exit code 0, but its results are larger than 64 MiB (`[tmp]/out.xml`)",
        ),
    ] {
        let project = project(&[("t.sh", text.clone())]);
        let said = project.probe(&["run", "--status-level", "all"]);
        let line = said.stderr.lines().find(|line| line.contains("(1/1)")).unwrap_or_default();
        let verb = line.split_whitespace().next().unwrap_or_default();
        let detail = line.split_once("unit t.sh").map_or("", |(_, detail)| detail);
        let shown = without_directory(&format!("{verb}{detail}"));
        assert_eq!(shown, expected, "{text:.200}\n{}", said.stderr);
    }
}

/// The text, with the path of its results as short as it is in the manifest.
fn without_directory(text: &str) -> String {
    let Some((before, after)) = text.split_once("`/") else { return text.to_owned() };
    let (_, after) = after.split_once("/out.xml`").unwrap_or_default();
    format!("{before}`[tmp]/out.xml`{after}")
}

#[test]
fn a_failure_that_no_result_names_says_so_and_stands_for_itself() {
    let project = project(&[("t.sh", script(GOOD, 3))]);
    let said = project.probe(&["run", "--report", "junit=j.xml"]);
    assert!(
        said.stderr.contains("none of the 2 tests in it failed by its results"),
        "{}",
        said.stderr
    );
    let junit = project.read("j.xml");
    assert!(junit.contains(r#"tests="3" skipped="0" errors="0" failures="1""#), "{junit}");
}

#[test]
fn no_name_writes_to_the_terminal_and_each_attempt_has_results_of_its_own() {
    let evil = "<testsuite><testcase name=\"a&#27;[2J&#10;::error::x\"><failure message=\"https://me:secret@example.org/\"/></testcase></testsuite>";
    let first =
        format!("if [ \"$PROBE_ATTEMPT\" = 1 ]; then\n{}fi\n{}", script(evil, 1), script(GOOD, 0));
    let project = project(&[("t.sh", first)]);
    let said = project.probe(&["run", "--report", "junit=j.xml"]);
    assert_eq!(said.code, 100);
    assert!(said.stderr.contains(r"- s") || said.stderr.contains(r"a\u{1b}[2J\n::error::x"));
    assert!(!said.stderr.contains("secret") && !project.read("j.xml").contains("secret"));
    let said = project.probe(&["run", "--retries", "1", "--report", "jsonl=e.jsonl,junit=j.xml"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let events = project.read("e.jsonl");
    let ended = events.lines().find(|line| line.contains("test-ended")).expect("it ended");
    assert!(ended.contains(r#""tests":{"passed":2,"failed":0,"skipped":0}"#), "{ended}");
    // The test itself is there, since it was tried twice.
    let junit = project.read("j.xml");
    assert!(junit.contains("<flakyFailure ") && junit.contains(r#"tests="3""#), "{junit}");
}

#[test]
fn one_test_may_have_many_files_wherever_they_are_and_old_ones_do_not_count() {
    let manifest = r#"[test.all]
run = ["sh", "build.sh"]
cwd = "sub"
results = "junit:out/**/TEST-*.xml"
"#;
    let write = "mkdir -p out/deep\necho '<testsuite><testcase name=\"b\"/></testsuite>' > out/deep/TEST-b.xml\n";
    let old = "<testsuite><testcase name=\"a\"><failure/></testcase></testsuite>";
    let project =
        Project::new(manifest).write("sub/build.sh", write).write("sub/out/TEST-old.xml", old);
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let file = std::fs::File::options().append(true).open(project.path("sub/out/TEST-old.xml"));
    file.and_then(|file| file.set_modified(long_ago)).expect("it is set");
    let said = project.probe(&["run", "--report", "jsonl=e.jsonl"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(project.read("e.jsonl").contains(r#""tests":{"passed":1,"failed":0,"skipped":0}"#));
    let project = project.write("sub/build.sh", "rm -r out/deep\n");
    let said = project.probe(&["run"]);
    assert!(said.stderr.contains("TEST-*.xml` is older than it"), "{}", said.stderr);
}

#[test]
fn tap_may_be_written_to_a_file() {
    let manifest = r#"[suite.t]
files = ["*.sh"]
run = ["sh", "{file}"]
env = { OUT = "{tmp}/x.tap" }
results = "tap:{tmp}/*.tap"
"#;
    let text = "printf '1..2\\nok 1 - a\\nnot ok 2 - b\\n' > \"$OUT\"\n";
    let project = Project::new(manifest).write("t.sh", text);
    let said = project.probe(&["run"]);
    assert!(
        said.stderr.contains("exit code 0, but 1 of the 2 tests in it failed\n             - b\n"),
        "{}",
        said.stderr
    );
}

/// A suite of programs that print TAP.
const TAP: &str = "[suite.t]\nkind = \"tap\"\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"{file}\"]\n";

#[test]
fn a_program_that_prints_tap_passes_if_its_plan_is_fulfilled() {
    for (text, expected) in [
        ("echo 1..2; echo ok 1; echo ok 2", "PASS"),
        ("echo 1..2; echo ok 1; echo ok 2; exit 1", "FAIL: exit code 1"),
        ("echo 1..2; echo ok 1", "FAIL: exit code 0, but its TAP has 1 of 2 planned tests"),
        ("echo ok 1", "FAIL: exit code 0, but its TAP has no plan"),
        ("echo 1..1; echo not ok 1", "FAIL: exit code 0, but the only test in it failed"),
        ("echo 1..1; echo 'not ok 1 # TODO later'", "SKIP: the only test in it is skipped"),
        ("echo 1..2; echo ok; echo 'ok # SKIP no gpu'", "PASS"),
        ("echo noise; echo '1..0 # SKIP no docker'", "SKIP: no docker"),
        ("echo 1..0", "EMPTY: nothing ran"),
        (
            "echo 1..2; echo ok; echo 'Bail out! no database'",
            "FAIL: exit code 0, but it bailed out: no database",
        ),
        ("true", "FAIL: exit code 0, but it printed no TAP"),
        ("echo ok 1 >&2; echo 1..1 >&2", "FAIL: exit code 0, but it printed no TAP"),
        ("echo hello", "FAIL: exit code 0, but it printed no TAP"),
        ("printf '\\033[32mok 1 - a\\033[0m\\n1..1\\n'", "PASS"),
        ("echo 1..1; echo ok; kill -9 $$", "SIGKILL"),
    ] {
        let project = Project::new(TAP).write("t.sh", text);
        let said = project.probe(&["run", "--status-level", "all"]);
        let line = said.stderr.lines().find(|line| line.contains("(1/1)")).unwrap_or_default();
        let verb = line.split_whitespace().next().unwrap_or_default();
        let detail = line.split_once("t t.sh").map_or("", |(_, detail)| detail);
        assert_eq!(format!("{verb}{detail}"), expected, "{text}\n{}", said.stderr);
    }
}

#[test]
fn all_of_a_long_text_of_tap_counts() {
    let long = "seq 1 20000 | sed 's/^/ok /; s/^ok 777$/not ok 777 - the one/'\necho 1..20000\n";
    let project = Project::new(TAP).write("t.sh", long);
    let said = project.probe(&["run", "--report", "jsonl=e.jsonl,junit=j.xml"]);
    assert_eq!(said.code, 100);
    let words = "exit code 0, but 1 of the 20000 tests in it failed\n             - the one\n";
    assert!(said.stderr.contains(words), "{}", said.stderr);
    let events = project.read("e.jsonl");
    assert!(events.contains(r#""subtests-left-out":12500"#), "{events:.300}");
}

#[test]
fn programs_of_perl_are_found_and_run_as_prove_does() {
    if crate::support::is_missing(std::process::Command::new("perl").arg("-v")) {
        return;
    }
    let project = Project::bare()
        .write("lib/Sum.pm", "package Sum;\nsub add { $_[0] + $_[1] }\n1;\n")
        .write(
            "t/sum.t",
            "use Test::More;\nuse Sum;\nis(Sum::add(1, 2), 3, 'adds');\nsubtest 'more' => sub {\n  ok(1, 'one');\n  is(1, 2, 'two');\n};\ndone_testing;\n",
        )
        .write("t/shell.t", "#!/bin/sh\necho 1..1\necho 'ok 1 - of a shell'\n");
    let said = project.probe(&["init"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(project.read("probe.toml").contains("kind = \"tap\"\nargs = [\"-Ilib\"]\n"));
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let summary = said.stderr.split_once("────────────\n").expect("a summary").1;
    assert!(summary.contains("2 files, 4 tests in them: 3 passed, 1 failed"), "{summary}");
    assert!(summary.contains("tap t/sum.t: exit code 1\n             - more two"), "{summary}");
}
