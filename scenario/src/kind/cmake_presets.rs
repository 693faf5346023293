//! `CMakePresets.json`: the project's own configurations, each with its build directory.
//!
//! Supports only the common part of the format. Ignores presets whose directory depends on anything else, and included
//! files. Evaluates no condition: a conditional preset counts only if its build directory is already configured.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The project's own file, and the one for a user's own presets.
pub(super) const FILES: [&str; 2] = ["CMakePresets.json", "CMakeUserPresets.json"];

/// The name by which CMake's own documentation calls the one to begin with.
const DEFAULT: &str = "default";

/// A way to configure the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ConfigurePreset {
    pub(super) name: String,
    /// As seen from the project's directory.
    pub(super) directory: String,
    /// Whether it holds on some machines only.
    pub(super) is_conditional: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct File {
    configure_presets: Vec<Preset>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Preset {
    name: String,
    hidden: bool,
    inherits: Value,
    binary_dir: Option<String>,
    condition: Option<Value>,
}

/// The presets of these files that anybody may ask for, in their order, the default one first.
pub(super) fn read(texts: &[String]) -> Vec<ConfigurePreset> {
    let files = texts.iter().map(|text| serde_json::from_str::<File>(text).unwrap_or_default());
    let presets: Vec<Preset> = files.flat_map(|file| file.configure_presets).collect();
    let by_name: BTreeMap<&str, &Preset> =
        presets.iter().map(|preset| (preset.name.as_str(), preset)).collect();
    let asked = presets.iter().filter(|preset| !preset.hidden);
    let mut usable: Vec<ConfigurePreset> = asked
        .filter_map(|preset| {
            let line = line(preset, &by_name);
            let written = line.iter().find_map(|preset| preset.binary_dir.as_deref())?;
            Some(ConfigurePreset {
                name: preset.name.clone(),
                directory: directory(written, &preset.name)?,
                is_conditional: line.iter().any(|preset| preset.condition.is_some()),
            })
        })
        .collect();
    usable.sort_by_key(|preset| preset.name != DEFAULT);
    usable
}

/// A preset and those that it inherits from, the nearest first, each once.
fn line<'p>(preset: &'p Preset, by_name: &BTreeMap<&str, &'p Preset>) -> Vec<&'p Preset> {
    let mut line: Vec<&Preset> = Vec::new();
    let mut open = vec![preset];
    while let Some(preset) = open.pop() {
        if line.iter().any(|known| std::ptr::eq(*known, preset)) {
            continue;
        }
        line.push(preset);
        let names = preset.inherits.as_array().map(Vec::as_slice);
        let names = names.unwrap_or(std::slice::from_ref(&preset.inherits));
        // The first one that it names comes next.
        let parents = names.iter().rev().filter_map(Value::as_str);
        open.extend(parents.filter_map(|name| by_name.get(name)));
    }
    line
}

/// A `binaryDir` relative to the project's directory. `None` if it is elsewhere or unknown.
fn directory(written: &str, preset: &str) -> Option<String> {
    let written = written.replace("${presetName}", preset);
    let written = written.strip_prefix("${sourceDir}/").unwrap_or(&written);
    let directory = written.trim_end_matches('/');
    let is_known = !directory.contains('$') && !directory.starts_with(['/', '.', '~']);
    (is_known && !directory.is_empty()).then(|| directory.to_owned())
}

#[cfg(test)]
mod tests {
    use super::read;

    fn check(text: &str, expected: &[&str]) {
        let found = read(&[format!("{{ \"version\": 3, \"configurePresets\": [{text}] }}")]);
        let found = found.iter().map(|preset| {
            let condition = if preset.is_conditional { " if" } else { "" };
            format!("{} in {}{condition}", preset.name, preset.directory)
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_preset_is_built_where_it_or_what_it_inherits_from_says() {
        check("", &[]);
        check(
            r#"{ "name": "base", "hidden": true, "binaryDir": "${sourceDir}/out/${presetName}" },
               { "name": "fast", "inherits": ["other", "base"] },
               { "name": "default", "inherits": "base", "binaryDir": "built/" },
               { "name": "windows", "inherits": "base", "condition": { "type": "const", "value": true } }"#,
            &["default in built", "fast in out/fast", "windows in out/windows if"],
        );
    }

    #[test]
    fn where_it_cannot_be_told_there_is_none() {
        check(r#"{ "name": "a" }"#, &[]);
        check(
            r#"{ "name": "a", "binaryDir": "$env{HOME}/b" }, { "name": "b", "binaryDir": "/b" }"#,
            &[],
        );
        check(r#"{ "name": "a", "inherits": "b" }, { "name": "b", "inherits": "a" }"#, &[]);
        assert_eq!(read(&["{".to_owned(), "[]".to_owned(), String::new()]), []);
    }
}
