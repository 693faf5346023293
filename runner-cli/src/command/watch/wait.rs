//! Between two runs: waits for a change, a key or a signal. Does not know what has run.

use std::sync::Arc;

use crossbeam_channel::{never, select, unbounded};
use probe_process::{Charge, ENDING, GroupWatch, JOB_CONTROL, Listener, Signal, stop_myself};
use probe_run::{Exit, OUTSIDE};

use super::{Watching, Wish, all_since_too_much};
use crate::ui::print_note;
use crate::watch::{Seen, Terminal, gathered};

/// What comes next.
pub(super) enum Next {
    Run(Wish),
    /// The last run once more.
    Again,
    Wait,
    /// With this exit code, or with that of the last run.
    End(Option<Exit>),
}

/// Waits until there is something to run, or the end.
pub(super) fn wait(watching: &mut Watching<'_>) -> Next {
    let (tell, mut signals) = unbounded();
    let groups = Arc::new(GroupWatch::new(Charge::default(), OUTSIDE));
    let hear = move |signal| tell.send(signal).is_ok();
    let listener = Listener::start(ENDING.into_iter().chain(JOB_CONTROL), groups, hear);
    // Without it signals do what they do by default.
    let _listener = listener.ok();
    if let Some(terminal) = &watching.terminal {
        print_note("waiting for changes: Enter runs again, a all, f failed, q quits, ? explains");
        terminal.take();
    } else {
        print_note("waiting for changes");
    }
    let mut keys = watching.keys.pressed.clone();
    loop {
        let next = select! {
            recv(keys) -> key => match key {
                Ok(key) => watching.wished(key),
                Err(_) => {
                    keys = never();
                    Next::Wait
                }
            },
            recv(watching.looker.seen) -> seen => changed(watching, seen.ok()),
            recv(signals) -> signal => match signal {
                Ok(Signal::TSTP) => {
                    watching.terminal.iter().for_each(Terminal::give_back);
                    stop_myself();
                    watching.terminal.iter().for_each(Terminal::take);
                    Next::Wait
                }
                Ok(Signal::CONT) => {
                    watching.terminal.iter().for_each(Terminal::take);
                    Next::Wait
                }
                Ok(signal) => Next::End(u8::try_from(signal.number()).ok().map(Exit::Signal)),
                // Nobody listens.
                Err(_) => {
                    signals = never();
                    Next::Wait
                }
            },
        };
        match next {
            Next::Wait => {}
            next => return next,
        }
    }
}

/// What follows from what was seen, which may be nothing.
fn changed(watching: &mut Watching<'_>, seen: Option<Seen>) -> Next {
    let gathered = gathered(seen, &watching.looker.seen);
    let files = watching.counting(&gathered);
    let base = watching.base;
    watching.traces.changed_idle(&files, |file| base.join(file).symlink_metadata().is_ok());
    match files.is_empty() {
        _ if gathered.is_lost => Next::Run(all_since_too_much()),
        true => Next::Wait,
        false => Next::Run(watching.changed(files)),
    }
}
