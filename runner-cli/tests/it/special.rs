//! Pipes and devices in place of files: they are said or passed over, and nobody waits for their other end, or for their end.

use std::os::unix::fs::symlink;
use std::time::Duration;

use rustix::fs::{CWD, Mode, mkfifoat};

use crate::support::{Project, Said, wait_at_most};

/// A project in which these are pipes, or links to a device without an end.
fn project(manifest: &str, specials: &[&str]) -> Vec<Project> {
    let make = |is_pipe: bool| {
        let project = Project::new(manifest).write("tests/a.sh", "").write("tests/b.ts", "");
        for name in specials {
            let path = project.path(name);
            std::fs::create_dir_all(path.parent().expect("a directory")).expect("create");
            if is_pipe {
                mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).expect("make");
            } else {
                symlink("/dev/zero", &path).expect("link");
            }
        }
        project
    };
    vec![make(true), make(false)]
}

/// What probe says, which ends.
fn said(project: &Project, words: &[&str], variables: &[(&str, &str)]) -> Said {
    let mut child = project.start_command(project.command(words).envs(variables.iter().copied()));
    wait_at_most(Duration::from_secs(30), "the end of probe", || {
        child.try_wait().expect("probe is a child").is_some()
    });
    project.end(child)
}

const SUITE: &str = "[suite.s]\nfiles = [\"tests/*.sh\"]\nrun = [\"sh\", \"{file}\"]\n";

#[test]
fn what_is_no_file_is_no_test() {
    for project in project(SUITE, &["tests/b.sh"]) {
        assert_eq!(said(&project, &["list"], &[]).stdout, "s a.sh".replace("a.sh", "tests/a.sh"));
        assert_eq!(said(&project, &["run"], &[]).code, 0);
    }
}

#[test]
fn what_detection_looks_at_is_read_only_if_it_is_a_file() {
    let manifest = "[suite.s]\nfiles = [\"tests/*.ts\"]\nrun = [\"true\", \"{file}\"]\n";
    let specials = ["deno.json", "deno.lock", "package.json", "tests/data.ts", "package-lock.json"];
    for project in project(manifest, &specials) {
        let project = project.write("tests/b.ts", "import './data.ts';\nimport 'npm:x';\n");
        assert_eq!(said(&project, &["run"], &[]).code, 0);
        assert_eq!(said(&project, &["exec", "--", "true"], &[]).code, 0);
    }
    for project in project("[suite.s]\nkind = \"node\"\n", &["package.json"]) {
        assert_eq!(said(&project, &["list"], &[]).code, 96);
        assert_ne!(said(&project, &["init", "--dry-run"], &[]).code, 101);
    }
}

#[test]
fn an_ignore_file_without_an_end_is_not_read() {
    for project in project(SUITE, &["tests/deep/.gitignore", "tests/deep/.ignore"]) {
        let project = project.write("tests/deep/b.sh", "");
        assert_eq!(said(&project, &["list"], &[]).stdout, "s tests/a.sh");
    }
    for project in project(SUITE, &[".gitignore"]) {
        assert_eq!(said(&project, &["list"], &[]).stdout, "s tests/a.sh");
    }
}

/// The error of probe where `special` is a pipe.
fn check(manifest: &str, special: &str, words: &[&str], variables: &[(&str, &str)]) -> String {
    let both = project(manifest, &[special]);
    let said: Vec<Said> = both.iter().map(|project| said(project, words, variables)).collect();
    let [pipe, device] = said.as_slice() else { unreachable!("there are two") };
    let shown = |said: &Said| format!("{}: {}{}", said.code, said.stdout, said.stderr.trim());
    assert_eq!(shown(device), shown(pipe).replace("a pipe, and", "a device, and"), "{special}");
    shown(pipe)
}

#[test]
fn a_file_that_is_asked_for_and_is_none_is_an_error() {
    let env_file = format!("{SUITE}env-file = \"p\"\n");
    let of_command = "[library.x]\ncommand = [\"true\"]\npaths = [\"tests/a.sh\"]\ninputs = [\"p\"]\nkind = \"data\"\n";
    let download = "[library.x]\nurl = \"http://127.0.0.1:1/x\"\nkind = \"data\"\n";
    let errors = [
        check(SUITE, "p", &["list", "--manifest-path", "p"], &[]),
        check(&env_file, "p", &["run"], &[]),
        check(SUITE, "probe.lock", &["run"], &[]),
        check(of_command, "p", &["preload"], &[]),
        check(SUITE, "p", &["inspect", "p"], &[]),
        check(download, "p", &["preload", "--offline"], &[("NETRC", "p")]),
        check("", "p", &["preload"], &[("GITHUB_ENV", "p")]),
    ];
    insta::assert_snapshot!(errors.join("\n---\n"));
}
