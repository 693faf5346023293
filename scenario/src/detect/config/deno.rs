//! `deno.json`, `deno.jsonc` and import maps: names that stand for other specifiers.
//!
//! Resolution follows the HTML standard's import maps, with Deno's addition: a key whose target is a `jsr:` or `npm:`
//! package also holds for the package's sub-paths.

use jsonc_parser::ast::{Object, Value};

use super::json::{Document, texts};
use crate::detect::path;

/// The content of one file.
#[derive(Clone, Debug, Default)]
pub(in crate::detect) struct DenoConfig {
    imports: Vec<Entry>,
    /// By the prefix of the importing file, the longest first.
    scopes: Vec<(String, Vec<Entry>)>,
    /// The import map that it names instead of having one, as seen from its own directory.
    pub(in crate::detect) import_map: Option<String>,
    /// The name under which other members of its workspace import it, and the file that they get.
    pub(in crate::detect) export: Option<(String, Vec<(String, String)>)>,
    /// The members of its workspace, as seen from its own directory.
    pub(in crate::detect) members: Vec<String>,
    /// Which lock file there is for it.
    pub(in crate::detect) lock: LockSetting,
}

/// The value of `lock`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::detect) enum LockSetting {
    /// Not set: `deno.lock` beside the file.
    #[default]
    Beside,
    /// No lock file, even if there is one on disk.
    Off,
    /// This file, as seen from its own directory.
    At(String),
}

#[derive(Clone, Debug)]
struct Entry {
    key: String,
    target: String,
    line: usize,
}

/// The target of a specifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::detect) struct Mapped {
    /// The specifier in its place; a relative one is relative to the map's directory.
    pub(in crate::detect) target: String,
    /// The line of the map that says so.
    pub(in crate::detect) line: usize,
}

impl DenoConfig {
    /// Reads a file of this name in `directory`.
    pub(in crate::detect) fn parse(directory: &str, text: &str) -> Self {
        let document = Document::parse(text);
        let Some(root) = document.root() else {
            return Self::default();
        };
        let mut scopes = Vec::new();
        if let Some(object) = root.get_object("scopes") {
            for scope in &object.properties {
                let prefix = scope.name.as_str();
                if let Some(prefix) = normal(directory, prefix) {
                    scopes
                        .push((prefix, entries(directory, &document, object, scope.name.as_str())));
                }
            }
        }
        scopes.sort_by(|(left, _), (right, _)| right.cmp(left));
        let import_map = root.get_string("importMap").map(|name| name.value.to_string());
        let export = root.get_string("name").map(|name| (name.value.to_string(), exports(root)));
        let workspace = root.get("workspace").map(|property| &property.value);
        let members = workspace
            .and_then(|value| value.as_array().or_else(|| value.as_object()?.get_array("members")));
        let members = members.into_iter().flat_map(|members| &members.elements);
        let members = members.filter_map(|member| Some(member.as_string_lit()?.value.to_string()));
        Self {
            imports: entries(directory, &document, root, "imports"),
            scopes,
            import_map,
            export,
            members: members.collect(),
            lock: lock(root),
        }
    }

    /// Takes over the names of the import map that it refers to.
    pub(in crate::detect) fn take_names(&mut self, map: Self) {
        self.imports = map.imports;
        self.scopes = map.scopes;
    }

    /// The target of `specifier` in the file `importer`, if the map has one. `joined` is the name that a relative specifier
    /// resolves to.
    pub(in crate::detect) fn resolve(
        &self,
        importer: &str,
        specifier: &str,
        joined: Option<&str>,
    ) -> Option<Mapped> {
        let sought = joined.map_or_else(|| specifier.to_owned(), |joined| format!("./{joined}"));
        let scopes = self.scopes.iter().filter(|(prefix, _)| {
            let prefix = prefix.strip_prefix("./").unwrap_or(prefix);
            importer == prefix
                || (prefix.is_empty() || prefix.ends_with('/')) && importer.starts_with(prefix)
        });
        let maps = scopes.map(|(_, entries)| entries).chain(std::iter::once(&self.imports));
        maps.into_iter().find_map(|entries| lookup(entries, &sought))
    }
}

/// `false`, `true`, a path, or a table with a `path`.
fn lock(root: &Object<'_>) -> LockSetting {
    let path = match root.get("lock").map(|property| &property.value) {
        Some(Value::BooleanLit(is_on)) if !is_on.value => return LockSetting::Off,
        Some(Value::StringLit(path)) => Some(path.value.to_string()),
        Some(Value::Object(table)) => table.get_string("path").map(|path| path.value.to_string()),
        _ => None,
    };
    path.map_or(LockSetting::Beside, LockSetting::At)
}

/// The most exact entry for `specifier`: the whole of it, or the longest prefix that ends at a slash.
fn lookup(entries: &[Entry], specifier: &str) -> Option<Mapped> {
    let matching = entries.iter().filter_map(|entry| {
        let rest = specifier.strip_prefix(entry.key.as_str())?;
        let is_package = entry.target.starts_with("jsr:") || entry.target.starts_with("npm:");
        let fits = rest.is_empty()
            || entry.key.ends_with('/') && entry.target.ends_with('/')
            || is_package && rest.starts_with('/');
        fits.then(|| (entry, format!("{}{rest}", entry.target)))
    });
    let (entry, target) = matching.max_by_key(|(entry, _)| entry.key.len())?;
    Some(Mapped { target, line: entry.line })
}

fn entries(directory: &str, document: &Document<'_>, object: &Object<'_>, key: &str) -> Vec<Entry> {
    let entries = texts(object, key).filter_map(|(key, target)| {
        let line = document.line(target);
        let key = normal(directory, key)?;
        Some(Entry { key, target: target.value.to_string(), line })
    });
    entries.collect()
}

/// A key as specifiers are compared with it: a relative one as seen from the base, with `./` before it.
fn normal(directory: &str, key: &str) -> Option<String> {
    if !key.starts_with("./") && !key.starts_with("../") {
        return Some(key.to_owned());
    }
    let slash = if key.ends_with('/') { "/" } else { "" };
    let joined = path::join(directory, key)?;
    Some(if joined.is_empty() { "./".to_owned() } else { format!("./{joined}{slash}") })
}

/// The files for a package's name and its sub-paths: `"."` and `"./sub"`.
fn exports(root: &Object<'_>) -> Vec<(String, String)> {
    match root.get_string("exports") {
        Some(file) => vec![(".".to_owned(), file.value.to_string())],
        None => texts(root, "exports")
            .map(|(name, file)| (name.to_owned(), file.value.to_string()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{DenoConfig, LockSetting};

    const MAP: &str = r#"{
        // The usual case.
        "imports": {
            "@db/sqlite": "jsr:@db/sqlite@^0.12",
            "std/": "https://deno.land/std@0.224.0/",
            "std/fs/": "https://example.org/fs/",
            "~/": "./src/",
            "./lib/real.ts": "./lib/fake.ts",
        },
        "scopes": { "./old/": { "@db/sqlite": "jsr:@db/sqlite@0.11" } },
    }"#;

    fn check(importer: &str, specifier: &str, joined: Option<&str>, expected: &str) {
        let found = DenoConfig::parse("app", MAP).resolve(importer, specifier, joined);
        let found = found.map(|mapped| format!("{} {}", mapped.line, mapped.target));
        assert_eq!(found.unwrap_or_default(), expected, "`{specifier}` in `{importer}`");
    }

    #[test]
    fn names_stand_for_what_the_map_says() {
        check("app/a.ts", "@db/sqlite", None, "4 jsr:@db/sqlite@^0.12");
        check("app/a.ts", "@db/sqlite/unstable", None, "4 jsr:@db/sqlite@^0.12/unstable");
        check("app/a.ts", "@db/sqlite-vec", None, "");
        check("app/a.ts", "std/path/mod.ts", None, "5 https://deno.land/std@0.224.0/path/mod.ts");
        check("app/a.ts", "std/fs/mod.ts", None, "6 https://example.org/fs/mod.ts");
        check("app/a.ts", "~/db.ts", None, "7 ./src/db.ts");
        check("app/a.ts", "./lib/real.ts", Some("app/lib/real.ts"), "8 ./lib/fake.ts");
        check("app/a.ts", "./lib/other.ts", Some("app/lib/other.ts"), "");
        check("app/old/a.ts", "@db/sqlite", None, "10 jsr:@db/sqlite@0.11");
    }

    #[test]
    fn a_lock_file_is_said_in_four_ways() {
        let check = |lock, expected| {
            let text = format!("{{ {lock} }}");
            assert_eq!(DenoConfig::parse("", &text).lock, expected, "`{lock}`");
        };
        check("", LockSetting::Beside);
        check("\"lock\": true", LockSetting::Beside);
        check("\"lock\": {\"frozen\": true}", LockSetting::Beside);
        check("\"lock\": 7", LockSetting::Beside);
        check("\"lock\": false", LockSetting::Off);
        check("\"lock\": \"a/b.lock\"", LockSetting::At("a/b.lock".to_owned()));
        check("\"lock\": {\"path\": \"./c\"}", LockSetting::At("./c".to_owned()));
    }

    #[test]
    fn what_is_no_map_maps_nothing() {
        for text in ["", "[]", "{", "{\"imports\": []}", "{\"imports\": {\"a\": 1}}", "\u{feff}{}"]
        {
            let config = DenoConfig::parse("", text);
            assert_eq!(config.resolve("a.ts", "a", None), None, "in {text:?}");
        }
    }
}
