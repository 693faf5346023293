//! The peak memory of a large graph and its run, including building. Fails above 120 bytes per node
//! and 16 bytes per edge.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod large;

use std::process::ExitCode;

use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const BYTES_A_NODE: usize = 120;
const BYTES_AN_EDGE: usize = 16;

fn main() -> ExitCode {
    let mut result = ExitCode::SUCCESS;
    println!("{:>9} {:>12} {:>12} {:>12}", "tests", "built", "peak", "bar");
    for tests in [10_000, 100_000, 1_000_000] {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let plan = large::plan(tests, large::needs(tests));
        let built = MEMORY.current_usage() - before;
        large::walk(&plan);
        let peak = MEMORY.peak_usage() - before;
        let edges = tests * large::NEEDS;
        let bar = plan.graph().len() * BYTES_A_NODE + edges * BYTES_AN_EDGE;
        println!(
            "{tests:>9} {:>12} {:>12} {:>12}",
            kibibytes(built),
            kibibytes(peak),
            kibibytes(bar)
        );
        if peak > bar {
            println!("missed: {tests} tests take more than the bar");
            result = ExitCode::FAILURE;
        }
    }
    result
}

fn kibibytes(bytes: usize) -> String {
    format!("{} KiB", bytes / 1024)
}
