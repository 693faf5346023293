//! What becomes of a test whose library is torn under it, really: truncated, with holes, replaced, for another machine.
//! What is a race is run again and named; what is none fails at once.

mod exec;
pub(crate) mod fixture;
mod kills;
mod races;
mod real;
mod torn;
mod undeclared;
