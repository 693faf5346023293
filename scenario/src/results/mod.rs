//! What a runner writes down of the tests within its process: the number, the names, and what became of each.
//!
//! Whoever wrote it may have been cut short, or mean ill: every count, length and depth is bounded here. Knows no file, no
//! process and no runner, and not what follows for the process.

mod clipped;
mod junit;
mod subtest;
mod tally;
mod tap;

pub use junit::read_junit;
pub use subtest::{Results, Subtest, SubtestCame};
pub use tally::Tally;
pub use tap::TapReader;
