//! A service: where it runs, what it runs, and how probe checks that it is ready. Knows no threads and no graph.

use probe_process::{Ear, Notify, Port, Reins};
use probe_scenario::{Service, ServiceGround};
use regex::Regex;

use crate::invocation::Invocation;

/// The place in which a service runs.
#[derive(Debug, Default)]
pub struct Site {
    /// Its directory, ports and other values.
    pub ground: ServiceGround,
    /// Its reserved ports, in the order of the manifest.
    pub ports: Vec<Port>,
    /// The socket on which it reports that it is ready, if it does so itself.
    pub notify: Option<Notify>,
}

/// The commands of a service, and how probe checks that it is ready.
#[derive(Clone, Debug)]
pub struct ServiceInvocation {
    /// The command of the service itself.
    pub invocation: Invocation,
    /// How probe checks that it is ready.
    pub ready: ReadyCheck,
    /// The command that asks it to end; `None` if a signal does.
    pub stop: Option<Invocation>,
    /// The command that runs after it has ended.
    pub cleanup: Option<Invocation>,
}

/// How probe checks that a service is ready.
#[derive(Clone, Debug)]
pub enum ReadyCheck {
    /// It accepts connections at this address: `HOST:PORT`, or a port of this machine.
    Tcp(String),
    /// It answers a request to this URL with a 2xx status.
    Http(String),
    /// It prints text that matches this expression.
    Output(Regex),
    /// It reports that it is ready itself, by systemd's protocol.
    Notify,
    /// This command exits with 0.
    Command(Box<Invocation>),
}

/// A service for the engine to run until it ends.
pub struct ServiceTask<'a> {
    /// The service.
    pub service: &'a Service,
    /// A name that is unique in this run. The service's processes carry it in their environment.
    pub label: &'a str,
    /// Where it runs.
    pub site: &'a mut Site,
    /// The command of the service.
    pub invocation: Invocation,
    /// The means to tell it to end.
    pub reins: &'a Reins,
    /// Receives what it prints.
    pub ear: &'a dyn Ear,
}
