//! Looks at the files of one library, again and again, and what they show. It changes nothing, takes no lock, waits for nobody, and
//! does not know why anybody looks.

mod file_watch;
mod folder;
mod observation;

pub use file_watch::FileWatch;
pub(crate) use file_watch::{Learned, Target};
pub use observation::{Change, Condition, Facts, Observation, changes};
