//! The workers: one long-lived loop for each job slot, on a pool of their own. Each takes a job, has it run to its end,
//! reports exactly once, and takes the next one.
//!
//! Knows nothing of the graph or of what follows from an attempt. No worker waits for a lock, a download or a back-off: what
//! it is given can start.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::keep;
use super::means::Means;
use super::monitor::Monitor;
use super::panicked::PANICKED;
use crate::attempt::Attempt;
use crate::conductor::{Job, Message};
use crate::ending::Ending;
use crate::engine::Task;
use crate::limits::TestLimits;
use crate::provider::Attempted;
use crate::verdict::Evidence;

/// Runs jobs until no more can come.
pub(super) fn work(means: Means<'_>, monitor: &Monitor<'_, '_, '_>) {
    let run_id = means.stage.run_id();
    let mut next = monitor.exchange(None);
    while let Some(job) = next {
        let unit = job.unit;
        let attempt = catch_unwind(AssertUnwindSafe(|| attempt(means, &run_id, &job)));
        let (attempt, evidence) =
            attempt.unwrap_or_else(|_| (Attempt::not_started(PANICKED.to_owned()), None));
        next = monitor.exchange(Some(Message::TestEnded { unit, attempt, evidence }));
    }
}

fn attempt(means: Means<'_>, run_id: &str, job: &Job) -> (Attempt, Option<Evidence>) {
    let Means { stage, engine, shelf, .. } = means;
    let test = &stage.suite.tests[job.test.index()];
    let attempted = Attempted { run_id, number: job.number };
    let invocation = stage.provider.invocation(job.test, attempted, &|id| job.places.of(id));
    let mut invocation = match invocation {
        Ok(invocation) => invocation,
        Err(reason) => return (Attempt::not_started(reason), None),
    };
    if let Some(capture) = stage.settings.capture {
        invocation.capture = capture;
    }
    let limits = test.limits.or(stage.defaults);
    let (mut attempt, evidence) = engine.run(Task {
        id: job.test,
        test,
        number: job.number,
        slot: job.slot,
        is_awaited: job.is_awaited,
        invocation,
        limits: TestLimits::new(&limits),
        on_timeout: limits.on_timeout,
        watched: job.places.0.iter().filter_map(|(id, _)| shelf.of(*id)).collect(),
    });
    if attempt.ending != Ending::Passed {
        // Before anybody hears of the end.
        attempt.whole = keep::long_streams(stage.provider, test, job.number, &attempt.output);
    }
    (attempt, evidence)
}
