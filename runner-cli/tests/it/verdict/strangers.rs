//! What tests leave in the folder of a library, as Python does where it imports from: no race, whatever they die of, and nothing that
//! holds up the next run.

use std::fs::{self, File};
use std::io::Write;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Project, Said};

const MANIFEST: &str = r#"
[run]
retries = 0

[library.stored]
url = "pkg.zip"
member = "pkg/"
kind = "data"

[library.placed]
url = "pkg.zip"
member = "pkg/"
to = "vendor/placed"
kind = "data"

[library.made]
command = ["sh", "-c", "mkdir -p made && echo v=1 > made/m.py"]
paths = ["made"]
inputs = ["probe.toml"]
kind = "data"

[library.led]
leader = true
paths = ["led"]
inputs = ["probe.toml"]
kind = "data"
"#;

/// A test for each library, which leaves something in its folder in each attempt and then does what `end.sh` says.
fn project() -> Project {
    let mut manifest = MANIFEST.to_owned();
    for (library, folder) in [
        ("stored", "{library.stored}"),
        ("placed", "vendor/placed"),
        ("made", "made"),
        ("led", "led"),
    ] {
        manifest += &format!(
            r#"
[test.{library}]
run = ["sh", "test.sh", "{folder}"]
needs = ["{library}"]
"#
        );
    }
    let script = "mkdir -p $1; test -e $1/m.py || echo v=1 > $1/m.py\n\
         mkdir -p $1/__pycache__; test $1 = led -a -e $1/__pycache__/m.pyc || echo $$ > $1/__pycache__/m.pyc; : > $1/.lock\n\
         test \"$(cat $1/m.py)\" = v=1 || exit 9\n. ./end.sh\n";
    let project = Project::new(&manifest).write("test.sh", script).write("end.sh", "exit 0");
    let mut zip = ZipWriter::new(File::create(project.path("pkg.zip")).expect("create"));
    zip.start_file("pkg/m.py", SimpleFileOptions::default()).expect("start a file");
    zip.write_all(b"v=1\n").expect("write");
    zip.finish().expect("finish");
    project
}

/// Runs the tests; what others do meanwhile in the user's caches is of no concern.
fn run(project: &Project) -> Said {
    let mut command = project.command(&["run", "-j1"]);
    project.said(&command.env("HOME", project.path("home")).output().expect("the binary starts"))
}

#[test]
fn what_tests_leave_in_a_folder_holds_up_no_later_run() {
    let project = project();
    for _ in 0..3 {
        let said = run(&project);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(said.stderr.contains("4 tests run: 4 passed"), "{}", said.stderr);
    }
}

#[test]
fn what_tests_leave_in_a_folder_makes_no_race_of_their_own_failures() {
    let project = project();
    assert_eq!(run(&project).code, 0);
    for end in ["kill -ABRT $$", "kill -SEGV $$", "exit 1"] {
        fs::write(project.path("end.sh"), end).expect("write");
        let said = run(&project);
        assert_eq!(said.code, 100, "{end}: {}", said.stderr);
        assert!(!said.stderr.contains("RACE"), "{end}: {}", said.stderr);
        let named =
            said.stderr.matches("not judged, since no library was published with it").count();
        // What the leader left belongs to what it has made.
        assert_eq!(named, if end == "exit 1" { 0 } else { 3 }, "{end}: {}", said.stderr);
        assert!(said.stderr.contains("4 tests run: 0 passed, 4 failed"), "{}", said.stderr);
    }
}
