//! A service that runs independently of the run, from when this run gets it until nothing here needs it. Does not know where
//! the service runs.

use std::sync::Arc;
use std::time::Duration;

use probe_process::Ear;

use super::services::Keeper;
use crate::conductor::ServiceSaid;
use crate::lease::{Gone, Lease};
use crate::service_end::ServiceEnding;

/// The delay between looks whether the service is still needed.
const LOOK: Duration = Duration::from_millis(10);
/// How many of these looks come between two looks whether the service is still there, which asks the disk.
const RARELY: u32 = 10;

impl Keeper<'_> {
    /// Provides a service that runs independently of the run, as long as it is needed.
    pub(super) fn lend(&self, lease: &dyn Lease) -> ServiceEnding {
        let (ground, took) = (Arc::new(lease.ground()), self.started.elapsed());
        self.say(ServiceSaid::Ready { ground, took });
        for look in 1.. {
            if self.cell.reins.is_told() {
                break;
            }
            if look % RARELY == 0
                && let Some(gone) = lease.gone()
            {
                return self.is_gone(gone);
            }
            std::thread::sleep(LOOK);
        }
        ServiceEnding::LeftStanding
    }

    /// Notes that the service is not available (any more).
    pub(super) fn is_gone(&self, gone: Gone) -> ServiceEnding {
        for line in &gone.lines {
            self.cell.tail.hear(format!("{line}\n").as_bytes());
        }
        ServiceEnding::Gone(gone.how)
    }
}
