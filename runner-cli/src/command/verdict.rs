//! The verdict on the command of `exec`, by how it exited and how its libraries look. Its output went to the terminal, so
//! that it is not known here; and it is not run again.

use std::path::Path;
use std::time::Duration;

use probe_loader::{Loader, Observation};
use probe_process::Signal;
use probe_run::{Attempt, Audience, Before, Circumstances, Ending, Exit, Finding, examine};

/// Looks at the libraries after the command, and mends what it has left torn. `None` where nothing points at them.
pub(super) fn on_exit(before: Before, exit: Exit, loader: &Loader, cwd: &Path) -> Option<Finding> {
    let ending = match exit {
        Exit::Command(0) => Ending::Passed,
        Exit::Command(code) => Ending::Exited(i32::from(code)),
        Exit::Signal(signal) => Ending::Killed(Signal::from_number(signal.into())),
        // It did not run.
        _ => return None,
    };
    let attempt = Attempt::without_process(ending);
    let evidence =
        before.compare(&attempt, Circumstances { cwd, env: &[], remarks: Vec::new() })?;
    Some(examine(loader, &evidence, None, &(), &Hurried))
}

/// Who has run a command waits for its end, and for nothing after it.
struct Hurried;

impl Audience for Hurried {
    fn waits(&self, _: &Observation, _: Duration) {}

    fn is_hurried(&self) -> bool {
        true
    }

    fn retries_undeclared(&self) -> bool {
        false
    }
}
