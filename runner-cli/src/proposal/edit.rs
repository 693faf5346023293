//! A longer manifest: tables of libraries at the end of those that it has, and names in `needs`. Everything else stays as it is
//! written. Reads and writes texts alone.

use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

use super::draft::Draft;
use super::fit::{Lack, word};
use super::seen::User;

/// The manifest `text` with all of the `drafts` in it.
pub(crate) fn edited(text: &str, drafts: &[Draft]) -> String {
    let Ok(mut manifest) = text.parse::<DocumentMut>() else { return text.to_owned() };
    let mut is_longer = false;
    for draft in drafts {
        if let Some(lack) = draft.lack(&manifest) {
            add(&mut manifest, draft, &lack);
            is_longer = true;
        }
    }
    if is_longer { manifest.to_string() } else { text.to_owned() }
}

/// Adds what the manifest lacks of a draft.
pub(super) fn add(manifest: &mut DocumentMut, draft: &Draft, lack: &Lack) {
    if lack.is_undeclared {
        declare(manifest, draft, &lack.name);
    }
    for user in &lack.tables {
        let (User::Suite(name) | User::Test(name)) = user;
        let table = manifest.get_mut(word(user)).and_then(|tables| tables.get_mut(name));
        if let Some(table) = table.and_then(Item::as_table_like_mut) {
            need(table, &lack.name);
        }
    }
}

fn declare(manifest: &mut DocumentMut, draft: &Draft, name: &str) {
    let is_empty = manifest.is_empty() && manifest.trailing().as_str().is_none_or(str::is_empty);
    let lines: DocumentMut = draft.keys.join("\n").parse().unwrap_or_default();
    let mut library = Table::new();
    library.decor_mut().set_prefix(if is_empty { "" } else { "\n" });
    for (key, value) in lines.iter() {
        if let Some(value) = value.as_value() {
            library.insert(key, Item::Value(value.clone().decorated(" ", "")));
        }
    }
    let mut root = Table::new();
    root.set_implicit(true);
    let libraries = manifest.entry("library").or_insert(Item::Table(root));
    if let Some(libraries) = libraries.as_table_like_mut() {
        libraries.insert(name, Item::Table(library));
    }
}

fn need(table: &mut dyn TableLike, name: &str) {
    let needs = table.entry("needs").or_insert_with(|| Item::Value(Value::Array(Array::new())));
    let Some(needs) = needs.as_array_mut() else { return };
    let mut value = Value::from(name);
    match needs.iter().last().and_then(|last| last.decor().prefix()?.as_str().map(str::to_owned)) {
        // Each on a line of its own.
        Some(prefix) if prefix.contains('\n') => {
            // What stands behind the last comma is a comment on what stands before it.
            let behind = needs.trailing().as_str().unwrap_or_default().to_owned();
            let is_comment = needs.trailing_comma() && behind.contains('#');
            let comment = if is_comment { behind.trim_end() } else { "" };
            value.decor_mut().set_prefix(format!("{comment}{prefix}"));
            needs.push_formatted(value);
            if is_comment {
                needs.set_trailing("\n");
            }
        }
        _ => needs.push(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proposal::draft::Users;

    fn draft(name: &str, keys: &[&str], users: Users) -> Draft {
        let keys = keys.iter().map(|&key| key.to_owned()).collect();
        Draft { name: name.to_owned(), keys, users, why: String::new(), answers: Vec::new() }
    }

    fn suite(name: &str) -> Users {
        Users::Tables(vec![User::Suite(name.to_owned())])
    }

    #[track_caller]
    fn check(manifest: &str, drafts: &[Draft], expected: &str) {
        let longer = edited(manifest, drafts);
        assert_eq!(longer, expected);
        assert_eq!(edited(&longer, drafts), longer, "twice");
    }

    #[test]
    fn what_is_written_stays_and_what_is_missing_comes() {
        let manifest = "\
# The tests.
[suite.api] # by hand
files = [\"*.ts\"]   # all of them
run = ['deno', 'test', '{file}']

[test.last]
run = [\"true\"]
needs = [
    \"one\", # first
]

[library.one]
leader = true
";
        let stray = draft("stray", &["leader = true", "paths = [\"own/*.so\"]"], suite("api"));
        let last = draft(
            "one",
            &["url = \"https://a.org/one.so\"", "to = \"plug\""],
            Users::Tables(vec![User::Test("last".to_owned())]),
        );
        check(
            manifest,
            &[stray, last],
            "\
# The tests.
[suite.api] # by hand
files = [\"*.ts\"]   # all of them
run = ['deno', 'test', '{file}']
needs = [\"stray\"]

[test.last]
run = [\"true\"]
needs = [
    \"one\", # first
    \"one-2\",
]

[library.one]
leader = true

[library.stray]
leader = true
paths = [\"own/*.so\"]

[library.one-2]
url = \"https://a.org/one.so\"
to = \"plug\"
",
        );
    }

    #[test]
    fn what_is_declared_is_only_needed() {
        let manifest = "[library.x]\npreset = \"playwright\"\n[suite.web]\nkind = \"node\"\n";
        let drafts = [draft("playwright", &["preset = \"playwright\""], suite("web"))];
        check(
            manifest,
            &drafts,
            "[library.x]\npreset = \"playwright\"\n[suite.web]\nkind = \"node\"\nneeds = [\"x\"]\n",
        );
        let led = [draft("cache", &["leader = true"], Users::Unknown)];
        check(
            "library.cache.leader = true\nsuite = { a = { kind = \"node\" } }\n",
            &led,
            "library.cache.leader = true\nsuite = { a = { kind = \"node\" , needs = [\"cache\"] } }\n",
        );
        check("", &led, "[library.cache]\nleader = true\n");
    }
}
