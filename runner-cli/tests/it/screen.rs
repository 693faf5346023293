//! What lines and counts say: signals by name, numbers that end at the total, the order of names, and what is missing before
//! anything runs.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::Project;

#[test]
fn an_exit_code_above_128_has_the_name_of_its_signal() {
    for (code, expected) in [
        (139, "exit code 139 (SIGSEGV)"),
        (137, "exit code 137 (SIGKILL)"),
        (130, "exit code 130 (SIGINT)"),
        (143, "exit code 143 (SIGTERM)"),
        (128, "exit code 128"),
        (255, "exit code 255"),
        (3, "exit code 3"),
    ] {
        let manifest = format!("[test.a]\nrun = [\"sh\", \"-c\", \"exit {code}\"]\n");
        let said = Project::new(&manifest).probe(&["run", "--report", "junit=-"]);
        let line = format!("a: {expected}\n");
        assert!(said.stderr.contains(&line), "{}", said.stderr);
        assert!(said.stdout.contains(&format!("\"{expected}\"")), "{}", said.stdout);
    }
}

#[test]
fn the_last_test_has_the_number_of_all() {
    let project = Project::new(
        r#"[library.gone]
url = "gone.bin"
kind = "data"

[test.bad]
run = ["false"]

[test.after-bad]
run = ["true"]
after = ["bad"]

[test.last]
run = ["true"]
after = ["slow"]

[test.slow]
run = ["sleep", "0.3"]

[suite.needy]
files = ["*.sh"]
run = ["sh", "{file}"]
needs = ["gone"]
"#,
    )
    .write("a.sh", "")
    .write("b.sh", "");
    let said = project.probe(&["run", "-j1"]);
    assert!(said.stderr.contains("(6/6) last\n"), "{}", said.stderr);
}

#[test]
fn numbers_in_names_stand_by_their_size() {
    let project = Project::new("[suite.unit]\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"{file}\"]\n");
    let project = ["c1", "c10", "c2", "c02x"]
        .into_iter()
        .fold(project, |project, name| project.write(&format!("{name}.sh"), "true"));
    let listed = "unit c1.sh\nunit c2.sh\nunit c02x.sh\nunit c10.sh";
    assert_eq!(project.probe(&["list"]).stdout, listed);
}

#[test]
fn a_program_that_is_missing_is_told_once_and_before_the_run() {
    let project = Project::new(
        r#"[suite.unit]
files = ["*.sh"]
run = ["no-such-program", "{file}"]

[suite.wrapped]
files = ["*.sh"]
run = ["sh", "{file}"]
wrap = ["no-such-wrapper"]

[suite.python]
kind = "pytest"

[suite.web]
kind = "vitest"

[test.made]
run = ["./made-by-somebody"]

[test.elsewhere]
run = ["only-there"]
env = { PATH = "bin" }
"#,
    )
    .write("a.sh", "true")
    .write("b.sh", "true")
    .write("test_a.py", "")
    .write("test_b.py", "")
    .write("a.test.ts", "")
    .write("b.test.ts", "")
    .write("package.json", "{\"devDependencies\":{\"vitest\":\"1\"}}")
    .write(".venv/pyvenv.cfg", "")
    .write(".venv/lib/python3.12/site-packages/pip/__init__.py", "")
    .write(".venv/bin/python", "#!/bin/sh\nexit 1\n")
    .write("bin/npx", "#!/bin/sh\nexit 1\n");
    for program in [".venv/bin/python", "bin/npx"] {
        fs::set_permissions(project.path(program), fs::Permissions::from_mode(0o755)).expect("set");
    }
    let path = format!("{}:/usr/bin:/bin", project.path("bin").display());
    let mut probe = project.command(&["run", "-q"]);
    let said = project.said(&probe.env("PATH", path).output().expect("it starts"));
    let warnings: Vec<&str> =
        said.stderr.lines().take_while(|line| line.starts_with("warning: ")).collect();
    insta::assert_snapshot!(warnings.join("\n"), @"
    warning: `.venv/bin/python` has no pytest: `.venv/bin/python -m pip install pytest` installs it: 2 tests cannot start without it
    warning: `vitest` is not installed: `npm install` installs it: 2 tests cannot start without it
    warning: there is no program `no-such-program` in PATH: 2 tests cannot start without it
    warning: there is no program `no-such-wrapper` in PATH: 2 tests cannot start without it
    ");
}

#[test]
fn a_race_and_a_retry_are_told_in_words() {
    let project = Project::new(
        "[test.flaky]\nrun = [\"sh\", \"-c\", \"test $PROBE_ATTEMPT = 2\"]\nretries = 1\n",
    );
    let said = project.probe(&["run"]);
    assert!(said.stderr.contains("(1/1) flaky: passed at attempt 2\n"), "{}", said.stderr);
}
