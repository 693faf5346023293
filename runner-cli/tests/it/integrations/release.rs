//! The workflow that makes a release: what it calls is there, and whoever starts it can read what it needs.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::root;
use super::yaml::read;

const WORKFLOW: &str = ".github/workflows/release.yml";

fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A word, or several.
fn words(value: &Value) -> Vec<&str> {
    let all = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    value.as_str().into_iter().chain(all).collect()
}

#[test]
fn every_job_calls_what_is_there() {
    let workflow = read(&text(WORKFLOW));
    let jobs = workflow["jobs"].as_object().expect("jobs");
    let mut files = 0;
    for (name, job) in jobs {
        for needed in words(&job["needs"]) {
            assert!(jobs.contains_key(needed), "{name} needs {needed}");
        }
        for step in job["steps"].as_array().expect("steps") {
            let Some(script) = step["run"].as_str() else {
                assert!(step["uses"].as_str().is_some_and(|uses| uses.contains('@')), "{step}");
                continue;
            };
            assert!(!script.contains("${{"), "what comes from outside is for `env`: {script}");
            let read = Command::new("bash").args(["-n", "-c", script]).output().expect("bash");
            assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
            let is_ours = |word: &&str| word.starts_with(".ci/") || word.starts_with("packaging/");
            for word in script.split_whitespace().filter(is_ours) {
                assert!(root().join(word).is_file(), "{name} calls `{word}`");
                files += 1;
            }
        }
    }
    assert!(files > 5, "{files} files");
}

#[test]
fn every_platform_of_the_packages_is_built() {
    let workflow = read(&text(WORKFLOW));
    let matrix = workflow["jobs"]["build"]["strategy"]["matrix"]["include"].as_array();
    let built: Vec<_> =
        matrix.expect("targets").iter().filter_map(|job| job["target"].as_str()).collect();
    let platforms = text("packaging/platforms.toml");
    let packaged: Vec<_> = platforms
        .lines()
        .filter_map(|line| Some(line.strip_prefix("target = \"")?.trim_end_matches('"')))
        .collect();
    assert!(!built.is_empty());
    assert_eq!(built, packaged);
    let table = text("docs/platforms.md");
    for target in built {
        assert!(table.contains(target), "docs/platforms.md says nothing of {target}");
    }
}

#[test]
fn every_secret_is_explained() {
    let (workflow, explained) = (text(WORKFLOW), text("RELEASING.md"));
    let secrets: Vec<_> = workflow.split("secrets.").skip(1).collect();
    assert!(!secrets.is_empty());
    for rest in secrets {
        let name = rest.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_').next();
        let name = name.expect("a name");
        assert!(
            explained.contains(&format!("`{name}`")),
            "RELEASING.md does not say what {name} is"
        );
    }
}
