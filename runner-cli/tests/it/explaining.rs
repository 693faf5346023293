//! `probe explain` and the logs that are kept of the last runs.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::{Project, Said};

fn project() -> Project {
    Project::new(
        r#"[library.words]
command = ["sh", "-c", "sleep 0.3; echo words > words.bin"]
paths = ["words.bin"]
kind = "data"

[library.gone]
url = "gone.bin"
kind = "data"

[suite.unit]
files = ["*.sh"]
run = ["sh", "{file}"]
needs = ["words"]

[test.blocked]
run = ["true"]
needs = ["gone"]

[test.after]
run = ["true"]
after = ["unit bad.sh"]

[test.flaky]
run = ["sh", "-c", "test $PROBE_ATTEMPT = 2"]
retries = 1

[test.killed]
run = ["sh", "-c", "kill -SEGV $$"]

[test.free]
run = ["true"]
"#
        .replace("after = [\"unit bad.sh\"]", "after = [\"flaky\"]")
        .as_str(),
    )
    .write("good.sh", "true")
    .write("bad.sh", "seq 20; echo the last words >&2; exit 3")
}

/// What is explained, with times and the run replaced.
fn explained(project: &Project, words: &[&str]) -> Said {
    let said = project.probe(&[&["explain"], words].concat());
    let words = said.stdout.lines().map(|line| {
        let line: Vec<String> = line
            .split(' ')
            .map(|word| match word.strip_prefix('(').and_then(|word| word.strip_suffix(',')) {
                Some(id) if id.len() == 16 => "(ID,".to_owned(),
                _ if word.parse::<f64>().is_ok() && word.contains('.') => "N".to_owned(),
                _ => word.to_owned(),
            })
            .collect();
        line.join(" ")
    });
    let stdout = words.collect::<Vec<_>>().join("\n");
    Said { stdout, ..said }
}

#[test]
fn a_test_is_explained_in_one_screen() {
    let project = project();
    let said = project.probe(&["run", "-j2"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    for name in ["bad.sh", "good.sh", "blocked", "flaky", "killed", "free"] {
        let said = explained(&project, &[name]);
        assert_eq!((said.code, &*said.stderr), (0, ""), "{name}");
        assert!(said.stdout.lines().count() < 24, "{}", said.stdout);
        // Whether it waits for a slot is the machine's affair.
        let lines = said.stdout.lines().filter(|line| !line.starts_with("Waited"));
        insta::assert_snapshot!(format!("explained_{name}"), lines.collect::<Vec<_>>().join("\n"));
    }
    let waited = explained(&project, &["good.sh"]).stdout;
    assert!(waited.contains("Waited      N s for library words"), "{waited}");
    assert_eq!(project.probe(&["why", "free"]).code, 0, "it has two names");
}

#[test]
fn without_a_name_all_that_have_not_passed_are_told() {
    let project = project();
    assert_eq!(project.probe(&["run", "-j2"]).code, 100);
    insta::assert_snapshot!(explained(&project, &[]).stdout, @"
    unit bad.sh failed
    blocked was blocked
    killed was killed by a signal

    3 of 7 tests have not passed in the last run (ID, just now); `probe explain TEST` says more of one
    ");
    assert_eq!(project.probe(&["run", "free"]).code, 0);
    let said = explained(&project, &[]).stdout;
    assert_eq!(said, "no test failed in the last run (ID, just now): 1 test ran");
}

#[test]
fn what_cannot_be_explained_says_why() {
    let project = project();
    let mut said = explained(&project, &["free"]).stderr;
    assert_eq!(project.probe(&["run", "free"]).code, 0);
    for name in ["sh", "fre", "killd", "killed"] {
        let answer = explained(&project, &[name]);
        said += &format!("\n$ probe explain {name}\n{}{}", answer.stdout, answer.stderr);
    }
    said += &explained(&project, &["free", "--run", "no"]).stderr;
    assert_eq!(project.probe(&["run", "free", "good.sh", "bad.sh"]).code, 100);
    said += &explained(&project, &[".sh"]).stderr;
    assert_eq!(explained(&project, &[".sh"]).code, 4);
    insta::assert_snapshot!("unexplained", said);
}

#[test]
fn a_test_that_the_last_run_did_not_have_is_explained_by_the_one_that_did() {
    let project = project();
    assert_eq!(project.probe(&["run", "bad.sh"]).code, 100);
    assert_eq!(project.probe(&["run", "free"]).code, 0);
    let said = explained(&project, &["bad.sh"]).stdout;
    assert!(
        said.starts_with("unit bad.sh failed in the last run that had it (ID, just now)"),
        "{said}"
    );
}

#[test]
fn the_last_ten_runs_are_kept_and_a_page_is_made_of_each_on_demand() {
    let project = project();
    let kept = || {
        let mut names: Vec<String> = fs::read_dir(project.path(".probe/runs"))
            .expect("it is there")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect();
        names.sort();
        names
    };
    for _ in 0..12 {
        assert_eq!(project.probe(&["run", "free"]).code, 0);
    }
    assert_eq!(kept().len(), 10);
    assert_eq!(project.probe(&["run", "nothing-like-it"]).code, 4);
    assert_eq!(kept().len(), 10, "a run of nothing is none to look back at");
    let said = project.probe(&["report"]);
    assert_eq!((said.code, &*said.stderr), (0, ""));
    let page = said
        .stdout
        .trim()
        .replace("[ROOT]", project.path("").to_str().expect("UTF-8").trim_end_matches('/'));
    assert!(fs::read_to_string(&page).expect("the page").contains("<!doctype html>"), "{page}");
    let said = project.probe(&["report", "--report", "tap=-"]);
    assert!(said.stdout.contains("ok 1 - free"), "{}", said.stdout);
    let oldest = kept()[0][..16].to_owned();
    let said = project.probe(&["report", "--run", &oldest]);
    assert!(said.stdout.trim().ends_with(&format!("{oldest}.html")), "{}", said.stdout);
    let said = project.probe(&["report", "--from", "log"]);
    assert_eq!(said.code, 2, "what is to be made of it?");
}

#[test]
fn nothing_that_lies_in_the_way_is_followed_or_fails_a_run() {
    let project = project().write("elsewhere/note", "mine");
    fs::create_dir(project.path(".probe")).expect("create");
    symlink(project.path("elsewhere"), project.path(".probe/runs")).expect("link");
    let said = project.probe(&["run", "free"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(fs::read_dir(project.path("elsewhere")).expect("read").count(), 1);
    let said = project.probe(&["explain", "free"]);
    assert_eq!(said.code, 96);
    assert!(said.stderr.contains("no run of this project is known"), "{}", said.stderr);
    fs::remove_file(project.path(".probe/runs")).expect("remove");
    assert_eq!(project.probe(&["run", "free"]).code, 0);
    let page = project.probe(&["report"]).stdout.trim().to_owned();
    let page = page.rsplit('/').next().expect("a name").to_owned();
    let page = project.path(".probe/runs").join(page);
    fs::remove_file(&page).expect("remove");
    symlink(project.path("elsewhere/note"), &page).expect("link");
    assert_eq!(project.probe(&["report"]).code, 0);
    assert_eq!(project.read("elsewhere/note"), "mine");
}

#[test]
fn a_run_that_was_killed_is_explained_as_far_as_it_came() {
    let project = Project::new(
        "[test.quick]\nrun = ['true']\n[test.long]\nrun = ['sh', '-c', 'echo > begun; sleep 60']\nafter = ['quick']\n",
    );
    let mut child = project.start(&["run", "-j1"]);
    project.wait_for("begun");
    child.kill().expect("kill");
    child.wait().expect("it ends");
    let said = project.probe(&["explain", "long"]);
    assert!(said.stdout.starts_with("long did not end"), "{}{}", said.stdout, said.stderr);
}

#[test]
fn the_page_is_opened_only_when_that_is_asked_for() {
    let project = project();
    assert_eq!(project.probe(&["run", "free"]).code, 0);
    let script = "#!/bin/sh\necho \"$1\" > opened.tmp && mv opened.tmp opened\n";
    let project = project.write("bin/xdg-open", script);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(project.path("bin/xdg-open"), mode).expect("set");
    let path = format!("{}:/usr/bin:/bin", project.path("bin").display());
    let mut probe = project.command(&["report"]);
    probe.env("PATH", &path).output().expect("it starts");
    assert!(!project.path("opened").exists());
    let mut probe = project.command(&["report", "--open"]);
    let said = project.said(&probe.env("PATH", &path).output().expect("it starts"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(project.wait_for("opened").contains(".probe/runs/"));
}
