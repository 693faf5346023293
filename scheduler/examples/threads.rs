//! Runs a plan on plain threads: one thread per running unit, one loop that owns the run.
//!
//! A unit that panics has failed. Its thread always reports, because the code that catches the
//! panic sends the report.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the crate has no thread and no output; its callers do"
)]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    thread,
};

use probe_scheduler::{
    Cycle, Limits, Next, NodeId, Outcome, PRELOADS, PlanBuilder, Run, TESTS, Unit,
};

type Work = fn() -> Outcome;

fn main() -> Result<(), Cycle> {
    let mut plan = PlanBuilder::<_, Work, Work>::new();
    let sqlite = plan.library("sqlite", || || Outcome::Passed);
    let broken = plan.library("broken", || || Outcome::Failed);
    let names = ["parse", "query", "panics", "never runs"];
    let [_parse, query, panics, never_runs] = [
        plan.test(|| Outcome::Passed),
        plan.test(|| Outcome::Passed),
        plan.test(|| panic!("a test may panic")),
        plan.test(|| unreachable!("its library is broken")),
    ];
    plan.need(query, sqlite).need(panics, sqlite).need(never_runs, broken);
    let plan = plan.build()?;
    let name = |node: NodeId| match plan.graph()[node] {
        Unit::Preload(_) => ["sqlite", "broken"][node.index()],
        Unit::Test(_) => names[node.index() - 2],
    };

    let mut run = Run::new(plan.graph(), Limits::new().lane(PRELOADS, 2).lane(TESTS, 2));
    let (reports, inbox) = mpsc::channel();
    thread::scope(|threads| {
        loop {
            match run.start_next() {
                Next::Start(node) => {
                    println!("start {}", name(node));
                    let (Unit::Preload(work) | Unit::Test(work)) = plan.graph()[node];
                    let reports = reports.clone();
                    threads.spawn(move || {
                        let outcome =
                            catch_unwind(AssertUnwindSafe(work)).unwrap_or(Outcome::Failed);
                        reports.send((node, outcome)).expect("the loop outlives its threads");
                    });
                }
                Next::Wait => {
                    let (node, outcome) = inbox.recv().expect("the loop holds a sender itself");
                    println!("{outcome:?}: {}", name(node));
                    for skip in run.finish(node, outcome) {
                        println!("blocked: {}, because of {}", name(skip.node), name(skip.because));
                    }
                }
                Next::Done => break,
            }
        }
    });
    println!("{}", run.counts());
    assert_eq!(run.counts().to_string(), "3 passed, 2 failed, 1 blocked");
    Ok(())
}
