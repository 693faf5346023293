//! Who does what, and who must wait: among the threads of this process, and among the processes of this machine. It does not know what
//! is done under a lock, and nothing depends on one for correctness: a lock only saves work.

mod holders;
pub(crate) mod holds;
pub(crate) mod living;
pub(crate) mod lock;
mod once;
mod slot;
pub(crate) mod using;

pub(crate) use once::{Doer, Keys, Once, Work};
