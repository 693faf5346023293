//! The use of a service that stands.

use std::fs::File;

use probe_run::{Gone, Lease};
use probe_scenario::ServiceGround;

use super::place::Place;
use super::record::End;

/// The use of a service: a lock, as long as this lives.
pub(super) struct Leased {
    pub(super) place: Place,
    pub(super) ground: ServiceGround,
    pub(super) _using: File,
}

impl Lease for Leased {
    fn ground(&self) -> ServiceGround {
        self.ground.clone()
    }

    fn gone(&self) -> Option<Gone> {
        // What cannot be asked is taken to be there.
        let is_there = self.place.is_tended().unwrap_or(true);
        (!is_there).then(|| gone(&self.place))
    }
}

/// How a service has ended whose caretaker is not there any more.
pub(super) fn gone(place: &Place) -> Gone {
    let End { how, lines } = place.end().unwrap_or_else(|| {
        let log = place.log();
        let how = format!("its caretaker has ended; `{}` may say why", log.display());
        End { how, lines: Vec::new() }
    });
    Gone { how, lines }
}
