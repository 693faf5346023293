//! The results that a runner writes about the tests within its process: their number, names and outcomes.
//!
//! The writer may have been cut short, or may be hostile: every count, length and depth is bounded here. Knows no file, no
//! process and no runner, and not what the results mean for the process.

mod clipped;
mod junit;
mod subtest;
mod tally;
mod tap;

pub use junit::read_junit;
pub use subtest::{Results, Subtest, SubtestCame};
pub use tally::Tally;
pub use tap::TapReader;
