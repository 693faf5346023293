//! The messages to the conductor. Does not know what follows from them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use probe_loader::{Aside, Holder, Imported};
use probe_process::{LastLine, Leak};
use probe_scenario::{LibraryId, ServiceGround};
use probe_scheduler::NodeId;

use crate::attempt::Attempt;
use crate::import_failure::ImportFailure;
use crate::instance::Instance;
use crate::order::Order;
use crate::service_end::{ServiceEnd, Trouble};
use crate::verdict::{Evidence, Finding};

/// A message to the conductor from workers, importers and others.
#[derive(Debug)]
pub(crate) enum Message {
    /// News of an import.
    Import { unit: NodeId, said: Said },
    /// The result of looking for a library that tests make, before any test that needs it has started.
    Looked { unit: NodeId, looked: Looked },
    /// Whether a test may run that needs libraries which may not be there.
    Admitted { unit: NodeId, admission: Admission },
    /// A test with a lead has passed, and this is known of the libraries that it led.
    Remembered { unit: NodeId, made: Vec<Remembered> },
    /// Whether a test may use libraries that are made in place.
    Used { unit: NodeId, usage: Usage },
    /// An attempt has ended. These services that its test needs had ended by then, each in this way: the death of a service may
    /// explain the failure and be reported later.
    TestEnded {
        unit: NodeId,
        attempt: Attempt,
        evidence: Option<Evidence>,
        fallen: Vec<(Instance, Arc<ServiceEnd>)>,
    },
    /// News of a service.
    Service { instance: Instance, said: ServiceSaid },
    /// An examination waits until nobody writes to a file.
    Awaited { unit: NodeId, path: PathBuf, waited: Duration },
    /// An attempt has been examined. There is no finding if the examination panicked.
    Examined { unit: NodeId, attempt: Attempt, finding: Option<Finding> },
    /// The command of a library left processes behind, which were killed.
    CommandLeft { command: String, left: Vec<Leak> },
    /// An order from outside the run.
    Ordered(Order),
    /// No process is left.
    Idle,
}

/// News of a service: first that it is ready, if it ever is, then that it has ended, and last that it is gone.
#[derive(Debug)]
pub(crate) enum ServiceSaid {
    /// The service is ready for use, this long after its start.
    Ready { ground: Arc<ServiceGround>, took: Duration },
    /// The service and everything that it started have ended.
    Ended(Arc<ServiceEnd>),
    /// A command beside the service failed.
    Trouble(Trouble),
    /// Its cleanup has run, and its files are removed.
    Gone,
}

/// News of a running import.
#[derive(Debug)]
pub(crate) enum Said {
    /// It runs this command. The second value has the last line that it printed.
    Building(String, Arc<LastLine>),
    /// It downloads or copies from this place.
    Fetching(String),
    /// The bytes that have arrived, and the total if it is known.
    Transferred { bytes: u64, total: Option<u64> },
    /// It has waited for another import for a while.
    Waiting { holder: Option<Holder>, waited: Duration },
    /// A file was in the way and was moved aside.
    MovedAside(Aside),
    /// An attempt failed, and another one follows.
    Retrying { cause: String, delay: Duration },
    /// It gives up its place in the lane.
    Released,
    /// It waits for a place in the lane.
    Wants,
    /// It was a check, which has ended. If the check found no errors, this has the directory in which it ran.
    Checked { clean: Option<PathBuf>, took: Duration },
    /// It has ended.
    Ended { result: Result<Imported, ImportFailure>, took: Duration },
}

/// Whether a library is there, and its path if known.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) place: Option<PathBuf>,
    pub(crate) known: Result<bool, ImportFailure>,
}

/// A library that is there after all, and its path if known.
pub(crate) type Known = (LibraryId, Option<PathBuf>);

/// Whether a test may run now.
#[derive(Debug)]
pub(crate) enum Admission {
    /// It may: the libraries are there by now.
    Freely(Vec<Known>),
    /// It may, with a lead: no other test on this machine that needs these libraries may run until the lead is given up. The
    /// other libraries are there by now. Incomplete files were moved aside, or could not be, for this reason.
    Leading {
        led: Vec<LibraryId>,
        known: Vec<Known>,
        cleared: Vec<(LibraryId, Result<Vec<Aside>, String>)>,
    },
    /// Another process runs a test that needs this library.
    Refused { library: LibraryId, holder: Option<Holder> },
    /// That could not be found out, for this reason.
    Unknown(String),
}

/// What is known of a library whose leading test has passed.
#[derive(Debug)]
pub(crate) struct Remembered {
    pub(crate) library: LibraryId,
    pub(crate) place: Option<PathBuf>,
    pub(crate) made: Made,
}

/// Whether a test has made a library.
#[derive(Debug)]
pub(crate) enum Made {
    /// It is there, as far as anybody can say.
    There,
    /// Nothing complete is at its paths, for this reason: the test has not made it.
    Missing(String),
    /// That could not be found out or noted, for this reason.
    Unknown(String),
}

/// Whether a test may use libraries that are made in place.
#[derive(Debug)]
pub(crate) enum Usage {
    /// It may: no process makes them until the use is given up.
    Granted,
    /// It may, but others cannot be kept from making them.
    Free,
    /// A process is making this library at this path, and this one holds the lock if that is known.
    Refused { library: LibraryId, path: String, holder: Option<Holder> },
}
