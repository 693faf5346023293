//! The workers: one long-lived loop for each slot, on a pool of their own. A worker takes a job, runs it to its end, reports
//! exactly once, and takes the next one.
//!
//! Knows nothing of the graph, nor of what follows from an attempt. No worker waits for a lock, a download or a back-off: a job
//! that it gets can start.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use probe_scenario::ServiceLog;

use super::keep;
use super::means::Means;
use super::monitor::Monitor;
use super::panicked::PANICKED;
use super::services::LINES;
use crate::attempt::{Attempt, ServiceSaying};
use crate::conductor::{Job, Message};
use crate::ending::Ending;
use crate::engine::Task;
use crate::instance::Instance;
use crate::limits::TestLimits;
use crate::provider::Attempted;
use crate::service_end::ServiceEnd;
use crate::verdict::Evidence;

/// How long a service may take to end after a test has noticed its death: it closes its streams before it is gone.
const DYING: Duration = Duration::from_millis(100);

/// Runs jobs until no more can come.
pub(super) fn work(means: Means<'_>, monitor: &Monitor<'_, '_, '_>) {
    let run_id = means.stage.run_id();
    let mut next = monitor.exchange(None);
    while let Some(job) = next {
        let unit = job.unit;
        let attempt = catch_unwind(AssertUnwindSafe(|| attempt(means, &run_id, &job)));
        let (mut attempt, evidence) =
            attempt.unwrap_or_else(|_| (Attempt::not_started(PANICKED.to_owned()), None));
        let fallen = services_of(means, &job.services, &mut attempt);
        next = monitor.exchange(Some(Message::TestEnded { unit, attempt, evidence, fallen }));
    }
}

fn attempt(means: Means<'_>, run_id: &str, job: &Job) -> (Attempt, Option<Evidence>) {
    let Means { stage, engine, shelf, .. } = means;
    let test = &stage.suite.tests[job.test.index()];
    let temporary = engine.temporary(job.slot);
    let attempted = Attempted { run_id, number: job.number, temporary: &temporary };
    let ground_of = |id| {
        let ground = job.grounds.iter().find(|(known, _)| *known == id);
        &*ground.expect("what a test needs is ready before it starts").1
    };
    let place_of = |id| job.places.of(id);
    let invocation = stage.provider.invocation(job.test, attempted, &place_of, &ground_of);
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
        // Before the end is reported.
        attempt.whole = keep::long_streams(stage.provider, test, job.number, &attempt.output);
    }
    (attempt, evidence)
}

/// Connects a failure with the services of its test: adds their last lines to the attempt, and returns those that have ended.
fn services_of(
    means: Means<'_>,
    services: &[Instance],
    attempt: &mut Attempt,
) -> Vec<(Instance, Arc<ServiceEnd>)> {
    let has_failed = match attempt.ending {
        Ending::Passed
        | Ending::Flaky
        | Ending::Empty
        | Ending::Skipped(_)
        | Ending::Expected { .. }
        | Ending::Unexpected(_)
        | Ending::Interrupted
        | Ending::NotStarted(_)
        | Ending::NoRoom(_) => false,
        Ending::Leaked
        | Ending::Belied(_)
        | Ending::Unprepared(_)
        | Ending::Uncleared(_)
        | Ending::Exited(_)
        | Ending::Killed(_)
        | Ending::TimedOut(_)
        | Ending::Bereft(_) => true,
    };
    if !has_failed || services.is_empty() {
        return Vec::new();
    }
    let fallen = means.roster.fallen(services, DYING);
    for &id in services {
        let service = means.service(id);
        let lines = means.roster.of(id).map(|cell| cell.tail.lines(LINES)).unwrap_or_default();
        if service.log == ServiceLog::Tail && !lines.is_empty() {
            attempt.services.push(ServiceSaying { service: service.name.clone(), lines });
        }
    }
    fallen
}
