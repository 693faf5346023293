//! CI systems: the lines of their files are run one after another.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::yaml::{Context, Job, read};
use super::{check_passed, command, file, project, root};
use crate::support::{Project, Said};

/// What the expressions of the action stand for: its inputs have their defaults but for those `given`.
fn context(project: &Project, action: &Value, given: &[(&str, &str)]) -> Context {
    let text = |path: PathBuf| path.to_str().expect("a path").to_owned();
    let mut context = Context::from([
        ("github.action_path".to_owned(), text(root())),
        ("github.action_ref".to_owned(), "main".to_owned()),
        ("github.action_repository".to_owned(), String::new()),
        ("github.repository".to_owned(), "OWNER/probe".to_owned()),
        // Where nobody answers.
        ("github.server_url".to_owned(), "http://127.0.0.1:9".to_owned()),
        ("runner.temp".to_owned(), text(project.path("runner"))),
    ]);
    for (name, input) in action["inputs"].as_object().expect("inputs") {
        assert!(input["description"].is_string(), "{name} says nothing");
        let default = input["default"].as_str().expect("a default");
        context.insert(format!("inputs.{name}"), default.to_owned());
    }
    for (name, value) in given {
        let before = context.insert(format!("inputs.{name}"), (*value).to_owned());
        assert!(before.is_some(), "no input `{name}`");
    }
    context
}

/// A release that has a program for this machine, which notes that it ran and becomes the real one.
fn release(project: &Project) -> PathBuf {
    let release = project.path("release");
    let name = format!("probe-test-runner-{}-unknown-linux-musl", std::env::consts::ARCH);
    fs::create_dir_all(release.join(&name)).expect("a directory");
    let real = project.command::<&str>(&[]).get_program().to_str().expect("a path").to_owned();
    let noted = project.path("released");
    let text = format!("#!/bin/sh\necho ran >> '{}'\nexec '{real}' \"$@\"\n", noted.display());
    let program = release.join(&name).join("probe");
    fs::write(&program, text).expect("write");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a mode");
    let script =
        format!("tar -czf {name}.tar.gz {name} && sha256sum {name}.tar.gz > {name}.tar.gz.sha256");
    let made = Command::new("sh").args(["-c", &script]).current_dir(&release).status();
    assert!(made.expect("a shell").success(), "{script}");
    release
}

/// The first step of the action, with these inputs.
fn put_on_path(project: &Project, given: &[(&str, &str)], tag: &str) -> Said {
    let action = read(&fs::read_to_string(root().join("action.yml")).expect("the action"));
    let mut context = context(project, &action, given);
    context.insert("github.action_ref".to_owned(), tag.to_owned());
    Job::new(project, context).step(&action["runs"]["steps"][0]).expect("it runs something")
}

#[test]
fn the_action_takes_probe_from_a_release() {
    let project = project();
    let release = release(&project);
    let action = read(&fs::read_to_string(root().join("action.yml")).expect("the action"));
    let given = [("version", "v9.9.9"), ("download", release.to_str().expect("a path"))];
    let mut job = Job::new(&project, context(&project, &action, &given));
    for step in action["runs"]["steps"].as_array().expect("steps") {
        if let Some(said) = job.step(step) {
            assert_eq!(said.code, 0, "{step}: {}{}", said.stdout, said.stderr);
            assert!(!said.stdout.contains("not in PATH"), "{}", said.stdout);
        }
    }
    assert_eq!(project.read("made"), "made\n");
    // To tell its version, for the store, for its key, for the import.
    assert_eq!(project.read("released"), "ran\n".repeat(4));
    assert!(project.path("runner/probe-bin/probe").is_file());
}

#[test]
fn the_action_takes_nothing_that_has_another_sum() {
    let project = project();
    let release = release(&project);
    let name = format!("probe-test-runner-{}-unknown-linux-musl.tar.gz", std::env::consts::ARCH);
    fs::write(release.join(&name), "something else").expect("write");
    let given = [("version", "v9.9.9"), ("download", release.to_str().expect("a path"))];
    let said = put_on_path(&project, &given, "main");
    assert_eq!(said.code, 1, "{}{}", said.stdout, said.stderr);
    assert!(said.stderr.contains("nothing was installed"), "{}", said.stderr);
    assert!(!project.path("runner/probe-bin/probe").exists());
}

/// `version`, the action's own tag, and which release is taken. Without `version` it is the probe that is there.
#[test]
fn the_action_takes_the_release_of_its_tag_or_the_newest() {
    let project = project();
    for (version, tag, release) in [
        ("v0.2.0", "main", "download/v0.2.0"),
        ("v0.2.0", "v0.3.1", "download/v0.2.0"),
        ("v0.2.0-rc.1", "", "download/v0.2.0-rc.1"),
    ] {
        let said = put_on_path(&project, &[("version", version)], tag);
        assert_eq!(said.code, 1, "{}{}", said.stdout, said.stderr);
        let address =
            format!("cannot fetch http://127.0.0.1:PORT/OWNER/probe/releases/{release}/probe-");
        assert!(said.stderr.contains(&address), "{version}: {}", said.stderr);
    }
    let said = put_on_path(&project, &[("version", "latest")], "v0.3.1");
    assert_eq!(said.code, 1, "{}{}", said.stdout, said.stderr);
    assert!(said.stderr.contains("`latest` is not the name of a release"), "{}", said.stderr);
    let said = put_on_path(&project, &[], "v0.3.1");
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.trim_end().ends_with("/probe"), "{}", said.stdout);
    assert!(!project.path("runner/probe-bin/probe").exists(), "it was not installed");
}

#[test]
fn the_workflow_for_github_and_the_action_run_in_a_shell() {
    let action = fs::read_to_string(root().join("action.yml")).expect("the action");
    let action = read(&action);
    assert_eq!(action["runs"]["using"], "composite");
    for libraries in ["", "engine"] {
        let project = project().write("app/.keep", "");
        // Below the manifest.
        let context =
            context(&project, &action, &[("libraries", libraries), ("working-directory", "app")]);
        let mut job = Job::new(&project, context);
        for step in action["runs"]["steps"].as_array().expect("steps") {
            if let Some(said) = job.step(step) {
                assert_eq!(said.code, 0, "{step}: {}{}", said.stdout, said.stderr);
            }
        }
        assert_eq!(project.read("made"), "made\n");
        let workflow = read(&file("github/workflow.yml"));
        assert!(workflow["on"].is_array());
        let steps = workflow["jobs"]["tests"]["steps"].as_array().expect("steps");
        let run: Vec<_> = steps.iter().filter_map(|step| job.step(step)).collect();
        assert_eq!(run.len(), 2, "both ways to run tests");
        for said in run {
            assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
        }
        assert_eq!(project.read("made"), "made\n", "what the action made is there for the tests");
    }
}

#[test]
fn an_action_that_cannot_import_fails_its_job() {
    let project = project()
        .write("probe.toml", "[library.engine]\ncommand = [\"false\"]\npaths = [\"engine.txt\"]\n");
    let action = read(&fs::read_to_string(root().join("action.yml")).expect("the action"));
    let mut job = Job::new(&project, context(&project, &action, &[]));
    let steps = action["runs"]["steps"].as_array().expect("steps");
    let codes: Vec<i32> = steps.iter().filter_map(|step| Some(job.step(step)?.code)).collect();
    assert_eq!(codes.last(), Some(&105), "{codes:?}");
}

#[test]
fn the_job_for_gitlab_runs_in_a_shell() {
    let project = project();
    let file = read(&file("gitlab/.gitlab-ci.yml"));
    let job = &file["tests"];
    let lines: Vec<&str> =
        job["script"].as_array().expect("lines").iter().filter_map(Value::as_str).collect();
    assert_eq!(lines.len(), 5);
    let directory = project.path("").to_str().expect("a path").trim_end_matches('/').to_owned();
    let store = job["variables"]["PROBE_STORE"].as_str().expect("a store");
    let store = store.replace("$CI_PROJECT_DIR", &directory);
    let mut shell = command(&project, "sh", &["-ec", &lines.join("\n")]);
    check_passed(&project, shell.env("PROBE_STORE", &store).env("CI", "true"));
    let cached = job["cache"]["paths"][0].as_str().expect("a path");
    assert_eq!(project.path(cached).to_str(), Some(store.as_str()), "the cache keeps the store");
    assert!(project.path(cached).is_dir(), "there is a store to keep");
    let report = job["artifacts"]["reports"]["junit"].as_str().expect("a report");
    assert!(project.read(report).contains("<testsuite"), "GitLab shows `{report}`");
}
