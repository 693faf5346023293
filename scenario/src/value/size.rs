//! Sizes as people write them: `64MiB`, `2GB`.

use std::fmt;

/// The units with their bytes.
const UNITS: [(&str, u64); 7] = [
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// Why a text is not a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadSize {
    /// It does not begin with a digit.
    NoNumber,
    /// The number has no unit.
    NoUnit,
    /// The unit is unknown.
    UnknownUnit,
    /// It has more bytes than 64 bits count.
    TooLarge,
}

/// Reads a size in bytes: a whole number and a unit (`B`, `kB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`), without a space.
///
/// # Errors
///
/// Fails with a [`BadSize`] that says what is wrong with the text.
pub fn parse_size(text: &str) -> Result<u64, BadSize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    if number.is_empty() {
        return Err(BadSize::NoNumber);
    }
    if unit.is_empty() {
        return Err(BadSize::NoUnit);
    }
    let known = UNITS.iter().find(|(name, _)| *name == unit);
    let (_, bytes) = known.ok_or(BadSize::UnknownUnit)?;
    let size = number.parse::<u64>().ok();
    size.and_then(|number| number.checked_mul(*bytes)).ok_or(BadSize::TooLarge)
}

impl fmt::Display for BadSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoNumber => "a whole number is missing",
            Self::NoUnit => "a unit is missing, such as `MiB`",
            Self::UnknownUnit => "the units are `B`, `kB`, `MB`, `GB`, `KiB`, `MiB` and `GiB`",
            Self::TooLarge => "it is more than 16 EiB",
        })
    }
}

impl std::error::Error for BadSize {}
