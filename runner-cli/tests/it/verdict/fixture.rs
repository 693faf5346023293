//! A library that can be torn, and programs that load it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::support::Project;
use crate::tools;

/// Sections that fill the file, and several pages of data at its end; an entry point for Node; no `.bss`, whose page would
/// be touched at loading.
const VICTIM: &str = r"
void *napi_register_module_v1(void *env, void *exports) { (void)env; return exports; }
static const unsigned char filler[200000] = { [0 ... 199999] = 7 };
unsigned char table[65536] = { [0 ... 65535] = 99 };
int answer(void) { return table[sizeof table - 1] + (filler[12345] - 7); }
";

/// Loads a library, calls it and checks its answer; or executes a program.
const OPENER: &str = r#"
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int count, char **words) {
    if (count == 1) return 0;
    if (count == 3) {
        execl(words[2], words[2], (char *)0);
        fprintf(stderr, "%s: %s\n", words[2], strerror(errno));
        return 1;
    }
    void *library = dlopen(words[1], RTLD_NOW);
    int (*answer)(void) = library ? (int (*)(void))dlsym(library, "answer") : 0;
    if (!answer) { fprintf(stderr, "%s\n", dlerror()); return 1; }
    if (answer() != 99) { fprintf(stderr, "wrong answer\n"); return 3; }
    return 0;
}
"#;

/// A language that loads libraries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    C,
    /// C, with the loader of musl.
    Musl,
    Python,
    Node,
}

impl Language {
    pub(crate) const ALL: [Self; 4] = [Self::C, Self::Musl, Self::Python, Self::Node];

    pub(crate) fn is_there(self) -> bool {
        match self {
            Self::C => tools::has("cc"),
            Self::Musl => tools::has("cc") && tools::has("musl-gcc"),
            Self::Python => tools::has("cc") && tools::has("python3"),
            Self::Node => tools::has("cc") && tools::has("node"),
        }
    }

    /// A shell command that loads the library at `path`, and calls it; Node only loads it.
    pub(crate) fn load(self, path: &str) -> String {
        match self {
            Self::C => format!("./opener {path}"),
            Self::Musl => format!("./musl-opener {path}"),
            Self::Python => format!("python3 load.py {path}"),
            Self::Node => format!("node load.js {path}"),
        }
    }
}

/// The compiled files, made once.
struct Compiled {
    folder: TempDir,
}

fn compiled() -> &'static Compiled {
    static COMPILED: OnceLock<Compiled> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary directory");
        compile(folder.path(), "victim.so", VICTIM, &["-shared", "-fPIC", "-nostartfiles"]);
        compile(folder.path(), "opener", OPENER, &["-ldl"]);
        if Language::Musl.is_there() {
            compile_with("musl-gcc", folder.path(), "musl-opener", OPENER, &[]);
        }
        Compiled { folder }
    })
}

/// Compiles `source` to `name` in `folder`.
pub(crate) fn compile(folder: &Path, name: &str, source: &str, flags: &[&str]) {
    compile_with("cc", folder, name, source, flags);
}

fn compile_with(compiler: &str, folder: &Path, name: &str, source: &str, flags: &[&str]) {
    let file = folder.join(format!("{name}.c"));
    fs::write(&file, source).expect("write the source");
    let output = Command::new(compiler)
        .current_dir(folder)
        .args(["-o", name])
        .arg(&file)
        .args(flags)
        .output()
        .expect("the compiler starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The whole library.
pub(crate) fn victim() -> Vec<u8> {
    fs::read(compiled().folder.path().join("victim.so")).expect("it was compiled")
}

/// A project with the library, and with programs that load it.
pub(crate) fn project(manifest: &str) -> Project {
    let project = Project::new(manifest)
        .write(
            "load.py",
            "import ctypes, sys\nsys.exit(0 if ctypes.CDLL(sys.argv[1]).answer() == 99 else 3)\n",
        )
        .write(
            "load.js",
            "process.dlopen({ exports: {} }, require('path').resolve(process.argv[2]));\n",
        );
    for name in ["victim.so", "opener", "musl-opener"] {
        let compiled = compiled().folder.path().join(name);
        if compiled.exists() {
            fs::copy(&compiled, project.path(name)).expect("copy");
        }
    }
    project
}

/// A library called `name`, placed at `cache/NAME.so`, and a test of the same name that needs it and runs `script`.
pub(crate) fn placed(name: &str, script: &str) -> String {
    format!(
        r#"
[library.{name}]
url = "victim.so"
to = "cache/{name}.so"

[test.{name}]
run = ["sh", "-c", '''{script}''']
needs = ["{name}"]
"#
    )
}

/// A script that does `damage` to the file `$F` before the first attempt, and then `action`.
pub(crate) fn once(name: &str, damage: &str, action: &str) -> String {
    format!(
        "F=cache/{name}.so; test $PROBE_ATTEMPT != 1 || {{ chmod u+w $F; {damage}; }} 2>&1; {action}"
    )
}

/// Where the parts of the library are that matter to a loader; from its program headers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// The end of the program headers.
    pub(crate) headers: usize,
    /// The beginning of the dynamic section.
    pub(crate) dynamic: usize,
    /// The program header of the dynamic section.
    pub(crate) dynamic_header: usize,
    /// The beginning of the first page of code.
    pub(crate) code: usize,
    /// The end of the last segment that is loaded.
    pub(crate) end: usize,
    /// The length of the file.
    pub(crate) size: usize,
}

impl Layout {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let number = |at: usize, length: usize| {
            let mut word = [0; 8];
            word[..length].copy_from_slice(&bytes[at..at + length]);
            usize::try_from(u64::from_le_bytes(word)).expect("a small file")
        };
        let (begin, count) = (number(32, 8), number(56, 2));
        let headers: Vec<usize> = (0..count).map(|index| begin + 56 * index).collect();
        let of_kind = |kind| headers.iter().copied().filter(move |&at| number(at, 4) == kind);
        let dynamic_header = of_kind(2).next().expect("a dynamic section");
        let code = of_kind(1).find(|&at| number(at + 4, 4) == 5).expect("code");
        Self {
            headers: begin + 56 * count,
            dynamic: number(dynamic_header + 8, 8),
            dynamic_header,
            code: number(code + 8, 8),
            end: of_kind(1)
                .map(|at| number(at + 8, 8) + number(at + 32, 8))
                .max()
                .expect("segments"),
            size: bytes.len(),
        }
    }
}
