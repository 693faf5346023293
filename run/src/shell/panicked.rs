//! The message about a thread that panicked. The thread has printed why.

pub(super) const PANICKED: &str = "probe itself panicked; see above";
