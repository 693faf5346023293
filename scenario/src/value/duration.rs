//! Durations as people write them: `90s`, `2m`, `1m30s`, `500ms`.

use std::fmt;
use std::time::Duration;

/// The units from long to short, with their milliseconds: the order in which a duration names them.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Why a text is not a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadDuration {
    /// A number is missing.
    NoNumber,
    /// A number has no unit.
    NoUnit,
    /// A unit is not one of `h`, `m`, `s`, `ms`.
    UnknownUnit,
    /// A unit occurs twice, or after a shorter one.
    Order,
    /// It has more milliseconds than 64 bits hold.
    TooLong,
}

/// Writes a duration as [`parse_duration`] reads it: `1m30s`. Drops fractions of a millisecond.
#[must_use]
pub fn write_duration(duration: Duration) -> String {
    let mut left = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut text = String::new();
    for (unit, milliseconds) in UNITS {
        if left >= milliseconds {
            text.push_str(&format!("{}{unit}", left / milliseconds));
            left %= milliseconds;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// Reads a duration: numbers with a unit (`h`, `m`, `s`, `ms`), from long to short, without spaces.
///
/// # Errors
///
/// Fails with a [`BadDuration`] that says what is wrong with the text.
pub fn parse_duration(text: &str) -> Result<Duration, BadDuration> {
    let mut total: u64 = 0;
    let mut longest_left = 0;
    let mut rest = text;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        if number.is_empty() {
            return Err(BadDuration::NoNumber);
        }
        let letters = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (name, after) = after.split_at(letters);
        if name.is_empty() {
            return Err(BadDuration::NoUnit);
        }
        let unit =
            UNITS.iter().position(|&(unit, _)| unit == name).ok_or(BadDuration::UnknownUnit)?;
        if unit < longest_left {
            return Err(BadDuration::Order);
        }
        longest_left = unit + 1;
        let milliseconds = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(UNITS[unit].1))
            .and_then(|part| total.checked_add(part));
        total = milliseconds.ok_or(BadDuration::TooLong)?;
        if after.is_empty() {
            return Ok(Duration::from_millis(total));
        }
        rest = after;
    }
}

impl fmt::Display for BadDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoNumber => "a number is missing",
            Self::NoUnit => "a unit is missing",
            Self::UnknownUnit => "the units are `h`, `m`, `s` and `ms`",
            Self::Order => "units go from long to short, each at most once",
            Self::TooLong => "it is longer than 500 million years",
        })
    }
}

impl std::error::Error for BadDuration {}
