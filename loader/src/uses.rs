//! Lets commands and tests use what is made in place. It does not know how makers and users exclude
//! each other.

use std::io;

use crate::errands::Errand;
use crate::interface::{Host, ImportError};
use crate::loader::Loader;
use crate::locks::using::{Use, Used, Using};

impl Loader {
    /// Tries to use several libraries at once: all of them or none. Never waits. Costs one system
    /// call for each library that this process already uses.
    ///
    /// # Errors
    ///
    /// Fails if a lock file cannot be opened.
    pub fn try_use(&self, wanted: &[Used]) -> io::Result<Use> {
        self.users().try_use(self.store(), wanted)
    }

    /// Like `try_use`, but waits until no other process makes one of them.
    ///
    /// # Errors
    ///
    /// Fails if the wait is longer than the lock timeout, or if the caller cancels.
    pub fn await_use(&self, wanted: &[Used], host: &dyn Host) -> Result<Using, ImportError> {
        let name = wanted.first().map_or("", |used| &used.library);
        let errand = Errand::new(name, self.settings(), host, 0);
        self.users().await_use(self.store(), &errand, wanted).map_err(|cause| {
            let place = wanted.first().and_then(|used| used.paths.first()).cloned();
            ImportError::new(name, place.unwrap_or_default(), cause, Vec::new())
        })
    }
}
