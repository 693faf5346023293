//! Which files are tests, and files that are none.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use crate::support::Project;

const MANIFEST: &str =
    "[suite.unit]\nfiles = [\"**/*.sh\"]\nexclude = [\"old/**\"]\nrun = [\"sh\", \"{file}\"]\n";

#[test]
fn what_ignore_files_leave_out_is_no_test() {
    let project = Project::new(MANIFEST)
        .write("a.sh", "")
        .write("deep/.hidden/b.sh", "")
        .write("build/c.sh", "")
        .write("old/d.sh", "")
        .write(".gitignore", "build/\n");
    assert_eq!(project.probe(&["list"]).stdout, "unit a.sh\nunit deep/.hidden/b.sh");
}

#[test]
fn a_name_that_is_not_utf_8_matters_only_to_a_suite_that_means_it() {
    let project = Project::new(MANIFEST).write("a.sh", "").write("old/b.sh", "");
    fs::write(project.path("").join(OsStr::from_bytes(b"caf\xe9.txt")), "").expect("write");
    fs::write(project.path("old").join(OsStr::from_bytes(b"caf\xe9.sh")), "").expect("write");
    assert_eq!(project.probe(&["list"]).stdout, "unit a.sh");
    fs::write(project.path("").join(OsStr::from_bytes(b"caf\xe9.sh")), "").expect("write");
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × the name of `[ROOT]/caf�.sh` is not UTF-8
    help: rename it, or leave it out by `exclude` or an ignore file
    ");
}

#[test]
fn a_file_that_vanishes_before_its_turn_is_a_test_that_fails() {
    let project = Project::new(MANIFEST).write("a.sh", "rm b.sh").write("b.sh", "");
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 100);
    assert!(said.stderr.contains("1 passed, 1 failed"), "{}", said.stderr);
}

#[test]
fn a_pattern_without_files_is_a_mistake_with_its_place() {
    let said = Project::new(MANIFEST).write("tests/a.bash", "").probe(&["run"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @r#"
      × `probe.toml` has a mistake

      × suite `unit` finds no file for `**/*.sh`
       ╭─[probe.toml:2:10]
     1 │ [suite.unit]
     2 │ files = ["**/*.sh"]
       ·          ────┬────
       ·              ╰── matches no file
     3 │ exclude = ["old/**"]
       ╰────
      help: patterns are relative to the manifest's directory; `**/` crosses directories
    "#);
}
