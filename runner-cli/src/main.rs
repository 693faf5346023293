//! The binary `probe`.
fn main() {}
