//! Looks at the files of one library again and again, and says what changed. It changes nothing, takes no lock, never waits, and
//! does not know why the caller looks.

mod file_watch;
mod folder;
mod observation;

pub use file_watch::FileWatch;
pub(crate) use file_watch::{Learned, Target};
pub use observation::{Change, Condition, Facts, Observation, changes};
