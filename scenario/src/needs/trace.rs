//! By what a need that was found in sources refers to how it was found. Knows neither files nor libraries.

/// That a file leads to a library, and how: see [`Findings::chain`](crate::Findings::chain).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    pub(crate) node: u32,
    pub(crate) meaning: u32,
}
