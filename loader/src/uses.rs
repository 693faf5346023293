//! The use of what commands and tests make in place, asked of a loader. It does not know how makers and users keep out of each other's
//! way.

use std::io;

use crate::errands::Errand;
use crate::interface::{Host, ImportError};
use crate::loader::Loader;
use crate::locks::using::{Use, Used, Using};

impl Loader {
    /// Tries to use several libraries at once; all of them or none. Never waits, and costs a system call for each that is in use
    /// by this process already.
    ///
    /// # Errors
    ///
    /// A lock file cannot be opened.
    pub fn try_use(&self, wanted: &[Used]) -> io::Result<Use> {
        self.users().try_use(self.store(), wanted)
    }

    /// The same, but waits for whoever makes one of them.
    ///
    /// # Errors
    ///
    /// It takes longer than a lock may, or the caller has given up.
    pub fn await_use(&self, wanted: &[Used], host: &dyn Host) -> Result<Using, ImportError> {
        let name = wanted.first().map_or("", |used| &used.library);
        let errand = Errand::new(name, self.settings(), host, 0);
        self.users().await_use(self.store(), &errand, wanted).map_err(|cause| {
            let place = wanted.first().and_then(|used| used.paths.first()).cloned();
            ImportError::new(name, place.unwrap_or_default(), cause, Vec::new())
        })
    }
}
