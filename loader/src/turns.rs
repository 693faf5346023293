//! Attempts, one after another: which origin is next, after how long, and when it is over. It does not know what an attempt does.

use std::mem;
use std::time::{Duration, Instant};

use crate::errand::Errand;
use crate::error::{Attempt, Cause};
use crate::host::Event;
use crate::http::Failure;
use crate::retry::{Advice, Delays, LONGEST_RETRY_AFTER, advise};

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
    let mut delays = Delays::new(policy, errand.seed());
    let mut candidates = (0..origins.len()).collect::<Vec<_>>();
    let mut turn = 0;
    let mut forgiven = Vec::new();
    let begun = Instant::now();
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
        if advice == Advice::RetryOnce {
            let kind = mem::discriminant(&cause);
            if forgiven.contains(&kind) {
                advice = Advice::NextMirror;
            }
            forgiven.push(kind);
        }
        let delay = match advice {
            Advice::GiveUp => None,
            Advice::NextMirror => {
                candidates.remove(turn);
                (!candidates.is_empty()).then_some(Duration::ZERO)
            }
            Advice::Retry | Advice::RetryOnce => {
                turn += 1;
                let asked = retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
                delays
                    .next()
                    .map(|delay| delay.max(asked))
                    .filter(|delay| begun.elapsed() + *delay <= policy.deadline)
            }
        };
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
