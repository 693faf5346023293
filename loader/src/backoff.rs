//! Back-off: how long to wait between two tries, so that callers that failed together do not come back together. It has no clock,
//! no sleep and no source of randomness, and does not know what is tried or how often.
//!
//! Exponential, with full jitter: the n-th delay is uniform between zero and a ceiling of `base` · 2ⁿ, at most `cap`
//! ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015). Of the shapes compared there, this one costs the server
//! least. A caller that only looks, and burdens no server, uses the ceiling itself.

use std::iter;
use std::time::Duration;

use rand::{Rng, RngExt};

/// After this many doublings, one nanosecond becomes the longest possible time: no ceiling changes after that.
const DOUBLINGS: u32 = 94;

/// How the waits between tries grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
}

impl Backoff {
    /// `base` is the upper end of the first delay. It doubles with each delay. No delay is longer than `cap`.
    #[must_use]
    pub const fn new(base: Duration, cap: Duration) -> Self {
        Self { base, cap }
    }

    /// Returns the upper end of the delay after `earlier` others.
    #[must_use]
    pub fn ceiling(self, earlier: u32) -> Duration {
        let nth = earlier.min(DOUBLINGS) as usize;
        self.ceilings().nth(nth).unwrap_or(self.cap)
    }

    /// Returns an endless sequence of delays.
    pub fn delays(self, mut random: impl Rng) -> impl Iterator<Item = Duration> {
        self.ceilings().map(move |ceiling| below(ceiling, &mut random))
    }

    /// Returns the delay after `earlier` others, for callers that count the tries of many things with one source of randomness.
    pub fn delay(self, earlier: u32, random: &mut impl Rng) -> Duration {
        below(self.ceiling(earlier), random)
    }

    fn ceilings(self) -> impl Iterator<Item = Duration> {
        let first = self.base.min(self.cap);
        iter::successors(Some(first), move |last| Some(last.saturating_mul(2).min(self.cap)))
    }
}

fn below(ceiling: Duration, random: &mut impl Rng) -> Duration {
    ceiling.mul_f64(random.random())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;
    use rand::rngs::SmallRng;
    use rand::{SeedableRng, TryRng};

    use super::*;

    fn milliseconds(backoff: Backoff, count: usize) -> Vec<u128> {
        backoff.ceilings().take(count).map(|ceiling| ceiling.as_millis()).collect()
    }

    fn backoff(base: u64, cap: u64) -> Backoff {
        Backoff::new(Duration::from_millis(base), Duration::from_millis(cap))
    }

    #[test]
    fn ceilings_double_up_to_the_cap_and_stay_there() {
        for (base, cap, expected) in [
            (50, 1000, [50, 100, 200, 400, 800, 1000, 1000]),
            (100, 800, [100, 200, 400, 800, 800, 800, 800]),
            (7, 7, [7; 7]),
            // A cap below the base counts from the first delay on.
            (100, 30, [30; 7]),
            (0, 1000, [0; 7]),
            (50, 0, [0; 7]),
        ] {
            assert_eq!(milliseconds(backoff(base, cap), 7), expected, "{base} {cap}");
        }
    }

    #[test]
    fn no_number_of_tries_and_no_length_is_too_much() {
        let longest = Backoff::new(Duration::from_nanos(1), Duration::MAX);
        assert_eq!(longest.ceiling(40), Duration::from_nanos(1 << 40));
        assert!(longest.ceiling(DOUBLINGS - 1) < Duration::MAX);
        for earlier in [DOUBLINGS, DOUBLINGS + 1, u32::MAX] {
            assert_eq!(longest.ceiling(earlier), Duration::MAX, "{earlier}");
        }
        let huge = Backoff::new(Duration::MAX, Duration::MAX);
        assert_eq!(huge.ceilings().nth(3), Some(Duration::MAX));
        assert!(huge.delay(u32::MAX, &mut Always(u64::MAX)) > Duration::MAX.mul_f64(0.999));
        assert_eq!(backoff(50, 1000).ceiling(u32::MAX), Duration::from_secs(1));
        assert_eq!(backoff(0, 1000).delay(u32::MAX, &mut Always(u64::MAX)), Duration::ZERO);
    }

    #[test]
    fn a_delay_is_anything_between_zero_and_its_ceiling() {
        let backoff = backoff(100, 1000);
        for (drawn, expected) in [(0, [0, 0, 0, 0, 0]), (1 << 63, [50, 100, 200, 400, 500])] {
            let delays = backoff.delays(Always(drawn)).take(5);
            assert!(delays.map(|delay| delay.as_millis()).eq(expected), "{drawn}");
        }
        // In the mean half of it, and near both ends.
        let random = &mut SmallRng::seed_from_u64(1);
        let mut delays = (0..1000).map(|_| backoff.delay(3, random).as_millis());
        let (least, most, sum) =
            delays.by_ref().fold((800, 0, 0), |(a, b, sum), ms| (ms.min(a), ms.max(b), sum + ms));
        assert!(
            least < 20 && most > 780 && (370_000..430_000).contains(&sum),
            "{least} {most} {sum}"
        );
    }

    proptest! {
        #[test]
        fn every_delay_keeps_below_a_ceiling_that_doubles_and_the_cap(
            base: Duration,
            cap: Duration,
            earlier in prop_oneof![0..200_u32, any::<u32>()],
            seed: u64,
        ) {
            let backoff = Backoff::new(base, cap);
            let ceiling = backoff.ceiling(earlier);
            prop_assert!(base.min(cap) <= ceiling && ceiling <= cap);
            prop_assert_eq!(backoff.ceiling(earlier.saturating_add(1)), match earlier {
                u32::MAX => ceiling,
                _ => ceiling.saturating_mul(2).min(cap),
            });
            prop_assert!(backoff.delay(earlier, &mut SmallRng::seed_from_u64(seed)) <= ceiling);
        }

        #[test]
        fn the_same_source_gives_the_same_delays_one_by_one_or_in_a_row(
            base: Duration,
            cap: Duration,
            seed: u64,
        ) {
            let backoff = Backoff::new(base, cap);
            let mut random = SmallRng::seed_from_u64(seed);
            let row = backoff.delays(SmallRng::seed_from_u64(seed));
            for (earlier, delay) in (0..120).zip(row) {
                prop_assert_eq!(delay, backoff.delay(earlier, &mut random));
            }
        }
    }

    /// A source that always returns the same value.
    struct Always(u64);

    impl TryRng for Always {
        type Error = Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            Ok((self.0 >> 32) as u32)
        }

        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            Ok(self.0)
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
            bytes.fill(self.0.to_le_bytes()[7]);
            Ok(())
        }
    }
}
