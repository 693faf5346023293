//! How long tests and libraries took, in a file that every machine has: readable, and with few changes from one export to the
//! next, so that it can be committed.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use probe_scenario::{LibraryId, Suite, TestId};
use serde::{Deserialize, Serialize};

use super::error::ShardError;

/// Of the format.
const VERSION: u32 = 1;
/// Bytes of the longest file that is read: a million tests with long names have less.
const LONGEST: u64 = 256 << 20;
/// What a test takes where nothing is known of any.
const UNKNOWN: Duration = Duration::from_secs(1);
/// Seconds that nothing takes.
const MOST: f64 = 1e9;

/// Times in seconds, by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Timings {
    version: u32,
    /// Tests that run at once on a machine.
    jobs: NonZeroUsize,
    tests: BTreeMap<String, f64>,
    /// To fetch or build each, and until each service is ready.
    libraries: BTreeMap<String, f64>,
}

impl Timings {
    /// Of what is known.
    pub(crate) fn new(
        jobs: NonZeroUsize,
        tests: impl IntoIterator<Item = (String, Duration)>,
        libraries: impl IntoIterator<Item = (String, Duration)>,
    ) -> Self {
        let rounded = |(name, took): (String, Duration)| (name, rounded(took));
        Self {
            version: VERSION,
            jobs,
            tests: tests.into_iter().map(rounded).collect(),
            libraries: libraries.into_iter().map(rounded).collect(),
        }
    }

    /// Those of a file; `None` if there is none.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is something else.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, ShardError> {
        let wrong = |why: String| ShardError::Timings { path: path.to_owned(), why };
        let text = match std::fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(wrong(error.to_string())),
            Ok(metadata) if !metadata.is_file() => return Err(wrong("it is no file".to_owned())),
            Ok(metadata) if metadata.len() > LONGEST => {
                return Err(wrong(format!("it has more than {LONGEST} bytes")));
            }
            Ok(_) => std::fs::read(path).map_err(|error| wrong(error.to_string()))?,
        };
        let timings: Self =
            serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        if timings.version != VERSION {
            return Err(wrong(format!("it is of version {}, and not {VERSION}", timings.version)));
        }
        let times = timings.tests.iter().chain(&timings.libraries);
        match times.into_iter().find(|(_, seconds)| !(0.0..=MOST).contains(*seconds)) {
            Some((name, seconds)) => Err(wrong(format!("`{name}` cannot take {seconds} s"))),
            None => Ok(Some(timings)),
        }
    }

    /// Writes them.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)
    }

    /// What tells them from others, however the file is laid out.
    pub(super) fn text(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("names and numbers have a form")
    }

    pub(super) fn jobs(&self) -> NonZeroUsize {
        self.jobs
    }

    /// How long each of `tests` takes, in microseconds; of those that are not known, what others do.
    pub(super) fn of_tests(&self, suite: &Suite, tests: &[TestId]) -> Vec<u64> {
        let known: Vec<Option<u64>> = tests
            .iter()
            .map(|test| self.tests.get(&suite.tests[test.index()].to_string()).map(micros))
            .collect();
        let usual = median(known.iter().flatten().copied().collect());
        let usual = usual.unwrap_or_else(|| u64::try_from(UNKNOWN.as_micros()).expect("a second"));
        known.into_iter().map(|known| known.unwrap_or(usual)).collect()
    }

    /// How long a machine takes for each library of the suite and then for each service; what is not known costs as much as
    /// others do.
    pub(super) fn of_shared(&self, suite: &Suite) -> Vec<u64> {
        let libraries = (0..suite.libraries.len()).map(LibraryId::new);
        let names = libraries
            .map(|library| &suite.libraries[library.index()].name)
            .chain(suite.services.iter().map(|service| &service.name));
        let known: Vec<Option<u64>> =
            names.map(|name| self.libraries.get(name).map(micros)).collect();
        let usual = median(known.iter().flatten().copied().collect()).unwrap_or(0);
        known.into_iter().map(|known| known.unwrap_or(usual)).collect()
    }
}

/// Seconds to two digits that count: what is measured twice seldom differs in them, and a commit shows what has changed.
fn rounded(took: Duration) -> f64 {
    let seconds = took.as_secs_f64().max(0.001);
    let digits = 1 - seconds.log10().floor() as i32;
    let rounded: f64 = format!("{seconds:.*}", usize::try_from(digits.max(0)).unwrap_or(0))
        .parse()
        .expect("a number");
    (rounded * 1000.0).round() / 1000.0
}

fn micros(seconds: &f64) -> u64 {
    u64::try_from(Duration::from_secs_f64(*seconds).as_micros()).unwrap_or(u64::MAX)
}

fn median(mut times: Vec<u64>) -> Option<u64> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_two_digits_that_count() {
        for (millis, expected) in
            [(0, 0.001), (7, 0.007), (123, 0.12), (1_849, 1.8), (61_499, 61.0), (123_456, 123.0)]
        {
            assert_eq!(rounded(Duration::from_millis(millis)), expected, "{millis}");
        }
    }
}
