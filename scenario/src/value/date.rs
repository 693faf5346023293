//! Days of the calendar. Knows no clock: the caller passes the current day.

use std::fmt;
use std::str::FromStr;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// From 1 to 12.
    pub month: u8,
    /// From 1 on.
    pub day: u8,
}

/// The text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadDate;

impl FromStr for Date {
    type Err = BadDate;

    /// Reads `2027-01-31`.
    fn from_str(text: &str) -> Result<Self, BadDate> {
        let read = text.parse::<toml::value::Datetime>().map_err(|_| BadDate)?;
        match (read.date, read.time) {
            (Some(date), None) => Ok(Self { year: date.year, month: date.month, day: date.day }),
            _ => Err(BadDate),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_and_shown_and_comes_before_later_ones() {
        for text in ["2027-01-31", "2028-02-29", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().map(|date| date.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "2027", "2027-13-01", "2027-02-30", "31.1.2027", "2027-01-31T00:00:00"] {
            assert_eq!(text.parse::<Date>(), Err(BadDate), "{text}");
        }
        let [first, second, third] =
            ["2026-12-31", "2027-01-31", "2027-02-01"].map(str::parse::<Date>);
        assert!(first.ok() < second.ok() && second.ok() < third.ok());
    }
}
