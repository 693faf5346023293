//! The files of `integrations/` and `action.yml`, each given to the tool that it is for.

mod ci;
mod release;
mod runners;
mod yaml;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Project, Said};

/// A library that counts how often it is made, and tests of every language that fail without it.
const MANIFEST: &str = r#"[library.engine]
command = ["sh", "-c", "echo made >> made; cp source.txt engine.txt"]
paths = ["engine.txt"]
inputs = ["source.txt"]
kind = "data"
env = { ENGINE = "{path}" }

[suite.unit]
files = ["tests/*_test.sh"]
run = ["sh", "{file}"]
needs = ["engine"]
"#;

const SHELL: &str = "grep -q 'an engine' \"$ENGINE\"\n";

fn project() -> Project {
    Project::new(MANIFEST)
        .write("source.txt", "an engine\n")
        .write("tests/engine_test.sh", SHELL)
        .write("tests/all.sh", SHELL)
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// A file of `integrations/`.
fn file(name: &str) -> String {
    fs::read_to_string(root().join("integrations").join(name)).expect("the file")
}

/// A program in the project, with `probe` on PATH and everything else as for probe itself.
fn command(project: &Project, program: &str, arguments: &[&str]) -> Command {
    let probe = project.command::<&str>(&[]);
    let mut command = Command::new(program);
    command.args(arguments).current_dir(project.path("")).env_clear();
    for (name, value) in probe.get_envs() {
        command.envs(value.map(|value| (name, value)));
    }
    let binary = Path::new(probe.get_program()).parent().expect("its directory");
    let mut path = OsString::from(binary);
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    command.env("PATH", path);
    command
}

/// Runs it: it ends well, and the library was made once.
fn check_passed(project: &Project, command: &mut Command) -> Said {
    let said = project.said(&command.output().expect("the program starts"));
    assert_eq!(said.code, 0, "{command:?}\n{}\n{}", said.stdout, said.stderr);
    assert_eq!(project.read("made"), "made\n", "the library was not made once");
    said
}

#[test]
fn every_file_is_in_the_list() {
    let list = file("README.md");
    for directory in fs::read_dir(root().join("integrations")).expect("the directory").flatten() {
        if !directory.path().is_dir() {
            continue;
        }
        for entry in fs::read_dir(directory.path()).expect("the directory").flatten() {
            let name = entry.path();
            let name = name.strip_prefix(root().join("integrations")).expect("below").display();
            assert!(list.contains(&format!("| `{name}` |")), "`{name}` is not in the list");
        }
    }
}
