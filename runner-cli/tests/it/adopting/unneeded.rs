//! A library that the manifest declares and no test needs is warned of, once.

use super::said;
use crate::support::Project;

const MANIFEST: &str = "
[library.used]
url = \"used.txt\"
kind = \"data\"
needs = [\"behind\"]
[library.behind]
url = \"behind.txt\"
kind = \"data\"
[library.lonely]
leader = true

[suite.unit]
files = [\"t/*.sh\"]
run = [\"sh\", \"{file}\"]
needs = [\"used\"]
";

fn project(manifest: &str) -> Project {
    Project::new(manifest)
        .write("used.txt", "1")
        .write("behind.txt", "2")
        .write("t/a.sh", "")
        .write("t/b.sh", "")
        .write("home/none", "")
        .write("tmp/none", "")
}

#[test]
fn it_is_said_once_with_what_to_write() {
    let project = project(MANIFEST);
    let first = said(&project, &["run"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let warning = first.stderr.lines().find(|line| line.contains("lonely")).expect("a warning");
    insta::assert_snapshot!(
        warning,
        @r#"warning: no test needs the library `lonely`, so that `run` does not prepare it: `needs = ["lonely"]` below `[suite.unit]` changes that (said once: what only `exec` uses may stay as it is)"#
    );
    assert_eq!(first.stderr.matches("no test needs").count(), 1, "{}", first.stderr);
    let again = said(&project, &["run"]);
    assert!(!again.stderr.contains("no test needs"), "{}", again.stderr);
    // What it says to write is all that it takes.
    let needed = MANIFEST.replace("needs = [\"used\"]\n", "needs = [\"used\", \"lonely\"]\n");
    let project = project.write("probe.toml", &needed);
    let _ = std::fs::remove_dir_all(project.path(".probe"));
    let cured = said(&project, &["run"]);
    assert!(cured.code == 0 && !cured.stderr.contains("no test needs"), "{}", cured.stderr);
}

#[test]
fn a_choice_of_tests_leaves_no_library_without_them() {
    for words in [&["run", "--shard", "1/2"][..], &["run", "b.sh"], &["run", "-s", "suite:other"]] {
        let manifest = "
            [library.x]
            leader = true
            [suite.unit]
            files = [\"t/*.sh\"]
            run = [\"sh\", \"{file}\"]
            needs = [\"x\"]
            [suite.other]
            list = { run = [\"echo\", \"one\"], match = '(?<name>.+)' }
            run = [\"true\"]
            ";
        let said = said(&project(manifest), words);
        assert!(!said.stderr.contains("no test needs"), "{words:?}: {}", said.stderr);
    }
    // Nor does a suite that has no tests now.
    let manifest = MANIFEST.to_owned()
        + "[suite.none]\nfiles = [\"none/*\"]\nrun = [\"sh\", \"{file}\"]\nneeds = [\"lonely\"]\n";
    let said = said(&project(&manifest), &["run"]);
    assert!(!said.stderr.contains("no test needs"), "{}", said.stderr);
}
