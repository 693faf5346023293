//! Services on this machine: the directory and ports of each, its process from start to end, and the check whether it is ready.
//! Knows no tests.

use std::path::Path;
use std::time::Duration;

use probe_process::{
    AtStop, Capture, CommandSpec, Ended, EndedBy, GroupWatch, Notify, Orphans, Port, ProcessEnd,
    Reins, Scratch, Serving, Signal, Tenant, TimeLimits, Whose, find_program, supervise,
    supervise_service,
};
use probe_scenario::{Ready, Service, ServiceGround, ServiceStop, StopSignal};

use crate::invocation::Invocation;
use crate::service::{ServiceTask, Site};
use crate::service_end::{Errand, ServiceEnding, Trouble};
use crate::stage::Workplace;

/// The number of last lines of a command beside a service to report.
const LINES: usize = 20;
/// The longest time for one look whether a service is ready.
const LOOK: Duration = Duration::from_secs(5);

/// What every service needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Premises<'a> {
    pub(super) watch: &'a GroupWatch,
    pub(super) orphans: &'a Orphans,
    pub(super) scratch: &'a Scratch,
    pub(super) spool: &'a Path,
    pub(super) workplace: &'a Workplace,
    /// The time between asking it to end and SIGKILL.
    pub(super) grace: Duration,
}

impl Premises<'_> {
    /// Makes the directory and reserves the ports for a service.
    pub(super) fn site(
        self,
        service: &Service,
        label: &str,
        seed: u64,
        before: Vec<Port>,
    ) -> Result<Site, String> {
        // Without a guardian nothing would remove the directory if probe were killed before the process starts.
        self.watch.guard();
        let directory = self.scratch.service(label).map_err(|error| {
            format!(
                "cannot make the directory `{}` for its files: {error}; TMPDIR says where",
                self.scratch.root().display()
            )
        })?;
        let mut ports = before;
        for place in ports.len()..service.ports.len() {
            let seed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(place as u64);
            ports
                .push(Port::take(seed).map_err(|error| format!("there is no free port: {error}"))?);
        }
        let notify = match service.ready {
            Ready::Notify => {
                let path = self.scratch.beside_service(label);
                let notify = Notify::open(&path).map_err(|error| {
                    format!("cannot make the socket `{}` of `notify`: {error}", path.display())
                })?;
                Some(notify)
            }
            _ => None,
        };
        let numbers = ports.iter().map(Port::number).collect();
        Ok(Site {
            ground: ServiceGround { ports: numbers, directory, ..ServiceGround::default() },
            ports,
            notify,
        })
    }

    /// Runs a service to its end.
    pub(super) fn serve(self, task: ServiceTask<'_>) -> ServiceEnding {
        let ServiceTask { service, label, site, invocation, reins, ear } = task;
        match self.spec(&invocation, None, AtStop::Kept(signal(&service.stop))) {
            Err(reason) => ServiceEnding::NotStarted(reason),
            Ok(spec) => {
                site.ports.iter_mut().for_each(Port::hand_over);
                let tenant = Tenant {
                    orphans: self.orphans,
                    whose: Whose::Service(label),
                    at_timeout: None,
                };
                let serving = Serving { tenant, reins, ear };
                match supervise_service(&spec, self.spool, self.watch, serving) {
                    Ok(Ended {
                        end: ProcessEnd::Killed(Signal::KILL), ended_by: Some(_), ..
                    }) if service.stop.signal() != StopSignal::Kill => ServiceEnding::Forced,
                    Ok(Ended { end: ProcessEnd::Exited(code), .. }) => ServiceEnding::Exited(code),
                    Ok(Ended { end: ProcessEnd::Killed(signal), .. }) => {
                        ServiceEnding::Killed(signal)
                    }
                    Err(error) => ServiceEnding::NotStarted(error.to_string()),
                }
            }
        }
    }

    /// Asks a service to end.
    pub(super) fn end(self, service: &Service, reins: &Reins) {
        reins.stop(self.watch, signal(&service.stop));
    }

    /// Whether a command exits with 0 in a moment.
    pub(super) fn look(self, invocation: &Invocation) -> bool {
        let Ok(spec) = self.spec(invocation, Some(LOOK), AtStop::Told) else { return false };
        let ended = supervise(&spec, self.spool, self.watch);
        ended.is_ok_and(|ended| ended.end.is_success() && ended.ended_by.is_none())
    }

    /// Runs a command beside a service.
    pub(super) fn run_errand(self, errand: Errand, invocation: &Invocation) -> Option<Trouble> {
        let trouble = |how: String, lines| Some(Trouble { errand, how, lines });
        let spec = match self.spec(invocation, Some(self.grace), AtStop::Spared) {
            Ok(spec) => spec,
            Err(reason) => return trouble(reason, Vec::new()),
        };
        let ended = match supervise(&spec, self.spool, self.watch) {
            Ok(ended) => ended,
            Err(error) => return trouble(error.to_string(), Vec::new()),
        };
        let how = match (ended.ended_by, ended.end) {
            (None, ProcessEnd::Exited(0)) => return None,
            (None, ProcessEnd::Exited(code)) => format!("exit code {code}"),
            (Some(EndedBy::Timeout(_)), _) => {
                "it took longer than the `grace` of `[run]`".to_owned()
            }
            (Some(EndedBy::Terminal(_)), _) => {
                "it wanted the terminal, which is probe's".to_owned()
            }
            (Some(EndedBy::Interrupted), _) => "it was killed with all that ran".to_owned(),
            (None, ProcessEnd::Killed(signal)) => match signal.name() {
                Some(name) => format!("killed by {name}"),
                None => format!("killed by signal {}", signal.number()),
            },
        };
        let said = ended.output.last_words();
        let lines: Vec<String> = said.lines().map(str::to_owned).collect();
        let skipped = lines.len().saturating_sub(LINES);
        trouble(how, lines[skipped..].to_vec())
    }

    fn spec(
        self,
        invocation: &Invocation,
        timeout: Option<Duration>,
        at_stop: AtStop,
    ) -> Result<CommandSpec, String> {
        let Invocation { program, args, env, cwd, .. } = invocation;
        let path = invocation.path().or(self.workplace.path.as_deref());
        let program = find_program(program, cwd, path).map_err(|error| error.to_string())?;
        Ok(CommandSpec {
            program,
            args: args.clone(),
            env: env.clone(),
            cwd: cwd.clone(),
            limits: TimeLimits { timeout, grace: self.grace },
            at_stop,
            capture: Capture::Combined,
            withheld: self.workplace.withheld.clone(),
            sought: None,
            most: None,
        })
    }
}

fn signal(stop: &ServiceStop) -> Signal {
    match stop.signal() {
        StopSignal::Term => Signal::TERM,
        StopSignal::Int => Signal::INT,
        StopSignal::Quit => Signal::QUIT,
        StopSignal::Hup => Signal::HUP,
        StopSignal::Usr1 => Signal::USR1,
        StopSignal::Usr2 => Signal::USR2,
        StopSignal::Kill => Signal::KILL,
    }
}
