//! A run on this machine. Knows neither the command line nor how anything is printed.

use std::sync::Arc;

use probe_process::{ENDING, JOB_CONTROL, Listener, Signal};

use crate::local::LocalEngine;
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
    let inbox = Inbox::new();
    let orders = inbox.orders();
    let heard = move |signal| {
        orders.tell(match signal {
            Signal::TSTP => Order::Suspend,
            Signal::CONT => Order::Resume,
            signal => Order::End(signal),
        });
    };
    // At the end the engine goes first, with all that a signal or a guardian would have to see to; then the listener, and with
    // it the watch and its guardian.
    let watch = LocalEngine::watch(stage);
    let listened_to = ENDING.into_iter().chain(JOB_CONTROL);
    let _signals = Listener::start(listened_to, Arc::clone(&watch), heard)
        .map_err(|error| RunError { what: "listen for signals", source: error.to_string() })?;
    let engine = LocalEngine::new(stage, watch);
    conduct(stage, &engine, &inbox, reporter)
}
