//! Links in `.probe`, which may come with a project of somebody else's: nothing is written or removed where they lead.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::support::{Project, Said};

const MANIFEST: &str = "[test.loud]\nrun = [\"sh\", \"-c\", \"seq 1 20000; exit 1\"]\n";

/// A project, and beside it a directory with files of the user's.
fn project() -> (Project, Project) {
    let user = Project::bare().write("precious", "precious,data\n");
    for run in 0..12 {
        fs::create_dir_all(user.path(&format!("runs/{run:016x}"))).expect("create");
        fs::write(user.path(&format!("runs/{run:016x}/kept")), "kept").expect("write");
    }
    let project = Project::new(MANIFEST);
    fs::create_dir(project.path(".probe")).expect("create");
    (project, user)
}

fn everything(user: &Project) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = vec![user.path("")];
    let mut next = 0;
    while let Some(path) = found.get(next).cloned() {
        next += 1;
        if path.is_dir() {
            found.extend(fs::read_dir(path).expect("read").flatten().map(|entry| entry.path()));
        }
    }
    found.sort_unstable();
    found
}

/// Runs twice where `link` leads to `to` of the user's, and returns what is said of it.
fn check(link: &str, to: &str) -> String {
    let (project, user) = project();
    let before = everything(&user);
    if link == ".probe" {
        fs::remove_dir(project.path(".probe")).expect("remove");
    }
    symlink(user.path(to), project.path(link)).expect("link");
    let warnings = |said: &Said| {
        assert_eq!(said.code, 100, "{link}: {}", said.stderr);
        let lines = said.stderr.lines().filter(|line| line.contains("WARNING"));
        lines.map(str::trim).collect::<Vec<_>>().join("\n")
    };
    let first = warnings(&project.probe(&["run"]));
    assert_eq!(warnings(&project.probe(&["run"])), first, "{link}");
    project.probe(&["history"]);
    project.probe(&["graph"]);
    assert_eq!(everything(&user), before, "{link}");
    assert_eq!(user.read("precious"), "precious,data\n", "{link}");
    assert!(project.path(link).is_symlink(), "{link}");
    format!("{link}: {first}")
}

#[test]
fn what_links_lead_to_is_left_alone() {
    let said = [
        check(".probe", "runs"),
        check(".probe/history.db", "precious"),
        check(".probe/history.db", "not-there"),
        check(".probe/history.db-journal", "precious"),
        check(".probe/history.db-wal", "precious"),
        check(".probe/history.db-shm", "precious"),
        check(".probe/history.lock", "not-there"),
        check(".probe/output", "runs"),
        check(".probe/.gitignore", "not-there"),
    ];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_damaged_history_is_not_copied_to_where_a_link_leads() {
    let (project, user) = project();
    let project = project.write(".probe/history.db", "no database");
    symlink(user.path("not-there"), project.path(".probe/history.damaged-1.db")).expect("link");
    let said = project.probe(&["run"]);
    assert!(said.stderr.contains("`.probe/history.damaged-2.db` is the old"), "{}", said.stderr);
    assert!(!user.path("not-there").exists());
    assert_eq!(project.read(".probe/history.damaged-2.db"), "no database");
}

#[test]
fn only_what_probe_has_named_is_cleared_away() {
    let (project, _) = project();
    for name in 0..12 {
        fs::create_dir_all(project.path(&format!(".probe/output/mine-{name}"))).expect("create");
    }
    assert_eq!(project.probe(&["run"]).code, 100);
    let left = fs::read_dir(project.path(".probe/output")).expect("read").count();
    assert_eq!(left, 13);
}
