//! A run on this machine. Does not know the command line nor how anything is printed.

use std::sync::Arc;

use probe_process::{ENDING, JOB_CONTROL, Listener, Signal};

use crate::guest::{Guest, Presence};
use crate::local::{Hosting, LocalEngine};
use crate::order::Order;
use crate::reporter::Reporter;
use crate::run_error::RunError;
use crate::shell::{Inbox, conduct};
use crate::stage::Stage;
use crate::summary::Summary;

/// Runs the agenda to its end on this machine, and reports to `reporter`. Signals to this process are orders to the run.
///
/// # Errors
///
/// Fails if threads or signal handlers cannot be set up. Once the run has begun, it always returns a summary.
pub fn run(stage: Stage<'_>, reporter: &mut dyn Reporter) -> Result<Summary, RunError> {
    let presence = Arc::default();
    conduct_here(stage, reporter, &presence, &|local, inbox, reporter| {
        conduct(stage, &local, inbox, reporter)
    })
}

/// Like [`run`], but a guest runs in place of the process of every test. Everything before and after the process, and
/// everything that it needs, is the same. Signals are orders to the run except while the guest has the terminal.
///
/// # Errors
///
/// Fails for the same reasons as [`run`].
pub fn host(
    stage: Stage<'_>,
    reporter: &mut dyn Reporter,
    guest: &dyn Guest,
) -> Result<Summary, RunError> {
    let presence = Arc::default();
    conduct_here(stage, reporter, &presence, &|local, inbox, reporter| {
        let engine = Hosting { local, guest, presence: Arc::clone(&presence) };
        conduct(stage, &engine, inbox, reporter)
    })
}

/// Conducts a run with an engine of this machine.
type Conducting<'c, 'a> =
    dyn Fn(LocalEngine<'a>, &Inbox, &mut dyn Reporter) -> Result<Summary, RunError> + 'c;

fn conduct_here<'a>(
    stage: Stage<'a>,
    reporter: &mut dyn Reporter,
    presence: &Arc<Presence>,
    conducting: &Conducting<'_, 'a>,
) -> Result<Summary, RunError> {
    let inbox = Inbox::new();
    let orders = inbox.orders();
    let presence = Arc::clone(presence);
    let heard = move |signal| {
        let order = match signal {
            Signal::TSTP => Order::Suspend,
            Signal::CONT => Order::Resume,
            Signal::INT | Signal::TERM | Signal::HUP if presence.has_the_terminal() => {
                return false;
            }
            signal => Order::End(signal),
        };
        orders.tell(order);
        true
    };
    // The engine is dropped first, with everything that a signal handler or the guardian would have to clean up. The listener
    // follows, and with it the watch and its guardian.
    let watch = LocalEngine::watch(stage);
    let listened_to = ENDING.into_iter().chain(JOB_CONTROL);
    let _signals = Listener::start(listened_to, Arc::clone(&watch), heard)
        .map_err(|error| RunError { what: "listen for signals", source: error.to_string() })?;
    conducting(LocalEngine::new(stage, watch), &inbox, reporter)
}
