//! Manifests on disk, good and bad. Reader and schema agree on them, and every mistake is shown as a person sees it.
//!
//! `good` has no mistake. In `shape` the schema sees one too; in `meaning` only the reader can; `syntax` is no TOML.
#![expect(
    clippy::disallowed_methods,
    reason = "the corpus is files, so that other validators can read it"
)]

use std::collections::BTreeSet;
use std::path::Path;

use jsonschema::Validator;
use probe_scenario::{Mistake, SCHEMA, read};
use serde_json::Value;

use crate::support::{LINUX, good, report};

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).expect("the schema is one")
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the corpus is text")
}

fn json(path: &Path) -> Value {
    toml::from_str(&text(path)).expect("the file is TOML")
}

#[test]
fn the_schema_is_a_schema() {
    assert!(jsonschema::meta::is_valid(&schema()));
}

#[test]
fn reader_and_schema_accept_what_is_good() {
    insta::glob!("../corpus/good", "*.toml", |path| {
        good(&text(path));
        assert!(validator().is_valid(&json(path)));
    });
}

#[test]
fn reader_and_schema_refuse_a_wrong_shape() {
    insta::glob!("../corpus/shape", "*.toml", |path| {
        insta::assert_snapshot!(report(&text(path)));
        assert!(!validator().is_valid(&json(path)));
    });
}

#[test]
fn only_the_reader_knows_what_names_mean() {
    insta::glob!("../corpus/meaning", "*.toml", |path| {
        insta::assert_snapshot!(report(&text(path)));
        assert!(validator().is_valid(&json(path)));
    });
}

#[test]
fn mistakes_of_syntax_hide_no_others() {
    insta::glob!("../corpus/syntax", "*.toml", |path| {
        insta::assert_snapshot!(report(&text(path)));
    });
}

#[test]
fn reader_and_schema_know_the_same_keys() {
    let check = |manifest: &str, definition: &str| {
        let reading = read(manifest, &LINUX);
        let unknown = reading.mistakes.into_iter().find_map(|mistake| match mistake {
            Mistake::UnknownKey { known, .. } => Some(known),
            _ => None,
        });
        let known = unknown.expect("`?` is an unknown key");
        let known: BTreeSet<String> = known.into_iter().map(str::to_owned).collect();
        let schema = schema();
        let properties = schema.pointer(&format!("{definition}/properties"));
        let properties = properties.and_then(Value::as_object).expect("it has properties");
        assert_eq!(known, properties.keys().cloned().collect(), "in `{definition}`");
    };
    check("'?' = 1", "");
    check("[run]\n'?' = 1", "/$defs/run");
    check("[run]\nreports.'?' = 1", "/$defs/run/properties/reports");
    check("[profile.a]\n'?' = 1", "/$defs/run");
    check("[group.a]\n'?' = 1", "/$defs/group");
    check("[library.a]\n'?' = 1", "/$defs/library");
    check("[library.a]\nleader = true\n'?' = 1", "/$defs/library");
    check("[service.a]\n'?' = 1", "/$defs/service");
    check("[service.a]\nready.'?' = 1", "/$defs/service/properties/ready");
    check("[suite.a]\n'?' = 1", "/$defs/suite");
    check("[suite.a]\nlist.'?' = 1", "/$defs/suite/properties/list");
    check("[test.a]\n'?' = 1", "/$defs/test");
}
