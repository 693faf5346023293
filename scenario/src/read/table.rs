//! A table that is read key by key. The known keys are those that the reader asked for. All others are unknown.

use std::borrow::Cow;

use toml::Spanned as Node;
use toml::de::{DeTable, DeValue};

use super::context::Context;
use crate::{Mistake, Span};

/// As many keys as most tables are asked for, at most.
const KEYS: usize = 32;

/// A table of the manifest with a record of the keys that were asked for.
pub(super) struct Table<'v> {
    /// As a header: `[library.sqlite3]`; empty for the whole manifest.
    name: String,
    /// The place of the table's own key.
    pub(super) span: Span,
    entries: Vec<Entry<'v>>,
    asked: Vec<&'static str>,
}

/// A key and its value, in the order of the text.
#[derive(Clone, Copy)]
pub(super) struct Entry<'v> {
    pub(super) key: &'v str,
    pub(super) key_span: Span,
    value: &'v Node<DeValue<'v>>,
    role: Role,
    /// Where the manifest asks for the preset that says this; `None` if it says so itself.
    preset: Option<Span>,
}

/// The relation of a value to its key.
#[derive(Clone, Copy)]
enum Role {
    Whole,
    Element,
}

impl<'v> Table<'v> {
    pub(super) fn new(name: String, span: Span, table: &'v DeTable<'v>) -> Self {
        let mut entries: Vec<Entry<'v>> = table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref(),
                key_span: key.span().into(),
                value,
                role: Role::Whole,
                preset: None,
            })
            .collect();
        entries.sort_by_key(|entry| entry.key_span);
        Self { name, span, entries, asked: Vec::with_capacity(KEYS) }
    }

    /// Adds the keys of the preset `table` that are not here, except those of `without`. `span` is the place that names the
    /// preset.
    pub(super) fn inherit(&mut self, table: &'v DeTable<'v>, span: Span, without: &[&str]) {
        let inherited = Self::new(String::new(), span, table).marked(Some(span));
        for entry in inherited.entries {
            if self.span_of(entry.key).is_none() && !without.contains(&entry.key) {
                self.entries.push(entry);
            }
        }
    }

    /// Marks the table as a part of a preset, if `preset` is the place that names one.
    fn marked(mut self, preset: Option<Span>) -> Self {
        if let Some(span) = preset {
            for entry in &mut self.entries {
                entry.key_span = span;
                entry.preset = preset;
            }
        }
        self
    }

    /// Every entry, for a table whose keys are names.
    pub(super) fn into_entries(self) -> Vec<Entry<'v>> {
        self.entries
    }

    /// The place of `key`, if it is there.
    pub(super) fn span_of(&self, key: &str) -> Option<Span> {
        let entry = self.entries.iter().find(|entry| entry.key == key);
        entry.map(|entry| entry.key_span)
    }

    /// The value of `key`, read with `read`. `None` if there is none, or if it has a mistake.
    pub(super) fn take<T>(
        &mut self,
        context: &mut Context<'_>,
        key: &'static str,
        read: impl FnOnce(&mut Context<'_>, Entry<'v>) -> Option<T>,
    ) -> Option<T> {
        self.asked.push(key);
        let entry = *self.entries.iter().find(|entry| entry.key == key)?;
        read(context, entry)
    }

    /// Like [`take`](Self::take), but records a mistake if there is no such key.
    pub(super) fn require<T>(
        &mut self,
        context: &mut Context<'_>,
        key: &'static str,
        meaning: &'static str,
        read: impl FnOnce(&mut Context<'_>, Entry<'v>) -> Option<T>,
    ) -> Option<T> {
        if self.span_of(key).is_none() {
            self.missing(context, key, meaning);
        }
        self.take(context, key, read)
    }

    /// Records the mistake that there is no such key.
    pub(super) fn missing(
        &self,
        context: &mut Context<'_>,
        key: &'static str,
        meaning: &'static str,
    ) {
        let table = self.name.clone();
        context.mistake(Mistake::MissingKey { table, key, meaning, span: self.span });
    }

    /// Makes `keys` known, whether or not they are asked for later.
    pub(super) fn know(&mut self, keys: &[&'static str]) {
        self.asked.extend(keys);
    }

    /// Records a mistake for each of `keys` that is here without one of `hosts`, to which it belongs. `belongs` are the hosts
    /// that the message offers.
    pub(super) fn belong(
        &mut self,
        context: &mut Context<'_>,
        keys: &[&'static str],
        hosts: &[&'static str],
        belongs: &'static str,
    ) {
        self.know(keys);
        if hosts.iter().any(|host| self.span_of(host).is_some()) {
            return;
        }
        for &key in keys {
            if let Some(span) = self.span_of(key) {
                context.mistake(Mistake::Alone { key, belongs, span });
            }
        }
    }

    /// The first two of `keys` that are there are a mistake; the first one is returned.
    pub(super) fn one_of(
        &self,
        context: &mut Context<'_>,
        keys: &[&'static str],
    ) -> Option<&'static str> {
        let mut present: Vec<(Span, &'static str)> =
            keys.iter().filter_map(|&key| Some((self.span_of(key)?, key))).collect();
        present.sort_unstable();
        if let [(first_span, first), (span, second), ..] = *present {
            context.mistake(Mistake::Exclusive { first, first_span, second, span });
        }
        present.first().map(|&(_, key)| key)
    }

    /// Records a mistake for each key that the reader did not ask for.
    pub(super) fn finish(self, context: &mut Context<'_>) {
        for entry in &self.entries {
            if !self.asked.contains(&entry.key) {
                context.mistake(Mistake::UnknownKey {
                    table: self.name.clone(),
                    key: entry.key.to_owned(),
                    known: self.known(),
                    span: entry.key_span,
                });
            }
        }
    }

    /// The keys that were asked for, each once. Only a mistake wants them, and there are many tables without one.
    fn known(&self) -> Vec<&'static str> {
        let mut known = Vec::new();
        for &key in &self.asked {
            if !known.contains(&key) {
                known.push(key);
            }
        }
        known
    }
}

impl<'v> Entry<'v> {
    pub(super) fn span(&self) -> Span {
        self.preset.unwrap_or_else(|| self.value.span().into())
    }

    pub(super) fn value(&self) -> &'v DeValue<'v> {
        self.value.get_ref()
    }

    /// Its name in messages.
    pub(super) fn title(&self) -> String {
        match self.role {
            Role::Whole => format!("`{}`", self.key),
            Role::Element => format!("an element of `{}`", self.key),
        }
    }

    pub(super) fn is_table(&self) -> bool {
        matches!(self.value(), DeValue::Table(_))
    }

    /// The elements of a list, each under this entry's key.
    pub(super) fn elements(&self) -> Option<Vec<Self>> {
        let DeValue::Array(array) = self.value() else {
            return None;
        };
        let element = |value| Self { value, role: Role::Element, ..*self };
        Some(array.iter().map(element).collect())
    }

    /// The table that stands here, called `name` in messages.
    pub(super) fn table(&self, context: &mut Context<'_>, name: String) -> Option<Table<'v>> {
        match self.value() {
            DeValue::Table(table) => {
                Some(Table::new(name, self.key_span, table).marked(self.preset))
            }
            _ => self.wrong_type(context, "a table"),
        }
    }

    /// Records that the value should have been `expected`.
    pub(super) fn wrong_type<T>(
        &self,
        context: &mut Context<'_>,
        expected: &'static str,
    ) -> Option<T> {
        let found = match self.value() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.unexpected(context, expected, found.into())
    }

    /// Records that the value should have been `expected`, and is `found`.
    pub(super) fn unexpected<T>(
        &self,
        context: &mut Context<'_>,
        expected: &'static str,
        found: Cow<'static, str>,
    ) -> Option<T> {
        context.mistake(Mistake::WrongType {
            what: self.title(),
            expected,
            found,
            span: self.span(),
        });
        None
    }
}
