//! What counts as a race besides torn files, how often one is run again, and what is no race.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};

use super::fixture::{Language, once, placed, project, victim};
use crate::tools;

/// The status lines of a test, without times.
fn story(stderr: &str, name: &str) -> Vec<String> {
    let (before, _) = stderr.split_once("────────────\n").expect("a summary");
    let is_told = |line: &&str| {
        line.contains("[   TIME ]")
            && !line.contains("PRELOAD")
            && (line.ends_with(&format!(" {name}")) || line.contains(&format!(" {name}: ")))
    };
    let words = |line: &str| {
        let line = line.split("; again in").next().unwrap_or(line);
        let (verb, rest) = line.split_once("[   TIME ]").expect("a status line");
        let rest = rest.trim();
        let rest = rest.split_once(") ").map_or(rest, |(_, rest)| rest);
        format!("{} {rest}", verb.trim())
    };
    before.lines().filter(is_told).map(words).collect()
}

/// What is done to the file, how the attempt goes on, and what is told of the test.
#[test]
fn a_file_that_changes_is_a_race_only_with_a_symptom() {
    if !tools::has("cc") {
        return;
    }
    let replaced = "cp $F $F.new; mv $F.new $F";
    let written = "cp $F $F.new; cat $F.new > $F";
    let load = "./opener $F";
    let crash = "test $PROBE_ATTEMPT != 1 || kill -SEGV $$";
    let aborts = "test $PROBE_ATTEMPT != 1 || kill -ABRT $$";
    let load_in_musl = "./musl-opener $F";
    let mut cases: Vec<(&str, &str, &str, &[&str])> = vec![
        ("fetched", replaced, "exit 1", &["FAIL fetched: exit code 1"]),
        ("written", written, "exit 1", &["FAIL written: exit code 1"]),
        ("replaced", replaced, "kill -SEGV $$", &["SIGSEGV replaced"]),
        (
            "trapped",
            written,
            "test $PROBE_ATTEMPT != 1 || kill -TRAP $$",
            &[
                "RACE trapped: SIGTRAP at attempt 1",
                "RACE trapped: passed after a race (attempt 2)",
            ],
        ),
        (
            "wrapped",
            written,
            "test $PROBE_ATTEMPT != 1 || { echo \"process did not exit successfully (signal: 7, SIGBUS)\"; exit 101; }",
            &[
                "RACE wrapped: FAIL with “SIGBUS” at attempt 1",
                "RACE wrapped: passed after a race (attempt 2)",
            ],
        ),
        (
            "numbered",
            written,
            "test $PROBE_ATTEMPT != 1 || { echo \"make: *** [t] Error 135\"; exit 2; }",
            &[
                "RACE numbered: FAIL with “exit code 135” at attempt 1",
                "RACE numbered: passed after a race (attempt 2)",
            ],
        ),
        (
            "translated",
            written,
            "test $PROBE_ATTEMPT != 1 || { echo \"OSError: $PWD/$F: Datei zu kurz\"; exit 1; }",
            &[
                "RACE translated: FAIL with words about `translated.so` at attempt 1",
                "RACE translated: passed after a race (attempt 2)",
            ],
        ),
        (
            "flooded",
            written,
            "test $PROBE_ATTEMPT != 1 || { yes | head -c 300000; echo; echo \"worker gw0 crashed\"; yes | head -c 300000; exit 1; }",
            &[
                "RACE flooded: FAIL with “crashed” at attempt 1",
                "RACE flooded: passed after a race (attempt 2)",
            ],
        ),
        ("killed", replaced, "kill -KILL $$", &["SIGKILL killed"]),
        (
            "crashed",
            written,
            crash,
            &[
                "RACE crashed: SIGSEGV at attempt 1",
                "RACE crashed: passed after a race (attempt 2)",
            ],
        ),
        (
            "shell",
            written,
            "test $PROBE_ATTEMPT != 1 || exit 135",
            &["RACE shell: FAIL at attempt 1", "RACE shell: passed after a race (attempt 2)"],
        ),
        (
            "shell-segv",
            written,
            "test $PROBE_ATTEMPT != 1 || exit 139",
            &[
                "RACE shell-segv: FAIL at attempt 1",
                "RACE shell-segv: passed after a race (attempt 2)",
            ],
        ),
        (
            "shell-abrt",
            written,
            "test $PROBE_ATTEMPT != 1 || exit 134",
            &[
                "RACE shell-abrt: FAIL at attempt 1",
                "RACE shell-abrt: passed after a race (attempt 2)",
            ],
        ),
        (
            "aborted",
            written,
            aborts,
            &[
                "RACE aborted: SIGABRT at attempt 1",
                "RACE aborted: passed after a race (attempt 2)",
            ],
        ),
        ("permitted", "chmod 700 $F", "kill -SEGV $$", &["SIGSEGV permitted"]),
        ("linked", "ln $F $F.2", "kill -SEGV $$", &["SIGSEGV linked"]),
        (
            "gone",
            "rm $F",
            load,
            &[
                "RACE gone: FAIL with “cannot open shared object file” at attempt 1",
                "RACE gone: passed after a race (attempt 2)",
            ],
        ),
        ("gone-unmissed", "rm $F", "exit 1", &["FAIL gone-unmissed: exit code 1"]),
        (
            "page",
            "echo '<html>' > $F",
            load,
            &[
                "RACE page: FAIL with “file too short” at attempt 1",
                "RACE page: passed after a race (attempt 2)",
            ],
        ),
    ];
    if Language::Musl.is_there() {
        cases.push((
            "gone-in-musl",
            "rm $F",
            load_in_musl,
            &[
                "RACE gone-in-musl: FAIL with “No such file or directory” at attempt 1",
                "RACE gone-in-musl: passed after a race (attempt 2)",
            ],
        ));
    }
    let manifest: String = cases
        .iter()
        .map(|(name, damage, action, _)| placed(name, &once(name, damage, action)))
        .collect();
    let project = project(&manifest);
    let said = project.probe(&["run", "-j2"]);
    for (name, _, _, expected) in cases {
        assert_eq!(story(&said.stderr, name), expected, "{}", said.stderr);
    }
}

#[test]
fn a_race_is_told_with_its_file_and_its_bytes() {
    if !tools::has("cc") {
        return;
    }
    let project = project(&placed("engine", &once("engine", "truncate -s 100 $F", "./opener $F")));
    let size = victim().len().to_string();
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(fs::read(project.path("cache/engine.so")).expect("read") == victim());
    let summary = said.stderr.split_once("────────────\n").expect("a summary").1;
    insta::assert_snapshot!(summary.replace(&size, "[SIZE]"), @"
     SUMMARY [   TIME ] 1 test run: 1 passed (1 after a race)
        RACE library engine: once
             `[ROOT]/cache/engine.so` was torn: cut at 100 of [SIZE] bytes; put back from the store
             - engine
    ");
}

#[test]
fn race_retries_are_bounded_and_apart_from_other_retries() {
    if !tools::has("cc") {
        return;
    }
    let always =
        placed("always", "F=cache/always.so; chmod u+w $F; truncate -s 63 $F; ./opener $F");
    let project = project(&always);
    for (arguments, attempts) in [
        (&["run"][..], 4),
        (&["run", "--race-retries", "1"], 2),
        (&["run", "--race-retries", "0"], 1),
        (&["run", "--race-retries", "1", "--retries", "1"], 3),
    ] {
        let said = project.probe(arguments);
        assert_eq!(said.code, 100, "{}", said.stderr);
        assert_eq!(story(&said.stderr, "always").len(), attempts, "{}", said.stderr);
    }
    let last = project.probe(&["run", "--race-retries", "0"]).stderr;
    assert!(last.contains("    it was a race, and no further attempt is left"), "{last}");
}

#[test]
fn a_whole_file_of_somebody_else_is_not_replaced() {
    if !tools::has("cc") {
        return;
    }
    let other = "printf 'somebody wrote here' | dd of=$F bs=1 seek=20000 conv=notrunc status=none";
    let project = project(&placed("other", &once("other", other, "kill -SEGV $$")));
    let said = project.probe(&["run"]);
    assert_eq!(story(&said.stderr, "other"), ["SIGSEGV other"], "{}", said.stderr);
    assert!(said.stderr.contains("it cannot be mended: "), "{}", said.stderr);
    assert!(fs::read(project.path("cache/other.so")).expect("read") != victim());
}

#[test]
fn a_command_makes_again_what_was_torn() {
    if !tools::has("cc") {
        return;
    }
    let script = "test $PROBE_ATTEMPT != 1 || truncate -s 63 made.so; ./opener ./made.so";
    let project = project(&format!(
        r#"[library.made]
command = ["sh", "-c", "echo built >> log; cp victim.so made.so"]
paths = ["made.so"]
inputs = ["victim.so"]

[test.made]
run = ["sh", "-c", '{script}']
needs = ["made"]
"#
    ));
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.read("log"), "built\nbuilt\n");
    assert!(said.stderr.contains("bytes; built again"), "{}", said.stderr);
}

/// Every file of its `paths` is known, not only the first one.
#[test]
fn a_command_makes_again_what_was_replaced_by_another_file() {
    if !tools::has("cc") {
        return;
    }
    let spoil =
        "printf 'somebody wrote here' | dd of=two.so bs=1 seek=20000 conv=notrunc status=none";
    let project = project(&format!(
        r#"[library.made]
command = ["sh", "-c", "echo built >> log; cp victim.so one.so; cp victim.so two.so"]
paths = ["one.so", "two.so"]
inputs = ["victim.so"]

[test.made]
run = ["sh", "-c", "test $PROBE_ATTEMPT != 1 || {{ {spoil}; kill -SEGV $$; }}; ./opener ./two.so"]
needs = ["made"]
"#
    ));
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.read("log"), "built\nbuilt\n");
    let told = said.stderr.lines().find(|line| line.contains("/two.so` was another file: sha256 "));
    assert!(told.is_some_and(|line| line.ends_with("; built again")), "{}", said.stderr);
    assert!(!said.stderr.contains("/one.so` was"), "{}", said.stderr);
}

#[test]
fn a_program_that_somebody_writes_to_is_run_again() {
    if !tools::has("cc") {
        return;
    }
    let project = project(
        r#"[library.tool]
url = "opener"
to = "cache/tool"
kind = "executable"

[test.busy]
run = ["sh", "-c", 'chmod u+w cache/tool; test $PROBE_ATTEMPT != 1 || exec 3>>cache/tool; ./opener exec ./cache/tool']
needs = ["tool"]
"#,
    );
    let said = project.probe(&["run"]);
    assert_eq!(
        story(&said.stderr, "busy"),
        [
            "RACE busy: FAIL with “Text file busy” at attempt 1",
            "RACE busy: passed after a race (attempt 2)"
        ],
        "{}",
        said.stderr
    );
}

#[test]
fn a_file_that_is_being_written_is_awaited() {
    if !tools::has("cc") {
        return;
    }
    let script = "test $PROBE_ATTEMPT != 1 || { chmod u+w cache/slow.so; echo > ran; while ! test -e held; do sleep 0.01; done; kill -BUS $$; }; ./opener cache/slow.so";
    let project = project(&placed("slow", script));
    let whole = victim();
    let mut child = project.start(&["run"]);
    project.wait_for("ran");
    // As a downloader writes that nobody told of another one.
    let (begin, rest) = whole.split_at(whole.len() / 2);
    let mut writer = fs::File::create(project.path("cache/slow.so")).expect("truncate");
    writer.write_all(begin).expect("write");
    fs::write(project.path("held"), "").expect("write");
    let mut stderr = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut line = String::new();
    while !line.contains("WAITING") {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).expect("read"), 0, "it ended without waiting");
    }
    assert!(
        line.contains(" slow: somebody writes to `") && line.contains("cache/slow.so`"),
        "{line}"
    );
    writer.write_all(rest).expect("write");
    drop(writer);
    let mut said = String::new();
    stderr.read_to_string(&mut said).expect("read");
    assert_eq!(project.end(child).code, 0, "{said}");
    assert!(
        said.contains(" was still being written when the test ended; it is whole now\n"),
        "{said}"
    );
}

/// Bugs of tests' own, with a whole library or with one that is honestly replaced meanwhile.
#[test]
fn failures_of_their_own_are_never_run_again() {
    if !tools::has("cc") {
        return;
    }
    let bugs = [
        "exit 1",
        "exit 101",
        "echo 'assertion failed: left == right' >&2; exit 1",
        "echo 'parser: unexpected end of file' >&2; exit 1",
        "echo 'Error: ENOENT: no such file or directory' >&2; exit 2",
        "kill -KILL $$",
        "kill -TERM $$",
    ];
    // With such an end, and a file that was written to, nobody can tell.
    let crashes =
        ["kill -SEGV $$", "kill -BUS $$", "exit 139", "echo x.so: file too short >&2; exit 1"];
    let replaced = "cp $F $F.new; mv $F.new $F; ";
    let mut manifest =
        String::from("[library.engine]\nurl = \"victim.so\"\nto = \"cache/engine.so\"\n");
    let with = bugs.iter().flat_map(|bug| [format!("{replaced}{bug}"), (*bug).to_owned()]);
    let mut count = 0;
    for script in with {
        count += 1;
        manifest.push_str(&placed(
            &format!("own-{count}"),
            &format!("F=cache/own-{count}.so; {script}"),
        ));
    }
    for crash in crashes {
        count += 1;
        let script = format!("F=cache/own-{count}.so; {replaced}{crash}");
        manifest.push_str(&placed(&format!("own-{count}"), &script));
    }
    for script in crashes {
        count += 1;
        manifest.push_str(&format!(
            "[test.crash-{count}]\nrun = [\"sh\", \"-c\", '{script}']\nneeds = [\"engine\"]\n"
        ));
    }
    let said = project(&manifest).probe(&["run", "-j2"]);
    assert_eq!(said.code, 100);
    assert!(!said.stderr.contains("RACE"), "{}", said.stderr);
    assert!(
        said.stderr.contains(&format!("{count} tests run: 0 passed, {count} failed")),
        "{}",
        said.stderr
    );
}
