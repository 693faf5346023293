//! What is said of a library that was detected and of which nothing says the version: nothing can be imported for it.

use probe_scenario::{Detected, Unversioned};

use super::reason::Chain;
use crate::ui::{print_note, print_warning};

/// Says of each that a test makes it.
pub(super) fn note(detected: &Detected) {
    for Unversioned { preset, chain, .. } in &detected.unversioned {
        print_note(&format!(
            "`{preset}` is led: no lock file says its version, so that one test fetches it before the others that need it start \
             ({})",
            Chain(chain)
        ));
    }
}

/// Warns of each that it is left to those who need it.
pub(super) fn warn(detected: &Detected) {
    for Unversioned { preset, chain, .. } in &detected.unversioned {
        print_warning(&format_args!(
            "`{preset}` is not prepared: no lock file says its version, and processes that need it race for it where it is not \
             there yet ({})",
            Chain(chain)
        ));
    }
}
