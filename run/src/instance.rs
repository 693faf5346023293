//! One running copy of a service: one for the run, for a slot, or for a test. Does not know whether it runs.

use std::fmt;

use probe_scenario::{Service, ServiceId, ServicePer, Test, TestId};

/// One running copy of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instance {
    /// Its number in the suite.
    pub service: ServiceId,
    /// Who uses this copy.
    pub share: Share,
}

/// Who uses a running copy of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// All tests of the run.
    Run,
    /// The tests that run in this slot.
    Slot(usize),
    /// One test, while an attempt of it runs.
    Test(TestId),
}

/// The same as [`Share`], with what a report needs.
#[derive(Clone, Copy, Debug)]
pub enum Owner<'a> {
    /// All tests of the run.
    Run,
    /// The tests that run in this slot.
    Slot(usize),
    /// A test, and its number in the suite.
    Test(TestId, &'a Test),
}

impl Instance {
    /// The copy that a test uses when it runs in `slot`.
    pub(crate) fn of(
        service: ServiceId,
        per: ServicePer,
        test: TestId,
        slot: Option<usize>,
    ) -> Self {
        let share = match (per, slot) {
            (ServicePer::Slot, Some(slot)) => Share::Slot(slot),
            (ServicePer::Test, _) => Share::Test(test),
            (ServicePer::Run | ServicePer::Slot, _) => Share::Run,
        };
        Self { service, share }
    }

    /// A name that is unique in this run. The names of its files and processes contain it.
    #[must_use]
    pub fn label(self, service: &Service) -> String {
        let name = &service.name;
        match self.share {
            Share::Run => name.clone(),
            Share::Slot(slot) => format!("{name}@{slot}"),
            Share::Test(test) => format!("{name}@t{}", test.index()),
        }
    }

    /// Whether this copy may use that copy of another service that it needs.
    pub(crate) fn shares(self, other: Self) -> bool {
        match other.share {
            Share::Run => true,
            // The slot of a test with its own copy is not known here.
            Share::Slot(_) => self.share != Share::Run,
            Share::Test(_) => self.share == other.share,
        }
    }
}

/// The text behind the service's name; empty for a copy of the whole run.
impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run => Ok(()),
            Self::Slot(slot) => write!(f, "slot {slot}"),
            Self::Test(_, test) => write!(f, "test {test}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_uses_what_is_there_as_long_as_it_is() {
        let id = ServiceId::new(0);
        let test = |number| Share::Test(TestId::new(number));
        for (own, other, expected) in [
            (Share::Run, Share::Run, true),
            (Share::Slot(1), Share::Run, true),
            (test(1), Share::Run, true),
            (test(1), Share::Slot(0), true),
            (test(1), test(1), true),
            (test(1), test(2), false),
            (Share::Run, Share::Slot(0), false),
            (Share::Slot(0), test(1), false),
        ] {
            let [own, other] = [own, other].map(|share| Instance { service: id, share });
            assert_eq!(own.shares(other), expected, "{own:?} {other:?}");
        }
    }
}
