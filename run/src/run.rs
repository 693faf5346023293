//! A run on this machine. Knows neither the command line nor how anything is printed.

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

/// Runs everything of the agenda to its end on this machine, and tells `reporter`. Signals to this process are orders.
///
/// # Errors
///
/// When threads or signal handlers cannot be set up. Once the run has begun, nothing is an error of the run any more.
pub fn run(stage: Stage<'_>, reporter: &mut dyn Reporter) -> Result<Summary, RunError> {
    let presence = Arc::default();
    conduct_here(stage, reporter, &presence, &|local, inbox, reporter| {
        conduct(stage, &local, inbox, reporter)
    })
}

/// The same with a guest in the place of the process of every test: all that is before and after it, and what it needs, is as in
/// [`run`]. Signals are orders where the guest does not have the terminal.
///
/// # Errors
///
/// As of [`run`].
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

/// Conducts with an engine of this machine.
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
    // At the end the engine goes first, with all that a signal or a guardian would have to see to; then the listener, and with
    // it the watch and its guardian.
    let watch = LocalEngine::watch(stage);
    let listened_to = ENDING.into_iter().chain(JOB_CONTROL);
    let _signals = Listener::start(listened_to, Arc::clone(&watch), heard)
        .map_err(|error| RunError { what: "listen for signals", source: error.to_string() })?;
    conducting(LocalEngine::new(stage, watch), &inbox, reporter)
}
