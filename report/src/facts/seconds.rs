//! Durations in facts: in seconds, to the microsecond.

use std::time::Duration;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A duration in seconds, to the microsecond. Writing and reading a fact does not change it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(Duration);

/// Microseconds that a number of JSON holds exactly: 35 years.
const MOST: f64 = (1_u64 << 50) as f64;

impl Seconds {
    /// The duration, in whole microseconds.
    pub fn duration(self) -> Duration {
        self.0
    }
}

impl From<Duration> for Seconds {
    fn from(duration: Duration) -> Self {
        Self(Duration::from_micros(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)))
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_precision_loss, reason = "exact for 285 years")]
        serializer.serialize_f64(self.0.as_micros() as f64 / 1e6)
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let microseconds = (f64::deserialize(deserializer)? * 1e6).round();
        if !(0.0..=MOST).contains(&microseconds) {
            return Err(D::Error::custom("a duration is not below 0, and not above 35 years"));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
        Ok(Self(Duration::from_micros(microseconds as u64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_read_as_it_was_written() {
        let mut microseconds: u64 = 1;
        while microseconds < 1 << 50 {
            for nearby in [microseconds - 1, microseconds, microseconds + 1] {
                // Fractions of a microsecond are left out.
                let seconds = Seconds::from(Duration::from_nanos(nearby * 1000 + 999));
                let json = serde_json::to_string(&seconds).expect("a number");
                let read: Seconds = serde_json::from_str(&json).expect("the same");
                assert_eq!((read, read.duration()), (seconds, Duration::from_micros(nearby)));
            }
            microseconds = microseconds * 7 / 3 + 1;
        }
        for wrong in ["-1", "1e300", "\"1\""] {
            assert!(serde_json::from_str::<Seconds>(wrong).is_err(), "{wrong}");
        }
    }
}
