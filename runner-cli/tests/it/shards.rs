//! `--shard`: tests that several machines share.

use std::collections::BTreeMap;

use crate::support::{Project, Said};

const MANIFEST: &str = r#"[library.slow]
command = ["sh", "-c", "mkdir -p made; printf '\\177ELF' > made/slow"]
kind = "data"
paths = ["made/slow"]

[library.quick]
command = ["sh", "-c", "mkdir -p made; echo quick > made/quick"]
kind = "data"
paths = ["made/quick"]

[suite.unit]
files = ["t/*"]
run = ["sh", "-c", "echo {file} >> ran"]
needs = ["quick"]

[suite.heavy]
files = ["h/*"]
run = ["sh", "-c", "echo {file} >> ran"]
needs = ["slow"]

[test.first]
run = ["sh", "-c", "echo first >> ran"]

[test.second]
run = ["sh", "-c", "echo second >> ran"]
after = ["first"]

[test.last]
run = ["sh", "-c", "echo last >> ran"]
after = ["second"]
"#;

fn project() -> Project {
    with_cases(MANIFEST, &[])
}

/// A project with 12 cases, and with others.
fn with_cases(manifest: &str, others: &[&str]) -> Project {
    let usual = (1..=12).map(|number| format!("t/case {number}"));
    let heavy = (1..=6).map(|number| format!("h/{number}"));
    let others = others.iter().map(|name| format!("t/{name}"));
    let files = usual.chain(heavy).chain(others);
    files.fold(Project::new(manifest), |project, file| project.write(&file, ""))
}

/// The shard of each test, as `list` shows it.
fn shards(project: &Project, words: &[&str]) -> BTreeMap<String, String> {
    let said = project.probe(&[&["list"], words].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    let line = |line: &str| {
        let (shard, test) = line.split_once("  ").expect("a number before each test");
        let name = test.split("  [").next().expect("a name");
        (name.to_owned(), shard.to_owned())
    };
    said.stdout.lines().map(line).collect()
}

/// What ran in a shard.
fn ran(project: &Project, words: &[&str]) -> (Vec<String>, Said) {
    std::fs::write(project.path("ran"), "").expect("write");
    let said = project.probe(&[&["run", "-j1"], words].concat());
    (project.read("ran").lines().map(str::to_owned).collect(), said)
}

#[test]
fn every_test_runs_in_one_shard_and_those_that_come_after_each_other_in_the_same() {
    let project = project();
    project.probe(&["run", "-q"]);
    let said = project.probe(&["history", "export", "-o", "probe-timings.json"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{}", said.stderr);
    for way in [&[][..], &["--shard-by", "time"]] {
        let mut all: Vec<String> = Vec::new();
        for number in 1..=3 {
            let shard = format!("{number}/3");
            let (tests, said) = ran(&project, &[&["--shard", &shard], way].concat());
            assert_eq!(said.code, 0, "{}", said.stderr);
            let is_first = tests.iter().any(|test| test == "first");
            for other in ["second", "last"] {
                assert_eq!(is_first, tests.iter().any(|test| test == other), "{tests:?}");
            }
            let way = way.last().unwrap_or(&"name");
            let heading = format!(", shard {number} of 3 by {way}, 1 at once");
            assert!(said.stderr.contains(&heading), "{}", said.stderr);
            all.extend(tests);
        }
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!((all.len(), count), (21, 21), "{all:?}");
    }
}

#[test]
fn by_name_a_new_test_moves_no_other() {
    let project = project();
    let before = shards(&project, &["--shard", "5"]);
    let mut others = Vec::new();
    for new in ["a new case", "case 0", "case 6a", "zuletzt"] {
        others.push(new);
        let manifest = format!("{MANIFEST}\n[test.zero]\nrun = [\"true\"]\nafter = [\"second\"]\n");
        let after = shards(&with_cases(&manifest, &others), &["--shard", "5"]);
        assert_eq!(after.len(), before.len() + others.len() + 1);
        for (test, shard) in &before {
            assert_eq!(after.get(test), Some(shard), "{test} after {new}");
        }
        assert_eq!(after.get("zero"), before.get("second"));
    }
}

#[test]
fn by_time_tests_of_one_library_meet() {
    let timings = r#"{"version": 1, "jobs": 1, "tests": {"first": 0.1, "second": 0.1, "last": 0.1},
        "libraries": {"slow": 60, "quick": 60}}"#;
    let project = project().write("times.json", timings);
    let words = ["--shard", "2", "--shard-by", "time", "--timings", "times.json"];
    let of = shards(&project, &words);
    let heavy = of.get("heavy h/1").expect("it is there");
    let unit = of.get("unit t/case 1").expect("it is there");
    assert_ne!(heavy, unit);
    for (test, shard) in &of {
        if test.starts_with("heavy") {
            assert_eq!(shard, heavy, "{test}");
        } else if test.starts_with("unit") {
            assert_eq!(shard, unit, "{test}");
        }
    }
    insta::assert_snapshot!(project.probe(&[&["list"], &words[..]].concat()).stderr, @r"
    shard 1 of 2: 12 tests, with quick, about 1m1s
    shard 2 of 2: 9 tests, with slow, about 1m
    ");
}

#[test]
fn which_machine_this_is_is_taken_from_its_surroundings() {
    let project = project();
    for (variables, expected) in [
        (&[("SLURM_PROCID", "0"), ("SLURM_NTASKS", "4")][..], "1 of 4"),
        (&[("GITLAB_CI", "true"), ("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")], "2 of 4"),
        (&[("CIRCLE_NODE_INDEX", "2"), ("CIRCLE_NODE_TOTAL", "4")], "3 of 4"),
        (&[("BUILDKITE_PARALLEL_JOB", "3"), ("BUILDKITE_PARALLEL_JOB_COUNT", "4")], "4 of 4"),
        (&[("STRATEGY_JOB_INDEX", "0"), ("STRATEGY_JOB_TOTAL", "4")], "1 of 4"),
        (&[("SYSTEM_JOBPOSITIONINPHASE", "2"), ("SYSTEM_TOTALJOBSINPHASE", "4")], "2 of 4"),
        (&[("BITBUCKET_PARALLEL_STEP", "1"), ("BITBUCKET_PARALLEL_STEP_COUNT", "4")], "2 of 4"),
        (&[("SEMAPHORE_JOB_INDEX", "4"), ("SEMAPHORE_JOB_COUNT", "4")], "4 of 4"),
        (&[("JENKINS_URL", "x"), ("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "4")], "1 of 4"),
        // Two that say the same, and one that says that nothing is shared.
        (
            &[
                ("SLURM_PROCID", "1"),
                ("SLURM_NTASKS", "4"),
                ("STRATEGY_JOB_INDEX", "1"),
                ("STRATEGY_JOB_TOTAL", "4"),
                ("GITLAB_CI", "true"),
                ("CI_NODE_TOTAL", "1"),
            ],
            "2 of 4",
        ),
    ] {
        let mut command = project.command(&["list", "--shard", "auto"]);
        let output = command.envs(variables.iter().copied()).output().expect("start it");
        let said = project.said(&output);
        let heading = format!("shard {expected}: ");
        assert!(said.stderr.starts_with(&heading), "{variables:?}: {}", said.stderr);
    }
}

#[test]
fn where_no_shard_is_known_nothing_runs() {
    let project = project().write(
        "odd.json",
        "{\"version\": 1, \"jobs\": 1, \"tests\": {\"a\": -1}, \"libraries\": {}}",
    );
    let mut all = String::new();
    for (variables, words) in [
        (&[][..], &["--shard", "auto"][..]),
        (&[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "4")], &["--shard", "auto"]),
        (&[("GITLAB_CI", "true"), ("CI_NODE_TOTAL", "4")], &["--shard", "auto"]),
        (&[("SLURM_PROCID", "4"), ("SLURM_NTASKS", "4")], &["--shard", "auto"]),
        (
            &[
                ("SLURM_PROCID", "1"),
                ("SLURM_NTASKS", "4"),
                ("CIRCLE_NODE_INDEX", "0"),
                ("CIRCLE_NODE_TOTAL", "2"),
            ],
            &["--shard", "auto"],
        ),
        (&[], &["--shard", "4"]),
        (&[], &["--shard", "0/4"]),
        (&[], &["--shard", "5/4"]),
        (&[], &["--shard", "1/0"]),
        (&[], &["--shard", "half"]),
        (&[], &["--shard", "1/2", "--failed"]),
        (&[], &["--shard", "1/2", "--shard-by", "time"]),
        (&[], &["--shard", "1/2", "--shard-by", "time", "--timings", "odd.json"]),
        (&[], &["--shard", "1/2", "--shard-by", "time", "--timings", "probe.toml"]),
    ] {
        let mut command = project.command(&[&["run"], words].concat());
        let output = command.envs(variables.iter().copied()).output().expect("start it");
        let said = project.said(&output);
        let variables: Vec<String> =
            variables.iter().map(|(name, value)| format!("{name}={value} ")).collect();
        all += &format!("$ {}probe run {}\n", variables.concat(), words.join(" "));
        all += &format!("{}\nexit code {}\n\n", said.stderr, said.code);
        assert!(!project.path("ran").exists(), "{words:?}");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn an_empty_shard_says_so_and_passes() {
    let project = Project::new("[test.only]\nrun = [\"true\"]\n");
    let codes: Vec<(i32, bool)> = (1..=4)
        .map(|number| {
            let shard = format!("{number}/4");
            let said = project.probe(&["run", "--shard", &shard, "--report", "jsonl=log"]);
            let log = project.read("log");
            let dealt = format!(
                "\"shard\":{{\"number\":{number},\"of\":4,\"tests\":1,\"by\":\"name\",\"plan\":\""
            );
            assert!(log.contains(&dealt), "{log}");
            let is_empty = said.stderr.starts_with(&format!("shard {number} of 4 has no test"));
            assert_eq!(is_empty, log.contains("\"passed\":0"), "{}", said.stderr);
            (said.code, is_empty)
        })
        .collect();
    assert_eq!(codes.iter().filter(|(_, is_empty)| *is_empty).count(), 3);
    assert!(codes.iter().all(|(code, _)| *code == 0), "{codes:?}");
    // A selector that fits no test is a mistake on every machine.
    assert_eq!(project.probe(&["run", "--shard", "1/4", "nothing"]).code, 4);
}

#[test]
fn exported_timings_are_sorted_and_say_what_is_known() {
    let project = project();
    let said = project.probe(&["history", "export"]);
    assert!(said.stdout.contains("\"tests\": {}"), "{}", said.stdout);
    insta::assert_snapshot!(said.stderr, @"no run of these tests is known: the file says nothing of their times yet");
    project.probe(&["run", "-q"]);
    let said = project.probe(&["history", "export", "first", "heavy"]);
    let timings: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    let tests = timings["tests"].as_object().expect("times by name");
    let names: Vec<&String> = tests.keys().collect();
    assert_eq!(
        names,
        ["first", "heavy h/1", "heavy h/2", "heavy h/3", "heavy h/4", "heavy h/5", "heavy h/6"]
    );
    let libraries = timings["libraries"].as_object().expect("times by name");
    assert_eq!(libraries.keys().collect::<Vec<_>>(), ["quick", "slow"]);
    let said = project.probe(&["history", "export", "-o", "no/such/folder.json"]);
    insta::assert_snapshot!(format!("{}\n{}", said.code, said.stderr), @r"
    110
      × cannot write the timings to `no/such/folder.json`: No such file or directory (os error 2)
    ");
}
