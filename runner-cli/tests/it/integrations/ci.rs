//! CI systems: the lines of their files are run one after another.

use serde_json::Value;

use super::yaml::{Job, read};
use super::{check_passed, command, file, project, root};

#[test]
fn the_workflow_for_github_and_the_action_run_in_a_shell() {
    let action = std::fs::read_to_string(root().join("action.yml")).expect("the action");
    let action = read(&action);
    assert_eq!(action["runs"]["using"], "composite");
    let inputs = action["inputs"].as_object().expect("inputs");
    for libraries in ["", "engine"] {
        let project = project().write("app/.keep", "");
        let mut context = vec![("github.action_path", "/action")];
        for (name, input) in inputs {
            assert!(input["description"].is_string(), "{name} says nothing");
            let value = match name.as_str() {
                "libraries" => libraries,
                // Below the manifest.
                "working-directory" => "app",
                _ => panic!("no test for the input {name}"),
            };
            context.push(if name == "libraries" {
                ("inputs.libraries", value)
            } else {
                ("inputs.working-directory", value)
            });
        }
        let mut job = Job::new(&project, &context);
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
    let action = read(&std::fs::read_to_string(root().join("action.yml")).expect("the action"));
    let context = [
        ("github.action_path", "/action"),
        ("inputs.libraries", ""),
        ("inputs.working-directory", "."),
    ];
    let mut job = Job::new(&project, &context);
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
    assert_eq!(lines.len(), 3);
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
