//! Attempts, one after another: which origin is next, after how long, and when it is over. It does not know what an attempt does.

use std::mem;
use std::time::{Duration, Instant};

use super::http::Failure;
use super::retry::{self, Advice, advise};
use crate::errands::Errand;
use crate::interface::{Attempt, Cause, Event};

/// Tries `origins` in turn (their names, without secrets; at least one) until one attempt succeeds. `attempt` gets an origin's
/// index.
///
/// # Errors
///
/// The cause of the last failure, once nothing is worth another attempt.
pub(crate) fn take<T>(
    errand: &Errand<'_>,
    origins: &[String],
    attempt: &mut dyn FnMut(usize) -> Result<T, Failure>,
) -> Result<T, Cause> {
    let policy = errand.settings.retry;
    let mut delays = retry::delays(policy, errand.random());
    let mut candidates = (0..origins.len()).collect::<Vec<_>>();
    let mut turn = 0;
    let mut forgiven = Vec::new();
    let begun = Instant::now();
    // When each origin may be asked again, if it has said so.
    let mut opens = vec![begun; origins.len()];
    let mut number = 0;
    loop {
        number += 1;
        let origin = candidates[turn];
        errand.tell(&Event::Attempt { library: errand.library, origin: &origins[origin], number });
        let Failure { cause, retry_after } = match attempt(origin) {
            Ok(result) => return Ok(result),
            Err(failure) => failure,
        };
        let mut advice = advise(&cause);
        let now = Instant::now();
        if let Some(asked) = retry_after {
            opens[origin] = now.checked_add(asked).unwrap_or(now);
            if advice != Advice::GiveUp && !retry::is_worth_a_wait(asked) {
                advice = Advice::NextMirror;
            }
        }
        if advice == Advice::RetryOnce {
            let kind = mem::discriminant(&cause);
            if forgiven.contains(&kind) {
                advice = Advice::NextMirror;
            }
            forgiven.push(kind);
        }
        let backoff = match advice {
            Advice::GiveUp => None,
            Advice::NextMirror => {
                candidates.remove(turn);
                (!candidates.is_empty()).then_some(Duration::ZERO)
            }
            Advice::Retry | Advice::RetryOnce => {
                turn += 1;
                delays.next()
            }
        };
        let delay = backoff.and_then(|backoff| {
            let next = candidates[turn % candidates.len()];
            let asked = opens[next].saturating_duration_since(now);
            retry::delay(backoff, asked, policy.deadline.saturating_sub(begun.elapsed()))
        });
        errand.record(Attempt { origin: origins[origin].clone(), cause: cause.to_string(), delay });
        let Some(delay) = delay else {
            return Err(cause);
        };
        turn %= candidates.len();
        if !delay.is_zero() {
            errand.tell(&Event::Retrying {
                library: errand.library,
                delay,
                cause: &cause.to_string(),
            });
            errand.sleep(delay)?;
            errand.step_in();
        }
    }
}
