//! Runs a graph on a private rayon pool. One long-lived loop per worker takes ready nodes from a
//! queue. The loop that owns the run stays on the calling thread.
//!
//! rayon has no priorities, so it gets at most as many nodes as it has workers, and the order of
//! the run stays. `in_place_scope` keeps the owning loop off the pool: with `scope` the loop would
//! occupy a worker, and hang if there is only one.

#![expect(clippy::print_stdout, reason = "the crate has no output; its callers do")]

use std::{
    error::Error,
    hint::black_box,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, mpsc},
};

use probe_scheduler::{
    Executor, Graph, GraphBuilder, Lane, Limits, NodeId, Outcome, Report, Run, Skip, drive,
};

const WORKERS: u32 = 4;

type Work = Box<dyn Fn() -> Outcome + Send + Sync>;

/// Sends started nodes to the workers, and receives their reports.
struct Pool<'g> {
    graph: &'g Graph<Work>,
    ready: mpsc::Sender<(NodeId, &'g Work)>,
    reports: mpsc::Receiver<Report>,
}

impl Executor<Work> for Pool<'_> {
    fn start(&mut self, id: NodeId, _: &Work) {
        self.ready.send((id, &self.graph[id])).expect("the workers live until the queue closes");
    }

    fn wait(&mut self) -> Report {
        self.reports.recv().expect("a worker reports whatever it has started")
    }

    fn skipped(&mut self, skip: Skip) {
        println!("{} is blocked by {}", skip.node, skip.because);
    }
}

/// Works until the queue is closed. Each unit is reported exactly once, even if it panics.
fn work(queue: &Mutex<mpsc::Receiver<(NodeId, &Work)>>, reports: &mpsc::Sender<Report>) {
    loop {
        let next = queue.lock().expect("no worker panics while it takes a unit").recv();
        let Ok((id, work)) = next else { return };
        let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
            println!("{id} panicked");
            Outcome::Failed
        });
        reports.send(Report::Finished(id, outcome)).expect("the owning loop outlives the workers");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut graph = GraphBuilder::<Work>::new();
    let library = graph.add(Box::new(|| Outcome::Passed));
    for number in 0..20_u64 {
        let test = graph.add(Box::new(move || {
            black_box((0..number * 10_000).sum::<u64>());
            Outcome::Passed
        }));
        graph.depend(test, library);
    }
    let panics = graph.add(Box::new(|| panic!("a job may panic")));
    let blocked = graph.add(Box::new(|| unreachable!("what it depends on panics")));
    graph.depend(blocked, panics);
    let graph = graph.build()?;

    let pool = rayon::ThreadPoolBuilder::new().num_threads(WORKERS as usize).build()?;
    let (ready, queue) = mpsc::channel();
    let queue = Mutex::new(queue);
    let (reports, inbox) = mpsc::channel();
    let counts = pool.in_place_scope(|scope| {
        for _ in 0..WORKERS {
            let reports = reports.clone();
            scope.spawn(|_| {
                let reports = reports;
                work(&queue, &reports);
            });
        }
        // The queue closes with the executor, and the workers return.
        let mut executor = Pool { graph: &graph, ready, reports: inbox };
        drive(&mut Run::new(&graph, Limits::new().lane(Lane(0), WORKERS)), &mut executor)
    });
    println!("{counts}");
    assert_eq!(counts.to_string(), "21 passed, 1 failed, 1 blocked");
    Ok(())
}
