//! The surroundings of the conductor: attempts, imports, looks, admissions and examinations. Each may end in every possible way
//! at any time.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use probe_loader::{Aside, Holder};
use probe_process::{Leak, Signal};
use probe_scenario::{LibraryId, ServiceGround, TestId};
use probe_scheduler::NodeId;
use rand::RngExt;
use rand::rngs::SmallRng;

use super::spec::{Spec, imported};
use crate::attempt::Attempt;
use crate::conductor::act::{Act, Case, Job};
use crate::conductor::message::{
    Admission, Looked, Made, Message, Remembered, Said, ServiceSaid, Usage,
};
use crate::ending::{Ending, Overrun};
use crate::import_failure::ImportFailure;
use crate::instance::Instance;
use crate::service_end::{Errand, ServiceEnd, ServiceEnding, Trouble};
use crate::verdict::{
    Evidence, FileFinding, FileOutcome, Finding, Gathering, Repaired, Stray, Verdict, Written,
};

/// An activity that the conductor will hear of.
#[derive(Debug)]
pub(super) enum Activity {
    Attempt(Job),
    Import { unit: NodeId, library: LibraryId, phase: Phase, builds: bool },
    Look { unit: NodeId },
    Admission { unit: NodeId, libraries: Vec<LibraryId> },
    Use { unit: NodeId, libraries: Vec<LibraryId> },
    Remembrance { unit: NodeId, led: Vec<LibraryId> },
    Examination(Box<Case>),
    Service { id: Instance, phase: ServicePhase },
}

/// The state of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ServicePhase {
    Starts,
    Ready,
    /// It was asked to end, before or after it was ready.
    Asked,
    /// It has ended, and that is not reported yet.
    Fallen(Arc<ServiceEnd>),
    /// Its end is reported, and its cleanup runs.
    Cleans,
}

/// The state of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It has a place in its lane.
    Works,
    /// It has given up its place.
    Parked,
    /// It wants a place again.
    Wants,
}

/// All activities.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) open: Vec<Activity>,
    /// The libraries that tests lead.
    pub(super) leads: BTreeMap<NodeId, Vec<LibraryId>>,
    /// The tests that use libraries that are made in place.
    pub(super) uses: Vec<NodeId>,
    pub(super) cancelled: bool,
    /// The last signal that was passed on.
    pub(super) stopped: Option<Signal>,
    pub(super) suspended: bool,
    /// Whether imports hang in system calls, so that they do not notice a stop.
    pub(super) hangs: bool,
    /// Whether services die by themselves.
    pub(super) services_die: bool,
    /// Whether another process has the lead for a long time.
    pub(super) is_led_elsewhere: bool,
    /// Immediate answers.
    pub(super) answers: Vec<Message>,
}

impl World {
    /// Carries out an order.
    pub(super) fn act(&mut self, act: Act) {
        match act {
            Act::Run(job) => self.open.push(Activity::Attempt(job)),
            Act::Import(import) => self.open.push(Activity::Import {
                unit: import.unit,
                library: import.library,
                phase: Phase::Works,
                builds: false,
            }),
            Act::GoOn(wanted) => {
                for activity in &mut self.open {
                    if let Activity::Import { unit, phase, .. } = activity
                        && *unit == wanted
                    {
                        *phase = Phase::Works;
                    }
                }
            }
            Act::Look { unit, .. } => self.open.push(Activity::Look { unit }),
            Act::Admit { unit, libraries } => {
                self.open.push(Activity::Admission { unit, libraries });
            }
            Act::GiveLeadUp { unit, .. } => drop(self.leads.remove(&unit)),
            Act::Remember { unit } => {
                let led = self.leads.get(&unit).cloned().unwrap_or_default();
                self.open.push(Activity::Remembrance { unit, led });
            }
            Act::Use { unit, libraries } => self.open.push(Activity::Use { unit, libraries }),
            Act::EndUse { unit } => self.uses.retain(|user| *user != unit),
            Act::StartService(start) => {
                let (id, phase) = (start.instance, ServicePhase::Starts);
                self.open.push(Activity::Service { id, phase });
            }
            Act::StopService(wanted) => {
                for activity in &mut self.open {
                    if let Activity::Service { id, phase } = activity
                        && *id == wanted
                        && !matches!(phase, ServicePhase::Fallen(_) | ServicePhase::Cleans)
                    {
                        *phase = ServicePhase::Asked;
                    }
                }
            }
            Act::Examine(case) => self.open.push(Activity::Examination(case)),
            Act::Cancel => {
                self.cancelled = true;
                // All lanes are free.
                for activity in &mut self.open {
                    if let Activity::Import { phase, .. } = activity {
                        *phase = Phase::Works;
                    }
                }
            }
            Act::Stop(signal) => {
                self.stopped = Some(signal);
                self.services_die |= signal == Signal::KILL;
            }
            Act::Suspend => self.suspended = true,
            Act::Resume => self.suspended = false,
            Act::AskIdle => {
                let runs = |activity: &Activity| match activity {
                    Activity::Attempt(_) | Activity::Service { .. } => true,
                    Activity::Import { builds, .. } => *builds,
                    _ => false,
                };
                if !self.open.iter().any(runs) {
                    self.answers.push(Message::Idle);
                }
            }
        }
    }

    /// The activities that may go on now.
    pub(super) fn lively(&self) -> Vec<usize> {
        let is_lively = |activity: &Activity| match activity {
            Activity::Import { phase: Phase::Wants, .. } => false,
            Activity::Service { phase: ServicePhase::Ready, .. } => self.services_die,
            Activity::Import { builds, .. } => *builds || !(self.hangs && self.stopped.is_some()),
            _ => true,
        };
        (0..self.open.len()).filter(|index| is_lively(&self.open[*index])).collect()
    }

    /// Continues one activity, and returns its message.
    pub(super) fn go_on(&mut self, index: usize, spec: &Spec, random: &mut SmallRng) -> Message {
        if let Activity::Import { unit, builds, .. } = self.open[index] {
            if builds && random.random_ratio(1, 8) {
                let left = vec![Leak { pid: 2, command: "server".to_owned() }];
                return Message::CommandLeft { command: "make".to_owned(), left };
            }
            let said = self.import_says(index, spec, random);
            return Message::Import { unit, said };
        }
        if let Activity::Examination(case) = &self.open[index]
            && random.random_ratio(1, 5)
        {
            let (path, waited) = (PathBuf::from("/file"), Duration::from_secs(1));
            return Message::Awaited { unit: case.unit, path, waited };
        }
        match self.open.swap_remove(index) {
            Activity::Attempt(job) => {
                let attempt = self.attempt(&job, spec, random);
                let is_silent =
                    attempt.ending.is_good() || matches!(attempt.ending, Ending::NoRoom(_));
                let has_evidence = !is_silent && random.random_ratio(1, 3);
                let evidence = has_evidence.then(evidence);
                let fallen = match attempt.ending {
                    Ending::Exited(_) | Ending::Killed(_) => self.fallen(&job, random),
                    _ => Vec::new(),
                };
                Message::TestEnded { unit: job.unit, attempt, evidence, fallen }
            }
            Activity::Look { unit } => {
                let known = match random.random_range(0..8) {
                    0 => Err(ImportFailure::panicked()),
                    1..4 => Ok(true),
                    _ => Ok(false),
                };
                let place = random.random_bool(0.7).then(|| PathBuf::from("/made"));
                Message::Looked { unit, looked: Looked { place, known } }
            }
            Activity::Admission { unit, libraries } => {
                let admission = self.admission(unit, libraries, random);
                Message::Admitted { unit, admission }
            }
            Activity::Use { unit, libraries } => {
                let usage = match random.random_range(0..10) {
                    0 => Usage::Free,
                    1..4 => {
                        let library = libraries[random.random_range(0..libraries.len())];
                        Usage::Refused { library, path: "/made".to_owned(), holder: holder(random) }
                    }
                    _ => {
                        self.uses.push(unit);
                        Usage::Granted
                    }
                };
                Message::Used { unit, usage }
            }
            Activity::Remembrance { unit, led } => {
                self.leads.remove(&unit);
                let remembered = |library| Remembered {
                    library,
                    place: random.random_bool(0.7).then(|| PathBuf::from("/made")),
                    made: match random.random_ratio(1, 4) {
                        true if unit.index() % 2 == 0 => Made::Unknown("no room".to_owned()),
                        true => Made::Missing("gone".to_owned()),
                        false => Made::There,
                    },
                };
                Message::Remembered { unit, made: led.into_iter().map(remembered).collect() }
            }
            Activity::Examination(case) => {
                let Case { unit, attempt, .. } = *case;
                let finding = (!random.random_ratio(1, 10)).then(|| finding(random));
                Message::Examined { unit, attempt, finding }
            }
            Activity::Service { id, phase } => {
                let said = match phase {
                    ServicePhase::Starts if random.random_ratio(3, 4) => {
                        let phase = ServicePhase::Ready;
                        self.open.push(Activity::Service { id, phase });
                        let ground = Arc::new(ServiceGround::default());
                        ServiceSaid::Ready { ground, took: Duration::from_millis(5) }
                    }
                    // It became ready before it was asked.
                    ServicePhase::Asked if random.random_ratio(1, 8) => {
                        self.open.push(Activity::Service { id, phase });
                        let ground = Arc::new(ServiceGround::default());
                        ServiceSaid::Ready { ground, took: Duration::from_millis(5) }
                    }
                    // A command beside it fails.
                    ServicePhase::Asked | ServicePhase::Cleans if random.random_ratio(1, 8) => {
                        self.open.push(Activity::Service { id, phase });
                        let (how, lines) = ("exit code 1".to_owned(), Vec::new());
                        ServiceSaid::Trouble(Trouble { errand: Errand::Cleanup, how, lines })
                    }
                    ServicePhase::Cleans => ServiceSaid::Gone,
                    phase => {
                        let end = match phase {
                            ServicePhase::Fallen(end) => end,
                            _ => service_end(random),
                        };
                        let phase = ServicePhase::Cleans;
                        self.open.push(Activity::Service { id, phase });
                        ServiceSaid::Ended(end)
                    }
                };
                Message::Service { instance: id, said }
            }
            Activity::Import { .. } => unreachable!("it was heard above"),
        }
    }

    fn import_says(&mut self, index: usize, spec: &Spec, random: &mut SmallRng) -> Said {
        let Activity::Import { library, phase, builds, .. } = &mut self.open[index] else {
            unreachable!("it is an import")
        };
        let library = *library;
        if spec.is_check(library) {
            self.open.swap_remove(index);
            let took = Duration::from_millis(3);
            // It ends in no other way, unless it panics.
            if random.random_ratio(1, 12) {
                return Said::Ended { result: Err(ImportFailure::panicked()), took };
            }
            let clean = random.random_bool(0.7).then(|| PathBuf::from("/project"));
            return Said::Checked { clean, took };
        }
        match (*phase, random.random_range(0..12)) {
            (Phase::Parked, 0..8) => {
                *phase = Phase::Wants;
                if self.cancelled {
                    *phase = Phase::Works;
                }
                return Said::Wants;
            }
            (Phase::Parked, _) | (Phase::Works, 0) => {
                return Said::Waiting { holder: holder(random), waited: Duration::from_secs(1) };
            }
            (Phase::Works, 1) => {
                *builds = true;
                return Said::Building("make".to_owned(), Arc::default());
            }
            (Phase::Works, 2) => return Said::Fetching("origin".to_owned()),
            (Phase::Works, 3) => return Said::Transferred { bytes: 1, total: None },
            (Phase::Works, 4) if !*builds => {
                *phase = Phase::Parked;
                return Said::Released;
            }
            (Phase::Works, 5) => {
                let delay = Duration::from_millis(10);
                return Said::Retrying { cause: "refused".to_owned(), delay };
            }
            (Phase::Works, 6) => return Said::MovedAside(aside()),
            (Phase::Works, _) => {}
            (Phase::Wants, _) => unreachable!("it waits"),
        }
        self.open.swap_remove(index);
        // An import that is almost finished may succeed in spite of a stop.
        let fails = random.random_ratio(if self.cancelled { 9 } else { 2 }, 12);
        let result = if fails { Err(ImportFailure::panicked()) } else { Ok(imported(library)) };
        Said::Ended { result, took: Duration::from_millis(3) }
    }

    fn attempt(&self, job: &Job, spec: &Spec, random: &mut SmallRng) -> Attempt {
        let overrun = Overrun { timeout: Duration::from_secs(1), grace: None };
        let ending = match random.random_range(0..40) {
            _ if self.stopped.is_some() && random.random_bool(0.7) => Ending::Interrupted,
            0..18 => Ending::Passed,
            18..26 => Ending::Exited(1),
            26..28 => Ending::Killed(Signal::SEGV),
            28..30 => Ending::TimedOut(overrun),
            30..31 if !spec.is_waited_for(job.test) => Ending::Empty,
            31 => Ending::Skipped("not here".to_owned()),
            32 => Ending::Leaked,
            33 => Ending::Belied("it says so".to_owned()),
            34 => Ending::NotStarted("no program".to_owned()),
            35..39 => Ending::NoRoom("no room".to_owned()),
            _ => Ending::Exited(2),
        };
        let mut attempt = Attempt::without_process(ending);
        attempt.took = Duration::from_millis(random.random_range(0..500));
        let has_run = !matches!(attempt.ending, Ending::NoRoom(_) | Ending::NotStarted(_));
        if has_run && random.random_ratio(1, 10) {
            attempt.left.push(Leak { pid: 1, command: String::new() });
        }
        attempt
    }

    /// Services of a test that die before its end is reported. The test reports them first.
    fn fallen(&mut self, job: &Job, random: &mut SmallRng) -> Vec<(Instance, Arc<ServiceEnd>)> {
        let mut fallen = Vec::new();
        for activity in &mut self.open {
            if let Activity::Service { id, phase: phase @ ServicePhase::Ready } = activity
                && self.services_die
                && job.services.contains(id)
                && random.random_bool(0.5)
            {
                let end = service_end(random);
                *phase = ServicePhase::Fallen(Arc::clone(&end));
                fallen.push((*id, end));
            }
        }
        fallen
    }

    /// A library that another test of this run leads is refused.
    fn admission(
        &mut self,
        unit: NodeId,
        libraries: Vec<LibraryId>,
        random: &mut SmallRng,
    ) -> Admission {
        let of_another = |library: &&LibraryId| {
            self.leads.iter().any(|(leader, led)| *leader != unit && led.contains(library))
        };
        if let Some(&library) = libraries.iter().find(of_another) {
            return Admission::Refused { library, holder: None };
        }
        let known = |library| (library, Some(PathBuf::from("/known")));
        if self.is_led_elsewhere && random.random_ratio(9, 10) {
            return Admission::Refused { library: libraries[0], holder: holder(random) };
        }
        match random.random_range(0..20) {
            0 => Admission::Unknown("no lock".to_owned()),
            1..6 => {
                let library = libraries[random.random_range(0..libraries.len())];
                Admission::Refused { library, holder: holder(random) }
            }
            6..8 => Admission::Freely(libraries.into_iter().map(known).collect()),
            _ => {
                let keep = random.random_range(1..=libraries.len());
                let (led, others) = libraries.split_at(keep);
                self.leads.insert(unit, led.to_owned());
                let cleared = led.iter().map(|library| {
                    let cleared = match random.random_range(0..5) {
                        0 => Err("busy".to_owned()),
                        1 => Ok(vec![aside(), aside()]),
                        _ => Ok(Vec::new()),
                    };
                    (*library, cleared)
                });
                Admission::Leading {
                    cleared: cleared.collect(),
                    led: led.to_owned(),
                    known: others.iter().copied().map(known).collect(),
                }
            }
        }
    }

    /// The attempts that run.
    pub(super) fn running(&self) -> impl Iterator<Item = TestId> {
        self.open.iter().filter_map(|activity| match activity {
            Activity::Attempt(job) => Some(job.test),
            _ => None,
        })
    }
}

fn service_end(random: &mut SmallRng) -> Arc<ServiceEnd> {
    let how = match random.random_range(0..3) {
        0 => ServiceEnding::NotStarted("no program".to_owned()),
        1 => ServiceEnding::Killed(Signal::SEGV),
        _ => ServiceEnding::Exited(1),
    };
    Arc::new(ServiceEnd { how, lines: Vec::new(), took: Duration::from_millis(9) })
}

fn aside() -> Aside {
    let [from, to] = ["/made", "/damaged/made"].map(PathBuf::from);
    Aside { from, to, why: "torn".to_owned() }
}

fn holder(random: &mut SmallRng) -> Option<Holder> {
    let (host, command) = ("here".to_owned(), "probe run".to_owned());
    random.random_bool(0.5).then_some(Holder { pid: 1, host, command, since: 0 })
}

fn evidence() -> Evidence {
    Evidence::empty(SystemTime::UNIX_EPOCH)
}

/// A finding of any verdict.
fn finding(random: &mut SmallRng) -> Finding {
    let written = Written {
        at: SystemTime::UNIX_EPOCH,
        attempt: (SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH),
    };
    let condition = probe_loader::Condition::Whole;
    let mut finding = Finding {
        symptom: None,
        files: Vec::new(),
        repairs: Vec::new(),
        strays: Vec::new(),
        gathering: None,
        notes: Vec::new(),
        intact: Vec::new(),
        aside: Vec::new(),
    };
    let verdict = [Verdict::Race, Verdict::Unmended, Verdict::Undeclared, Verdict::Real];
    let verdict = verdict[random.random_range(0..verdict.len())];
    if matches!(verdict, Verdict::Race | Verdict::Unmended) {
        finding.files.push(FileFinding {
            library: LibraryId::new(0),
            path: PathBuf::from("/file"),
            outcome: FileOutcome::Torn,
            condition: condition.clone(),
            whole_size: None,
            written: None,
        });
    }
    if verdict == Verdict::Unmended {
        let failed = Repaired::Failed(ImportFailure::panicked());
        finding.repairs.push((LibraryId::new(0), failed));
    }
    if verdict == Verdict::Real {
        let (folder, attempt) = (PathBuf::from("/folder"), written.attempt);
        finding.gathering = Some(Gathering { folder, words: "", came: Vec::new(), attempt });
    }
    if verdict == Verdict::Undeclared {
        finding.strays.push(Stray { path: PathBuf::from("/file"), condition, size: 1, written });
    }
    finding
}
