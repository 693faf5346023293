//! What the system refuses to a loader, or to whoever starts a program: permissions, memory, mounts, disks, interpreters. Each is
//! really produced, is never run again, and is named.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::fixture::{compile, once, placed, project, victim};
use crate::support::{Project, is_missing};
use crate::tools;

/// Runs a program in a process that may not make memory executable which was not so from the start.
const WITHOUT_NEW_CODE: &str = r#"
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>
#define SET_MDWE 65
#define REFUSE_EXEC_GAIN 1
int main(int count, char **words) {
    if (count == 1 || prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0)) { perror("prctl"); return 77; }
    execv(words[1], words + 1);
    perror(words[1]);
    return 1;
}
"#;

/// Whether this kernel, or this machine, cannot produce a case, which is said.
#[expect(clippy::print_stderr, reason = "a check that was left out is said")]
fn cannot(what: &str, command: &mut Command) -> bool {
    let cannot = !command.output().is_ok_and(|output| output.status.success());
    if cannot {
        eprintln!("not checked: this machine cannot {what}");
    }
    cannot
}

/// What a run says whose project has a file system of its own at `mount`; `None` where no test may mount one.
fn in_a_mount(project: &Project, options: &str, prepare: &str) -> Option<String> {
    fs::create_dir(project.path("mount")).expect("create");
    let mount = format!("mount -t tmpfs -o {options} tmpfs mount && {prepare}");
    let unshare = |script: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--mount", "--map-root-user", "sh", "-c", script]);
        unshare.current_dir(project.path("")).env("PROBE_STORE", project.path("store"));
        unshare
    };
    if cannot("mount a file system in a test", &mut unshare(&mount)) {
        return None;
    }
    let probe = project.command(&["run", "-j1"]);
    let run = format!("{mount} && exec {} run -j1", probe.get_program().display());
    let said = project.said(&unshare(&run).output().expect("it starts"));
    assert_eq!(said.code, 100, "{}", said.stderr);
    Some(said.stderr)
}

/// Every one of `parts` is said, and nothing is said of a race.
fn assert_said(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(!said.contains("RACE") && !said.contains("likely"), "{said}");
}

#[test]
fn a_file_system_without_execution_is_named() {
    if !tools::has("cc") {
        return;
    }
    let project = project(
        "[test.loads]\nrun = [\"./opener\", \"./mount/victim.so\"]\n[test.starts]\nrun = [\"./mount/opener\"]\n[test.shell]\nrun = [\"sh\", \"-c\", \"./mount/opener\"]\n",
    );
    let prepare = "cp victim.so opener mount/";
    let Some(said) = in_a_mount(&project, "noexec", prepare) else { return };
    assert_said(
        &said,
        &[
            "failed to map segment from shared object",
            "mount/victim.so` is on a file system that is mounted `noexec`",
            "mount/opener`: its file system is mounted `noexec`, where nothing can be run from",
            "mount/opener` is on a file system that is mounted `noexec`, where nothing can be executed",
        ],
    );
}

#[test]
fn a_file_that_a_full_disk_has_cut_is_no_race() {
    if !tools::has("cc") {
        return;
    }
    let project = project(
        "[test.full]\nrun = [\"sh\", \"-c\", 'cp victim.so mount/cut.so; exec ./opener $PWD/mount/cut.so']\n",
    );
    let Some(said) = in_a_mount(&project, "size=64k", "true") else { return };
    assert_said(&said, &["No space left on device", "SIGBUS"]);
    assert!(
        said.contains(
            "the disk was full when `[ROOT]/mount/cut.so` was written: it may not be all there"
        ),
        "{said}"
    );
}

#[test]
fn a_library_that_the_test_may_not_read_is_named() {
    if !tools::has("cc") {
        return;
    }
    // Root reads everything, unless it has given up its capabilities.
    let unable = ["--bounding-set=-all", "--inh-caps=-all"];
    let may_all = fs::read("/proc/self/status").expect("read");
    let is_root =
        String::from_utf8_lossy(&may_all).lines().any(|line| line.starts_with("Uid:\t0\t"));
    if is_root && cannot("give up capabilities", Command::new("setpriv").args(unable).arg("true")) {
        return;
    }
    let prefix =
        if is_root { "\"setpriv\", \"--bounding-set=-all\", \"--inh-caps=-all\", " } else { "" };
    let project =
        project(&format!("[test.closed]\nrun = [{prefix}\"./opener\", \"./closed.so\"]\n"));
    fs::copy(project.path("victim.so"), project.path("closed.so")).expect("copy");
    fs::set_permissions(project.path("closed.so"), fs::Permissions::from_mode(0o000))
        .expect("chmod");
    let said = project.probe(&["run", "--retries", "0"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let note = match is_root {
        true => "`[ROOT]/closed.so` is whole, and the test may not read it",
        false => "`[ROOT]/closed.so` cannot be read: permission denied",
    };
    assert_said(&said.stderr, &["cannot open shared object file: Permission denied", note]);
}

#[test]
fn a_library_that_asks_for_an_executable_stack_is_named() {
    if !tools::has("cc") {
        return;
    }
    let project =
        project("[test.stack]\nrun = [\"./without-new-code\", \"./opener\", \"./stack.so\"]\n");
    let folder = project.path("");
    compile(&folder, "without-new-code", WITHOUT_NEW_CODE, &[]);
    let answer = "int answer(void) { return 99; }";
    compile(&folder, "stack.so", answer, &["-shared", "-fPIC", "-Wl,-z,execstack"]);
    let mut refuse = Command::new(project.path("without-new-code"));
    if cannot("refuse new code to a process", refuse.arg("/bin/true")) {
        return;
    }
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert_said(
        &said.stderr,
        &[
            "cannot enable executable stack",
            "`[ROOT]/stack.so` asks for an executable stack, which is refused here: link it with `-z noexecstack`",
        ],
    );
}

#[test]
fn a_program_for_another_c_library_is_there_and_cannot_be_run() {
    if !tools::has("cc") {
        return;
    }
    let starts = [("probe", "\"./foreign\""), ("sh", "\"sh\", \"-c\", \"./foreign\"")];
    let test = |(name, run)| format!("[test.{name}]\nrun = [{run}]\n");
    let mut manifest: String = starts.map(test).concat();
    let has_bash = !is_missing(Command::new("bash").arg("--version"));
    if has_bash {
        manifest.push_str("[test.bash]\nrun = [\"bash\", \"-c\", \"./foreign\"]\n");
    }
    let project = project(&manifest);
    // As musl's and glibc's programs have it on a machine that has only the other one.
    let elsewhere = ["-Wl,--dynamic-linker=/nowhere/ld-musl.so.1"];
    compile(&project.path(""), "foreign", "int main(void) { return 0; }", &elsewhere);
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let why = "its loader `/nowhere/ld-musl.so.1` is not there: it is built for another C library";
    assert_said(
        &said.stderr,
        &[
            &format!("cannot start `[ROOT]/./foreign`: {why}"),
            &format!("`[ROOT]/foreign` is there, and cannot be run: {why}"),
        ],
    );
    let notes = said.stderr.matches("is there, and cannot be run").count();
    assert_eq!(notes, if has_bash { 2 } else { 1 }, "{}", said.stderr);
}

#[test]
fn a_program_without_permission_is_named_with_its_mode_and_the_way_out() {
    let starts = [
        ("sh", "\"sh\", \"-c\", \"./tool\""),
        ("env", "\"env\", \"./tool\""),
        (
            "python",
            "\"sh\", \"-c\", \"echo \\\"PermissionError: [Errno 13] Permission denied: './tool'\\\"; exit 1\"",
        ),
        ("node", "\"sh\", \"-c\", \"echo \\\"Error: spawn $PWD/tool EACCES\\\"; exit 1\""),
    ];
    let test = |(name, run)| format!("[test.{name}]\nrun = [{run}]\nneeds = [\"made\"]\n");
    let made = "[library.made]\ncommand = [\"sh\", \"-c\", \"printf '#!/bin/sh\\\\n' > tool; chmod 640 tool\"]\n\
                paths = [\"tool\"]\nkind = \"executable\"\n";
    // Whatever else is not permitted is nothing that probe could explain.
    let other =
        "[test.other]\nrun = [\"sh\", \"-c\", \"echo cat: ./text: Permission denied; exit 1\"]\n";
    let project = Project::new(&format!("{made}{}{other}", starts.map(test).concat()))
        .write("text", "no program");
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    let why = "`[ROOT]/tool` is a program without permission to be executed (mode 0640): \
               give it that, by `chmod +x`, where it is made";
    assert_eq!(said.stderr.matches(why).count(), starts.len(), "{}", said.stderr);
    assert_eq!(said.stderr.matches("without permission").count(), starts.len(), "{}", said.stderr);
}

#[test]
fn a_program_that_is_fetched_may_be_executed_whatever_it_is_declared_as() {
    let project = Project::new(
        "[library.tool]\nurl = \"tool\"\nkind = \"data\"\n\
         [test.a]\nrun = [\"sh\", \"-c\", \"$PROBE_LIBRARY_TOOL\"]\nneeds = [\"tool\"]\n",
    )
    .write("tool", "#!/bin/sh\nexit 0\n");
    assert_eq!(project.probe(&["run"]).code, 0);
}

/// The Java virtual machine catches the signals of torn files, and wraps the loader's words.
#[test]
fn what_java_says_of_libraries_is_understood() {
    if !tools::has("cc") || !tools::has("javac") {
        return;
    }
    let java = |name: &str| format!("exec java -Xshare:auto -cp . Load $PWD/cache/{name}.so");
    let torn = |name: &str, damage: &str| placed(name, &once(name, damage, &java(name)));
    let other = "exec java -cp . Load $PWD/other.so";
    let manifest = torn("short", "truncate -s 63 $F")
        + &torn("half", "truncate -s 100000 $F")
        + &format!("[test.other]\nrun = [\"sh\", \"-c\", '{other}']\n");
    let project = project(&manifest).write(
        "Load.java",
        "public class Load { public static void main(String[] words) { System.load(words[0]); } }\n",
    );
    let mut bytes = victim();
    // The machine's number in the header, of which 183 is aarch64.
    bytes[18] = 183;
    fs::write(project.path("other.so"), bytes).expect("write");
    let mut compiler = Command::new("javac");
    compiler.arg("Load.java").current_dir(project.path(""));
    assert!(compiler.status().expect("it starts").success());
    let said = project.probe(&["run", "-j2"]).stderr;
    for part in [
        " short: FAIL with “file too short” at attempt 1; ",
        " half: SIGABRT at attempt 1; ",
        "UnsatisfiedLinkError: [ROOT]/other.so: [ROOT]/other.so: cannot open shared object file",
        "`[ROOT]/other.so` is made for another machine: aarch64 ELF, not linux-x86_64",
        "3 tests run: 2 passed (2 after a race), 1 failed",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}
