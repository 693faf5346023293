//! A time of day as reports write it.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};

/// `2026-11-23T15:04:05.678Z`.
pub(super) fn rfc3339(time: SystemTime) -> String {
    DateTime::<Utc>::from(time).to_rfc3339_opts(SecondsFormat::Millis, true)
}
