//! Writes and reads the time of day in reports.

use chrono::{DateTime, SecondsFormat, Utc};

/// `2026-11-23T15:04:05.678Z`.
pub(super) fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads a time of day in that format. `None` if it has another one.
pub(super) fn time_of_day(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
}
