//! Reads pins from text. It does not stop at a flaw. It does not know files.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::flaw::{Flaw, FlawKind};
use super::text::{Pins, VERSION};
use crate::digest::Sha256;
use crate::interface::Pin;

/// The keys of a pin.
const KEYS: [&str; 5] = ["library", "platform", "url", "size", "sha256"];

/// The markers that Git and similar tools write into a text that they could not merge.
const CONFLICT_MARKS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

impl Pins {
    /// Parses the text of a lock file.
    ///
    /// # Errors
    ///
    /// Returns all flaws, in the order of the text.
    pub fn parse(text: &[u8]) -> Result<Self, Vec<Flaw>> {
        let text = std::str::from_utf8(text).map_err(|error| {
            let start = error.valid_up_to();
            vec![Flaw { kind: FlawKind::NotUtf8, span: start..start + 1 }]
        })?;
        let conflicts = conflicts(text);
        if !conflicts.is_empty() {
            return Err(conflicts);
        }
        let mut reading = Reading::default();
        let pins = reading.document(text);
        if reading.flaws.is_empty() {
            return Ok(pins);
        }
        reading.flaws.sort_by_key(|flaw| (flaw.span.start, flaw.span.end));
        Err(reading.flaws)
    }
}

/// Returns the lines that begin a conflict. Errors between the markers would only be noise.
fn conflicts(text: &str) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mark = line.trim_end();
        let first = mark.split(' ').next().unwrap_or_default();
        if CONFLICT_MARKS.contains(&first) {
            flaws.push(Flaw { kind: FlawKind::Conflict, span: start..start + mark.len() });
        }
        start += line.len();
    }
    flaws
}

#[derive(Default)]
struct Reading {
    flaws: Vec<Flaw>,
}

impl Reading {
    fn flaw(&mut self, kind: FlawKind, span: Range<usize>) {
        self.flaws.push(Flaw { kind, span });
    }

    fn document(&mut self, text: &str) -> Pins {
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let span = error.span().unwrap_or(text.len()..text.len());
            self.flaw(FlawKind::Syntax(error.message().to_owned()), span);
        }
        if !self.flaws.is_empty() {
            // What a broken text means would be guesswork.
            return Pins::default();
        }
        let root = root.get_ref();
        match root.get("version").map(|value| (value.get_ref(), value.span())) {
            None => self.flaw(FlawKind::NoVersion, 0..0),
            Some((DeValue::Integer(version), span)) => {
                let version = u64::from_str_radix(version.as_str(), version.radix());
                match version {
                    Ok(VERSION) => {}
                    Ok(version) if version > VERSION => {
                        // Nothing else that it says can be judged.
                        self.flaw(FlawKind::Newer(version), span);
                        return Pins::default();
                    }
                    _ => self.wrong_type("version", "the number 1", span),
                }
            }
            Some((_, span)) => self.wrong_type("version", "the number 1", span),
        }
        for key in root.keys().filter(|key| !["version", "pin"].contains(&key.get_ref().as_ref())) {
            self.flaw(FlawKind::UnknownKey(key.get_ref().to_string()), key.span());
        }
        match root.get("pin").map(|value| (value.get_ref(), value.span())) {
            None => Pins::default(),
            Some((DeValue::Array(list), _)) => self.pins(list.iter()),
            Some((_, span)) => {
                self.wrong_type("pin", "a list of tables", span);
                Pins::default()
            }
        }
    }

    fn pins<'t>(&mut self, list: impl Iterator<Item = &'t Spanned<DeValue<'t>>>) -> Pins {
        let mut pins = BTreeMap::new();
        let mut places = BTreeMap::<(String, String), Range<usize>>::new();
        for value in list {
            let DeValue::Table(table) = value.get_ref() else {
                self.wrong_type("pin", "a list of tables", value.span());
                continue;
            };
            let Some((key, pin)) = self.pin(table, value.span()) else { continue };
            if let Some(first) = places.get(&key).cloned() {
                let (library, platform) = key;
                self.flaw(FlawKind::Duplicate { library, platform, first }, value.span());
                continue;
            }
            places.insert(key.clone(), value.span());
            pins.insert(key, pin);
        }
        Pins(pins)
    }

    fn pin(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Option<((String, String), Pin)> {
        for key in table.keys().filter(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            self.flaw(FlawKind::UnknownKey(key.get_ref().to_string()), key.span());
        }
        let library = self.text(table, "library", &span);
        let platform = self.text(table, "platform", &span);
        let url = self.text(table, "url", &span);
        let size = self.size(table, &span);
        let sha256 = self.digest(table, &span);
        Some(((library?, platform?), Pin { url: url?, sha256: sha256?, size: size? }))
    }

    fn value<'t>(
        &mut self,
        table: &'t DeTable<'t>,
        key: &'static str,
        span: &Range<usize>,
    ) -> Option<&'t Spanned<DeValue<'t>>> {
        let value = table.get(key);
        if value.is_none() {
            self.flaw(FlawKind::MissingKey(key), span.clone());
        }
        value
    }

    fn text(
        &mut self,
        table: &DeTable<'_>,
        key: &'static str,
        span: &Range<usize>,
    ) -> Option<String> {
        let value = self.value(table, key, span)?;
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(key, "a string", value.span());
        }
        text
    }

    fn size(&mut self, table: &DeTable<'_>, span: &Range<usize>) -> Option<u64> {
        let value = self.value(table, "size", span)?;
        let size = value
            .get_ref()
            .as_integer()
            .and_then(|size| u64::from_str_radix(size.as_str(), size.radix()).ok());
        if size.is_none() {
            self.wrong_type("size", "a number of bytes", value.span());
        }
        size
    }

    fn digest(&mut self, table: &DeTable<'_>, span: &Range<usize>) -> Option<Sha256> {
        let text = self.text(table, "sha256", span)?;
        let digest = text.parse().ok();
        if digest.is_none() {
            let span = table.get("sha256").map_or_else(|| span.clone(), Spanned::span);
            self.flaw(FlawKind::BadDigest, span);
        }
        digest
    }

    fn wrong_type(&mut self, key: &'static str, expected: &'static str, span: Range<usize>) {
        self.flaw(FlawKind::WrongType { key, expected }, span);
    }
}
