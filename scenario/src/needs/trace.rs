//! A reference from a detected need to its findings. Knows neither files nor libraries.

/// A reference to the chain from a file to a library: see [`Findings::chain`](crate::Findings::chain).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    pub(crate) node: u32,
    pub(crate) meaning: u32,
}
