//! `--shuffle`: an order by chance that can be had again.

use crate::support::{Project, Said};

const MANIFEST: &str = r#"[suite.unit]
list = { run = ["seq", "1", "12"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "echo {name} >> order"]

[test.first]
run = ["sh", "-c", "echo first >> order"]

[test.second]
run = ["sh", "-c", "echo second >> order"]
after = ["first"]
"#;

/// What ran, in which order, and what was said.
fn order(project: &Project, words: &[&str]) -> (Vec<String>, Said) {
    std::fs::write(project.path("order"), "").expect("write");
    let said = project.probe(&[&["run", "-j1"], words].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    (project.read("order").lines().map(str::to_owned).collect(), said)
}

fn place(order: &[String], name: &str) -> usize {
    order.iter().position(|other| other == name).expect("it ran")
}

#[test]
fn the_same_seed_gives_the_same_order_and_another_one_another() {
    let project = Project::new(MANIFEST);
    let (usual, said) = order(&project, &[]);
    assert!(!said.stderr.contains("shuffle"), "{}", said.stderr);
    let (seven, said) = order(&project, &["--shuffle=7"]);
    assert!(said.stderr.contains(", shuffled (--shuffle=7) (run ID)"), "{}", said.stderr);
    let end = "SHUFFLED --shuffle=7 gives the same order of starts";
    assert!(said.stderr.contains(end), "{}", said.stderr);
    assert_eq!(order(&project, &["--shuffle=7"]).0, seven);
    let (eight, _) = order(&project, &["--shuffle=8"]);
    assert_ne!(seven, usual);
    assert_ne!(seven, eight);
    for order in [&seven, &eight] {
        assert_eq!(order.len(), 14);
        assert!(place(order, "first") < place(order, "second"), "{order:?}");
    }
    // Those that are left out change nothing for the others.
    let few = ["2", "5", "9", "11", "first"];
    let words: Vec<String> = few.iter().map(|name| format!("name:={name}")).collect();
    let words: Vec<&str> = words.iter().flat_map(|word| ["-s", word]).collect();
    let (some, _) = order(&project, &[&["--shuffle=7"], &words[..]].concat());
    let left: Vec<String> = seven.into_iter().filter(|name| few.contains(&name.as_str())).collect();
    assert_eq!(some, left);
}

#[test]
fn the_order_of_the_last_run_that_was_shuffled_is_had_again() {
    let project = Project::new(MANIFEST);
    let said = project.probe(&["run", "--shuffle=last"]);
    assert_eq!(said.code, 2);
    insta::assert_snapshot!(said.stderr, @"
    × `--shuffle=last` has no order to take: no run of this project is known that was shuffled
    help: `--shuffle` draws a new one, `--shuffle=SEED` takes that of a report
    ");
    let (drawn, said) = order(&project, &["--shuffle"]);
    let (_, seed) = said.stderr.split_once("SHUFFLED --shuffle=").expect("a seed");
    let seed: u64 = seed.split(' ').next().expect("a word").parse().expect("a number");
    order(&project, &[]);
    let (last, said) = order(&project, &["--shuffle=last"]);
    assert!(said.stderr.contains(&format!("SHUFFLED --shuffle={seed} ")), "{}", said.stderr);
    assert_eq!(last, drawn);
    assert_eq!(order(&project, &[&format!("--shuffle={seed}")]).0, drawn);
    for wrong in ["x", "-1", "", "9007199254740992"] {
        let said = project.probe(&["run", &format!("--shuffle={wrong}")]);
        let named = "neither a number from 0 to 9007199254740991 nor `last`";
        let refused = said.stderr.contains(named) || wrong.is_empty();
        assert!(said.code == 2 && refused, "{wrong}: {}", said.stderr);
    }
}

#[test]
fn the_seed_is_in_every_report_and_in_the_command_that_runs_again() {
    let project = Project::new("[test.a]\nrun = [\"true\"]\n[test.b]\nrun = [\"false\"]\n");
    let reports = "jsonl=run.jsonl,html=run.html,junit=run.xml,tap=run.tap,trace=run.json";
    let said = project.probe(&["run", "--shuffle=41", "--report", reports]);
    assert_eq!(said.code, 100, "{}", said.stderr);
    assert!(said.stderr.ends_with("probe run --failed --shuffle=41"), "{}", said.stderr);
    for (file, words) in [
        ("run.jsonl", r#""shuffle":41"#),
        ("run.html", r#""shuffle":41"#),
        ("run.xml", r#"<property name="shuffle" value="41"/>"#),
        ("run.tap", "TAP version 14\n# --shuffle=41\n"),
        ("run.json", r#""shuffle":41"#),
    ] {
        assert!(project.read(file).contains(words), "{file}: {}", project.read(file));
    }
    // And in those that are made of the log.
    let again = project.probe(&["report", "--from", "run.jsonl", "--report", "tap=-"]);
    assert!(again.stdout.contains("# --shuffle=41"), "{}", again.stdout);
}
