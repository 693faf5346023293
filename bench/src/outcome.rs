//! How a step of the benchmarks ends.

/// What a benchmark cannot do without.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error>>;
