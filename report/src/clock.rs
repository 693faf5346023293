//! A time of day as reports write it.

use chrono::{DateTime, SecondsFormat, Utc};

/// `2026-11-23T15:04:05.678Z`.
pub(super) fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
