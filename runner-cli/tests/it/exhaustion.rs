//! A machine without room for one more process, and files that cannot be run: the first passes, the second is said.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use rustix::io::Errno;

use crate::support::{Project, Said, is_missing};

fn executable(project: &Project, name: &str, bytes: &[u8]) {
    fs::write(project.path(name), bytes).expect("write");
    fs::set_permissions(project.path(name), fs::Permissions::from_mode(0o755)).expect("chmod");
}

#[test]
fn tests_wait_until_there_are_file_descriptors() {
    let project = Project::new(
        r#"[suite.s]
list = { run = ["seq", "1", "40"], match = '^(?<name>.+)$' }
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
    assert!(stderr.contains("40 tests run: 40 passed"), "{stderr}");
}

/// Fails to start a program as often as it is told to, with the error that it is told; then, and for every other program,
/// it is the C library's.
const NO_ROOM: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef int spawn(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[], char *const[]);

int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
    static atomic_int failed;
    if (strstr(file, "/short-") && atomic_fetch_add(&failed, 1) < atoi(getenv("NO_ROOM_TIMES")))
        return atoi(getenv("NO_ROOM_ERROR"));
    return ((spawn *)dlsym(RTLD_NEXT, "posix_spawnp"))(pid, file, actions, attributes, arguments, environment);
}
"#;

/// What a run says whose test cannot be started so many times, for this error.
fn without_room(times: u32, error: Errno) -> Option<Said> {
    if is_missing(Command::new("cc").arg("--version")) {
        return None;
    }
    let project =
        Project::new("[test.busy]\nrun = [\"./short-of-room\"]\n").write("no-room.c", NO_ROOM);
    executable(&project, "short-of-room", b"#!/bin/sh\n");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o", "no-room.so", "no-room.c", "-ldl"]);
    assert!(compiler.current_dir(project.path("")).status().expect("cc starts").success());
    let mut probe = project.command(&["run", "--status-level", "retry"]);
    probe.env("LD_PRELOAD", project.path("no-room.so")).env("NO_ROOM_TIMES", times.to_string());
    probe.env("NO_ROOM_ERROR", error.raw_os_error().to_string());
    Some(project.said(&probe.output().expect("the binary starts")))
}

#[test]
fn a_test_waits_until_there_are_processes_and_memory() {
    for error in [Errno::AGAIN, Errno::NOMEM] {
        let Some(said) = without_room(3, error) else { return };
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(said.stderr.matches("POSTPONED").count(), 3, "{}", said.stderr);
        assert!(said.stderr.contains("1 test run: 1 passed"), "{}", said.stderr);
    }
}

#[test]
fn a_test_is_given_up_for_which_there_is_never_room() {
    let Some(said) = without_room(1_000_000, Errno::AGAIN) else { return };
    assert_eq!(said.code, 100, "{}", said.stderr);
    let (_, summary) = said.stderr.split_once("────────────\n").expect("a summary");
    let failure = summary.lines().nth(1).unwrap_or_default();
    insta::assert_snapshot!(failure, @" NOT STARTED [   TIME ] busy: cannot start `[ROOT]/./short-of-room`: Resource temporarily unavailable (os error 11)");
}

#[test]
fn an_error_that_does_not_pass_is_told_at_once() {
    let Some(said) = without_room(1_000_000, Errno::PERM) else { return };
    assert_eq!((said.code, said.stderr.matches("POSTPONED").count()), (100, 0), "{}", said.stderr);
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

#[test]
fn a_directory_for_temporary_files_that_is_not_there_is_named() {
    let project = Project::new("[test.a]\nrun = [\"true\"]\n");
    let mut probe = project.command(&["run"]);
    let said = project.said(&probe.env("TMPDIR", "/no/such/place").output().expect("it starts"));
    assert_eq!(said.code, 100);
    assert!(
        said.stderr.contains("cannot make the directory `/no/such/place/probe-"),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("TMPDIR says where"), "{}", said.stderr);
}
