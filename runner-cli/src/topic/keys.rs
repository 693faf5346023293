//! The keys of the manifest as a text, from its JSON Schema. Does not know what any of them means.

use std::collections::BTreeSet;
use std::fmt::Write;

use probe_scenario::SCHEMA;
use serde_json::{Map, Value};

/// Columns before what a key is for.
const INDENT: &str = "      ";
/// Keys of a table that another one has not, of which all others are said by a word.
const FEW: usize = 3;
/// Columns of the whole text.
const WIDTH: usize = 80;

/// Every table with every key: what its value is, what it is for, and what holds without it.
pub(super) fn text() -> String {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let mut text = String::new();
    let tables = object(&schema["properties"]);
    let mut earlier: Vec<(String, &Map<String, Value>)> = Vec::new();
    for (name, table) in tables {
        let (title, keys) = match table.get("additionalProperties") {
            Some(named) => (format!("[{name}.NAME]"), resolve(&schema, named)),
            None => (format!("[{name}]"), resolve(&schema, table)),
        };
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{title}");
        wrap(&mut text, "  ", &said(&schema, table));
        let keys = object(&keys["properties"]);
        let mut own: Vec<(&String, &Value)> = keys.iter().collect();
        let like = earlier.iter().find(|(_, more)| {
            let own = own_keys(more, keys).len();
            own <= FEW && own * 2 < keys.len()
        });
        if let Some((like, more)) = like {
            own = own_keys(more, keys);
            let missing: Vec<&str> =
                more.keys().filter(|key| !keys.contains_key(*key)).map(String::as_str).collect();
            let but = if missing.is_empty() { "" } else { ", but not " };
            let and = if own.is_empty() { "." } else { "; and:" };
            wrap(&mut text, "  ", &format!("The keys of {like}{but}{}{and}", missing.join(", ")));
        } else {
            earlier.push((title, keys));
        }
        for (key, value) in own {
            hang(&mut text, "  ", INDENT, &format!("{key} = {}", kind(&schema, value)));
            let mut about = said(&schema, value);
            if let Some(default) = resolve(&schema, value).get("default") {
                let _ = write!(about, " Default: {default}.");
            }
            wrap(&mut text, INDENT, &about);
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// What a value of the manifest may be, in the manifest's own notation.
fn kind(schema: &Value, node: &Value) -> String {
    if let Some(name) = reference(node) {
        match name {
            "share" => return "\"50%\"".to_owned(),
            "duration" => return "\"1m30s\"".to_owned(),
            "sha256" => return "digest".to_owned(),
            "filled" => return "text".to_owned(),
            "platform" => return "platform".to_owned(),
            _ => {}
        }
        return kind(schema, resolve_once(schema, node));
    }
    let any = node.get("anyOf").and_then(Value::as_array);
    if let Some(kinds) = any {
        return kinds.iter().map(|one| kind(schema, one)).collect::<Vec<_>>().join(" or ");
    }
    if let Some(values) = node.get("enum").and_then(Value::as_array) {
        return values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
    }
    if let Some(value) = node.get("const") {
        return value.to_string();
    }
    match node["type"].as_str() {
        Some("integer") => "number".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("array") => format!("[{}, …]", kind(schema, &node["items"])),
        Some("object") => match node.get("properties") {
            Some(keys) => {
                let keys = object(keys);
                let kinds: BTreeSet<String> =
                    keys.values().map(|value| kind(schema, value)).collect();
                if let (Some(kind), 1) = (kinds.first(), kinds.len()) {
                    let keys: Vec<&str> = keys.keys().map(String::as_str).collect();
                    return format!("{{ {} = {kind} }}", keys.join(" or "));
                }
                let keys: Vec<String> = keys
                    .iter()
                    .map(|(key, value)| format!("{key} = {}", kind(schema, value)))
                    .collect();
                format!("{{ {} }}", keys.join(", "))
            }
            None => {
                let by = if reference(&node["propertyNames"]) == Some("platform") {
                    "PLATFORM"
                } else {
                    "NAME"
                };
                format!("{{ {by} = {} }}", kind(schema, &node["additionalProperties"]))
            }
        },
        _ => "text".to_owned(),
    }
}

/// Those of `keys` that a table has not with the same value.
fn own_keys<'k>(
    table: &Map<String, Value>,
    keys: &'k Map<String, Value>,
) -> Vec<(&'k String, &'k Value)> {
    let is_same = |(key, value): &(&String, &Value)| {
        table.get(*key).is_some_and(|same| same["$ref"] == value["$ref"])
    };
    keys.iter().filter(|key| !is_same(key)).collect()
}

/// The description of a node, or else that of what it refers to.
fn said(schema: &Value, node: &Value) -> String {
    let mut node = node;
    loop {
        if let Some(text) = node["description"].as_str() {
            return text.to_owned();
        }
        let Some(_) = reference(node) else { return String::new() };
        node = resolve_once(schema, node);
    }
}

/// What a node stands for after all its references.
fn resolve<'s>(schema: &'s Value, mut node: &'s Value) -> &'s Value {
    while reference(node).is_some() && node.get("default").is_none() {
        node = resolve_once(schema, node);
    }
    node
}

fn resolve_once<'s>(schema: &'s Value, node: &Value) -> &'s Value {
    &schema["$defs"][reference(node).unwrap_or_default()]
}

fn reference(node: &Value) -> Option<&str> {
    node.get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

fn object(node: &Value) -> &Map<String, Value> {
    node.as_object().expect("the schema describes tables by objects")
}

/// Adds lines of `words` that begin with `indent`, of at most [`WIDTH`] columns.
fn wrap(text: &mut String, indent: &str, words: &str) {
    hang(text, indent, indent, words);
}

/// The same with another beginning of the first line.
fn hang(text: &mut String, first: &str, rest: &str, words: &str) {
    let (mut column, mut indent) = (0, first);
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if column == 0 || column + 1 + length > WIDTH {
            if column > 0 {
                text.push('\n');
            }
            text.push_str(indent);
            column = indent.len();
            indent = rest;
        } else {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    if column > 0 {
        text.push('\n');
    }
}
