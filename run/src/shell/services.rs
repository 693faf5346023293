//! The threads of services: one runs a service from start to end, and one finds out when it is ready.
//!
//! Both report under the lock of the service's cell. So after the end of a service only its cleanup is reported. Knows no
//! graph, nor who needs a service.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Scope;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use probe_loader::{Use, Used, Using};
use probe_process::{Ear, NOTIFY_SOCKET, Notify, Port};
use probe_scenario::{
    Restart, Service, ServiceGround, ServiceId, ServiceStop, ServiceText, write_duration,
};

use super::cell::{Cell, Roster};
use super::inbox::Post;
use super::means::Means;
use super::panicked::PANICKED;
use super::readiness::{Look, ready_now};
use crate::conductor::{Message, ServiceSaid, StartService};
use crate::instance::{Instance, Share};
use crate::invocation::Invocation;
use crate::provider::Provider;
use crate::service::{ReadyCheck, ServiceInvocation, ServiceTask, Site};
use crate::service_end::{Errand, ServiceEnd, ServiceEnding};

/// The number of last lines of a service to report.
pub(super) const LINES: usize = 20;
/// The first and the longest delay between looks whether a service is ready. It doubles in between.
const PAUSES: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(200));
/// The longest delay between looks at a service's own report, which cost almost nothing.
const NOTICE: Duration = Duration::from_millis(20);
/// The most that one look counts against the time of a service. More time passes only while everything is paused.
const LOOK: Duration = Duration::from_secs(2);

/// Starts and ends services.
pub(super) struct Services<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    means: Means<'env>,
    post: Post,
    keepers: BTreeMap<Instance, Arc<Keeper<'env>>>,
}

/// What the threads of a service share.
pub(super) struct Keeper<'env> {
    means: Means<'env>,
    /// A name that is unique in this run.
    label: String,
    start: StartService,
    pub(super) cell: Arc<Cell>,
    post: Post,
    pub(super) started: Instant,
    /// Whether it was asked to end because nothing needs it.
    is_asked: AtomicBool,
    /// Its ports: at first those that it had before; after its end, those for a restart.
    ports: Mutex<Vec<Port>>,
}

impl<'scope, 'env> Services<'scope, 'env> {
    /// Starts without threads.
    pub(super) fn new(scope: &'scope Scope<'scope, 'env>, means: Means<'env>, post: Post) -> Self {
        Self { scope, means, post, keepers: BTreeMap::new() }
    }

    /// Starts a service on a thread that lasts as long as the service.
    pub(super) fn start(&mut self, start: StartService) {
        let instance = start.instance;
        let cell = Arc::new(Cell::default());
        self.means.roster.put(instance, Arc::clone(&cell));
        let (means, post) = (self.means, self.post.clone());
        let before = self.keepers.remove(&instance).filter(|_| start.again);
        let ports = before.map(|before| std::mem::take(&mut *before.ports.lock()));
        let keeper = Arc::new(Keeper {
            means,
            label: instance.label(means.service(instance)),
            start,
            cell,
            post,
            started: Instant::now(),
            is_asked: AtomicBool::new(false),
            ports: Mutex::new(ports.unwrap_or_default()),
        });
        self.keepers.insert(instance, Arc::clone(&keeper));
        self.scope.spawn(move || keeper.keep());
    }

    /// Asks a service to end.
    pub(super) fn stop(&self, instance: Instance) {
        let keeper = &self.keepers[&instance];
        keeper.is_asked.store(true, Ordering::Relaxed);
        match keeper.service().stop {
            ServiceStop::Signal(_) => keeper.end_by_signal(),
            ServiceStop::Command(_) => {
                let keeper = Arc::clone(keeper);
                self.scope.spawn(move || keeper.end());
            }
        }
    }
}

/// Receives the output of a service, for this run and for its caller.
struct Heard<'a> {
    cell: &'a Cell,
    provider: &'a dyn Provider,
    id: ServiceId,
}

impl Ear for Heard<'_> {
    fn hear(&self, bytes: &[u8]) {
        self.cell.hear(bytes);
        self.provider.hear(self.id, bytes);
    }
}

impl Keeper<'_> {
    /// Runs the service, and reports its end exactly once, even after a panic.
    fn keep(&self) {
        let mut site = Site::default();
        let mut using = None;
        let run = catch_unwind(AssertUnwindSafe(|| match self.use_libraries() {
            Ok(granted) => {
                using = granted;
                self.run(&mut site)
            }
            Err(reason) => ServiceEnding::NotStarted(reason),
        }));
        let how = run.unwrap_or_else(|_| ServiceEnding::NotStarted(PANICKED.to_owned()));
        let mut state = self.cell.state.lock();
        let how = match state.not_ready.take() {
            Some(reason) => ServiceEnding::NotReady(reason),
            None => how,
        };
        let lines = self.cell.tail.lines(LINES);
        let end = Arc::new(ServiceEnd { how, lines, took: self.started.elapsed() });
        state.end = Some(Arc::clone(&end));
        self.say(ServiceSaid::Ended(end));
        drop(state);
        self.cell.reins.end();
        self.cell.changed.notify_all();
        // The report of a service's death does not wait for its cleanup.
        let _ = catch_unwind(AssertUnwindSafe(|| self.clean_up(&site)));
        drop(using);
        if self.service().restart == Restart::OnFailure && !self.is_asked.load(Ordering::Relaxed) {
            *self.ports.lock() = site.ports;
        }
        self.say(ServiceSaid::Gone);
    }

    /// Keeps others from making what the service needs while it runs. The service does not start while another process makes
    /// that.
    fn use_libraries(&self) -> Result<Option<Using>, String> {
        let Means { stage, .. } = self.means;
        let all = stage.suite.libraries_of_service(self.start.instance.service);
        let wanted = self.means.made_in_place(&all);
        let wanted: Vec<Used> = wanted.into_iter().map(|(_, used)| used).collect();
        if wanted.is_empty() {
            return Ok(None);
        }
        let limit = stage.loader.settings().lock_timeout;
        loop {
            match stage.loader.try_use(&wanted) {
                Ok(Use::Granted(using)) => return Ok(Some(using)),
                // A library that cannot be locked is used without a lock.
                Err(_) => return Ok(None),
                Ok(Use::Refused { library, .. }) if self.started.elapsed() >= limit => {
                    return Err(format!(
                        "another probe makes library `{library}`, and has for {:.0} s: `--lock-timeout` says how long is waited for that",
                        self.started.elapsed().as_secs_f64()
                    ));
                }
                Ok(Use::Refused { library, .. }) if self.cell.reins.is_told() => {
                    return Err(format!("another probe makes library `{library}`"));
                }
                Ok(Use::Refused { .. }) => std::thread::sleep(PAUSES.1),
            }
        }
    }

    fn run(&self, site: &mut Site) -> ServiceEnding {
        let Means { stage, engine, .. } = self.means;
        let service = self.service();
        let Instance { service: id, share } = self.start.instance;
        // A service for each slot or test always runs within the run.
        if share == Share::Run {
            match stage.provider.borrow(id, &|| self.cell.reins.is_told()) {
                Ok(None) => {}
                Ok(Some(lease)) => return self.lend(&*lease),
                Err(gone) => return self.is_gone(gone),
            }
        }
        let seed = stage.settings.run_id.wrapping_add(number(self.start.instance));
        let before = std::mem::take(&mut *self.ports.lock());
        match engine.site(service, &self.label, seed, before) {
            Ok(found) => *site = found,
            Err(reason) => return ServiceEnding::NotStarted(reason),
        }
        let ServiceInvocation { mut invocation, ready, .. } = self.invocation(&site.ground);
        if let ReadyCheck::Output(regex) = &ready {
            self.cell.listen(regex.clone());
        }
        let mut notify = site.notify.take();
        if let Some(notify) = &notify {
            invocation.env.push((NOTIFY_SOCKET.into(), notify.address()));
        }
        let ground = site.ground.clone();
        std::thread::scope(|threads| {
            threads.spawn(|| self.await_ready(&ready, ground, notify.as_mut()));
            let reins = &self.cell.reins;
            let ear = &Heard { cell: &self.cell, provider: stage.provider, id };
            let ending = {
                let label = &self.label;
                engine.serve(ServiceTask { service, label, site, invocation, reins, ear })
            };
            self.cell.state.lock().has_ended = true;
            self.cell.changed.notify_all();
            ending
        })
    }

    fn service(&self) -> &Service {
        self.means.service(self.start.instance)
    }

    /// The commands of the service on this ground.
    fn invocation(&self, ground: &ServiceGround) -> ServiceInvocation {
        let stage = self.means.stage;
        let StartService { places, grounds, .. } = &self.start;
        let place_of = |id| places.of(id);
        let ground_of = |id| {
            let ground = grounds.iter().find(|(known, _)| *known == id);
            &*ground.expect("what a service needs is ready before it starts").1
        };
        let instance = self.start.instance;
        stage.provider.service(instance, &stage.run_id(), ground, &place_of, &ground_of)
    }

    /// Runs the service's cleanup, if the service ever had a place, and removes its files.
    fn clean_up(&self, site: &Site) {
        let ground = &site.ground;
        if ground.directory.as_os_str().is_empty() {
            return;
        }
        if let Some(cleanup) = self.invocation(ground).cleanup {
            self.run_errand(Errand::Cleanup, &cleanup);
        }
        self.means.engine.clear_site(&self.label);
    }

    /// Runs a command beside the service. Returns whether it succeeded.
    fn run_errand(&self, errand: Errand, invocation: &Invocation) -> bool {
        let trouble = self.means.engine.run_errand(errand, invocation);
        let is_done = trouble.is_none();
        if let Some(trouble) = trouble {
            self.say(ServiceSaid::Trouble(trouble));
        }
        is_done
    }

    /// Asks the service to end in its own way, and by SIGTERM if it has not ended within its grace.
    fn end(&self) {
        let begun = Instant::now();
        let ground = self.cell.state.lock().ground.clone();
        let pid = self.cell.reins.pid();
        if let ServiceStop::Command(texts) = &self.service().stop
            && let Some(ground) = ground
            // Values from its output are not known before it is ready.
            && (!ground.caught.is_empty() || !texts.iter().any(ServiceText::is_caught))
            && pid.is_some()
        {
            let stop = self.invocation(&ServiceGround { pid, ..ground }).stop;
            let is_done = stop.is_some_and(|stop| self.run_errand(Errand::Stop, &stop));
            let left = self.means.engine.service_grace().saturating_sub(begun.elapsed());
            if is_done && self.cell.reins.ends_within(left) {
                return;
            }
        }
        self.end_by_signal();
    }

    fn end_by_signal(&self) {
        self.means.engine.end_service(self.service(), &self.cell.reins);
    }

    /// Looks until the service is ready, has ended, or has taken too long and is told to end.
    fn await_ready(
        &self,
        ready: &ReadyCheck,
        mut ground: ServiceGround,
        mut notify: Option<&mut Notify>,
    ) {
        let service = self.service();
        self.cell.state.lock().ground = Some(ground.clone());
        let mut taken = Duration::ZERO;
        let (mut pause, longest) = PAUSES;
        loop {
            let begun = Instant::now();
            let look = match ready {
                ReadyCheck::Output(_) => {
                    let caught = self.cell.state.lock().caught.take();
                    match caught {
                        Some(caught) => {
                            ground.caught = caught;
                            Look::Ready
                        }
                        None => Look::NotYet("it has not printed what `ready` says".to_owned()),
                    }
                }
                ReadyCheck::Notify => match &mut notify {
                    Some(notify) => self.has_said_so(notify),
                    None => Look::NotYet("it has no socket to say so".to_owned()),
                },
                check => ready_now(self.means.engine, check),
            };
            let mut state = self.cell.state.lock();
            if state.has_ended {
                return;
            }
            match look {
                Look::Ready => {
                    let provider = self.means.stage.provider;
                    let place_of = |id| self.start.places.of(id);
                    state.ground = Some(ground.clone());
                    ground.variables =
                        provider.variables_of(self.start.instance.service, &ground, &place_of);
                    let (ground, took) = (Arc::new(ground), self.started.elapsed());
                    return self.say(ServiceSaid::Ready { ground, took });
                }
                Look::NotYet(why) if taken >= service.start_timeout => {
                    let limit = write_duration(service.start_timeout);
                    state.not_ready =
                        Some(format!("not ready within its `start-timeout` of {limit}: {why}"));
                    drop(state);
                    return self.end();
                }
                Look::NotYet(_) => {}
            }
            let left = service.start_timeout.saturating_sub(taken).max(PAUSES.0);
            if state.caught.is_none() {
                self.cell.changed.wait_for(&mut state, pause.min(left));
            }
            pause = (pause * 2).min(if notify.is_some() { NOTICE } else { longest });
            // While everything is paused, no time is counted.
            taken += begun.elapsed().min(LOOK);
        }
    }

    /// Whether the service has reported that it is ready.
    fn has_said_so(&self, notify: &mut Notify) -> Look {
        if notify.is_ready(&self.cell.reins) {
            return Look::Ready;
        }
        let status = notify.status().map(|status| format!("; its status: {status}"));
        let status = status.unwrap_or_default();
        Look::NotYet(format!("it has not sent READY=1 to NOTIFY_SOCKET{status}"))
    }

    pub(super) fn say(&self, said: ServiceSaid) {
        self.post.send(Message::Service { instance: self.start.instance, said });
    }
}

/// A number that differs between the copies of services.
fn number(instance: Instance) -> u64 {
    let of_share = match instance.share {
        Share::Run => 0,
        Share::Slot(slot) => (slot as u64 + 1) << 20,
        Share::Test(test) => (test.index() as u64 + 1) << 40,
    };
    instance.service.index() as u64 + of_share
}

impl Roster {
    /// The services among these that have ended, after a moment in which they may end.
    pub(super) fn fallen(
        &self,
        services: &[Instance],
        patience: Duration,
    ) -> Vec<(Instance, Arc<ServiceEnd>)> {
        let deadline = Instant::now() + patience;
        let fallen = |&id: &Instance| {
            let cell = self.of(id)?;
            let left = deadline.saturating_duration_since(Instant::now());
            cell.reins.ends_within(left).then_some(())?;
            let end = cell.state.lock().end.clone();
            Some((id, end?))
        };
        services.iter().filter_map(fallen).collect()
    }
}
