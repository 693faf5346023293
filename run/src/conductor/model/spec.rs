//! A small random suite, and the settings of its run.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use probe_loader::{How, Imported, Sha256};
use probe_scenario::{
    Artefact, Because, Command, CommandLimits, Date, Download, Expectation, Expected,
    ExpectedOutcome, Group, GroupId, Library, LibraryId, LibraryKind, Limits, Need, Ready, Restart,
    Service, ServiceId, ServiceLog, ServiceNeed, ServicePer, ServiceScope, ServiceStop, Slots,
    Source, Span, StopSignal, Suite, Test, TestId,
};
use probe_scheduler::NodeId;
use rand::RngExt;
use rand::rngs::SmallRng;

use crate::agenda::Agenda;
use crate::conductor::score::Score;
use crate::early::Early;
use crate::import_failure::ImportFailure;
use crate::stage::RunSettings;
use crate::summary::{FlakyOutcome, NotImported, Summary};
use crate::unit::Unit;
use crate::verdict::{RacePolicy, Undeclared};

/// The subject of a history.
pub(super) struct Spec {
    pub(super) suite: Suite,
    pub(super) groups: Vec<Group>,
    pub(super) agenda: Agenda,
    pub(super) early: Early,
    pub(super) expected: Expected,
    pub(super) settings: RunSettings,
    pub(super) defaults: Limits,
    pub(super) lock_timeout: Duration,
    /// The unit of each test.
    pub(super) units: Vec<NodeId>,
}

const NOWHERE: Span = Span { start: 0, end: 0 };

impl Spec {
    pub(super) fn random(seed: u64, random: &mut SmallRng) -> Self {
        let libraries = libraries(random);
        let services = services(random, &libraries);
        let (tests, groups) = tests(random, &libraries, &services);
        let early = early(random, &libraries);
        let suite = Suite { libraries, services, tests, ..Suite::default() };
        let expected = expected(random, &suite);
        let all: Vec<TestId> = (0..suite.tests.len()).map(TestId::new).collect();
        let agenda = Agenda::of_tests(&suite, &groups, &all, &());
        let mut units = vec![None; all.len()];
        for unit in agenda.graph().ids() {
            if let Unit::Test(test) = agenda.graph().payload(unit) {
                units[test.index()] = Some(unit);
            }
        }
        let units = units.into_iter().map(|unit| unit.expect("every test is run")).collect();
        let count = |most, random: &mut SmallRng| {
            NonZeroUsize::new(random.random_range(1..=most)).expect("it is at least 1")
        };
        let settings = RunSettings {
            jobs: count(4, random),
            preloads: count(2, random),
            max_failures: NonZeroU32::new(random.random_range(0..6)).filter(|max| max.get() < 4),
            run_timeout: random
                .random_ratio(1, 4)
                .then(|| Duration::from_millis(random.random_range(0..3_000))),
            retries: random.random_bool(0.5).then(|| random.random_range(0..3)),
            flaky: if random.random_bool(0.3) {
                FlakyOutcome::Failed
            } else {
                FlakyOutcome::Passed
            },
            capture: None,
            races: RacePolicy {
                retries: random.random_range(0..3),
                undeclared: if random.random() { Undeclared::Named } else { Undeclared::Retried },
            },
            shuffle: None,
            shard: None,
            run_id: seed,
        };
        let lock_timeout = Duration::from_millis(random.random_range(50..3_000));
        let defaults = Limits { slow: Some(Duration::from_millis(700)), ..Limits::default() };
        Self { suite, groups, agenda, early, expected, settings, defaults, lock_timeout, units }
    }

    pub(super) fn score(&self) -> Score<'_> {
        let Self { suite, agenda, early, expected, settings, defaults, lock_timeout, .. } = self;
        let (settings, lock_timeout) = (*settings, *lock_timeout);
        let leaders = self.leaders();
        Score { suite, defaults, agenda, early, expected, settings, lock_timeout, leaders }
    }

    /// How many tests with the lead may pass without making the library.
    pub(super) fn leaders(&self) -> u32 {
        1 + (self.settings.run_id % 3) as u32
    }

    pub(super) fn test(&self, id: TestId) -> &Test {
        &self.suite.tests[id.index()]
    }

    /// The libraries that a test needs before it starts.
    pub(super) fn libraries_before(&self, id: TestId) -> Vec<LibraryId> {
        self.suite.libraries_before(self.test(id))
    }

    /// The libraries that a library needs.
    pub(super) fn libraries_behind(&self, id: LibraryId) -> Vec<LibraryId> {
        let needs = |id: LibraryId| &self.suite.libraries[id.index()].needs;
        let is_behind = |other: &LibraryId| {
            // A library needs only earlier ones.
            needs(id).iter().any(|need| {
                need.library == *other || self.libraries_behind(need.library).contains(other)
            })
        };
        (0..id.index()).map(LibraryId::new).filter(is_behind).collect()
    }

    /// The services that a test needs before it starts.
    pub(super) fn services_before(&self, id: TestId) -> Vec<ServiceId> {
        let needed = self.test(id).services.iter().map(|need| need.service);
        let mut all: Vec<ServiceId> = needed.collect();
        for index in (0..self.suite.services.len()).rev().map(ServiceId::new) {
            if all.contains(&index) {
                all.extend(self.service(index).services.iter().map(|need| need.service));
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a test needs services for its slot or for itself alone.
    pub(super) fn has_own_services(&self, id: TestId) -> bool {
        self.services_before(id).into_iter().any(|id| self.service(id).per != ServicePer::Run)
    }

    /// The libraries that the services of a test need.
    pub(super) fn libraries_of_services(&self, id: TestId) -> Vec<LibraryId> {
        let mut all = Vec::new();
        for service in self.services_before(id) {
            for need in &self.service(service).needs {
                all.push(need.library);
                all.extend(self.libraries_behind(need.library));
            }
        }
        all
    }

    pub(super) fn service(&self, id: ServiceId) -> &Service {
        &self.suite.services[id.index()]
    }

    /// Whether tests make the library.
    pub(super) fn is_led(&self, id: LibraryId) -> bool {
        matches!(self.suite.libraries[id.index()].source, Source::Leader { .. })
    }

    /// Whether the library is a check and no file.
    pub(super) fn is_check(&self, id: LibraryId) -> bool {
        matches!(self.suite.libraries[id.index()].source, Source::Check { .. })
    }

    /// Whether tests run without the library if its import fails.
    pub(super) fn is_spared(&self, id: LibraryId) -> bool {
        self.suite.libraries[id.index()].line.is_none() && !self.is_led(id)
    }

    /// Whether something makes the library in place.
    pub(super) fn is_made_in_place(&self, id: LibraryId) -> bool {
        let source = &self.suite.libraries[id.index()].source;
        !matches!(source, Source::Url(_) | Source::Check { .. })
    }

    /// Whether any test waits until this one has passed.
    pub(super) fn is_waited_for(&self, id: TestId) -> bool {
        self.suite.tests.iter().any(|test| self.must_have_passed(test, id))
    }

    /// Whether `test` runs only if this one has passed.
    pub(super) fn must_have_passed(&self, test: &Test, id: TestId) -> bool {
        !test.is_finally && test.after.contains(&id)
    }

    /// The tests before a test, directly or through others, and the test itself.
    pub(super) fn up_to(&self, id: TestId) -> Vec<TestId> {
        let mut all = vec![id];
        // A test comes only after earlier ones.
        for index in (0..id.index()).rev().map(TestId::new) {
            if all.iter().any(|id| self.test(*id).after.contains(&index)) {
                all.push(index);
            }
        }
        all
    }

    /// How many slots a test takes.
    pub(super) fn slots(&self, id: TestId) -> usize {
        let jobs = self.settings.jobs.get();
        match self.test(id).slots {
            Slots::All => jobs,
            Slots::Count(count) => count.get().min(jobs),
        }
    }
}

/// An import with a result.
pub(super) fn imported(id: LibraryId) -> Imported {
    Imported {
        path: format!("/libraries/{}", id.index()).into(),
        digest: Sha256::of(b""),
        size: 0,
        how: How::Cached,
        waited: Duration::ZERO,
        pin: None,
    }
}

fn need(library: LibraryId) -> Need {
    Need { library, because: Because::Declared(NOWHERE) }
}

/// Up to three libraries. Some need earlier ones.
fn libraries(random: &mut SmallRng) -> Vec<Library> {
    let mut libraries: Vec<Library> = Vec::new();
    for index in 0..random.random_range(0..4) {
        let artefact = Artefact::default();
        let source = match random.random_range(0..4) {
            0 => Source::Url(Download {
                url: String::new(),
                mirrors: Vec::new(),
                sha256: None,
                member: None,
            }),
            1 => Source::Command {
                command: Command::default(),
                artefact,
                limits: CommandLimits::default(),
            },
            2 => Source::Check { tests: Vec::new() },
            _ => Source::Leader { artefact, is_certain: index % 3 != 1 },
        };
        let can_be_needed =
            |other: &usize| !matches!(libraries[*other].source, Source::Leader { .. });
        let needs = (0..index).filter(can_be_needed).filter(|_| random.random_ratio(1, 3));
        libraries.push(Library {
            needs: needs.map(|other| need(LibraryId::new(other))).collect(),
            name: format!("l{index}"),
            variable: String::new(),
            version: None,
            source,
            kind: LibraryKind::Data,
            to: None,
            env: Vec::new(),
            detect: Vec::new(),
            span: NOWHERE,
            line: random.random_ratio(2, 3).then_some(1),
            preset: None,
        });
    }
    libraries
}

/// Up to two services. The second may need the first, and each may need libraries.
fn services(random: &mut SmallRng, libraries: &[Library]) -> Vec<Service> {
    let count = random.random_range(0..5_usize).saturating_sub(2);
    let mut pers: Vec<ServicePer> = (0..count)
        .map(|_| ServicePer::ALL[random.random_range(0..5_usize).saturating_sub(2)])
        .collect();
    pers.sort_unstable();
    let service = |index: usize| {
        let is_made = |other: &usize| !matches!(libraries[*other].source, Source::Leader { .. });
        let needs = (0..libraries.len()).filter(is_made).filter(|_| random.random_ratio(1, 4));
        let needs = needs.map(|library| need(LibraryId::new(library))).collect();
        let services = (0..index).filter(|_| random.random_bool(0.5));
        let services = services.map(ServiceId::new);
        Service {
            name: format!("s{index}"),
            run: Vec::new(),
            ready: Ready::Command(Vec::new()),
            needs,
            services: services.map(|service| ServiceNeed { service, span: NOWHERE }).collect(),
            env: Vec::new(),
            ports: Vec::new(),
            cwd: None,
            start_timeout: Duration::from_secs(30),
            // What it needs exists as long as it does.
            per: pers[index],
            restart: if random.random_bool(0.4) { Restart::OnFailure } else { Restart::Never },
            stop: ServiceStop::Signal(StopSignal::Term),
            cleanup: Vec::new(),
            log: ServiceLog::Tail,
            scope: ServiceScope::Run,
            span: NOWHERE,
            line: 1,
        }
    };
    (0..count).map(service).collect()
}

/// Up to six tests. Some come after earlier ones, and some are in a group.
fn tests(
    random: &mut SmallRng,
    libraries: &[Library],
    services: &[Service],
) -> (Vec<Test>, Vec<Group>) {
    let max = NonZeroUsize::new(random.random_range(1..3)).expect("it is at least 1");
    let groups = vec![Group { name: "g".to_owned(), max, span: NOWHERE }];
    let count = random.random_range(1..7);
    let tests = (0..count).map(|index| {
        let needs = (0..libraries.len()).filter(|_| random.random_ratio(2, 5));
        let needs = needs.map(|library| need(LibraryId::new(library))).collect();
        let after: Vec<TestId> =
            (0..index).filter(|_| random.random_ratio(1, 6)).map(TestId::new).collect();
        let is_finally = !after.is_empty() && random.random_ratio(1, 3);
        let needed = (0..services.len()).filter(|_| random.random_bool(0.5)).map(ServiceId::new);
        let services = needed.map(|service| ServiceNeed { service, span: NOWHERE }).collect();
        Test {
            name: format!("t{index}"),
            suite: None,
            files: Vec::new(),
            run: Command::default(),
            wrap: Command::default(),
            results: None,
            before: Command::default(),
            cleanup: Command::default(),
            needs,
            services,
            after,
            is_finally,
            tags: Arc::new([]),
            base_env: Arc::new([]),
            env: Vec::new(),
            env_file: None,
            cwd: None,
            limits: Limits {
                slow: random
                    .random_ratio(1, 3)
                    .then(|| Duration::from_millis(random.random_range(20..400))),
                retries: random.random_bool(0.5).then(|| random.random_range(0..3)),
                ..Limits::default()
            },
            slots: match random.random_range(0..8) {
                0 => Slots::All,
                1 => Slots::Count(NonZeroUsize::new(2).expect("2 is not 0")),
                _ => Slots::Count(NonZeroUsize::MIN),
            },
            group: random.random_ratio(1, 4).then(|| GroupId::new(0)),
            kind: None,
            has_result: true,
            check: None,
            is_ignored: false,
            line: 0,
            inputs: None,
            copy: None,
            changed: None,
        }
    });
    (tests.collect(), groups)
}

/// Libraries that were imported before the run, or could not be.
fn early(random: &mut SmallRng, libraries: &[Library]) -> Early {
    let (mut imported_early, mut summary) = (BTreeMap::new(), Summary::default());
    for (index, library) in libraries.iter().enumerate() {
        let id = LibraryId::new(index);
        if !matches!(library.source, Source::Url(_)) || random.random_ratio(5, 6) {
            continue;
        }
        if random.random_ratio(2, 3) {
            imported_early.insert(id, (imported(id), Duration::ZERO));
        } else {
            let (failure, blocked) = (ImportFailure::panicked(), Vec::new());
            summary.not_imported.push(NotImported { library: id, failure, blocked });
        }
    }
    Early::of(summary, imported_early)
}

/// Expectations about some tests, of which some have expired.
fn expected(random: &mut SmallRng, suite: &Suite) -> Expected {
    let day = |day| Date { year: 2026, month: 1, day };
    let mut all = Vec::new();
    for test in &suite.tests {
        if !random.random_ratio(1, 4) {
            continue;
        }
        let written = format!("=t{}", test.name.trim_start_matches('t'));
        all.push(Expectation {
            selector: written.parse().expect("it is a selector"),
            written,
            outcome: ExpectedOutcome::ALL[random.random_range(0..3)],
            reason: "known".to_owned(),
            until: random.random_bool(0.5).then(|| day(random.random_range(1..4))),
            span: NOWHERE,
            line: 0,
        });
    }
    Expected::of(suite, &all, day(2))
}
