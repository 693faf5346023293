//! What is said of a thread that panicked, which has printed why.

pub(super) const PANICKED: &str = "probe itself panicked; see above";
