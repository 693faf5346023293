//! Keys of the manifest, each by what it does to a run.

use crate::support::{Project, Said};

fn check_passed(said: &Said, tests: usize) {
    assert_eq!(said.code, 0, "{}", said.stderr);
    let summary = format!("{tests} tests run: {tests} passed");
    let one = format!("{tests} test run: {tests} passed");
    assert!(said.stderr.contains(&summary) || said.stderr.contains(&one), "{}", said.stderr);
}

/// Fails where another test is between the same two lines.
const ALONE: &str =
    "mkdir busy || exit 1\nls -lR / 2> /dev/null | head -n 2000 > /dev/null\nrmdir busy\n";

#[test]
fn tests_of_a_group_run_as_many_at_once_as_it_says() {
    let mut project = Project::new(
        "[group.database]\nmax = 1\n\n[suite.unit]\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"{file}\"]\ngroup = \"database\"\n",
    );
    for number in 0..12 {
        project = project.write(&format!("{number}.sh"), ALONE);
    }
    check_passed(&project.probe(&["run", "-j8"]), 12);
}

#[test]
fn a_test_with_all_slots_runs_alone() {
    for slots in ["\"all\"", "1000000", "8"] {
        let mut project = Project::new(&format!(
            "[suite.unit]\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"{{file}}\"]\nslots = {slots}\n"
        ));
        for number in 0..8 {
            project = project.write(&format!("{number}.sh"), ALONE);
        }
        check_passed(&project.probe(&["run", "-j8"]), 8);
    }
}

#[test]
fn packages_of_a_monorepo_have_suites_in_their_own_directories() {
    let project = Project::new(
        r#"[suite.one]
files = ["packages/one/tests/**/*.sh"]
exclude = ["**/helpers/**"]
cwd = "packages/one"
run = ["sh", "{file}"]
env = { FILE = "<{file}>" }

[suite.two]
list = { run = ["sh", "list.sh"], match = '^- (?<name>.+)$' }
cwd = "packages/two"
run = ["./run.sh", "{name}"]

[test.both]
run = ["sh", "-c", "test -e packages/one/done && test -e packages/two/done"]
"#,
    )
    .write("packages/one/tests/deep/a.sh", "test \"$FILE\" = '<tests/deep/a.sh>' && touch done")
    .write("packages/one/tests/helpers/b.sh", "exit 1")
    .write("packages/two/list.sh", "echo tests:; echo '- a b'")
    .write("packages/two/run.sh", "#!/bin/sh\ntest \"$1\" = 'a b' && touch done\n");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(project.path("packages/two/run.sh"), executable).expect("chmod");
    check_passed(&project.probe(&["run", "-s", "suite:one", "-s", "suite:two"]), 2);
    check_passed(&project.probe(&["run", "-s", "=both"]), 1);
}

#[test]
fn files_in_batches_are_given_to_one_process() {
    let mut project = Project::new(
        "[suite.unit]\nfiles = [\"t/*\"]\nbatch = 2\ncwd = \"t\"\nrun = [\"sh\", \"../all.sh\", \"-v\", \"{files}\", \"{args}\"]\n",
    )
    .write("all.sh", "echo \"$@\" >> ../out");
    for name in ["a", "b c", "d"] {
        project = project.write(&format!("t/{name}"), "");
    }
    check_passed(&project.probe(&["run", "-j1", "--", "--end"]), 2);
    let mut lines: Vec<String> = project.read("out").lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, ["-v a b c --end", "-v d --end"]);
}

#[test]
fn the_most_exact_platform_says_where_a_library_comes_from() {
    let project = Project::new(
        r#"[library.engine]
version = "1.2"
kind = "data"
url = { linux = "general.txt", linux-x86_64 = "{os}-{arch}-{version}{suffix}", macos = "other.txt", windows = "other.txt" }

[test.a]
run = ["sh", "-c", "cat {library.engine} > out; echo \"${HOME:+home} {{}} $0\" >> out", "{prefix}"]
"#,
    )
    .write("general.txt", "general\n")
    .write("linux-x86_64-1.2.so", "exact\n");
    check_passed(&project.probe(&["run"]), 1);
    assert_eq!(project.read("out"), "exact\nhome {} lib\n");
}

#[test]
fn durations_are_read_as_people_write_them() {
    let project = Project::new(
        "[run]\ntimeout = \"1h\"\n\n[suite.unit]\nrun = [\"sleep\", \"1000\"]\ntimeout = \"1s500ms\"\ngrace = \"0s\"\n",
    );
    let said = project.probe(&["run"]);
    assert_eq!(said.code, 100);
    assert!(said.stderr.contains("TIMEOUT"), "{}", said.stderr);
}

#[test]
fn a_profile_comes_before_run_and_a_flag_before_both() {
    let project = Project::new(
        "[run]\nretries = 0\njobs = 1\n\n[profile.ci]\nretries = 1\n\n[test.a]\nrun = [\"sh\", \"-c\", \"echo x >> tries; exit 1\"]\n",
    );
    for (arguments, tries) in
        [(&["run"][..], 1), (&["run", "-P", "ci"], 2), (&["run", "-P", "ci", "--retries", "2"], 3)]
    {
        let _ = std::fs::remove_file(project.path("tries"));
        assert_eq!(project.probe(arguments).code, 100);
        assert_eq!(project.read("tries").lines().count(), tries, "{arguments:?}");
    }
}
