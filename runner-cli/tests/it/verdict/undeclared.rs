//! A race for a file that no library declares is named, with what to do about it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};

use super::fixture::{project, victim};
use crate::support::{Project, Said};
use crate::tools;

const MANIFEST: &str = r#"[test.stray]
run = ["sh", "-c", '''
mkdir -p own
cp victim.so own/libstray.so
test $PROBE_ATTEMPT != 1 || truncate -s 1000 own/libstray.so
echo loading $PWD/own/libstray.so
exec ./opener own/libstray.so''']
"#;

#[test]
fn it_is_named_with_the_lines_to_add_and_not_repeated() {
    if !tools::has("cc") {
        return;
    }
    let project = project(MANIFEST);
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let summary = said.stderr.split_once("────────────\n").expect("a summary").1;
    // When it was written differs from run to run.
    let written =
        summary.split_once("declares: written ").and_then(|(_, rest)| rest.split_once(", torn"));
    let (written, _) = written.expect("its times");
    assert!(
        written.contains(" s after the test started, ") && written.ends_with(" s before it ended"),
        "{written}"
    );
    let text = summary.replace(written, "[TIMES]").replace(&victim().len().to_string(), "[SIZE]");
    insta::assert_snapshot!(text, @r#"
      SUMMARY [   TIME ] 1 test run: 0 passed, 1 failed
         RACE undeclared file: once
              likely a race for `[ROOT]/own/libstray.so`, which no library declares: written [TIMES], torn: cut at 1000 of [SIZE] bytes
              - stray
       SIGBUS [   TIME ] stray
     PROPOSAL library stray: one test makes it, before the others that need it start:
                  [library.stray]
                  leader = true
                  paths = ["own/libstray.so"]
              and below `[test.stray]`:
                  needs = ["stray"]
              `probe adopt` writes that into `probe.toml`
    RUN AGAIN probe run --failed
    "#);
}

#[test]
fn it_is_repeated_if_that_is_asked_for() {
    if !tools::has("cc") {
        return;
    }
    let said = project(MANIFEST).probe(&["run", "--race-retries-undeclared"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("1 passed (1 after a race)"), "{}", said.stderr);
}

#[test]
fn a_library_that_has_long_been_there_is_not_suspected() {
    if !tools::has("cc") {
        return;
    }
    let manifest = "[test.own]\nrun = [\"sh\", \"-c\", 'touch -d yesterday victim.so; echo $PWD/victim.so; kill -SEGV $$']\n";
    let said = project(manifest).probe(&["run"]);
    assert!(!said.stderr.contains("RACE") && !said.stderr.contains("likely"), "{}", said.stderr);
}

/// A project whose home is its own, as the walk looks there; what the run says of a test that runs `script`.
fn run_at_home(project: &Project, arguments: &[&str]) -> Said {
    let mut command = project.command(arguments);
    command.env("HOME", project.path("home")).env("ENGINE_CACHE", project.path("engines"));
    command.env("TMPDIR", project.path("tmp"));
    project.said(&command.output().expect("the binary starts"))
}

fn dying(script: &str) -> Project {
    let project = Project::new(&format!("[test.own]\nrun = [\"sh\", \"-c\", '''{script}''']\n"));
    let project = project.write("engines/none", "").write("home/.duckdb/none", "");
    project.write("tmp/none", "")
}

#[test]
fn what_a_silent_death_has_left_where_programs_keep_their_libraries_is_named() {
    for place in [
        "home/.cache/jffi/stub.so",
        "home/.duckdb/extensions/x.duckdb_extension",
        "home/bin/tool",
        "home/.local/share/engine/tool",
        "engines/libengine.so",
        "build/out/libmade.so",
        "node_modules/addon/build/addon.node",
        "tmp/libunpacked.so",
    ] {
        let script = format!(
            "mkdir -p $(dirname {place}); head -c 5000 /bin/sh > {place}; touch -d yesterday {place}; kill -BUS $$"
        );
        let said = run_at_home(&dying(&script), &["run"]);
        assert_eq!(said.code, 100, "{}", said.stderr);
        let named = format!("likely a race for `[ROOT]/{place}`, which no library declares: ");
        assert!(said.stderr.contains(&named), "{place}: {}", said.stderr);
        assert!(said.stderr.contains(", torn: cut at 5000 of "), "{place}: {}", said.stderr);
        assert!(said.stderr.contains("leader = true"), "{place}: {}", said.stderr);
    }
}

#[test]
fn the_command_of_exec_and_a_test_of_a_run_are_searched_for_alike() {
    let script = "f=home/.cache/jffi/stub.so; mkdir -p home/.cache/jffi; [ -e $f ] || head -c 5000 /bin/sh > $f; kill -BUS $$";
    let project = dying(script);
    let came = "/stub.so`, torn: cut at 5000 of ";
    let said = run_at_home(&project, &["exec", "--", "sh", "-c", script]);
    assert!(said.stderr.contains(came) && said.stderr.contains(" came while"), "{}", said.stderr);
    // The same file again: by now nobody writes it, and whoever finds it there dies of it.
    let said = run_at_home(&project, &["exec", "--", "sh", "-c", script]);
    assert!(said.stderr.contains("remove it, so that it is made anew"), "{}", said.stderr);
    let said = run_at_home(&project, &["run"]);
    assert!(said.stderr.contains("/stub.so`, which no library declares: "), "{}", said.stderr);
    let said = run_at_home(&project, &["exec", "--", "sh", "-c", "exit 1"]);
    assert_eq!((said.code, said.stderr.as_str()), (1, ""), "a failure of its own");
}

#[test]
fn what_nobody_loads_is_no_suspect() {
    let script = "
        mkdir -p home/.cache/x .probe store __pycache__
        : > home/.cache/x/empty.so
        echo text > home/.cache/x/a.log
        exec 3>> home/.cache/x/a.log
        echo 'int main(){}' > main.c
        head -c 5000 /dev/zero > home/.cache/x/blob
        printf 'SQLite format 3\\000rest' > home/.cache/x/a.db
        exec 4>> home/.cache/x/a.db
        head -c 5000 /bin/sh > .probe/own.so
        head -c 5000 /bin/sh > store/own.so
        head -c 5000 /bin/sh > $TEST_TMPDIR/own.so
        kill -SEGV $$";
    let said = run_at_home(&dying(script), &["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(!said.stderr.contains("likely a race"), "{}", said.stderr);
    let said = run_at_home(&dying("head -c 5000 /bin/sh > a.so; exit 1"), &["run"]);
    assert!(!said.stderr.contains("likely a race"), "without a symptom: {}", said.stderr);
}

#[test]
fn what_another_library_declares_is_not_called_undeclared() {
    let manifest = "
        [library.made]
        leader = true
        paths = [\"made.so\"]
        [test.own]
        run = [\"sh\", \"-c\", 'head -c 5000 /bin/sh > made.so; kill -SEGV $$']
        ";
    let said = run_at_home(&Project::new(manifest), &["run"]);
    assert!(!said.stderr.contains("likely a race"), "{}", said.stderr);
}

#[test]
fn an_archive_that_stops_in_the_middle_is_a_suspect_and_a_whole_one_is_none() {
    if !tools::has("gzip") {
        return;
    }
    for (length, is_named) in [("3000", true), ("999999", false)] {
        let script = format!(
            "mkdir -p home/.cache; gzip -c /bin/sh | head -c {length} > home/.cache/x.tgz; kill -BUS $$"
        );
        let said = run_at_home(&dying(&script), &["run"]);
        let named = "/x.tgz`, which no library declares: ";
        assert_eq!(said.stderr.contains(named), is_named, "{}", said.stderr);
    }
}

/// Somebody else writes it, and the next attempt must not find it half written as well.
#[test]
fn a_stray_that_is_being_written_is_awaited_before_it_is_retried() {
    let script = "
        [ $PROBE_ATTEMPT = 1 ] || exec cmp home/.cache/engine.so /bin/sh
        echo > ran
        while ! test -e held; do sleep 0.01; done
        kill -BUS $$";
    let project = dying(script);
    let mut command = project.command(&["run", "--race-retries-undeclared"]);
    let mut child = project.start_command(command.env("HOME", project.path("home")));
    project.wait_for("ran");
    let whole = fs::read("/bin/sh").expect("a program");
    let (begin, rest) = whole.split_at(whole.len() / 2);
    fs::create_dir_all(project.path("home/.cache")).expect("create");
    let mut writer = fs::File::create(project.path("home/.cache/engine.so")).expect("create");
    writer.write_all(begin).expect("write");
    fs::write(project.path("held"), "").expect("write");
    let mut stderr = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut line = String::new();
    while !line.contains("WAITING") {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).expect("read"), 0, "it ended without waiting");
    }
    writer.write_all(rest).expect("write");
    drop(writer);
    let mut said = String::new();
    stderr.read_to_string(&mut said).expect("read");
    assert_eq!(project.end(child).code, 0, "{said}");
    assert!(said.contains("1 passed (1 after a race)"), "{said}");
}
