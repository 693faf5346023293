//! One history: a conductor, its surroundings, the time, and the judge over all of them.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use probe_process::{Leak, Signal};
use probe_scenario::ServicePer;
use probe_scheduler::State;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::books;
use super::course::{Stand, Told};
use super::judge::Judge;
use super::spec::Spec;
use super::world::{Activity, World};
use crate::conductor::act::Act;
use crate::conductor::message::{Admission, Looked, Message, Said, ServiceSaid};
use crate::conductor::state::Conductor;
use crate::conductor::timers::Until;
use crate::conductor::turn::Outbox;
use crate::event::Event;
use crate::order::Order;
use crate::stop::Stop;
use crate::verdict::{Doubled, Finding, Verdict};

/// More turns than any history has.
const TURNS: usize = 20_000;

/// Receives the conductor's events and orders.
struct Scene<'s> {
    judge: Judge<'s>,
    world: World,
}

impl Outbox for Scene<'_> {
    fn tell(&mut self, event: &Event<'_>) {
        self.judge.event(event);
    }

    fn act(&mut self, act: Act) {
        self.judge.acted(&act);
        self.world.act(act);
    }
}

struct History<'s> {
    scene: Scene<'s>,
    conductor: Conductor<'s>,
    random: SmallRng,
    begin: Instant,
    /// The time since the beginning.
    elapsed: Duration,
    /// How long everything has been paused.
    slept: Duration,
}

/// Plays the history of a seed to its end. Returns what happened in it if `keeps_notes`.
pub(super) fn play(seed: u64, begin: Instant, keeps_notes: bool) -> Vec<String> {
    let mut random = SmallRng::seed_from_u64(seed);
    let spec = Spec::random(seed, &mut random);
    let mut judge = Judge::new(&spec, seed);
    if keeps_notes {
        judge.keep_notes();
    }
    let world = World {
        hangs: random.random_ratio(1, 4),
        is_led_elsewhere: random.random_ratio(1, 8),
        services_die: random.random_ratio(1, 3),
        ..World::default()
    };
    let mut history = History {
        scene: Scene { judge, world },
        conductor: Conductor::new(spec.score()),
        random,
        begin,
        elapsed: Duration::ZERO,
        slept: Duration::ZERO,
    };
    history.turn(|conductor, now, out| conductor.begin(now, SystemTime::UNIX_EPOCH, out));
    let signals = history.random.random_ratio(1, 3);
    let sleeps = history.random.random_ratio(1, 5);
    for turns in 0.. {
        history.scene.judge.require(turns < TURNS, "a run comes to its end");
        if history.conductor.is_over() {
            break;
        }
        history.go_on(signals, sleeps);
    }
    history.end()
}

impl<'s> History<'s> {
    fn now(&self) -> Instant {
        self.begin + self.elapsed
    }

    /// Makes one thing happen: an order, the end of a wait, or the end of an activity.
    fn go_on(&mut self, signals: bool, sleeps: bool) {
        let asleep = self.scene.world.suspended;
        if asleep && self.random.random_bool(0.7) {
            return self.order(Order::Resume);
        }
        if signals && self.random.random_ratio(1, 25) {
            let signal = if self.random.random() { Signal::INT } else { Signal::TERM };
            return self.order(Order::End(signal));
        }
        if sleeps && self.random.random_ratio(1, 15) {
            return self.order(Order::Suspend);
        }
        if self.random.random_ratio(1, 40) {
            // A waiter for the next timer wakes up after the timer was removed.
            self.turn(|conductor, now, out| conductor.time_is_up(now, out));
            return;
        }
        let lively = self.scene.world.lively();
        let until = self.conductor.until();
        let waits = lively.is_empty() || self.random.random_ratio(1, 5);
        match until {
            Until::Time(at) if waits => {
                self.scene.judge.require(!asleep, "nothing is due while the clocks are stopped");
                self.pass(at.saturating_duration_since(self.now()));
            }
            _ if lively.is_empty() => {
                self.scene.judge.require(asleep, "a run that is not over waits for something");
            }
            _ => {
                let millis = self.random.random_range(0..60);
                self.pass(Duration::from_millis(millis));
                // Timers may have been due meanwhile, with consequences.
                let lively = self.scene.world.lively();
                if self.conductor.is_over() || lively.is_empty() {
                    return;
                }
                let index = lively[self.random.random_range(0..lively.len())];
                let world = &mut self.scene.world;
                let message = world.go_on(index, self.scene.judge.spec, &mut self.random);
                self.hear(message);
            }
        }
    }

    /// Lets time pass, with everything that is due meanwhile at its time.
    fn pass(&mut self, time: Duration) {
        let end = self.elapsed + time;
        for due in 0.. {
            self.scene.judge.require(due < TURNS, "what is due is due later than now");
            match self.conductor.until() {
                Until::Time(at) if at <= self.begin + end && !self.conductor.is_over() => {
                    self.set_clock(self.elapsed.max(at - self.begin));
                    self.turn(|conductor, now, out| conductor.time_is_up(now, out));
                }
                _ => break,
            }
        }
        self.set_clock(end);
        self.nobody_was_forgotten();
    }

    fn set_clock(&mut self, elapsed: Duration) {
        if self.scene.world.suspended {
            self.slept += elapsed - self.elapsed;
        }
        self.elapsed = elapsed;
        self.scene.judge.clock = elapsed - self.slept;
    }

    fn order(&mut self, order: Order) {
        let judge = &mut self.scene.judge;
        if let Order::End(signal) = order {
            let is_second = matches!(judge.stop, Some(Stop::Signal(_)));
            judge.ordered = Some(if is_second { Signal::KILL } else { signal });
        }
        self.hear(Message::Ordered(order));
        // A second identical order changes nothing.
        let asleep = match order {
            Order::Suspend => true,
            Order::Resume => false,
            Order::End(_) => self.scene.world.suspended,
        };
        let judge = &mut self.scene.judge;
        judge.require(self.scene.world.suspended == asleep, "all is stopped, or goes on, as asked");
        judge.sleeps = asleep;
    }

    fn hear(&mut self, message: Message) {
        let judge = &mut self.scene.judge;
        judge.note(|| format!("{message:?}"));
        heard(judge, &message, self.elapsed);
        self.turn(|conductor, now, out| conductor.hear(now, message, out));
    }

    /// Lets the conductor do something, and gives it the immediate answers.
    fn turn(&mut self, turn: impl FnOnce(&mut Conductor<'_>, Instant, &mut dyn Outbox)) {
        let now = self.now();
        turn(&mut self.conductor, now, &mut self.scene);
        while let Some(answer) = self.scene.world.answers.pop() {
            self.conductor.hear(now, answer, &mut self.scene);
        }
        self.services_are_open();
        self.scene.judge.is_square();
        self.scene.judge.answered = None;
        self.who_is_parked_holds_nothing();
    }

    /// No event reports that a service with a copy for each user is open.
    fn services_are_open(&mut self) {
        let spec = self.scene.judge.spec;
        for id in spec.agenda.services() {
            let state = self.conductor.run.state(spec.agenda.start_of(id));
            let is_apart = spec.service(id).per != ServicePer::Run;
            if is_apart && matches!(state, State::Passed | State::Revoked) {
                self.scene.judge.servants.were_ready.insert(id);
            }
        }
    }

    fn who_is_parked_holds_nothing(&self) {
        let judge = &self.scene.judge;
        for course in &judge.tests {
            let unit = judge.unit(course.id);
            let state = self.conductor.run.state(unit);
            let has_slot = course.slot.is_some();
            judge.require(course.runs() == has_slot, "who runs has a slot, and nobody else");
            judge.require(
                !course.runs() || state == State::Running,
                "who runs is not free to start",
            );
            let rests = matches!(state, State::Parked | State::Cancelled);
            judge.require(
                course.stand != Stand::Examined || rests,
                "a test holds no place while its attempt is examined",
            );
            if state == State::Parked {
                let leads = !judge.led_by(unit).is_empty() && course.stand != Stand::Examined;
                let holds = has_slot || leads || judge.uses.contains(&unit);
                judge.require(!holds, "who is parked holds nothing");
            }
        }
        let works = |activity: &&Activity| {
            let Activity::Import { library, .. } = activity else { return false };
            !judge.parked.contains(library) && !judge.wanting.contains(library)
        };
        let imports = self.scene.world.open.iter().filter(works).count();
        let is_within = imports <= judge.spec.settings.preloads.get() || judge.stop.is_some();
        judge.require(is_within, "no more imports work at once than may");
    }

    /// Every test that runs longer than its limit was reported as slow.
    fn nobody_was_forgotten(&self) {
        let judge = &self.scene.judge;
        let is_late = judge.is_late() && !self.conductor.is_over();
        judge.require(!is_late, "a run is told to end when its time is over");
        for course in &judge.tests {
            if let Stand::Runs { since, told_slow } = course.stand
                && !course.began_asleep
                && !self.scene.world.suspended
            {
                let slow = judge.spec.score().limits(judge.spec.test(course.id)).slow;
                let next = if told_slow.is_zero() { slow } else { told_slow * 2 };
                let is_told = judge.clock - since <= next || self.conductor.is_over();
                judge.require(is_told, "a slow test is told");
            }
        }
    }

    fn end(mut self) -> Vec<String> {
        let leaves = self.conductor.leaves();
        let judge = &mut self.scene.judge;
        judge.is_over = true;
        let world = &self.scene.world;
        judge.require(world.running().next().is_none(), "no test runs when a run is over");
        let is_service = |activity: &Activity| matches!(activity, Activity::Service { .. });
        judge.require(!world.open.iter().any(is_service), "no service outlives a run");
        judge.every_service_is_over();
        if leaves {
            judge.require(world.stopped.is_some(), "nothing is left to itself unasked");
        } else {
            let is_import = |activity: &Activity| matches!(activity, Activity::Import { .. });
            let others = world.open.iter().filter(|it| !is_import(it)).count();
            judge.require(others == 0, "all that was asked for has been heard of");
            let all_done = world.open.is_empty() || judge.stop.is_some();
            judge.require(all_done, "imports have come to their end");
            judge.require(judge.leads.is_empty(), "nobody leads when a run is over");
            judge.require(judge.uses.is_empty(), "nobody uses anything when a run is over");
        }
        judge.everything_is_ended(leaves);
        let now = self.begin + self.elapsed;
        let strays = vec![Leak { pid: 7, command: String::new() }];
        let doubled = vec![Doubled { path: PathBuf::from("/file"), times: 3 }];
        let left = (strays, doubled);
        let summary = self.conductor.end(now, self.elapsed, left, None, &mut self.scene);
        books::check(&self.scene.judge, &summary);
        self.scene.judge.notes()
    }
}

/// What the judge must know of a message.
fn heard(judge: &mut Judge<'_>, message: &Message, elapsed: Duration) {
    judge.may_open.clear();
    if let Message::Used { unit, .. } | Message::Admitted { unit, .. } = message {
        judge.answered = Some(*unit);
        judge.admitting.remove(unit);
    }
    match message {
        Message::TestEnded { unit, attempt, evidence, .. } => {
            let test = judge.test_of(*unit);
            judge.leaks += usize::from(!attempt.left.is_empty());
            let course = &mut judge.tests[test.index()];
            course.slot = None;
            course.told = Some(Told::Attempt {
                ending: attempt.ending.clone(),
                has_evidence: evidence.is_some(),
            });
            // It does not run any more, whatever follows.
            course.stand = Stand::Waits { not_before: Duration::MAX, has_failed: false };
        }
        Message::Examined { unit, attempt, finding } => {
            let test = judge.test_of(*unit);
            let verdict = finding.as_ref().map(Finding::verdict);
            let speaks = finding.as_ref().is_some_and(|finding| finding.gathering.is_some());
            judge.gathered += usize::from(speaks);
            judge.raced += usize::from(verdict.is_some_and(|verdict| verdict != Verdict::Real));
            judge.tests[test.index()].told =
                Some(Told::Examination { ending: attempt.ending.clone(), verdict });
        }
        Message::Import { unit, said } => {
            let (library, _) = judge.spec.score().preload(*unit);
            match said {
                Said::Wants if judge.stop.is_none() => {
                    judge.parked.remove(&library);
                    judge.wanting.insert(library);
                }
                Said::MovedAside(_) => judge.to_tell_aside += 1,
                Said::Ended { .. } => {
                    judge.builds.remove(&library);
                    judge.parked.remove(&library);
                    judge.wanting.remove(&library);
                }
                _ => {}
            }
        }
        Message::Admitted { unit, admission: Admission::Leading { led, cleared, known } } => {
            judge.may_open.extend(known.iter().map(|(id, _)| *id));
            judge.leads.push((*unit, led.clone()));
            if judge.goes_on(judge.test_of(*unit)) {
                let aside = cleared.iter().filter_map(|(_, cleared)| cleared.as_ref().ok());
                judge.to_tell_aside += aside.map(Vec::len).sum::<usize>();
            }
        }
        Message::Looked { looked: Looked { known: Ok(true), .. }, unit } => {
            judge.may_open.push(judge.spec.score().preload(*unit).0);
        }
        Message::Admitted { admission: Admission::Freely(known), .. } => {
            judge.may_open.extend(known.iter().map(|(id, _)| *id));
        }
        Message::Remembered { made, .. } => {
            for remembered in made {
                judge.remembered(remembered);
            }
        }
        Message::Used { unit, usage } => judge.used(*unit, usage, elapsed),
        Message::Service { instance, said: ServiceSaid::Gone } => judge.servants.is_gone(*instance),
        Message::Service { instance, said: ServiceSaid::Trouble(_) } => {
            judge.servants.in_trouble = Some(*instance);
        }
        Message::CommandLeft { command, .. } => judge.to_tell_left = Some(command.clone()),
        _ => {}
    }
}
