//! A service on its way: where it may run, what it runs, and by what it is known to be ready. Knows no thread and no graph.

use probe_process::{Ear, Notify, Port, Reins};
use probe_scenario::{Service, ServiceGround};
use regex::Regex;

use crate::invocation::Invocation;

/// Where a service may run.
#[derive(Debug, Default)]
pub struct Site {
    /// What is known of it.
    pub ground: ServiceGround,
    /// Its ports, by their places.
    pub ports: Vec<Port>,
    /// Where it says that it is ready, if it does so itself.
    pub notify: Option<Notify>,
}

/// What a service runs, and by what it is known to be ready.
#[derive(Clone, Debug)]
pub struct ServiceInvocation {
    /// What it runs.
    pub invocation: Invocation,
    /// By what it is known to be ready.
    pub ready: ReadyCheck,
    /// What asks it to end, if that is no signal.
    pub stop: Option<Invocation>,
    /// What runs when it has ended.
    pub cleanup: Option<Invocation>,
}

/// By what a service is known to be ready.
#[derive(Clone, Debug)]
pub enum ReadyCheck {
    /// Connections are taken there: `HOST:PORT`, or a port of this machine.
    Tcp(String),
    /// A request to this URL is answered by 2xx.
    Http(String),
    /// It prints this.
    Output(Regex),
    /// It says so itself, in the way of systemd.
    Notify,
    /// This exits with 0.
    Command(Box<Invocation>),
}

/// A service that is to run until it ends.
pub struct ServiceTask<'a> {
    /// The service.
    pub service: &'a Service,
    /// What nobody else is called in this run: its processes say so.
    pub label: &'a str,
    /// Where it runs.
    pub site: &'a mut Site,
    /// What it runs.
    pub invocation: Invocation,
    /// By what it is told to end.
    pub reins: &'a Reins,
    /// Hears what it prints.
    pub ear: &'a dyn Ear,
}
