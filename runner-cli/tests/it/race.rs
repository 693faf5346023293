//! The example project of the README.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Project;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("testdata/race")
}

/// A copy of the example without what was built in it.
fn copy() -> Project {
    let manifest = fs::read_to_string(source().join("probe.toml")).expect("the example's manifest");
    let mut project = Project::new(&manifest).write("both.sh", &read("both.sh"));
    for folder in ["native", "engine", "codec", "plain"] {
        for entry in fs::read_dir(source().join(folder)).expect("the example's folder").flatten() {
            let name = format!("{folder}/{}", entry.file_name().display());
            let text = read(&name);
            project = project.write(&name, &text);
        }
    }
    project
}

fn read(name: &str) -> String {
    fs::read_to_string(source().join(name)).expect("a file of the example")
}

#[test]
fn the_example_passes_and_builds_each_library_once() {
    let project = copy();
    let said = project.probe(&["run", "-j8"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.ends_with("27 tests run: 27 passed"), "{}", said.stderr);
    for library in ["open", "engine", "codec"] {
        assert_eq!(
            said.stderr.matches(&format!("{library}: built, ")).count(),
            1,
            "{}",
            said.stderr
        );
    }
    let again = project.probe(&["run", "-j8"]);
    assert_eq!(again.stderr.matches(": already there, ").count(), 3, "{}", again.stderr);
}

#[test]
fn the_example_is_listed_and_drawn() {
    let project = copy();
    insta::assert_snapshot!("race_graph", project.probe(&["graph"]).stdout);
    insta::assert_snapshot!("race_list", project.probe(&["list"]).stdout);
}
