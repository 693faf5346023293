//! What a run makes of changes: what it says, what it takes along, and how it goes together with other choices.

use super::{check, committed, reset, taken};
use crate::support::{Project, Said};

/// `use` comes after `seed`; `late` runs finally after `use`; `free` is free.
const MANIFEST: &str = r#"[test.seed]
run = ["sh", "seed.sh"]
inputs = []

[test.use]
run = ["sh", "use.sh"]
inputs = []
after = ["seed"]

[test.late]
run = ["true"]
inputs = []
after = ["use"]
finally = true

[test.free]
run = ["sh", "free.sh"]
inputs = []
"#;

fn project() -> Project {
    let project = Project::new(MANIFEST).write("seed.sh", "").write("use.sh", "");
    committed(project.write("free.sh", "[ ! -e broken ]"))
}

/// The names of the tests that ran, in their order.
fn ran(said: &Said) -> String {
    let lines = said.stderr.lines().filter(|line| line.contains("] ("));
    let names = lines.filter_map(|line| line.split(") ").nth(1)?.split(':').next());
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_must_run_before_and_what_runs_finally_comes_along() {
    let project = project();
    let project = check(
        project,
        &[("use.sh", Some("true"))],
        "seed: comes before `use`\nuse: use.sh changed, which it runs\nlate: runs finally",
    );
    // What a test leaves is what the next one begins with.
    let project = check(
        project,
        &[("seed.sh", Some("true"))],
        "seed: seed.sh changed, which it runs\nuse: comes after `seed`\nlate: runs finally",
    );
    let project = project.write("use.sh", "true");
    let said = project.probe(&["run", "--changed", "-j1"]);
    assert_eq!((said.code, ran(&said).as_str()), (0, "seed use late"), "{}", said.stderr);
    let lines: Vec<&str> = said.stderr.lines().take(3).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    1 file has changed since HEAD and affects 1 of 4 tests
    also runs `seed`, which `use` comes after
    also runs `late`, which ends what is selected, whatever becomes of it
    ");
}

#[test]
fn a_run_without_changes_says_so_and_passes() {
    let project = project();
    let said = project.probe(&["run", "--changed"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.stderr, @"nothing has changed since HEAD (`--changed=REF` compares with a branch): there is nothing to run");
    assert_eq!(project.probe(&["run", "--changed=HEAD"]).code, 0);
    let project = project.write("README.md", "");
    let said = project.probe(&["run", "--changed"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.stderr, @"1 file has changed since HEAD and affects none of 4 tests: there is nothing to run");
    let said = project.probe(&["list", "--changed", "--format", "json"]);
    assert_eq!((said.code, said.stdout.contains("\"tests\": []")), (0, true), "{}", said.stdout);
    reset(&project);
    let said = project.probe(&["list", "--changed", "--format", "json"]);
    assert_eq!((said.code, said.stdout.contains("\"tests\": []")), (0, true), "{}", said.stdout);
    // A mistake is one, changes or not; and words that mean no test are no success.
    assert_eq!(project.probe(&["run", "--changed", "-P", "none"]).code, 96);
    let project = project.write("README.md", "");
    assert_eq!(project.probe(&["run", "--changed", "no such test"]).code, 4);
}

#[test]
fn it_goes_together_with_other_choices() {
    let project = project().write("broken", "").write("free.sh", "[ ! -e broken ]\n");
    let project = project.write("use.sh", "true");
    let run = |words: &[&str]| {
        let said = project.probe(&[&["run", "-j1", "--changed"], words].concat());
        format!("{} {}", said.code, ran(&said))
    };
    assert_eq!(run(&["-s", "!name:use"]), "100 free");
    assert_eq!(run(&["use"]), "0 seed use late");
    assert_eq!(run(&["--failed"]), "100 free");
    assert_eq!(run(&["--failed", "use"]), "0 ");
    assert_eq!(run(&["free", "--stress-count", "2"]), "100 free@stress-1 free@stress-2");
    let said = project.probe(&["run", "--changed", "--debug", "free"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
}

#[test]
fn the_log_says_of_each_test_why_it_was_taken() {
    let project = project().write("use.sh", "true");
    let said = project.probe(&["run", "--changed", "--report", "jsonl=log.jsonl"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let log = project.read("log.jsonl");
    for (test, why) in [
        ("seed", "comes before `use`"),
        ("use", "use.sh changed, which it runs"),
        ("late", "runs finally"),
    ] {
        let line = log.lines().find(|line| line.contains(&format!(r#""changed":"{why}""#)));
        assert!(line.is_some_and(|line| line.contains(test)), "{test}: {log}");
    }
    let said = project.probe(&["list", "--changed", "--format", "json", "free"]);
    assert!(!said.stdout.contains("changed"), "{}", said.stdout);
    let said = project.probe(&["list", "--changed", "--format", "json", "use"]);
    assert!(
        said.stdout.contains(r#""changed": "use.sh changed, which it runs""#),
        "{}",
        said.stdout
    );
    // Without a question there is no answer.
    assert!(!project.probe(&["list"]).stdout.contains("changed"));
    assert_eq!(taken(&project).lines().count(), 3);
}
