//! What a run asks of whoever has read the manifest, the command line and the environment.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use probe_loader::{CommandLine, ImportCause, Led};
use probe_scenario::{LibraryId, ServiceGround, ServiceId, TestId};

use crate::instance::Instance;
use crate::invocation::Invocation;
use crate::lease::{Gone, Lease};
use crate::service::ServiceInvocation;
use crate::verdict::Haunts;

/// Which attempt of which run a process is, as it is told itself.
#[derive(Clone, Copy, Debug)]
pub struct Attempted<'a> {
    /// The run's id as tests see it.
    pub run_id: &'a str,
    /// Counted from 1.
    pub number: u32,
    /// The directory that it has for itself.
    pub temporary: &'a Path,
}

/// Where libraries are. The path is empty of one that tests make, as long as its place is not known, and of a check that found
/// errors; of one that found none it is where it ran.
pub type PlaceOf<'a> = &'a dyn Fn(LibraryId) -> &'a Path;

/// What is known of services that are ready.
pub type GroundOf<'a> = &'a dyn Fn(ServiceId) -> &'a ServiceGround;

/// Says what tests and libraries are for processes and for the loader. Asked by several threads at once; the same question
/// has the same answer for as long as the run lasts.
pub trait Provider: Sync {
    /// What a test runs, or why it cannot: the reason is one of this test alone.
    ///
    /// # Errors
    ///
    /// Why there is nothing to be run.
    fn invocation(
        &self,
        test: TestId,
        attempted: Attempted<'_>,
        place_of: PlaceOf<'_>,
        ground_of: GroundOf<'_>,
    ) -> Result<Invocation, String>;

    /// What a service runs on this ground, and by what it is known to be ready.
    fn service(
        &self,
        instance: Instance,
        run_id: &str,
        ground: &ServiceGround,
        place_of: PlaceOf<'_>,
        ground_of: GroundOf<'_>,
    ) -> ServiceInvocation;

    /// The variables for whoever needs a service that is ready on this ground.
    fn variables_of(
        &self,
        service: ServiceId,
        ground: &ServiceGround,
        place_of: PlaceOf<'_>,
    ) -> Vec<(OsString, OsString)>;

    /// A service that stands without the run, if this one is to be had so. Waits until it is ready, or until nobody waits for it
    /// any more, as `is_given_up` says.
    ///
    /// # Errors
    ///
    /// It was to stand, and does not.
    fn borrow(
        &self,
        service: ServiceId,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<Option<Box<dyn Lease>>, Gone> {
        let _ = (service, is_given_up);
        Ok(None)
    }

    /// Hears what a service prints.
    fn hear(&self, service: ServiceId, bytes: &[u8]) {
        let _ = (service, bytes);
    }

    /// What the loader imports for a library.
    fn import(&self, library: LibraryId, place_of: PlaceOf<'_>) -> probe_loader::ImportSpec;

    /// What is run for a library that is no file, but a check that many tests have in common; `None` for all others.
    fn check(&self, library: LibraryId) -> Option<CommandLine> {
        let _ = library;
        None
    }

    /// How the loader knows a library that tests make.
    fn made(&self, library: LibraryId) -> Led;

    /// The way out of a failed import, where more is known than the loader knows.
    fn way_out(&self, library: LibraryId, cause: &ImportCause) -> Option<String>;

    /// The directory for outputs that are too long to show, made if need be.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    fn outputs(&self) -> io::Result<PathBuf>;

    /// Where files are looked for that no library declares, apart from what lies in `scratch`; and the patterns of those
    /// that libraries do declare. Only asked when something has failed.
    fn search(&self, scratch: Option<&Path>) -> (Haunts, Vec<String>);
}
