//! How to make a library if no test can go first, as with `probe exec`: the instructions in its preset.

use toml::de::{DeTable, DeValue};

use super::preset::{Presets, as_table, is_true, texts};
use crate::Ecosystem;

/// How to make a library once, before a command that starts its tests itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lead {
    /// Commands, by the ecosystem of the sources that need the library. Their words may contain `{version}`,
    /// `{specifier}` and `{name}`.
    commands: Vec<(Ecosystem, Vec<String>)>,
    /// Whether loading a source that needs the library makes it. Then a test runner has made it once it has found its tests.
    pub is_made_by_loading: bool,
    /// Patterns of the files that exist afterwards, if known, as in a manifest.
    pub paths: Vec<String>,
    /// Patterns of the inputs, besides the sources that ask for it and the lock file.
    pub inputs: Vec<String>,
}

/// The facts about a library that fill in the placeholders of a [`Lead`].
#[derive(Clone, Copy, Debug)]
pub struct LeadFor<'s> {
    /// Its version.
    pub version: Option<&'s str>,
    /// The specifier that led to it, as written. Its last word is the library's name.
    pub specifier: &'s str,
}

/// How to make the library of the preset called `name` without a test, if its preset says so.
#[must_use]
pub fn lead(name: &str) -> Option<Lead> {
    let presets = Presets::known();
    let said = presets.about(name)?.get("lead")?;
    Some(match said.get_ref() {
        // Several have the same one.
        DeValue::String(shared) => Lead::read(presets.lead(shared)?),
        _ => Lead::read(as_table(said)?),
    })
}

impl Lead {
    fn read(table: &DeTable<'static>) -> Self {
        let commands = Ecosystem::ALL.iter().map(|&ecosystem| {
            let command = texts(table, ecosystem.word());
            (ecosystem, command)
        });
        Self {
            commands: commands.filter(|(_, command)| !command.is_empty()).collect(),
            is_made_by_loading: is_true(table, "by-loading"),
            paths: texts(table, "paths"),
            inputs: texts(table, "inputs"),
        }
    }

    /// The command that makes the library for sources of `ecosystem`. `None` if there is none, or if a placeholder's value is
    /// unknown.
    #[must_use]
    pub fn command(&self, ecosystem: Ecosystem, subject: LeadFor<'_>) -> Option<Vec<String>> {
        let (_, command) = self.commands.iter().find(|(known, _)| *known == ecosystem)?;
        command.iter().map(|word| filled(word, subject)).collect()
    }

    /// Fills in `paths` or `inputs`. Leaves out patterns with an unknown value.
    #[must_use]
    pub fn filled(patterns: &[String], subject: LeadFor<'_>) -> Vec<String> {
        patterns.iter().filter_map(|pattern| filled(pattern, subject)).collect()
    }
}

/// `word` with its placeholders filled in. Other braces belong to the program.
fn filled(word: &str, LeadFor { version, specifier }: LeadFor<'_>) -> Option<String> {
    let name = specifier.rsplit(' ').next().unwrap_or_default();
    let known = [("{version}", version), ("{specifier}", Some(specifier)), ("{name}", Some(name))];
    known.iter().try_fold(word.to_owned(), |word, (placeholder, value)| {
        if word.contains(placeholder) {
            Some(word.replace(placeholder, (*value)?))
        } else {
            Some(word)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tests that the reader reads every key of every table, and that only libraries that tests may have to make have such a
    /// table.
    #[test]
    fn what_presets_say_is_what_is_read() {
        const KEYS: [&str; 6] = ["by-loading", "deno", "inputs", "node", "paths", "python"];
        let presets = Presets::known();
        let mut found = 0;
        for name in presets.names() {
            let Some(lead) = lead(name) else {
                let says = presets.about(name).is_some_and(|about| about.contains_key("lead"));
                assert!(!says, "`{name}` names a lead that is not there");
                continue;
            };
            found += 1;
            let library = presets.find(name).expect("it has a name");
            let needs_version = library.contains_key("url");
            assert!(needs_version || library.contains_key("leader"), "`{name}` is never led");
            assert!(
                lead.is_made_by_loading || !lead.commands.is_empty(),
                "`{name}` is made by nothing"
            );
        }
        assert!(found > 0);
        let own = presets.names().filter_map(|name| as_table(presets.about(name)?.get("lead")?));
        for table in own.chain(presets.leads()) {
            for (key, value) in table {
                let key = key.get_ref().as_ref();
                assert!(KEYS.contains(&key), "`{key}` is no key of a lead");
                let is_list = matches!(value.get_ref(), DeValue::Array(_));
                assert_eq!(is_list, key != "by-loading", "the value of `{key}`");
            }
        }
    }

    #[test]
    fn a_command_is_there_only_with_all_that_stands_in_it() {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let lead = Lead {
            commands: vec![
                (Ecosystem::Node, words(&["npx", "x@{version}"])),
                (Ecosystem::Python, words(&["python3", "-c", "f('{name}', {})"])),
            ],
            ..Lead::default()
        };
        let check = |ecosystem, version, expected: Option<&[&str]>| {
            let subject = LeadFor { version, specifier: "sql:install httpfs" };
            assert_eq!(lead.command(ecosystem, subject), expected.map(words), "{ecosystem}");
        };
        check(Ecosystem::Node, Some("1.2.3"), Some(&["npx", "x@1.2.3"]));
        check(Ecosystem::Node, None, None);
        check(Ecosystem::Python, None, Some(&["python3", "-c", "f('httpfs', {})"]));
        check(Ecosystem::Deno, None, None);
        let subject = LeadFor { version: None, specifier: "npm:a" };
        assert_eq!(Lead::filled(&words(&["~/a", "~/{version}/b"]), subject), ["~/a"]);
    }
}
