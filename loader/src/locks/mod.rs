//! Which thread or process does the work, and which ones wait: among the threads of this process, and the processes of this
//! machine. It does not know what is done under a lock. No lock is needed for correctness: it only saves work.

mod holders;
pub(crate) mod holds;
pub(crate) mod living;
pub(crate) mod lock;
mod once;
mod slot;
pub(crate) mod using;

pub(crate) use once::{Doer, Keys, Once, Work};
