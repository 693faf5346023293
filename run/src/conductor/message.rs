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

/// What workers, importers and others tell the conductor.
#[derive(Debug)]
pub(crate) enum Message {
    /// An import goes on.
    Import { unit: NodeId, said: Said },
    /// It is known whether a library is there that tests make, before any test that needs it has started.
    Looked { unit: NodeId, looked: Looked },
    /// Whether a test may run that needs libraries which are not known to be there.
    Admitted { unit: NodeId, admission: Admission },
    /// A test that led has passed, and so much is known of what it made.
    Remembered { unit: NodeId, made: Vec<Remembered> },
    /// Whether a test may use what is made in place.
    Used { unit: NodeId, usage: Usage },
    /// An attempt has ended. Of the services that its test needs, these had ended by then, each in this way: the death of one may
    /// be the reason of a failure, and be heard of later.
    TestEnded {
        unit: NodeId,
        attempt: Attempt,
        evidence: Option<Evidence>,
        fallen: Vec<(Instance, Arc<ServiceEnd>)>,
    },
    /// A service goes on, or has ended.
    Service { instance: Instance, said: ServiceSaid },
    /// An examination waits for whoever writes to a file.
    Awaited { unit: NodeId, path: PathBuf, waited: Duration },
    /// An attempt has been examined; without a finding if that panicked.
    Examined { unit: NodeId, attempt: Attempt, finding: Option<Finding> },
    /// The command of a library has left processes behind, which have been killed.
    CommandLeft { command: String, left: Vec<Leak> },
    /// Somebody outside the run wants something of it.
    Ordered(Order),
    /// Nothing has processes any more.
    Idle,
}

/// What a service says: first that it is ready, if it ever is, then that it has ended, and last that it is gone.
#[derive(Debug)]
pub(crate) enum ServiceSaid {
    /// It can be used, so long after its start.
    Ready { ground: Arc<ServiceGround>, took: Duration },
    /// It is not there any more, nor anything that it has started.
    Ended(Arc<ServiceEnd>),
    /// A command beside it did not do its work.
    Trouble(Trouble),
    /// What runs after it has run, and its files are removed.
    Gone,
}

/// What an import says while it runs.
#[derive(Debug)]
pub(crate) enum Said {
    /// It runs this command, and this is what that said last.
    Building(String, Arc<LastLine>),
    /// It downloads or copies from there.
    Fetching(String),
    /// So many bytes have arrived, of how many if that is known.
    Transferred { bytes: u64, total: Option<u64> },
    /// It has waited for another import for a while.
    Waiting { holder: Option<Holder>, waited: Duration },
    /// Something was in the way, and is elsewhere now.
    MovedAside(Aside),
    /// An attempt failed; another follows.
    Retrying { cause: String, delay: Duration },
    /// It gives its place in the lane away.
    Released,
    /// It waits for a place.
    Wants,
    /// It was a check, which is over; where it ran if it found no errors.
    Checked { clean: Option<PathBuf>, took: Duration },
    /// It is over.
    Ended { result: Result<Imported, ImportFailure>, took: Duration },
}

/// Where a library is, if that is known, and whether it is there.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) place: Option<PathBuf>,
    pub(crate) known: Result<bool, ImportFailure>,
}

/// A library that turned out to be there, and where, if that is known.
pub(crate) type Known = (LibraryId, Option<PathBuf>);

/// Whether a test may run now.
#[derive(Debug)]
pub(crate) enum Admission {
    /// It may; the libraries turned out to be there by now.
    Freely(Vec<Known>),
    /// It may, and no other one that needs what it leads, on this machine, while the lead is not given up. The others turned
    /// out to be there. What was torn has been moved aside, or could not be, for this reason.
    Leading {
        led: Vec<LibraryId>,
        known: Vec<Known>,
        cleared: Vec<(LibraryId, Result<Vec<Aside>, String>)>,
    },
    /// Another process runs a test that needs this library.
    Refused { library: LibraryId, holder: Option<Holder> },
    /// It cannot be found out.
    Unknown(String),
}

/// What has become of a library of which a test had the lead that has passed.
#[derive(Debug)]
pub(crate) struct Remembered {
    pub(crate) library: LibraryId,
    pub(crate) place: Option<PathBuf>,
    pub(crate) made: Made,
}

/// Whether a library is there that a test was to make.
#[derive(Debug)]
pub(crate) enum Made {
    /// It is, as far as anybody can say.
    There,
    /// At its paths is nothing whole, for this reason: the test has not made it.
    Missing(String),
    /// That could not be found out, or not be written down.
    Unknown(String),
}

/// Whether a test may use what is made in place.
#[derive(Debug)]
pub(crate) enum Usage {
    /// Nobody makes any of it until the use is given up.
    Granted,
    /// It cannot be kept from others: it is used as if there were nobody else.
    Free,
    /// This library is being made just now, at such a path, by whom if that is known.
    Refused { library: LibraryId, path: String, holder: Option<Holder> },
}
