//! Help: that it fits, and that topics leave nothing out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::{Project, Said};

/// Columns and rows of the smallest terminal that people use.
const COLUMNS: usize = 80;
const ROWS: usize = 24;

fn probe(words: &[&str]) -> Said {
    let project = Project::bare();
    let mut command = project.command(words);
    command.env("COLUMNS", COLUMNS.to_string());
    project.said(&command.output().expect("the binary starts"))
}

/// What a call prints, all of it within the columns of a terminal.
fn shown(words: &[&str]) -> String {
    let said = probe(words);
    assert_eq!(said.code, 0, "{}", said.stderr);
    for line in said.stdout.lines() {
        assert!(line.chars().count() <= COLUMNS, "{words:?}: too wide: {line}");
    }
    said.stdout
}

/// Checks that a call prints no more than a small screen holds, with a line for the prompt.
fn check_screen(words: &[&str]) {
    let shown = shown(words);
    assert!(shown.lines().count() < ROWS, "{words:?}:\n{shown}");
}

/// The commands that `probe --help` names.
fn commands() -> Vec<String> {
    let all = shown(&["--help"]);
    let (commands, _) = all.split_once("Options:").expect("the options follow");
    let named = commands.lines().filter_map(|line| line.strip_prefix("  "));
    let named = named.filter_map(|line| line.split_whitespace().next());
    named.map(str::to_owned).collect()
}

#[test]
fn the_usual_help_fits_a_small_screen() {
    let usual = shown(&["-h"]);
    insta::assert_snapshot!("help", usual);
    insta::assert_snapshot!("help_all", shown(&["--help"]));
    assert_eq!(shown(&["--help"]), shown(&["help"]));
}

#[test]
fn options_stand_in_groups_and_the_usual_ones_are_fewer() {
    let (usual, all) = (shown(&["run", "-h"]), shown(&["run", "--help"]));
    insta::assert_snapshot!("help_run", usual);
    insta::assert_snapshot!("help_run_all", all);
    assert!(usual.lines().count() * 3 < all.lines().count() * 2, "{usual}");
    assert_eq!(all, shown(&["help", "run"]));
    assert!(!all.contains("\nOptions:"), "an option of `run` stands in no group:\n{all}");
}

#[test]
fn each_command_has_help_of_both_sizes() {
    let commands = commands();
    assert!(commands.len() > 10, "{commands:?}");
    let below = ["dir", "list", "verify", "prune", "key"].map(|command| ["store", command, "-h"]);
    let of_store = below.iter().map(<[&str; 3]>::as_slice);
    for words in [&["-h"][..]].into_iter().chain(of_store) {
        check_screen(words);
    }
    for command in &commands {
        check_screen(&[command, "-h"]);
        assert_eq!(shown(&[command, "--help"]), shown(&["help", command]), "{command}");
    }
}

#[test]
fn a_word_that_is_no_topic_is_wrong_usage() {
    let said = probe(&["help", "store", "nothing"]);
    assert_eq!(said.code, 2);
    insta::assert_snapshot!(said.stderr, @"
    × there is no topic and no command `store nothing`
    help: topics are manifest, selectors, reports, exit-codes, environment; `probe help` names the commands
    ");
}

#[test]
fn the_manifest_topic_has_every_key_of_the_schema() {
    let topic = shown(&["help", "manifest"]);
    insta::assert_snapshot!("help_manifest", topic);
    let schema: serde_json::Value =
        serde_json::from_str(&probe(&["schema"]).stdout).expect("it is JSON");
    for table in ["run", "group", "library", "suite"] {
        let (_, keys) = topic.split_once(&format!("\n[{table}")).expect("the table");
        let keys = keys.split("\n\n").next().unwrap_or_default();
        let known = schema["$defs"][table]["properties"].as_object().expect("keys");
        assert!(!known.is_empty());
        for key in known.keys() {
            assert!(keys.contains(&format!("\n  {key} = ")), "{table} {key}:\n{keys}");
        }
    }
}

#[test]
fn the_selector_topic_has_every_kind_and_its_examples_are_selectors() {
    let topic = shown(&["help", "selectors"]);
    for kind in ["name", "tag", "suite", "file", "library"] {
        assert!(topic.contains(&format!("{kind}:")), "{kind}");
    }
    let project = Project::new("[test.read]\nrun = [\"true\"]\ntags = [\"smoke\"]\n");
    for (selector, code) in [
        ("tag:smoke,!library:duckdb", 0),
        ("tag:smoke,!tag:slow", 0),
        ("name:=users_test.ts", 4),
        ("name:=\"add[1,2]\"", 4),
    ] {
        assert!(topic.contains(selector), "{selector}");
        assert_eq!(project.probe(&["list", "-s", selector]).code, code, "{selector}");
    }
}

#[test]
fn the_topic_of_exit_codes_has_every_code() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../run/src/exit.rs");
    let source = fs::read_to_string(source).expect("the codes");
    let codes: Vec<&str> = source
        .lines()
        .filter_map(|line| {
            line.trim().strip_prefix("Self::")?.split_once(" => ")?.1.strip_suffix(',')
        })
        .filter(|code| code.parse::<u8>().is_ok())
        .collect();
    assert!(codes.len() > 7, "{codes:?}");
    let topic = shown(&["help", "exit-codes"]);
    let said: BTreeSet<&str> =
        topic.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).collect();
    for code in codes {
        assert!(said.contains(code), "{code} is not in:\n{topic}");
    }
}

#[test]
fn the_topic_of_the_environment_has_every_variable_of_probes_own() {
    fn add(directory: &Path, names: &mut BTreeSet<String>) {
        for entry in fs::read_dir(directory).expect("sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                add(&path, names);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(&path).expect("a source");
                let source = source.split("#[cfg(test)]").next().unwrap_or_default();
                for rest in source.split("\"PROBE_").skip(1) {
                    let is_part = |c: &char| c.is_ascii_uppercase() || *c == '_';
                    names.insert(rest.chars().take_while(is_part).collect());
                }
            }
        }
    }
    let mut names = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    add(&root.join("src"), &mut names);
    add(&root.join("../scenario/src"), &mut names);
    // The mark that ends a text of several lines in a file of variables.
    names.remove("END");
    assert!(names.contains("JOBS") && names.contains("LIBRARY_"), "{names:?}");
    let topic = shown(&["help", "environment"]);
    for name in names {
        assert!(topic.contains(&format!("PROBE_{name}")), "PROBE_{name} is not in:\n{topic}");
    }
}

#[test]
fn topics_fit_the_width_of_a_terminal() {
    for topic in ["manifest", "selectors", "reports", "exit-codes", "environment"] {
        assert!(shown(&["help", topic]).lines().count() > 10);
    }
}
