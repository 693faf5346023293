//! Loaders' messages that no retry helps against: shown with what the file's header, or its place, says.

use std::fs;
use std::process::Command;

use super::fixture::{Language, Layout, compile, project, victim};
use crate::support::Project;
use crate::tools;

/// A file that cannot be loaded.
struct Case {
    name: &'static str,
    /// What the loader says.
    message: &'static str,
    /// What probe says; `{}` is the file.
    note: &'static str,
}

const CASES: [Case; 12] = [
    Case {
        name: "other-machine.so",
        message: "cannot open shared object file: No such file or directory",
        note: "`{}` is made for another machine: aarch64 ELF, not linux-x86_64",
    },
    Case {
        name: "other-abi.so",
        message: "ELF file OS ABI invalid",
        note: "`{}` has a header that this loader does not accept",
    },
    Case {
        name: "page.so",
        message: "invalid ELF header",
        note: "`{}` is not a library but an HTML page",
    },
    Case {
        name: "short-page.so",
        message: "file too short",
        note: "`{}` is not a library but text",
    },
    Case {
        name: "object.o",
        message: "only ET_DYN and ET_EXEC can be loaded",
        note: "`{}` is not a library but an object file that is not linked yet",
    },
    Case {
        name: "opener",
        message: "cannot dynamically load position-independent executable",
        note: "`{}` is a program, which cannot be loaded as a library",
    },
    Case {
        name: "fixed",
        message: "cannot dynamically load executable",
        note: "`{}` is a program, which cannot be loaded as a library",
    },
    Case {
        name: "folder.so",
        message: "cannot read file data: Is a directory",
        note: "`{}` is not a library but a folder",
    },
    Case {
        name: "absent.so",
        message: "cannot open shared object file: No such file or directory",
        note: "`{}` is not there",
    },
    Case {
        name: "undefined.so",
        message: "undefined symbol: nowhere",
        note: "`{}` is whole: it was built against another version of what it is used with",
    },
    Case { name: "thread.so", message: "cannot allocate memory in static TLS block", note: "" },
    Case {
        name: "needs.so",
        message: "libdep.so: cannot open shared object file: No such file or directory",
        note: "`libdep.so`, which `{}` needs, is not where the system's loader looks",
    },
];

/// Makes the files.
fn prepare(project: &Project) {
    let folder = project.path("");
    let whole = victim();
    let patched = |name: &str, at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        fs::write(folder.join(name), bytes).expect("write");
    };
    // Offsets of the ELF header: the machine's number, of which 183 is aarch64, and the system's.
    patched("other-machine.so", 18, 183);
    patched("other-abi.so", 7, 0x42);
    let page = format!("<!DOCTYPE html><html><body>{}</body></html>", "Please log in. ".repeat(10));
    fs::write(folder.join("page.so"), page).expect("write");
    fs::write(folder.join("short-page.so"), "Not Found").expect("write");
    fs::create_dir(folder.join("folder.so")).expect("create");
    let shared = ["-shared", "-fPIC"];
    compile(&folder, "object.o", "int answer(void) { return 99; }", &["-c"]);
    compile(&folder, "fixed", "int main(void) { return 0; }", &["-no-pie"]);
    compile(
        &folder,
        "undefined.so",
        "int nowhere(void); int answer(void) { return nowhere(); }",
        &shared,
    );
    let thread = r#"static __thread char big[1000000] __attribute__((tls_model("initial-exec")));
int answer(void) { big[5] = 99; return big[5]; }"#;
    compile(&folder, "thread.so", thread, &shared);
    compile(&folder, "libdep.so", "int dep(void) { return 99; }", &shared);
    let needs = "int dep(void); int answer(void) { return dep(); }";
    compile(&folder, "needs.so", needs, &["-shared", "-fPIC", "-L.", "-ldep"]);
    fs::remove_file(folder.join("libdep.so")).expect("remove");
}

fn check(language: Language) {
    let test = |case: &Case| {
        let name = case.name;
        // The path is printed, as programs do that say what they load.
        let script =
            format!("echo loading $PWD/{name}; exec {}", language.load(&format!("$PWD/{name}")));
        format!("[test.\"{name}\"]\nrun = [\"sh\", \"-c\", '{script}']\n")
    };
    let project = project(&CASES.iter().map(test).collect::<String>());
    prepare(&project);
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100);
    assert!(
        said.stderr.contains(&format!("{0} tests run: 0 passed, {0} failed", CASES.len())),
        "{}",
        said.stderr
    );
    for Case { name, message, note } in CASES {
        let (_, rest) =
            said.stderr.split_once(&format!(" {name}: exit code 1\n")).expect("it failed");
        let told = rest.split("        FAIL ").next().unwrap_or_default();
        let message = match (language, name) {
            // It resolves a symbol when that is called, and calls none.
            (Language::Node, "undefined.so") => "Module did not self-register",
            _ => message,
        };
        assert!(told.contains(message), "{language:?} {name}: {told}");
        let note = note.replace("{}", &format!("[ROOT]/{name}"));
        assert!(told.contains(&note), "{language:?} {name}: {told}");
        assert_eq!(told.contains("verdict ───"), !note.is_empty(), "{language:?} {name}: {told}");
    }
}

#[test]
fn what_no_retry_helps_against_fails_at_once_with_its_reason() {
    for language in Language::ALL {
        if language.is_there() {
            check(language);
        }
    }
}

#[test]
fn a_library_of_another_width_is_named() {
    if !tools::has("cc") {
        return;
    }
    let project = project("[test.width]\nrun = [\"./opener\", \"./narrow.so\"]\n");
    compile(
        &project.path(""),
        "narrow.so",
        "int answer(void) { return 99; }",
        &["-m32", "-nostdlib", "-shared", "-fPIC"],
    );
    let said = project.probe(&["run"]);
    assert!(said.stderr.contains("wrong ELF class: ELFCLASS32"), "{}", said.stderr);
    let note = "`[ROOT]/narrow.so` is made for another machine: x86 ELF, not linux-x86_64";
    assert!(said.stderr.contains(note), "{}", said.stderr);
}

#[test]
fn a_library_of_another_version_is_named() {
    if !tools::has("cc") {
        return;
    }
    let project = project(
        "[test.version]\nrun = [\"./opener\", \"./user.so\"]\nenv = { LD_LIBRARY_PATH = \".\" }\n",
    )
    .write("two.map", "VERS_2 { dep; };\n")
    .write("one.map", "VERS_1 { dep; };\n");
    let folder = project.path("");
    let build = |map: &str| {
        let script = format!("-Wl,--version-script={map}");
        compile(
            &folder,
            "libdep.so",
            "int dep(void) { return 99; }",
            &["-shared", "-fPIC", &script],
        );
    };
    build("two.map");
    let user = "int dep(void); int answer(void) { return dep(); }";
    compile(&folder, "user.so", user, &["-shared", "-fPIC", "-L.", "-ldep"]);
    build("one.map");
    let said = project.probe(&["run"]);
    assert!(said.stderr.contains("version `VERS_2' not found (required by"), "{}", said.stderr);
    assert!(said.stderr.contains("it was built against another version"), "{}", said.stderr);
}

/// Needs a mount of its own, which not every machine allows.
#[test]
#[expect(clippy::print_stderr, reason = "a check that was left out is said")]
fn a_file_system_without_execution_is_named() {
    if !tools::has("cc") {
        return;
    }
    let project = project("[test.mounted]\nrun = [\"./opener\", \"./mount/victim.so\"]\n");
    fs::create_dir(project.path("mount")).expect("create");
    let mount = "mount -t tmpfs -o noexec tmpfs mount && cp victim.so mount/";
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--map-root-user", "sh", "-c"]).current_dir(project.path(""));
    let possible = unshare.arg(mount).output().is_ok_and(|output| output.status.success());
    if !possible {
        eprintln!("not checked: this machine lets no test mount a file system");
        return;
    }
    let probe = project.command(&["run"]);
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--map-root-user", "sh", "-c"])
        .arg(format!("{mount} && exec {} run", probe.get_program().display()))
        .current_dir(project.path(""))
        .env("PROBE_STORE", project.path("store"));
    let output = command.output().expect("it starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("failed to map segment from shared object"), "{stderr}");
    assert!(
        stderr.contains("mount/victim.so` is on a file system that is mounted `noexec`"),
        "{stderr}"
    );
}

/// The offsets that the other tests tear the library at are in the order that they think.
#[test]
fn the_library_is_laid_out_as_the_tests_expect() {
    if !tools::has("cc") {
        return;
    }
    let Layout { headers, dynamic, dynamic_header, code, end, size } = Layout::of(&victim());
    assert!(64 <= dynamic_header && dynamic_header < headers && headers < 4096);
    assert!(headers < code && code < dynamic && dynamic + 4096 < end && end < size);
    assert_eq!(code % 4096, 0);
}
