//! The invariants of services: each starts once and for somebody, before its users; it is stopped once, after the last of
//! them; and its death takes along those that wait for it, and nobody else.

use std::collections::{BTreeMap, BTreeSet};

use probe_scenario::{ServiceId, TestId};

use super::course::{Course, Stand, Told};
use super::judge::{Judge, Shelf};
use crate::conductor::act::StartService;
use crate::ending::{Bereft, Ending};
use crate::summary::Summary;

/// Where a service stands, as events tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Post {
    Waits,
    /// It was told to start.
    Told,
    /// It was asked to start.
    Starts,
    Ready,
    /// It was told that it is to end.
    Leaves,
    /// It was asked to end.
    Ends,
    Stopped,
    Failed,
    Died,
}

/// The services of a history.
pub(super) struct Servants {
    posts: Vec<Post>,
    /// Tests that ran when a service died that they need, and that one.
    pub(super) bereft: BTreeMap<TestId, ServiceId>,
    /// Tests that wait for another attempt, and that are to be given up for want of a service.
    pub(super) doomed: BTreeSet<TestId>,
    /// Tests that run finally, and whose service was stopped since they waited for what hangs.
    pub(super) left_behind: BTreeSet<TestId>,
    /// Services that have been ready.
    were_ready: BTreeSet<ServiceId>,
    /// Services of which nothing is left.
    gone: BTreeSet<ServiceId>,
    /// A command beside it has failed, which is to be told.
    pub(super) in_trouble: Option<ServiceId>,
    /// Services that tests did not run for.
    blocking: BTreeSet<ServiceId>,
}

impl Servants {
    pub(super) fn new(services: usize) -> Self {
        let posts = vec![Post::Waits; services];
        let (bereft, doomed) = (BTreeMap::new(), BTreeSet::new());
        let (left_behind, were_ready, blocking) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (gone, in_trouble) = (BTreeSet::new(), None);
        Self { posts, bereft, doomed, left_behind, were_ready, gone, in_trouble, blocking }
    }

    pub(super) fn is_gone(&mut self, id: ServiceId) {
        self.gone.insert(id);
    }

    pub(super) fn any_has_blocked(&self) -> bool {
        self.posts.contains(&Post::Failed) || !self.blocking.is_empty()
    }

    fn is_lost(&self, id: ServiceId) -> bool {
        matches!(self.posts[id.index()], Post::Failed | Post::Died)
    }
}

impl Judge<'_> {
    fn moves(&mut self, id: ServiceId, from: &[Post], to: Post, what: &str) {
        let was = std::mem::replace(&mut self.servants.posts[id.index()], to);
        self.require(from.contains(&was), what);
    }

    pub(super) fn service_starting(&mut self, id: ServiceId) {
        self.starts_nothing_after_a_stop();
        self.nobody_asks_but(None);
        self.moves(id, &[Post::Waits], Post::Told, "a service starts once");
        let spec = self.spec;
        let is_there = |library| self.libraries[library] == Shelf::There;
        let libraries = spec.service(id).needs.iter();
        let libraries = libraries.map(|need| need.library.index());
        self.require(libraries.clone().all(is_there), "what a service needs is there before it");
        for need in &spec.service(id).services {
            let is_ready = self.servants.posts[need.service.index()] == Post::Ready;
            let is_lost = self.servants.is_lost(need.service);
            self.require(is_ready && !is_lost, "a service that it needs is ready before it");
        }
        let wants = |course: &Course| {
            let has_come = |other: &TestId| {
                let earlier = &self.tests[other.index()];
                let is_over = matches!(earlier.stand, Stand::Ended(_) | Stand::Blocked);
                earlier.has_passed() || spec.test(course.id).is_finally && is_over
            };
            let after = &spec.test(course.id).after;
            let has_all = spec.libraries_before(course.id).iter().all(|library| {
                matches!(self.libraries[library.index()], Shelf::There | Shelf::Unmade)
            });
            let waits = matches!(course.stand, Stand::Waits { .. })
                && spec.services_before(course.id).contains(&id);
            // Who wanted it may be blocked meanwhile by something else.
            let has_lost =
                self.servants.posts.iter().any(|post| matches!(post, Post::Failed | Post::Died))
                    || self.libraries.contains(&Shelf::Failed);
            waits && has_lost || waits && after.iter().all(has_come) && has_all
        };
        self.require(self.tests.iter().any(wants), "a service starts for somebody");
    }

    pub(super) fn service_asked_to_start(&mut self, start: &StartService) {
        let id = start.service;
        self.moves(id, &[Post::Told], Post::Starts, "a service is asked for once, and told first");
        let needed: Vec<ServiceId> =
            self.spec.service(id).services.iter().map(|need| need.service).collect();
        let given: Vec<ServiceId> = start.grounds.iter().map(|(id, _)| *id).collect();
        self.require(needed == given, "a service knows where the ones are that it needs");
    }

    pub(super) fn service_ready(&mut self, id: ServiceId) {
        self.moves(id, &[Post::Starts], Post::Ready, "a service is ready once");
        self.servants.were_ready.insert(id);
    }

    pub(super) fn service_failed(&mut self, id: ServiceId, blocked: &[TestId]) {
        self.moves(id, &[Post::Starts], Post::Failed, "only what starts fails to");
        let expected = self.block(|spec, test| spec.services_before(test).contains(&id));
        self.require(blocked == expected, "who needs a service that failed is blocked");
        if !blocked.is_empty() {
            self.servants.blocking.insert(id);
        }
    }

    pub(super) fn service_died(&mut self, id: ServiceId, bereft: &[TestId], blocked: &[TestId]) {
        self.moves(id, &[Post::Ready], Post::Died, "only what is ready dies");
        let spec = self.spec;
        let needs = |test: TestId| spec.services_before(test).contains(&id);
        // One of them may be the first to tell.
        let has_just_ended = |course: &Course| matches!(course.told, Some(Told::Attempt { .. }));
        let runs = |course: &&Course| course.runs() || has_just_ended(course);
        let running = self.tests.iter().filter(runs).filter(|course| needs(course.id));
        let expected: Vec<TestId> = running.map(|course| course.id).collect();
        self.require(bereft == expected, "who runs is told that a service died");
        for &test in bereft {
            self.servants.bereft.entry(test).or_insert(id);
        }
        let mut expected: Vec<TestId> = Vec::new();
        for index in 0..self.tests.len() {
            let test = TestId::new(index);
            let mut gone = expected.iter().chain(&self.servants.doomed);
            let is_behind = gone.any(|other| spec.must_have_passed(spec.test(test), *other));
            let is_lost = needs(test) || is_behind;
            let unit = self.unit(test);
            // Of those it is not known whether they start.
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

    pub(super) fn service_blocks(&mut self, id: ServiceId, blocked: &[TestId]) {
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

    pub(super) fn service_stopping(&mut self, id: ServiceId) {
        self.moves(
            id,
            &[Post::Starts, Post::Ready],
            Post::Leaves,
            "only what goes on is stopped, and once",
        );
        // Tests that run finally, and that wait for what hangs.
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
        for (other, post) in self.servants.posts.iter().enumerate() {
            let needs = self.spec.suite.services[other].services.iter();
            let needs = needs.map(|need| need.service).any(|needed| needed == id);
            let is_gone = self.servants.gone.contains(&ServiceId::new(other));
            let is_over = *post == Post::Waits || is_gone;
            self.require(
                !needs || is_over,
                "a service is stopped when those are gone that need it",
            );
        }
    }

    pub(super) fn service_asked_to_end(&mut self, id: ServiceId) {
        self.moves(id, &[Post::Leaves], Post::Ends, "what is asked to end is told first");
    }

    pub(super) fn service_stopped(&mut self, id: ServiceId) {
        // What has lost what it needs may end before it is asked to.
        let was = self.servants.posts[id.index()];
        let needs = self.spec.service(id).services.iter();
        let has_lost = needs.map(|need| need.service).any(|id| self.servants.is_lost(id));
        let is_lost = was == Post::Starts && (has_lost || self.stop.is_some());
        self.require(was == Post::Ends || is_lost, "only what was asked to is stopped");
        self.servants.posts[id.index()] = Post::Stopped;
    }

    pub(super) fn every_service_is_over(&self) {
        let is_over =
            |post: &Post| matches!(post, Post::Waits | Post::Stopped | Post::Failed | Post::Died);
        self.require(self.servants.posts.iter().all(is_over), "no service is left");
    }

    /// All that a test that starts needs is ready.
    pub(super) fn services_are_ready(&self, test: TestId) {
        let is_ready = |id: &ServiceId| self.servants.posts[id.index()] == Post::Ready;
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

    /// How an attempt ends whose process came to this end.
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
        let lost = |post: &&Post| matches!(post, Post::Failed | Post::Died);
        let lost = self.servants.posts.iter().filter(lost).count();
        self.require(summary.services.len() == lost, "services that are lost are named");
    }
}
