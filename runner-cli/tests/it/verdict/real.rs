//! Loaders' messages that no retry helps against: shown with what the file's header, or its place, says.

use std::fs;

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

const CASES: [Case; 19] = [
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
        name: "wrong-order.so",
        message: "ELF file data encoding not little-endian",
        note: "`{}` has a header that this loader does not accept",
    },
    Case {
        name: "other-order.so",
        message: "cannot open shared object file: No such file or directory",
        note: "`{}` is made for another machine: s390x ELF, not linux-x86_64",
    },
    Case {
        name: "other-version.so",
        message: "ELF file version ident does not match current one",
        note: "`{}` has a header that this loader does not accept",
    },
    Case {
        name: "other-abi-version.so",
        message: "ELF file ABI version invalid",
        note: "`{}` has a header that this loader does not accept",
    },
    Case {
        name: "padding.so",
        message: "nonzero padding in e_ident",
        note: "`{}` has a header that this loader does not accept",
    },
    Case {
        name: "entry-size.so",
        message: "ELF file's phentsize not the expected size",
        note: "`{}` is not a library but a malformed ELF file",
    },
    Case {
        name: "bad-disk.so",
        message: "cannot read file data: Input/output error",
        note: "the disk cannot read `{}`",
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

/// What musl says of those that it does not load. It looks at no machine, version or system, and loads them.
const IN_MUSL: [Case; 9] = [
    Case {
        name: "entry-size.so",
        message: "Exec format error",
        note: "`{}` is not a library but a malformed ELF file",
    },
    Case {
        name: "page.so",
        message: "Exec format error",
        note: "`{}` is not a library but an HTML page",
    },
    Case {
        name: "short-page.so",
        message: "Exec format error",
        note: "`{}` is not a library but text",
    },
    Case {
        name: "object.o",
        message: "Exec format error",
        note: "`{}` is not a library but an object file that is not linked yet",
    },
    Case {
        name: "bad-disk.so",
        message: "Error loading shared library [ROOT]/bad-disk.so: I/O error",
        note: "the disk cannot read `{}`",
    },
    Case {
        name: "folder.so",
        message: "Error loading shared library [ROOT]/folder.so: Is a directory",
        note: "`{}` is not a library but a folder",
    },
    Case {
        name: "absent.so",
        message: "Error loading shared library [ROOT]/absent.so: No such file or directory",
        note: "`{}` is not there",
    },
    Case {
        name: "undefined.so",
        message: "nowhere: symbol not found",
        note: "`{}` is whole: it was built against another version of what it is used with",
    },
    Case {
        name: "needs.so",
        message: "Error loading shared library libdep.so: No such file or directory (needed by",
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
    // Offsets of the ELF header: the machine's number, of which 183 is aarch64, the system's, and so on.
    patched("other-machine.so", 18, 183);
    patched("other-abi.so", 7, 0x42);
    patched("wrong-order.so", 5, 2);
    patched("other-version.so", 6, 2);
    patched("other-abi-version.so", 8, 5);
    patched("padding.so", 12, 1);
    patched("entry-size.so", 54, 1);
    fs::write(folder.join("other-order.so"), in_other_order(&whole)).expect("write");
    // Its first page is mapped nowhere, so that reading it fails as a broken disk does.
    std::os::unix::fs::symlink("/proc/self/mem", folder.join("bad-disk.so")).expect("link");
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

/// The library as the linker of s390x would write its headers, which has the bytes of numbers the other way round.
fn in_other_order(whole: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let segments = usize::from(bytes[56]);
    // The number of s390x is 22; the second form of the order is that of the highest byte first.
    (bytes[5], bytes[18]) = (2, 22);
    let mut turn = |begin: usize, lengths: &[usize]| {
        let mut at = begin;
        for &length in lengths {
            bytes[at..at + length].reverse();
            at += length;
        }
    };
    turn(16, &[2, 2, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2, 2]);
    for segment in 0..segments {
        turn(64 + 56 * segment, &[4, 4, 8, 8, 8, 8, 8, 8]);
    }
    bytes
}

fn check(language: Language, cases: &[Case]) {
    let test = |case: &Case| {
        let name = case.name;
        // The path is printed, as programs do that say what they load.
        let script =
            format!("echo loading $PWD/{name}; exec {}", language.load(&format!("$PWD/{name}")));
        format!("[test.\"{name}\"]\nrun = [\"sh\", \"-c\", '{script}']\n")
    };
    let project = project(&cases.iter().map(test).collect::<String>());
    prepare(&project);
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100);
    assert!(
        said.stderr.contains(&format!("{0} tests run: 0 passed, {0} failed", cases.len())),
        "{}",
        said.stderr
    );
    for &Case { name, message, note } in cases {
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
            check(language, if language == Language::Musl { &IN_MUSL } else { &CASES });
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
    let told = "`[ROOT]/user.so` wants VERS_2 of `libdep.so`, which has VERS_1 at most: it was built against another version";
    assert!(said.stderr.contains(told), "{}", said.stderr);
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

/// Neither file is damaged: one wants more than the other one has.
#[test]
fn who_wants_which_version_of_what_is_told_with_what_there_is() {
    if !tools::has("cc") || !tools::has("ldd") {
        return;
    }
    let script = r#"
libc=$(ldd /bin/sh | sed -n 's/.*=> \(.*libc.so.6\).*/\1/p')
echo "./prog: $libc: version \`GLIBC_2.950' not found (required by $PWD/victim.so)"
exit 1
"#;
    let project = project("[test.old]\nrun = [\"sh\", \"old.sh\"]\n").write("old.sh", script);
    let said = project.probe(&["run"]);
    let wanted =
        "`[ROOT]/victim.so` wants GLIBC_2.950 of `libc.so.6`, and the one of this machine has ";
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    assert!(!said.stderr.contains("libc.so.6` is whole"), "{}", said.stderr);
}

#[test]
fn after_a_crash_long_runs_of_zeros_are_named() {
    if !tools::has("cc") {
        return;
    }
    let zeros = "dd if=/dev/zero of=made.so bs=4096 seek=10 count=8 conv=notrunc status=none";
    let manifest = format!(
        r#"[library.made]
command = ["sh", "-c", "cp victim.so made.so; {zeros}"]
paths = ["made.so"]

[test.crash]
run = ["sh", "-c", "kill -SEGV $$"]
needs = ["made"]

[test.other]
run = ["sh", "-c", "exit 1"]
needs = ["made"]
"#
    );
    let said = project(&manifest).probe(&["run", "-j1"]);
    let note = "`[ROOT]/made.so` has 32768 bytes of zeros from byte 40960 on, in what is loaded of it: they were perhaps never written";
    assert_eq!(said.stderr.matches(note).count(), 1, "{}", said.stderr);
}
