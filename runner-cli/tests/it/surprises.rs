//! The failures that surprise people most, as they are told: what happened, to which file, and the way out.

use std::fs;

use crate::server::{Answer, Server};
use crate::support::{Project, Said};

const VERSIONS: &[Answer] = &[
    Answer { path: "/1.4.1/engine.dat", status: "200 OK", body: b"the engine 1.4.1" },
    Answer { path: "/1.4.2/engine.dat", status: "200 OK", body: b"the engine 1.4.2" },
];

/// A test that needs this version of a library, at a place that has no version in its name.
fn with_version(server: &Server, version: &str) -> String {
    format!(
        r#"[library.engine]
version = "{version}"
url = "{}"
kind = "data"
to = "cache/engine.dat"

[test.query]
run = ["grep", "{version}", "cache/engine.dat"]
needs = ["engine"]
"#,
        server.url("/{version}/engine.dat")
    )
}

#[test]
fn a_file_left_over_from_another_version_is_named_and_not_taken_for_this_one() {
    let server = Server::start(VERSIONS);
    let project = Project::new(&with_version(&server, "1.4.1"));
    assert_eq!(project.probe(&["run", "-j1"]).code, 0);
    // As a cache of CI brings it back: the same bytes, and not the file that probe has put there.
    let place = project.path("cache/engine.dat");
    let older = fs::read(&place).expect("read");
    fs::remove_file(&place).expect("remove");
    fs::write(&place, older).expect("write");
    let project = project.write("probe.toml", &with_version(&server, "1.4.2"));
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr);
    // Pinned for the new version, it is the same.
    assert_eq!(project.probe(&["lock"]).code, 0);
    let locked = project.probe(&["run", "-j1"]);
    assert_eq!(summary(&locked), summary(&said));
    let replaced = project.probe(&["run", "-j1", "--replace"]);
    assert_eq!(replaced.code, 0, "{}", replaced.stderr);
    assert_eq!(project.read("cache/engine.dat"), "the engine 1.4.2");
}

#[test]
fn a_test_that_ends_well_and_ran_nothing_has_not_passed() {
    let project = Project::new(
        "[suite.unit]\nkind = \"pytest\"\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"{file}\"]\n",
    )
    .write("a_runs.sh", "true")
    .write("b_skips_all.sh", "echo 'no tests ran in 0.01s'; exit 5");
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!(said.stderr);
}

/// The library is written anew until its time of writing is later than the start of the test.
#[test]
fn a_crash_over_a_file_that_is_whole_by_the_time_one_looks_is_told_with_the_time_of_writing() {
    let project = Project::new(
        r#"[library.engine]
url = "words.txt"
kind = "data"
to = "cache/engine.dat"

[test.query]
run = ["sh", "-c", '''
test $PROBE_ATTEMPT = 1 || exit 0
echo > began
cp cache/engine.dat new
chmod u+w cache/engine.dat
while cat new > cache/engine.dat; ! test cache/engine.dat -nt began; do :; done
kill -BUS $$''']
needs = ["engine"]
"#,
    )
    .write("words.txt", "the engine");
    let said = project.probe(&["run", "-j1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let mut text = said.stderr;
    for (from, to) in [("; again in ", "\n"), ("test ran, last ", " before it ended")] {
        let (_, rest) = text.split_once(from).expect(from);
        let (varies, _) = rest.split_once(to).expect(to);
        text = text.replace(&format!("{from}{varies}"), &format!("{from}[TIME]"));
    }
    insta::assert_snapshot!(text);
}

/// The part of a run below its lines.
fn summary(said: &Said) -> &str {
    said.stderr.split_once("────────────\n").expect("a summary").1
}
