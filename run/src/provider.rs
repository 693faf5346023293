//! What a run asks its caller, who has read the manifest, the command line and the environment.

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

/// The attempt that a process belongs to, as the process itself sees it.
#[derive(Clone, Copy, Debug)]
pub struct Attempted<'a> {
    /// The run's id as tests see it.
    pub run_id: &'a str,
    /// The number of the attempt, counted from 1.
    pub number: u32,
    /// The directory for its temporary files, which no other process uses.
    pub temporary: &'a Path,
}

/// Returns the path of a library. The path is empty for a library that tests make while its place is not known, and for a check
/// that found errors. For a check without errors it is the directory in which the check ran.
pub type PlaceOf<'a> = &'a dyn Fn(LibraryId) -> &'a Path;

/// Returns the ports, directory and other values of a service that is ready.
pub type GroundOf<'a> = &'a dyn Fn(ServiceId) -> &'a ServiceGround;

/// Says which processes tests and services run, and what the loader imports for a library. Several threads call it at once.
/// During a run the same question must get the same answer.
pub trait Provider: Sync {
    /// Returns the command of a test.
    ///
    /// # Errors
    ///
    /// Fails with a reason if the test cannot run. The error concerns only this test.
    fn invocation(
        &self,
        test: TestId,
        attempted: Attempted<'_>,
        place_of: PlaceOf<'_>,
        ground_of: GroundOf<'_>,
    ) -> Result<Invocation, String>;

    /// Returns the command of a service on this ground, and how to check that the service is ready.
    fn service(
        &self,
        instance: Instance,
        run_id: &str,
        ground: &ServiceGround,
        place_of: PlaceOf<'_>,
        ground_of: GroundOf<'_>,
    ) -> ServiceInvocation;

    /// Returns the variables for processes that need this service.
    fn variables_of(
        &self,
        service: ServiceId,
        ground: &ServiceGround,
        place_of: PlaceOf<'_>,
    ) -> Vec<(OsString, OsString)>;

    /// Returns a service that runs independently of the run, or `None` if this one does not. Waits until the service is ready
    /// or `is_given_up` returns true.
    ///
    /// # Errors
    ///
    /// Fails if the service should run independently of the run but is not available.
    fn borrow(
        &self,
        service: ServiceId,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<Option<Box<dyn Lease>>, Gone> {
        let _ = (service, is_given_up);
        Ok(None)
    }

    /// Receives what a service prints.
    fn hear(&self, service: ServiceId, bytes: &[u8]) {
        let _ = (service, bytes);
    }

    /// Returns what the loader imports for a library.
    fn import(&self, library: LibraryId, place_of: PlaceOf<'_>) -> probe_loader::ImportSpec;

    /// Returns the command of a library that is no file but a check that many tests share; `None` for all other libraries.
    fn check(&self, library: LibraryId) -> Option<CommandLine> {
        let _ = library;
        None
    }

    /// Returns how the loader identifies a library that tests make.
    fn made(&self, library: LibraryId) -> Led;

    /// Returns what the user can do about a failed import, if the caller knows more than the loader.
    fn way_out(&self, library: LibraryId, cause: &ImportCause) -> Option<String>;

    /// Returns the directory for outputs that are too long to show. Creates it if necessary.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be created.
    fn outputs(&self) -> io::Result<PathBuf>;

    /// Returns where to look for files that no library declares, without the directory `scratch`, and the patterns of the files
    /// that libraries declare. Only called after a failure.
    fn search(&self, scratch: Option<&Path>) -> (Haunts, Vec<String>);
}
