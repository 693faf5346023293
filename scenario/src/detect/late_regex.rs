//! A regular expression that is compiled only when a text starts with the prefix that all its matches share.
//!
//! There are dozens of presets, and a project uses few of them. Compiling all patterns would take half of the time that
//! `probe exec` needs before its command starts. Knows nothing of presets.

use std::sync::OnceLock;

use regex::Regex;

/// A regular expression, compiled late.
#[derive(Debug)]
pub(super) struct LateRegex {
    text: String,
    /// The beginning of every match.
    prefix: String,
    compiled: OnceLock<Regex>,
}

impl LateRegex {
    pub(super) fn new(text: String) -> Self {
        Self { prefix: prefix(&text), text, compiled: OnceLock::new() }
    }

    /// Whether the expression matches somewhere in `text`.
    ///
    /// # Panics
    ///
    /// Panics if the text is not a regular expression. Tests check those of presets.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let compile = || Regex::new(&self.text).expect("every preset's pattern is tested");
        text.starts_with(&self.prefix) && self.compiled.get_or_init(compile).is_match(text)
    }
}

/// The plain characters after `^`. Empty if the pattern can begin in another way.
fn prefix(pattern: &str) -> String {
    let mut prefix = String::new();
    let Some(rest) = pattern.strip_prefix('^').filter(|rest| is_one(rest)) else { return prefix };
    let mut rest = rest.chars().peekable();
    while let Some(character) = rest.next() {
        let plain = match character {
            '\\' => rest.next_if(char::is_ascii_punctuation),
            _ => Some(character).filter(|plain| !".+*?()|[]{}^$".contains(*plain)),
        };
        let Some(plain) = plain else { break };
        // It may be repeated, or not be there at all.
        if rest.peek().is_some_and(|next| "*?{".contains(*next)) {
            break;
        }
        prefix.push(plain);
    }
    prefix
}

/// Whether every `|` is inside parentheses. Otherwise the pattern has alternatives that begin in another way.
fn is_one(pattern: &str) -> bool {
    let mut depth = 0_usize;
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return false,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Presets;

    #[test]
    fn a_prefix_is_what_every_match_begins_with() {
        for (pattern, expected) in [
            ("^jsr:@db/sqlite(@|/|$)", "jsr:@db/sqlite"),
            (r"^https://deno\.land/x/sqlite3@", "https://deno.land/x/sqlite3@"),
            ("^colou?r", "colo"),
            ("^ab*c", "a"),
            ("^ab{0,2}c", "a"),
            ("^ab+c", "ab"),
            ("^a.c", "a"),
            (r"^a\d", "a"),
            (r"^a\.?", "a"),
            ("^[ab]c", ""),
            ("^(a|b)c", ""),
            ("^a|b", ""),
            ("^a(b|c)|d", ""),
            (r"^a\(b|c", ""),
            ("a", ""),
            ("(?i)^a", ""),
            ("", ""),
        ] {
            assert_eq!(prefix(pattern), expected, "of `{pattern}`");
        }
    }

    #[test]
    fn what_a_preset_is_recognised_by_is_compiled_only_for_what_begins_like_it() {
        for preset in Presets::known().all() {
            for text in preset.detect {
                let pattern = LateRegex::new(text);
                assert!(!pattern.prefix.is_empty(), "`{}` of {}", pattern.text, preset.name);
                assert!(!pattern.is_match("something else"));
                assert!(pattern.compiled.get().is_none());
                // That it can be compiled at all.
                pattern.is_match(&pattern.prefix);
                assert!(pattern.compiled.get().is_some());
            }
        }
    }
}
