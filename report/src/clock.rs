//! A time of day as reports write it, and read it again.

use chrono::{DateTime, SecondsFormat, Utc};

/// `2026-11-23T15:04:05.678Z`.
pub(super) fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The time of day that a report has written so; `None` if it is none.
pub(super) fn time_of_day(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
}
