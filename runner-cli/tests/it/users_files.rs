//! What is the user's stays where it is, and what is made in halves is made anew.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Project, Said, with_limits};

/// The first bytes of a program.
fn cut() -> Vec<u8> {
    fs::read("/bin/sh").expect("a shell")[..300].to_vec()
}

/// The user's own files in `pkg`, and a program that is whole.
fn with_files(project: Project) -> Project {
    let project = project.write("pkg/__init__.py", "").write("pkg/.gitkeep", "");
    fs::write(project.path("pkg/fixture.bin"), cut()).expect("write");
    fs::copy("/bin/sh", project.path("pkg/mod.so")).expect("copy");
    project
}

#[track_caller]
fn check_files(project: &Project, said: &Said) {
    for name in ["pkg/__init__.py", "pkg/.gitkeep", "pkg/fixture.bin"] {
        assert!(project.path(name).exists(), "{name}: {}{}", said.stdout, said.stderr);
    }
    assert_eq!(fs::read(project.path("pkg/fixture.bin")).expect("read"), cut());
}

#[test]
fn a_failure_beside_the_users_empty_and_cut_files_is_a_failure() {
    for how in ["leader = true", "command = ['true']"] {
        let project = with_files(Project::new(&format!(
            r#"
[library.pkg]
{how}
paths = ["pkg/*"]
[test.fails]
run = ["sh", "-c", "echo x >> runs; exit 1"]
needs = ["pkg"]
[test.dies]
run = ["sh", "-c", "echo x >> runs; kill -SEGV $$"]
needs = ["pkg"]
"#
        )));
        let said = project.probe(&["run"]);
        assert_eq!(said.code, 100, "{}", said.stderr);
        assert_eq!(project.read("runs"), "x\nx\n", "{}", said.stderr);
        check_files(&project, &said);
        let told = "`[ROOT]/pkg/fixture.bin` is torn: cut at 300 of";
        assert!(said.stderr.contains(told), "the one that died is told of it: {}", said.stderr);
    }
}

#[test]
fn the_doctor_moves_nothing_that_probe_did_not_see_being_made() {
    for how in ["leader = true", "command = ['true']"] {
        let project = with_files(Project::new(&format!(
            "[library.pkg]\n{how}\npaths = ['pkg/*', 'pkg/fixture.bin']\n"
        )));
        let said = project.probe(&["doctor", "--fix"]);
        assert_eq!(said.code, 1);
        check_files(&project, &said);
        assert!(said.stdout.contains("left as it is: probe did not see it being made"));
    }
}

/// A library of data of which a script makes a half, notes that in `ready`, and waits. With `again` there it makes all of it,
/// unless it finds the folder.
const HALVES: &str = r#"[ -d made ] && exit 0
mkdir made
echo half > made/data
if ! [ -e again ]; then echo x > ready; exec sleep 1000; fi
echo whole > made/data
"#;

#[test]
fn what_a_command_left_under_a_killed_probe_is_put_aside_and_made_anew() {
    for signal in [Signal::INT, Signal::KILL] {
        let project = Project::new(
            r#"
[library.data]
command = ["sh", "make.sh"]
paths = ["made/*"]
inputs = ["make.sh"]
kind = "data"
[test.reads]
run = ["grep", "-q", "whole", "made/data"]
needs = ["data"]
"#,
        )
        .write("make.sh", HALVES);
        let child = project.start(&["run"]);
        project.wait_for("ready");
        kill_process(Pid::from_child(&child), signal).expect("probe runs");
        project.end(child);
        let project = project.write("again", "");
        let said = project.probe(&["run"]);
        assert_eq!(said.code, 0, "{signal:?}: {}", said.stderr);
        let told =
            "MOVED ASIDE                  data: `[ROOT]/made` was left by a run of what makes it";
        assert!(said.stderr.contains(told), "{}", said.stderr);
        assert!(said.stderr.contains("` moves it back"), "{}", said.stderr);
        let said = project.probe(&["run"]);
        assert!(said.stderr.contains("data: already there"), "{}", said.stderr);
    }
}

#[test]
fn what_a_leader_left_that_ran_out_of_time_is_put_aside_and_made_anew() {
    let manifest = r#"
[library.data]
leader = true
paths = ["made/*"]
inputs = ["make.sh"]
kind = "data"
[test.a-makes]
run = ["sh", "make.sh"]
needs = ["data"]
timeout = "LIMIT"
grace = "100ms"
[test.b-makes]
run = ["sh", "-c", "echo > again; sh make.sh && grep -q whole made/data"]
needs = ["data"]
"#;
    let (project, said) = with_limits(["1s", "10s", "60s"], |limit| {
        let project = Project::new(&manifest.replace("LIMIT", limit)).write("make.sh", HALVES);
        let said = project.probe(&["run", "-j2"]);
        if project.path("ready").exists() { Ok((project, said)) } else { Err(said) }
    });
    assert!(said.stderr.contains("1 passed, 1 timed out"), "{}", said.stderr);
    assert!(said.stderr.contains("MOVED ASIDE"), "{}", said.stderr);
    assert_eq!(project.read("made/data"), "whole\n");
}

#[test]
fn a_tool_that_believes_its_note_over_a_torn_program_is_told_which() {
    let project = Project::new(
        r#"
[library.tool]
command = ["sh", "-c", "[ -e bin/.complete ] && exit 0; cp /bin/sh bin/tool"]
paths = ["bin/tool"]
kind = "executable"
"#,
    )
    .write("bin/.complete", "");
    fs::write(project.path("bin/tool"), cut()).expect("write");
    for _ in 0..2 {
        let said = project.probe(&["preload"]);
        assert_eq!(said.code, 105, "{}", said.stderr);
        let text = &said.stderr;
        assert!(text.contains("`[ROOT]/bin/tool` was torn: cut at 300 of"), "{text}");
        let help =
            "the command may take `[ROOT]/bin/.complete` for a sign that it is done: remove that";
        assert!(text.contains(help), "{text}");
    }
}
