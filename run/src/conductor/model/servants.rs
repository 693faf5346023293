//! The invariants of services. Each copy starts once, before its users, and again only as often as it may. It stops once, after
//! the last of them. Its death affects the tests that wait for it, and no others.

use std::collections::{BTreeMap, BTreeSet};

use probe_scenario::{Restart, ServiceId, ServicePer, TestId};

use super::course::{Course, Stand, Told};
use super::judge::{Judge, Shelf};
use crate::conductor::act::StartService;
use crate::conductor::services::RESTARTS;
use crate::ending::{Bereft, Ending};
use crate::event::Event;
use crate::instance::{Instance, Owner, Share};
use crate::summary::Summary;

/// The state of a copy of a service, by its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Post {
    Waits,
    /// Its start was reported.
    Told,
    /// Its start was ordered.
    Starts,
    Ready,
    /// It has ended, and will be restarted.
    Falls,
    /// Its end was reported as coming.
    Leaves,
    /// Its end was ordered.
    Ends,
    Stopped,
    Failed,
    Died,
}

/// The services of a history.
#[derive(Default)]
pub(super) struct Servants {
    posts: BTreeMap<Instance, Post>,
    /// How often each was restarted since its first start.
    restarts: BTreeMap<Instance, u32>,
    /// Tests that ran when a service that they need died, and that service.
    pub(super) bereft: BTreeMap<TestId, ServiceId>,
    /// Tests that wait for another attempt and must be given up because a service is lost.
    pub(super) doomed: BTreeSet<TestId>,
    /// Tests that run finally, and whose service was stopped because they waited for something that hangs.
    pub(super) left_behind: BTreeSet<TestId>,
    /// Services that have been ready, or that have a copy for each user.
    pub(super) were_ready: BTreeSet<ServiceId>,
    /// Copies of which nothing is left.
    gone: BTreeSet<Instance>,
    /// Services that are lost for all tests.
    lost: BTreeSet<ServiceId>,
    /// The number of losses reported.
    losses: usize,
    /// A command beside this service has failed, which must be reported.
    pub(super) in_trouble: Option<Instance>,
    /// Services because of which tests did not run.
    blocking: BTreeSet<ServiceId>,
}

impl Servants {
    pub(super) fn is_gone(&mut self, instance: Instance) {
        self.gone.insert(instance);
    }

    pub(super) fn any_has_blocked(&self) -> bool {
        !self.blocking.is_empty() || self.posts.values().any(|post| *post == Post::Failed)
    }

    fn is_lost(&self, id: ServiceId) -> bool {
        self.lost.contains(&id)
    }

    fn post(&self, instance: Instance) -> Post {
        self.posts.get(&instance).copied().unwrap_or(Post::Waits)
    }
}

/// The copy of a service that an event means.
fn copy(service: ServiceId, owner: Owner<'_>) -> Instance {
    let share = match owner {
        Owner::Run => Share::Run,
        Owner::Slot(slot) => Share::Slot(slot),
        Owner::Test(test, _) => Share::Test(test),
    };
    Instance { service, share }
}

impl Judge<'_> {
    /// Handles an event about a service.
    pub(super) fn service_event(&mut self, event: &Event<'_>) {
        match *event {
            Event::ServiceStarting { id, owner, .. } => self.service_starting(copy(id, owner)),
            Event::ServiceReady { id, owner, .. } => {
                self.moves(
                    copy(id, owner),
                    &[Post::Starts],
                    Post::Ready,
                    "a service is ready once",
                );
                self.servants.were_ready.insert(id);
            }
            Event::ServiceFailed { id, owner, blocked, .. } => {
                self.service_failed(copy(id, owner), blocked);
            }
            Event::ServiceDied { id, owner, bereft, blocked, .. } => {
                self.service_died(copy(id, owner), bereft, blocked);
            }
            Event::ServiceRestarting { id, owner, was_ready, bereft, number, .. } => {
                self.service_restarting(copy(id, owner), was_ready, bereft, number);
            }
            Event::ServiceBlocks { id, blocked, .. } => self.service_blocks(id, blocked),
            Event::ServiceStopping { id, owner, .. } => self.service_stopping(copy(id, owner)),
            Event::ServiceStopped { id, owner, .. } => self.service_stopped(copy(id, owner)),
            Event::ServiceTrouble { id, owner, .. } => {
                let is_so = self.servants.in_trouble.take() == Some(copy(id, owner));
                self.require(is_so, "what a command beside a service came to is told once");
            }
            _ => {}
        }
    }

    fn moves(&mut self, instance: Instance, from: &[Post], to: Post, what: &str) {
        let was = self.servants.posts.insert(instance, to).unwrap_or(Post::Waits);
        self.require(from.contains(&was), what);
    }

    fn service_starting(&mut self, instance: Instance) {
        let (spec, id) = (self.spec, instance.service);
        if self.stop.is_some() && self.servants.post(instance) == Post::Falls {
            // It was not restarted.
            self.servants.posts.insert(instance, Post::Stopped);
        }
        let was = self.servants.post(instance);
        let is_new = was == Post::Waits;
        let is_gone = self.servants.gone.remove(&instance);
        self.require(is_new || is_gone, "what starts again is gone before");
        let is_apart = instance.share != Share::Run;
        let before: &[Post] = match is_apart {
            false => &[Post::Waits, Post::Falls],
            true => &[Post::Waits, Post::Falls, Post::Stopped, Post::Died],
        };
        self.moves(instance, before, Post::Told, "a service starts once, or again if it may");
        if was != Post::Falls {
            self.servants.restarts.remove(&instance);
        }
        self.require(!self.servants.is_lost(id), "what is lost starts no more");
        let is_finally = |course: &Course| {
            spec.test(course.id).is_finally && spec.services_before(course.id).contains(&id)
        };
        let finally = self.tests.iter().any(|course| is_finally(course) && self.goes_on(course.id));
        let may = self.stop.is_none() || is_apart && finally && was != Post::Falls;
        self.require(may, "after a stop a service starts only for who runs finally");
        // A service that waited for another one's restart was in line before.
        if is_new && !is_apart && spec.service(id).services.is_empty() {
            self.nobody_asks_but(None);
        }
        let is_there = |library| self.libraries[library] == Shelf::There;
        let libraries = spec.service(id).needs.iter();
        let libraries = libraries.map(|need| need.library.index());
        self.require(libraries.clone().all(is_there), "what a service needs is there before it");
        for need in &spec.service(id).services {
            let per = spec.service(need.service).per;
            let mut posts = self.servants.posts.iter();
            let is_ready = posts.any(|(other, post)| {
                let is_it = match per {
                    ServicePer::Run => other.share == Share::Run,
                    ServicePer::Slot => matches!(other.share, Share::Slot(_)),
                    ServicePer::Test => other.share == instance.share,
                };
                let is_same = is_apart && matches!(instance.share, Share::Slot(_));
                let is_it =
                    is_it && (!is_same || per == ServicePer::Run || other.share == instance.share);
                other.service == need.service && is_it && *post == Post::Ready
            });
            self.require(is_ready, "a service that it needs is ready before it");
        }
        let wants = |course: &Course| {
            let has_come = |other: &TestId| {
                let earlier = &self.tests[other.index()];
                let is_over = matches!(earlier.stand, Stand::Ended(_) | Stand::Blocked)
                    || self.stop.is_some() && !earlier.runs();
                earlier.has_passed() || spec.test(course.id).is_finally && is_over
            };
            let after = &spec.test(course.id).after;
            let has_all = spec.libraries_before(course.id).iter().all(|library| {
                matches!(self.libraries[library.index()], Shelf::There | Shelf::Unmade)
            });
            let waits = matches!(course.stand, Stand::Waits { .. })
                && spec.services_before(course.id).contains(&id);
            let is_own = match instance.share {
                Share::Test(test) => course.id == test,
                _ => true,
            };
            // The unit that needed it may meanwhile be blocked by something else.
            let has_lost =
                !self.servants.lost.is_empty() || self.libraries.contains(&Shelf::Failed);
            waits && is_own && (has_lost || after.iter().all(has_come) && has_all)
        };
        // A running test may need it again.
        let is_again = was == Post::Falls;
        self.require(is_again || self.tests.iter().any(wants), "a service starts for somebody");
    }

    pub(super) fn service_asked_to_start(&mut self, start: &StartService) {
        let instance = start.instance;
        self.moves(
            instance,
            &[Post::Told],
            Post::Starts,
            "a service is asked for once, and told first",
        );
        let service = self.spec.service(instance.service);
        let needed: Vec<ServiceId> = service.services.iter().map(|need| need.service).collect();
        let given: Vec<ServiceId> = start.grounds.iter().map(|(id, _)| *id).collect();
        self.require(needed == given, "a service knows where the ones are that it needs");
        if !start.again && instance.share != Share::Run {
            // The unit that it was to restart for is gone, and it starts for another one.
            self.servants.restarts.remove(&instance);
        }
        let is_again = self.servants.restarts.contains_key(&instance);
        self.require(start.again == is_again, "what starts again keeps its ports");
    }

    fn service_failed(&mut self, instance: Instance, blocked: &[TestId]) {
        let before: &[Post] = match instance.share {
            Share::Run => &[Post::Starts],
            // The run was stopped while it was to restart.
            _ => &[Post::Starts, Post::Falls],
        };
        self.moves(instance, before, Post::Failed, "only what starts fails to");
        self.loses(instance.service, blocked);
    }

    fn service_died(&mut self, instance: Instance, bereft: &[TestId], blocked: &[TestId]) {
        let is_apart = instance.share != Share::Run;
        let was = self.servants.post(instance);
        let is_again = self.servants.restarts.contains_key(&instance);
        let may = match was {
            Post::Ready => true,
            Post::Starts => is_again && !is_apart,
            Post::Falls => self.stop.is_some() && !is_apart,
            _ => false,
        };
        self.require(may, "only what is ready dies, or has been");
        self.servants.posts.insert(instance, Post::Died);
        let expected = self.users(instance);
        self.require(bereft == expected, "who runs is told that a service died");
        self.leaves_bereft(instance, bereft);
        if is_apart {
            self.servants.losses += 1;
            self.require(blocked.is_empty(), "the death of one copy blocks nobody");
        } else {
            self.loses(instance.service, blocked);
        }
    }

    fn service_restarting(
        &mut self,
        instance: Instance,
        was_ready: bool,
        bereft: &[TestId],
        number: u32,
    ) {
        self.starts_nothing_after_a_stop();
        let was = if was_ready { Post::Ready } else { Post::Starts };
        self.moves(instance, &[was], Post::Falls, "only what goes on starts again");
        let restart = self.spec.service(instance.service).restart;
        self.require(restart == Restart::OnFailure, "only what may starts again");
        self.require(instance.share == Share::Run || !was_ready, "a copy waits for its next user");
        let times = self.servants.restarts.entry(instance).or_default();
        *times += 1;
        let is_right = *times == number && number <= RESTARTS;
        self.require(is_right, "restarts are counted, and few");
        let expected = if was_ready { self.users(instance) } else { Vec::new() };
        self.require(bereft == expected, "who runs is told that a service starts again");
        self.leaves_bereft(instance, bereft);
    }

    /// The running tests that use a copy of a service.
    fn users(&self, instance: Instance) -> Vec<TestId> {
        let needs = |test: TestId| self.spec.services_before(test).contains(&instance.service);
        // One of them may be the first to report its death.
        let has_just_ended = |course: &Course| matches!(course.told, Some(Told::Attempt { .. }));
        let is_own = |course: &Course| match instance.share {
            Share::Run => true,
            Share::Slot(slot) => {
                course.slot == Some(slot)
                    || course.last_slot == Some(slot) && has_just_ended(course)
            }
            Share::Test(test) => course.id == test,
        };
        let runs = |course: &&Course| course.runs() || has_just_ended(course);
        let running = self.tests.iter().filter(runs).filter(|course| is_own(course));
        running.map(|course| course.id).filter(|test| needs(*test)).collect()
    }

    fn leaves_bereft(&mut self, instance: Instance, bereft: &[TestId]) {
        for &test in bereft {
            self.servants.bereft.entry(test).or_insert(instance.service);
        }
    }

    /// Handles a service that is lost for all tests that wait for it.
    fn loses(&mut self, id: ServiceId, blocked: &[TestId]) {
        self.servants.lost.insert(id);
        self.servants.losses += 1;
        let spec = self.spec;
        let needs = |test: TestId| spec.services_before(test).contains(&id);
        let has_just_ended = |course: &Course| matches!(course.told, Some(Told::Attempt { .. }));
        let mut expected: Vec<TestId> = Vec::new();
        for index in 0..self.tests.len() {
            let test = TestId::new(index);
            let mut gone = expected.iter().chain(&self.servants.doomed);
            let is_behind = gone.any(|other| spec.must_have_passed(spec.test(test), *other));
            let is_lost = needs(test) || is_behind;
            let unit = self.unit(test);
            // It is not known whether these start.
            let is_asking = self.asking.contains(&unit) || self.admitting.contains(&unit);
            if let Stand::Waits { has_failed, .. } = self.tests[index].stand
                && is_lost
                && !is_asking
                && !has_just_ended(&self.tests[index])
                && (self.stop.is_none() || blocked.contains(&test) && spec.test(test).is_finally)
            {
                if has_failed {
                    self.servants.doomed.insert(test);
                } else {
                    self.tests[index].stand = Stand::Blocked;
                    expected.push(test);
                }
            }
        }
        self.require(
            blocked == expected,
            "who waits for a service that died is blocked, and no other",
        );
        if !blocked.is_empty() {
            self.servants.blocking.insert(id);
        }
    }

    fn service_blocks(&mut self, id: ServiceId, blocked: &[TestId]) {
        self.require(self.servants.is_lost(id), "only a lost service blocks");
        self.require(!blocked.is_empty(), "only whom it blocks is told");
        for &test in blocked {
            let stand = self.tests[test.index()].stand;
            let waits = matches!(stand, Stand::Waits { has_failed: false, .. });
            self.require(waits, "only who waits is blocked");
            let is_gone = |other: &TestId| {
                let stand = self.tests[other.index()].stand;
                let is_doomed = matches!(stand, Stand::Waits { has_failed: true, .. });
                blocked.contains(other)
                    || stand == Stand::Blocked
                    || is_doomed && self.services_of_are_lost(*other)
            };
            let needs = self.spec.services_before(test).contains(&id);
            let is_finally = self.spec.test(test).is_finally;
            let after = &self.spec.test(test).after;
            let is_right = needs || !is_finally && after.iter().any(is_gone);
            self.require(is_right, "only who needs a lost service is blocked by it");
        }
        for &test in blocked {
            self.tests[test.index()].stand = Stand::Blocked;
        }
        self.servants.blocking.insert(id);
    }

    fn service_stopping(&mut self, instance: Instance) {
        let id = instance.service;
        self.moves(
            instance,
            &[Post::Starts, Post::Ready],
            Post::Leaves,
            "only what goes on is stopped, and once",
        );
        let posts: Vec<(Instance, Post)> =
            self.servants.posts.iter().map(|(other, post)| (*other, *post)).collect();
        for (other, post) in posts {
            let needs = self.spec.service(other.service).services.iter();
            let needs = needs.map(|need| need.service).any(|needed| needed == id);
            let is_gone = self.servants.gone.contains(&other);
            let is_over = post == Post::Waits || is_gone || !other.shares(instance);
            self.require(
                !needs || is_over,
                "a service is stopped when those are gone that need it",
            );
        }
        if let Share::Test(test) = instance.share {
            let runs = self.tests[test.index()].runs();
            return self.require(!runs, "a service of a test is stopped when that has ended");
        }
        // Tests that run finally and wait for something that hangs.
        let mut hanging: Vec<TestId> = Vec::new();
        for course in self.tests.clone() {
            let test = self.spec.test(course.id);
            let all = self.spec.libraries_before(course.id);
            let has_all = all.iter().all(|library| {
                matches!(self.libraries[library.index()], Shelf::There | Shelf::Unmade)
            });
            let is_examined = course.stand == Stand::Examined;
            let is_behind = test.after.iter().any(|earlier| hanging.contains(earlier));
            if !has_all || is_examined || is_behind {
                hanging.push(course.id);
            }
            let needs = self.spec.services_before(course.id).contains(&id);
            let will_run = test.is_finally
                && !hanging.contains(&course.id)
                && self.services_have_been_ready(course.id)
                && !self.services_of_are_lost(course.id);
            let is_over = match course.stand {
                Stand::Ended(_) | Stand::Blocked => true,
                Stand::Waits { .. } | Stand::Examined => {
                    self.stop.is_some() && !(will_run && self.goes_on(course.id))
                }
                Stand::Runs { .. } => false,
            };
            self.require(!needs || is_over, "a service is stopped after its last user");
            if needs && hanging.contains(&course.id) {
                self.servants.left_behind.insert(course.id);
            }
        }
    }

    pub(super) fn service_asked_to_end(&mut self, instance: Instance) {
        self.moves(instance, &[Post::Leaves], Post::Ends, "what is asked to end is told first");
    }

    fn service_stopped(&mut self, instance: Instance) {
        // A service that has lost what it needs may end before it is asked to.
        let was = self.servants.post(instance);
        let needs = self.spec.service(instance.service).services.iter();
        let has_lost = needs.map(|need| need.service).any(|id| self.servants.is_lost(id));
        let nobody = has_lost || self.stop.is_some() || instance.share != Share::Run;
        let is_lost = was == Post::Starts && nobody;
        self.require(was == Post::Ends || is_lost, "only what was asked to is stopped");
        self.servants.posts.insert(instance, Post::Stopped);
    }

    pub(super) fn every_service_is_over(&self) {
        let is_over =
            |post: &Post| matches!(post, Post::Falls | Post::Stopped | Post::Failed | Post::Died);
        self.require(self.servants.posts.values().all(is_over), "no service is left");
        let is_gone = |instance: &Instance| self.servants.gone.contains(instance);
        self.require(self.servants.posts.keys().all(is_gone), "nothing of a service is left");
    }

    /// Checks that everything that a starting test needs is ready.
    pub(super) fn services_are_ready(&self, test: TestId, slot: usize) {
        let is_ready = |id: &ServiceId| {
            let share = match self.spec.service(*id).per {
                ServicePer::Run => Share::Run,
                ServicePer::Slot => Share::Slot(slot),
                ServicePer::Test => Share::Test(test),
            };
            self.servants.post(Instance { service: *id, share }) == Post::Ready
        };
        let all = self.spec.services_before(test).iter().all(is_ready);
        self.require(all, "no test starts whose services are not ready");
    }

    pub(super) fn services_have_been_ready(&self, test: TestId) -> bool {
        let all = self.spec.services_before(test);
        all.iter().all(|id| self.servants.were_ready.contains(id))
    }

    pub(super) fn services_of_are_lost(&self, test: TestId) -> bool {
        self.spec.services_before(test).iter().any(|id| self.servants.is_lost(*id))
    }

    /// How an attempt ends whose process ended like this.
    pub(super) fn in_view_of_services(&mut self, test: TestId, own: Ending) -> Ending {
        let Some(id) = self.servants.bereft.remove(&test) else { return own };
        match own {
            Ending::Exited(_)
            | Ending::Killed(_)
            | Ending::TimedOut(_)
            | Ending::Belied(_)
            | Ending::Unprepared(_)
            | Ending::Uncleared(_)
            | Ending::Leaked => Ending::Bereft(Box::new(Bereft {
                service: self.spec.service(id).name.clone(),
                died: String::new(),
                ending: own,
            })),
            own => own,
        }
    }

    pub(super) fn books_of_services(&self, summary: &Summary) {
        let named = summary.services.len();
        self.require(named == self.servants.losses, "services that are lost are named");
    }
}
