//! Attempts, one after another: which origin is next, after which delay, and when to stop. It does not know what an attempt does.
//! The part that decides does not know clocks either.

use std::mem::{self, Discriminant};
use std::time::{Duration, Instant};

use rand::Rng;

use super::http::Failure;
use super::retry::{self, Advice, advise};
use crate::errands::Errand;
use crate::interface::{ImportAttempt, ImportCause, ImportEvent, RetryPolicy};

/// Tries `origins` in turn until one attempt succeeds. `origins` are names without secrets, at least one. `attempt` gets the
/// index of an origin.
///
/// # Errors
///
/// Returns the cause of the last failure when no further attempt is worth it.
#[expect(clippy::disallowed_methods, reason = "times are counted from the first attempt")]
pub(crate) fn take<T>(
    errand: &Errand<'_>,
    origins: &[String],
    attempt: &mut dyn FnMut(usize) -> Result<T, Failure>,
) -> Result<T, ImportCause> {
    let begun = Instant::now();
    let mut turns = Turns::new(errand.settings.retry, origins.len(), errand.random());
    let mut number = 0;
    loop {
        number += 1;
        let origin = turns.origin();
        errand.tell(&ImportEvent::Attempt {
            library: errand.library,
            origin: &origins[origin],
            number,
        });
        let failure = match attempt(origin) {
            Ok(result) => return Ok(result),
            Err(failure) => failure,
        };
        let delay = turns.failed(&failure, begun.elapsed());
        let Failure { cause, .. } = failure;
        errand.record(ImportAttempt {
            origin: origins[origin].clone(),
            cause: cause.to_string(),
            delay,
        });
        let Some(delay) = delay else {
            return Err(cause);
        };
        if !delay.is_zero() {
            errand.tell(&ImportEvent::Retrying {
                library: errand.library,
                delay,
                cause: &cause.to_string(),
            });
            errand.sleep(delay)?;
            errand.step_in();
        }
    }
}

/// Which origin is next. Times count from the beginning of the first attempt.
struct Turns<D> {
    /// The back-off between attempts; when it ends, the attempts end.
    delays: D,
    deadline: Duration,
    /// The origins that may still help.
    candidates: Vec<usize>,
    /// The index of the next candidate.
    turn: usize,
    /// The kinds of failures that are allowed once and have occurred.
    forgiven: Vec<Discriminant<ImportCause>>,
    /// When each origin may be asked again, if it has said so.
    opens: Vec<Duration>,
}

impl Turns<()> {
    fn new(
        policy: RetryPolicy,
        origins: usize,
        random: impl Rng,
    ) -> Turns<impl Iterator<Item = Duration>> {
        Turns {
            delays: retry::delays(policy, random),
            deadline: policy.deadline,
            candidates: (0..origins).collect(),
            turn: 0,
            forgiven: Vec::new(),
            opens: vec![Duration::ZERO; origins],
        }
    }
}

impl<D: Iterator<Item = Duration>> Turns<D> {
    fn origin(&self) -> usize {
        self.candidates[self.turn]
    }

    /// Records that the current attempt has failed at the time `now`. Returns the delay before the next one; `None` if there is
    /// none.
    fn failed(&mut self, failure: &Failure, now: Duration) -> Option<Duration> {
        let backoff = match self.advice(failure, now) {
            Advice::GiveUp => return None,
            Advice::NextMirror => {
                self.candidates.remove(self.turn);
                Duration::ZERO
            }
            Advice::Retry | Advice::RetryOnce => {
                self.turn += 1;
                self.delays.next()?
            }
        };
        self.turn = self.turn.checked_rem(self.candidates.len())?;
        let asked = self.opens[self.origin()].saturating_sub(now);
        retry::delay(backoff, asked, self.deadline.saturating_sub(now))
    }

    fn advice(&mut self, failure: &Failure, now: Duration) -> Advice {
        let Failure { cause, retry_after } = failure;
        let mut advice = advise(cause);
        if let Some(asked) = *retry_after {
            let origin = self.origin();
            self.opens[origin] = now.saturating_add(asked);
            if advice != Advice::GiveUp && !retry::is_worth_a_wait(asked) {
                advice = Advice::NextMirror;
            }
        }
        if advice == Advice::RetryOnce {
            let kind = mem::discriminant(cause);
            if self.forgiven.contains(&kind) {
                advice = Advice::NextMirror;
            }
            self.forgiven.push(kind);
        }
        advice
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        attempts: 4,
        base: Duration::from_millis(100),
        cap: Duration::from_millis(100),
        // Nothing is too late.
        deadline: Duration::MAX,
    };
    const NOW: Duration = Duration::from_secs(7);
    const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

    fn turns(origins: usize) -> Turns<impl Iterator<Item = Duration>> {
        Turns::new(POLICY, origins, SmallRng::seed_from_u64(1))
    }

    /// A server that is down, and perhaps says for how long.
    fn down(retry_after: Option<Duration>) -> Failure {
        Failure { cause: ImportCause::Status(503), retry_after }
    }

    #[test]
    fn nobody_is_waited_for_longer_than_the_longest_wait_whatever_is_asked() {
        for (asked, expected) in [
            (Duration::from_secs(60), Some(Duration::from_secs(60))),
            (Duration::from_millis(60_001), None),
            (TEN_YEARS, None),
            (Duration::MAX, None),
        ] {
            assert_eq!(turns(1).failed(&down(Some(asked)), NOW), expected, "{asked:?}");
        }
    }

    #[test]
    fn a_mirror_is_asked_at_once_in_place_of_who_asks_for_too_much_and_that_one_never_again() {
        for asked in [Duration::from_secs(61), TEN_YEARS, Duration::MAX] {
            let mut turns = turns(2);
            assert_eq!(turns.failed(&down(Some(asked)), NOW), Some(Duration::ZERO), "{asked:?}");
            let mut asked_then = Vec::new();
            while turns.failed(&down(None), NOW).is_some() {
                asked_then.push(turns.origin());
            }
            assert_eq!(asked_then, [1; 3], "{asked:?}");
        }
    }

    #[test]
    fn who_wants_to_be_left_alone_for_a_while_is_left_alone_while_others_are_asked() {
        let mut turns = turns(2);
        let seconds = Duration::from_secs;
        assert!(turns.failed(&down(Some(seconds(30))), NOW).is_some_and(|wait| wait < seconds(1)));
        assert_eq!(turns.origin(), 1);
        // It is its turn again, and part of its pause is over.
        assert_eq!(turns.failed(&down(None), NOW + seconds(10)), Some(seconds(20)));
        assert_eq!(turns.origin(), 0);
        assert!(turns.failed(&down(None), NOW + seconds(31)).is_some_and(|wait| wait < seconds(1)));
        assert_eq!(turns.failed(&down(None), NOW + seconds(32)), None, "four attempts");
    }

    #[test]
    fn no_attempt_begins_after_the_deadline() {
        let policy = RetryPolicy { deadline: Duration::from_secs(40), ..POLICY };
        for (now, expected) in [(10, true), (11, false), (41, false)] {
            let mut turns = Turns::new(policy, 1, SmallRng::seed_from_u64(1));
            let asked = down(Some(Duration::from_secs(30)));
            let delay = turns.failed(&asked, Duration::from_secs(now));
            assert_eq!(delay.is_some(), expected, "{now}");
        }
    }

    #[test]
    fn what_is_forgiven_once_is_forgiven_once_for_each_kind() {
        let damaged = || Failure::from(ImportCause::Archive { cause: String::new() });
        let forbidden = || Failure::from(ImportCause::Status(403));
        let mut turns = turns(2);
        for (failure, next, at_once) in [
            (damaged(), Some(1), false),
            (forbidden(), Some(0), false),
            // A second one: to the next mirror, at once.
            (damaged(), Some(1), true),
            (forbidden(), None, false),
        ] {
            let delay = turns.failed(&failure, NOW);
            assert_eq!(delay.map(|_| turns.origin()), next, "{}", failure.cause);
            assert_eq!(delay == Some(Duration::ZERO), at_once, "{}", failure.cause);
        }
    }

    #[test]
    fn what_no_mirror_can_help_ends_it() {
        let failure = Failure { retry_after: Some(TEN_YEARS), ..ImportCause::Cancelled.into() };
        assert_eq!(turns(3).failed(&failure, NOW), None);
    }
}
