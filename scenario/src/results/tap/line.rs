//! A line of TAP without its indentation. Knows no other line.

use std::sync::LazyLock;

use regex::Regex;

use crate::results::subtest::SubtestCame;

/// The kind of a line.
#[derive(Debug)]
pub(super) enum Kind<'l> {
    /// `TAP version 14`.
    Version,
    Plan(Plan),
    Point(Point),
    /// The text after `#`.
    Comment(&'l str),
    /// No TAP, or a pragma.
    Other,
}

/// `1..4`, or `1..0 # SKIP no docker`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// How many points there are to be.
    pub(super) count: u64,
    /// The reason for no points, if the plan gives one.
    pub(super) skip: Option<String>,
}

/// `not ok 3 - it adds # TODO later`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) is_ok: bool,
    pub(super) number: Option<u64>,
    description: String,
    pub(super) directive: Directive,
    /// The text after the directive.
    pub(super) reason: String,
}

/// The directive of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    None,
    Skip,
    Todo,
}

impl Point {
    /// Its result. A point that failed has failed, even with the directive `SKIP`.
    pub(super) fn came(&self) -> SubtestCame {
        match (self.is_ok, self.directive) {
            (_, Directive::Skip) if self.is_ok => SubtestCame::Skipped,
            (true, _) => SubtestCame::Passed,
            (false, Directive::Todo) => SubtestCame::Skipped,
            (false, _) => SubtestCame::Failed,
        }
    }

    /// Its description, or its number if it has none.
    pub(super) fn title(&self) -> String {
        match self.description.as_str() {
            "" => format!("test {}", self.number.unwrap_or_default()),
            description => description.to_owned(),
        }
    }
}

/// Reads a line.
pub(super) fn read(line: &str) -> Kind<'_> {
    static VERSION: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^TAP version \d+$"));
    static PLAN: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)^1\.\.(\d+)(?:\s*#\s*(skip\S*)?:?\s*(.*))?$"));
    static POINT: LazyLock<Regex> =
        LazyLock::new(|| regex(r"^(not )?ok\b(?:\s+(\d+))?(?:\s+-)?\s*(.*)$"));
    if let Some(comment) = line.strip_prefix('#') {
        return Kind::Comment(comment.strip_prefix(' ').unwrap_or(comment));
    }
    if let Some(found) = PLAN.captures(line) {
        let count = found[1].parse().unwrap_or(u64::MAX);
        let text = found.get(3).map_or("", |reason| reason.as_str());
        let is_skip = count == 0 && found.get(2).is_some();
        return Kind::Plan(Plan { count, skip: is_skip.then(|| text.trim().to_owned()) });
    }
    if let Some(found) = POINT.captures(line) {
        let (description, directive, reason) = directive(&found[3]);
        return Kind::Point(Point {
            is_ok: found.get(1).is_none(),
            number: found.get(2).and_then(|number| number.as_str().parse().ok()),
            description,
            directive,
            reason,
        });
    }
    if VERSION.is_match(line) { Kind::Version } else { Kind::Other }
}

/// Splits a text into a description, the directive, and the text after it. `\#` and `\\` are escapes. A `#` without a
/// directive belongs to the description.
fn directive(text: &str) -> (String, Directive, String) {
    static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^#\s*(skip|todo)\S*\s*(.*)$"));
    let (mut description, mut rest) = (String::new(), text);
    while let Some(letter) = rest.chars().next() {
        if let Some(escaped) = rest.strip_prefix('\\').filter(|rest| rest.starts_with(['#', '\\']))
        {
            description.push_str(&escaped[..1]);
            rest = &escaped[1..];
        } else if letter == '#'
            && let Some(found) = DIRECTIVE.captures(rest)
        {
            let is_skip = found[1].eq_ignore_ascii_case("skip");
            let directive = if is_skip { Directive::Skip } else { Directive::Todo };
            return (description.trim().to_owned(), directive, found[2].trim().to_owned());
        } else {
            description.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    // `ok 1 - name {` begins a subtest of the kind that stands in braces.
    let description = description.trim().trim_end_matches('{').trim_end();
    (description.to_owned(), Directive::None, String::new())
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("it is tested")
}
