//! The current speed of a transfer, and whether it still moves. Knows no clock: the caller passes every moment.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The span over which a rate is taken: long enough to be calm, short enough to follow a change.
const WINDOW: Duration = Duration::from_secs(5);
/// Between two samples that are kept, so that a fast transfer keeps few.
const SPACING: Duration = Duration::from_millis(250);
/// A rate over less than this says nothing.
const SHORTEST: Duration = Duration::from_millis(500);
/// A transfer without a byte for this time counts as stalled.
const STANDS_AFTER: Duration = Duration::from_secs(3);

/// The course of one transfer.
#[derive(Clone, Debug, Default)]
pub(super) struct Rate {
    /// Moments and the bytes that had arrived by then, one before the window and the others in it.
    samples: VecDeque<(Instant, u64)>,
    /// The moment of the last byte, and the number of bytes by then.
    last: Option<(Instant, u64)>,
}

impl Rate {
    /// A transfer that begins at `now` and has `bytes` already.
    pub(super) fn new(now: Instant, bytes: u64) -> Self {
        Self { samples: VecDeque::from([(now, bytes)]), last: Some((now, bytes)) }
    }

    /// Records that `bytes` have arrived by `now`. If they are fewer than before, the transfer has started again.
    pub(super) fn note(&mut self, now: Instant, bytes: u64) {
        match self.last {
            Some((_, before)) if bytes == before => return,
            Some((_, before)) if bytes > before => {}
            _ => *self = Self::new(now, bytes),
        }
        self.last = Some((now, bytes));
        if self.samples.back().is_none_or(|(at, _)| now.duration_since(*at) >= SPACING) {
            self.samples.push_back((now, bytes));
        }
        while self.samples.get(1).is_some_and(|(at, _)| now.duration_since(*at) > WINDOW) {
            self.samples.pop_front();
        }
    }

    /// Bytes a second over the last seconds; `None` while that would be a guess.
    pub(super) fn per_second(&self, now: Instant) -> Option<u64> {
        let before_window =
            self.samples.iter().rev().find(|(at, _)| now.duration_since(*at) > WINDOW);
        let (since, bytes) = *before_window.or(self.samples.front())?;
        let (_, last) = self.last?;
        let span = now.duration_since(since);
        if span < SHORTEST {
            return None;
        }
        u64::try_from(u128::from(last - bytes) * 1000 / span.as_millis()).ok()
    }

    /// The time without a byte, if it is long.
    pub(super) fn stands(&self, now: Instant) -> Option<Duration> {
        let (at, _) = self.last?;
        let quiet = now.duration_since(at);
        (quiet >= STANDS_AFTER).then_some(quiet)
    }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "seconds of a test are small")]
mod tests {
    use super::*;

    /// A transfer of these bytes at these seconds, at 1 MiB a second unless it stands, seen at `now`.
    fn check(notes: &[(f64, u64)], now: f64, rate: Option<u64>, stands: Option<u64>) {
        let start = Instant::now();
        let at = |seconds: f64| start + Duration::from_secs_f64(seconds);
        let mut transfer = Rate::new(start, 0);
        for &(seconds, bytes) in notes {
            transfer.note(at(seconds), bytes);
        }
        assert_eq!(transfer.per_second(at(now)), rate, "{notes:?} at {now}");
        assert_eq!(transfer.stands(at(now)).map(|quiet| quiet.as_secs()), stands);
    }

    #[test]
    fn a_rate_is_that_of_the_last_seconds() {
        check(&[(0.1, 100)], 0.2, None, None);
        check(&[(0.5, 500), (1.0, 1000)], 1.0, Some(1000), None);
        let steady: Vec<(f64, u64)> =
            (1..=100).map(|second| (second as f64, second * 1000)).collect();
        check(&steady, 100.0, Some(1000), None);
        // It has been ten times as fast for the last six seconds.
        let faster: Vec<(f64, u64)> =
            (1..=6).map(|second| (10.0 + second as f64, 10_000 + second * 10_000)).collect();
        check(&[&[(10.0, 10_000)], &faster[..]].concat(), 16.0, Some(10_000), None);
    }

    #[test]
    fn a_transfer_without_bytes_slows_down_and_then_stands() {
        check(&[(1.0, 1000), (2.0, 2000)], 4.0, Some(500), None);
        check(&[(1.0, 1000), (2.0, 2000)], 14.0, Some(0), Some(12));
        check(&[], 14.0, Some(0), Some(14));
    }

    #[test]
    fn a_transfer_that_begins_anew_has_a_rate_of_its_own() {
        check(&[(1.0, 5000), (2.0, 100), (3.0, 300)], 3.0, Some(200), None);
    }
}
