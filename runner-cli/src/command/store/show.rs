//! The store as text: for people a line an item, for programs one document. Looks at no store.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use probe_loader::{Checked, Pruned, Shape, StoreItem};
use probe_report::Bytes;
use serde_json::{Value, json};

use crate::args::StoreFormat;

/// How much of a digest people need, in digits.
const SHORT: usize = 12;

pub(super) fn listed(items: &[StoreItem], now: SystemTime, format: StoreFormat) -> String {
    if format == StoreFormat::Json {
        return document(
            &json!({ "version": 1, "items": items.iter().map(value).collect::<Vec<_>>() }),
        );
    }
    let rows: Vec<[String; 5]> = items.iter().map(|item| row(item, now)).collect();
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 4] = std::array::from_fn(width);
    let mut text = String::new();
    for [size, age, digest, name, origin] in &rows {
        let line = format!(
            "{size:>w0$}  {age:>w1$}  {digest:<w2$}  {name:<w3$}  {origin}",
            w0 = widths[0],
            w1 = widths[1],
            w2 = widths[2],
            w3 = widths[3],
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str(&format!("{}\n", total(items)));
    text
}

fn row(item: &StoreItem, now: SystemTime) -> [String; 5] {
    let name = match item.shape {
        Shape::File => item.name.clone(),
        Shape::Folder => format!("{}/", item.name),
    };
    [
        Bytes(item.size).to_string(),
        age(now.duration_since(item.last_used).unwrap_or_default()),
        item.digest.to_string()[..SHORT].to_owned(),
        name,
        item.origins.join(" "),
    ]
}

/// Whole days, since the store knows no more.
fn age(age: Duration) -> String {
    match age.as_secs() / (24 * 60 * 60) {
        0 => "today".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

pub(super) fn verified(results: &[(StoreItem, Checked)], format: StoreFormat) -> String {
    if format == StoreFormat::Json {
        let items = results.iter().map(|(item, checked)| {
            let mut item = value(item);
            let (state, more) = match checked {
                Checked::Whole => ("whole", Value::Null),
                Checked::Damaged { moved_to, .. } => ("damaged", json!(moved_to.to_string_lossy())),
                Checked::Unreadable(error) => ("unreadable", json!(error.to_string())),
                Checked::Gone => ("gone", Value::Null),
            };
            item["state"] = json!(state);
            item["moved_to"] = if state == "damaged" { more.clone() } else { Value::Null };
            item["error"] = if state == "unreadable" { more } else { Value::Null };
            item
        });
        return document(&json!({ "version": 1, "items": items.collect::<Vec<_>>() }));
    }
    let mut text = String::new();
    for (item, checked) in results {
        let path = item.path.display();
        match checked {
            Checked::Whole | Checked::Gone => {}
            Checked::Damaged { found, moved_to } => {
                let to = moved_to.display();
                text.push_str(&format!("{path}: damaged: sha256 `{found}`; moved to {to}\n"));
            }
            Checked::Unreadable(error) => text.push_str(&format!("{path}: unreadable: {error}\n")),
        }
    }
    let bad = results.iter().filter(|(_, checked)| !matches!(checked, Checked::Whole)).count();
    let whole = results.len() - bad;
    text.push_str(&match bad {
        0 => format!("{} whole\n", items(whole)),
        _ => format!("{} whole, {bad} not\n", items(whole)),
    });
    text
}

pub(super) fn pruned(pruned: &Pruned, format: StoreFormat) -> String {
    if format == StoreFormat::Json {
        return document(&json!({
            "version": 1,
            "removed": pruned.removed.iter().map(value).collect::<Vec<_>>(),
            "bytes": pruned.bytes(),
            "in_use": pruned.in_use,
            "recent": pruned.recent,
        }));
    }
    let mut text = String::new();
    for item in &pruned.removed {
        let digest = &item.digest.to_string()[..SHORT];
        text.push_str(&format!("removed {} ({}, {digest})\n", item.name, Bytes(item.size)));
    }
    text.push_str(&format!(
        "{} removed, {} freed; {} in use and {} used lately are kept\n",
        items(pruned.removed.len()),
        Bytes(pruned.bytes()),
        pruned.in_use,
        pruned.recent
    ));
    text
}

fn value(item: &StoreItem) -> Value {
    let since = item.last_used.duration_since(UNIX_EPOCH).unwrap_or_default();
    let usage = item.usage.as_ref();
    json!({
        "name": item.name,
        "sha256": item.digest.to_string(),
        "path": item.path.to_string_lossy(),
        "kind": match item.shape {
            Shape::File => "file",
            Shape::Folder => "folder",
        },
        "size": item.size,
        "last_used": since.as_secs(),
        "library": usage.map(|usage| &usage.library),
        "command": usage.map(|usage| &usage.command),
        "project": usage.and_then(|usage| usage.project.as_ref()).map(|path| path.to_string_lossy()),
        "origins": item.origins,
    })
}

fn document(value: &Value) -> String {
    format!("{value:#}\n")
}

fn total(all: &[StoreItem]) -> String {
    format!("{}, {}", items(all.len()), Bytes(all.iter().map(|item| item.size).sum()))
}

/// `1 item`, `2 items`.
fn items(count: usize) -> String {
    if count == 1 { "1 item".to_owned() } else { format!("{count} items") }
}
