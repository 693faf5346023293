//! A real shared library, compiled once for all tests: its sections fill the file, and a function of it reads every page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// Of the payload, in bytes: a library of the size of SQLite.
const PAYLOAD: usize = 1_400_000;

const SAMPLE: &str = r#"
__asm__(".section .rodata\n"
        ".hidden payload\n.hidden payload_end\n"
        "payload:\n.incbin \"payload.bin\"\npayload_end:\n"
        ".previous\n");
extern const unsigned char payload[], payload_end[];
const unsigned long sample_expected = EXPECTED;
unsigned long sample_sum(void) {
    unsigned long sum = 0;
    for (const unsigned char *byte = payload; byte < payload_end; byte++) sum = sum * 31 + *byte;
    return sum;
}
"#;

struct Compiled {
    /// Keeps the files until the end.
    directory: TempDir,
}

/// The bytes of the library.
pub(crate) fn library() -> Vec<u8> {
    fs::read(directory().join("libsample.so")).expect("the library")
}

/// Compiles a library for `LD_PRELOAD` in which `flock` does as `body` says.
pub(crate) fn flock_shim(directory: &Path, body: &str) -> PathBuf {
    let source = format!("#include <errno.h>\nint flock(int fd, int operation) {{ {body} }}\n");
    compile(directory, "flock", &source)
}

/// Compiles a library for `LD_PRELOAD` that writes a line to the file `FLUSHES` for every flush: the inode, the size, the number of
/// names, and the name.
pub(crate) fn fsync_shim(directory: &Path) -> PathBuf {
    const SOURCE: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
int fsync(int fd) {
    struct stat file;
    char link[64], name[4096], line[5000];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = readlink(link, name, sizeof name - 1);
    fstat(fd, &file);
    name[length < 0 ? 0 : length] = 0;
    int log = open(getenv("FLUSHES"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int count = snprintf(line, sizeof line, "%lu %ld %lu %s\n", (unsigned long)file.st_ino,
                         (long)file.st_size, (unsigned long)file.st_nlink, name);
    if (write(log, line, count) != count) abort();
    close(log);
    return syscall(SYS_fsync, fd);
}
"#;
    compile(directory, "fsync", SOURCE)
}

/// Links a library that does nothing, with these arguments.
pub(crate) fn linked(directory: &Path, arguments: &[&str]) -> PathBuf {
    fs::write(directory.join("linked.c"), "int nothing(void) { return 0; }\n").expect("write");
    let output = directory.join("liblinked.so");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(&output).arg(directory.join("linked.c"));
    assert!(compiler.args(arguments).status().expect("a C compiler").success());
    output
}

/// A library for Windows that needs `dep.dll`, or why there is none.
pub(crate) enum WindowsLibrary {
    Made(PathBuf),
    NoLinker(String),
}

/// Links one with GNU binutils, where they can.
pub(crate) fn windows(directory: &Path) -> WindowsLibrary {
    const CALLED: &str = ".text\n.globl f\nf: ret\n.section .drectve\n.ascii \" -export:f\"\n";
    const CALLS: &str = ".text\n.globl g\ng: call f\n";

    let run = |command: &str| {
        let mut words = command.split(' ');
        let output = Command::new(words.next().unwrap_or_default())
            .args(words)
            .current_dir(directory)
            .output()
            .map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(said) }
    };
    fs::write(directory.join("called.s"), CALLED).expect("write");
    fs::write(directory.join("calls.s"), CALLS).expect("write");
    let made = [
        "as --64 called.s -o called.elf",
        "as --64 calls.s -o calls.elf",
        "objcopy -O pe-x86-64 called.elf called.o",
        "objcopy -O pe-x86-64 calls.elf calls.o",
        "ld -m i386pep -shared -e 0 -o dep.dll called.o",
        "ld -m i386pep -shared -e 0 -o use.dll calls.o dep.dll",
    ]
    .into_iter()
    .try_for_each(run);
    match made {
        Ok(()) => WindowsLibrary::Made(directory.join("use.dll")),
        Err(why) => WindowsLibrary::NoLinker(why),
    }
}

fn directory() -> &'static Path {
    static COMPILED: OnceLock<Compiled> = OnceLock::new();
    let compiled = COMPILED.get_or_init(|| {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut state = 1_u32;
        let payload = (0..PAYLOAD)
            .map(|_| {
                // Any sequence without zeros will do: a hole reads as zeros.
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8 | 1
            })
            .collect::<Vec<_>>();
        let expected = payload
            .iter()
            .fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        fs::write(directory.path().join("payload.bin"), payload).expect("write");
        let source = SAMPLE.replace("EXPECTED", &format!("{expected}UL"));
        compile(directory.path(), "sample", &source);
        Compiled { directory }
    });
    compiled.directory.path()
}

fn compile(directory: &Path, name: &str, source: &str) -> PathBuf {
    let input = directory.join(format!("{name}.c"));
    let output = directory.join(format!("lib{name}.so"));
    fs::write(&input, source).expect("write");
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-o"])
        .args([&output, &input])
        .current_dir(directory)
        .status()
        .expect("a C compiler, which linking Rust needs, too");
    assert!(status.success());
    output
}
