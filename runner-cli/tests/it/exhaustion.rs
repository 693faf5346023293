//! A machine without room for one more process, and files that cannot be run: the first passes, the second is said.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::Project;

fn executable(project: &Project, name: &str, bytes: &[u8]) {
    fs::write(project.path(name), bytes).expect("write");
    fs::set_permissions(project.path(name), fs::Permissions::from_mode(0o755)).expect("chmod");
}

#[test]
fn tests_wait_until_there_are_file_descriptors() {
    let project = Project::new(
        r#"[suite.s]
list = { run = ["seq", "1", "100"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "sleep 0.1", "{name}"]
"#,
    );
    let probe = project.command(&["run", "-j40"]);
    let mut limited = Command::new("prlimit");
    limited.arg("--nofile=48:48").arg(probe.get_program()).args(probe.get_args());
    limited.current_dir(project.path("")).env("PROBE_STORE", project.path("store"));
    let output = limited.output().expect("util-linux is there");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert!(stderr.contains("100 tests run: 100 passed"), "{stderr}");
}

#[test]
fn a_program_that_is_being_written_is_awaited() {
    let project = Project::new("[test.busy]\nrun = [\"./busy\"]\n");
    executable(&project, "busy", &fs::read("/bin/true").expect("there is a `true`"));
    let writer = fs::File::options().append(true).open(project.path("busy")).expect("open");
    let mut child = project.start(&["run"]);
    let mut stderr = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut said = String::new();
    while !said.contains("POSTPONED") {
        assert!(stderr.read_line(&mut said).expect("probe writes") > 0, "{said}");
    }
    assert!(said.contains("Text file busy"), "{said}");
    drop(writer);
    std::io::Read::read_to_string(&mut stderr, &mut said).expect("probe ends");
    assert!(child.wait().expect("probe ends").success(), "{said}");
    assert!(said.contains("1 test run: 1 passed"), "{said}");
}

#[test]
fn a_file_that_cannot_be_run_is_that_tests_failure_in_words() {
    let names = ["arm", "no-line", "no-interpreter", "windows", "nobody", "empty", "data"];
    let manifest = names.map(|name| format!("[test.{name}]\nrun = [\"./{name}\"]\n"));
    let project = Project::new(&manifest.concat());
    let mut program = fs::read("/bin/true").expect("there is a `true`");
    // The machine's number in the header of an ELF file: AArch64.
    program[18] = 183;
    executable(&project, "arm", &program);
    executable(&project, "no-line", b"echo hello\n");
    executable(&project, "no-interpreter", b"#!/no/such/interpreter -x\n");
    executable(&project, "windows", b"#!/bin/sh\r\necho hello\r\n");
    executable(&project, "nobody", b"#!\n");
    executable(&project, "empty", b"");
    executable(&project, "data", b"\0\x01\x02\x03");
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100);
    insta::assert_snapshot!(said.stderr);
}
