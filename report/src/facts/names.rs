//! Which tests and libraries a fact names. Knows no log.

use super::fact::Fact;
use super::named::{LibraryName, TestName};
use super::planned::LibraryPlanned;

impl<'a> Fact<'a> {
    /// The tests and libraries that it names, to be looked up.
    pub(super) fn names(&mut self) -> (Vec<&mut TestName<'a>>, Vec<&mut LibraryName<'a>>) {
        match self {
            Self::RunStarted { .. }
            | Self::ServiceStarting { .. }
            | Self::ServiceReady { .. }
            | Self::ServiceStopping { .. }
            | Self::ServiceStopped { .. }
            | Self::ServiceTrouble { .. }
            | Self::Warning { .. }
            | Self::RunStopping { .. }
            | Self::Unknown => (Vec::new(), Vec::new()),
            Self::LibraryPlanned(planned) => {
                let LibraryPlanned { library, needs, .. } = planned;
                (Vec::new(), std::iter::once(library).chain(needs).collect())
            }
            Self::ServicePlanned(planned) => (Vec::new(), planned.needs.iter_mut().collect()),
            Self::TestsPlanned(planned) => {
                let tests = planned.tests.iter_mut();
                let tests = tests.flat_map(|planned| {
                    std::iter::once(&mut planned.test).chain(&mut planned.after)
                });
                (tests.collect(), planned.needs.iter_mut().collect())
            }
            Self::PreloadStarted { library }
            | Self::PreloadWorking { library, .. }
            | Self::PreloadTransferred { library, .. }
            | Self::PreloadParked { library }
            | Self::PreloadResumed { library }
            | Self::PreloadWaiting { library, .. }
            | Self::PreloadRetrying { library, .. }
            | Self::PreloadPassed { library, .. }
            | Self::PreloadLooked { library, .. }
            | Self::PreloadChecked { library, .. }
            | Self::LibraryMovedAside { library, .. }
            | Self::TestsWaitingForLeader { library, .. } => (Vec::new(), vec![library]),
            Self::PreloadFailed { library, blocked, .. } => {
                (blocked.iter_mut().collect(), vec![library])
            }
            Self::ServiceFailed { blocked, .. } | Self::ServiceBlocks { blocked, .. } => {
                (blocked.iter_mut().collect(), Vec::new())
            }
            Self::ServiceRestarting { running, .. } => (running.iter_mut().collect(), Vec::new()),
            Self::ServiceDied { running, blocked, .. } => {
                (running.iter_mut().chain(blocked).collect(), Vec::new())
            }
            Self::TestLeads { test, library } => (vec![test], vec![library]),
            Self::TestStarted { test, .. }
            | Self::TestSlow { test, .. }
            | Self::TestExamined { test }
            | Self::TestAwaits { test, .. }
            | Self::TestPostponed { test, .. }
            | Self::TestGivenUp { test } => (vec![test], Vec::new()),
            Self::TestRaced { test, process, .. }
            | Self::TestRetried { test, process, .. }
            | Self::TestEnded { test, process, .. } => {
                let files = process.verdict.iter_mut().flat_map(|account| &mut account.files);
                (vec![test], files.map(|file| &mut file.library).collect())
            }
            Self::RunEnded { suspicions, .. } => {
                let tests = suspicions.iter_mut().flat_map(|suspected| &mut suspected.tests);
                (tests.collect(), Vec::new())
            }
            Self::RunTimedOut { tests, libraries, not_started, .. } => {
                let tests = tests.iter_mut().map(|running| &mut running.test);
                let libraries = libraries.iter_mut().map(|running| &mut running.library);
                (tests.chain(not_started).collect(), libraries.collect())
            }
            Self::TestsBlocked { by, tests } => {
                (std::iter::once(by).chain(tests).collect(), Vec::new())
            }
        }
    }
}
