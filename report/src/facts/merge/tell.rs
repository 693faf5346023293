//! Passes on the facts of all shards as those of one run.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::time::Duration;

use super::error::MergeError;
use super::plan::{Places, joined, sorted};
use super::survey::{Survey, Weight};
use crate::facts::fact::Fact;
use crate::facts::line::Line;
use crate::facts::log::Log;
use crate::facts::log_error::LogError;
use crate::facts::named::TestName;
use crate::facts::seconds::Seconds;

/// The exit codes of runs, the one first that decides where several are there. Signals decide before all of them.
const DECIDES: [u8; 5] = [100, 104, 105, 110, 96];
/// Of a run that has not shown that its tests pass.
const NOT_SHOWN: u8 = 100;
/// Of a run of nothing.
const NOTHING: u8 = 4;

/// All shards of one run.
#[derive(Debug)]
pub struct Merge {
    /// By number.
    shards: Vec<Survey>,
    places: Vec<Places>,
    plan: Vec<Fact<'static>>,
    /// For each name that several shards have prepared, the shard that reports the result.
    speakers: BTreeMap<String, usize>,
}

impl Merge {
    /// Makes one run of these shards, in any order.
    ///
    /// # Errors
    ///
    /// Fails if they are not all shards of one run, each once.
    pub fn of(shards: Vec<Survey>) -> Result<Self, MergeError> {
        let shards = sorted(shards)?;
        let (plan, places) = joined(&shards)?;
        let mut speakers: BTreeMap<String, (usize, (Weight, Duration))> = BTreeMap::new();
        for (number, shard) in shards.iter().enumerate() {
            for (name, came) in &shard.shared {
                let speaker = speakers.entry(name.clone()).or_insert((number, came.rank));
                if came.rank > speaker.1 {
                    *speaker = (number, came.rank);
                }
            }
        }
        let speakers = speakers.into_iter().map(|(name, (number, _))| (name, number)).collect();
        Ok(Self { shards, places, plan, speakers })
    }

    /// The number of shards.
    pub fn shards(&self) -> usize {
        self.shards.len()
    }

    /// The id of the run, from its first shard.
    pub fn run_id(&self) -> u64 {
        match &self.shards[0].began {
            Fact::RunStarted { run, .. } => u64::from_str_radix(run, 16).unwrap_or(0),
            _ => 0,
        }
    }

    /// The number of libraries in the run.
    pub fn libraries(&self) -> usize {
        self.plan.iter().filter(|fact| matches!(fact, Fact::LibraryPlanned(_))).count()
    }

    /// The tests of the run in the order of its plan: each with its place among all tests of the project, and its name.
    pub fn tests(&self) -> Vec<(usize, String)> {
        let all = self.shards.iter().flat_map(|shard| &shard.tests);
        let mut all: Vec<(usize, String)> = all
            .map(|(_, planned)| (planned.place.unwrap_or(0), planned.test.name().to_owned()))
            .collect();
        all.sort_unstable();
        all
    }

    /// The shards in which probe was killed, by number, with the tests there that have no result.
    pub fn cut_off(&self) -> impl Iterator<Item = (u32, Vec<&str>)> {
        let cut = self.shards.iter().filter(|shard| shard.end.is_none());
        cut.map(|shard| (shard.dealt.number, shard.lost().map(TestName::name).collect()))
    }

    /// The exit code as if the shards were one run.
    pub fn exit_code(&self) -> u8 {
        let codes: Vec<u8> = self
            .shards
            .iter()
            .map(|shard| match &shard.end {
                Some(Fact::RunEnded { exit_code, .. }) => *exit_code,
                _ => NOT_SHOWN,
            })
            .collect();
        let signal = codes.iter().find(|code| **code > 128);
        let decides = || DECIDES.iter().find(|code| codes.contains(code));
        let other = || codes.iter().find(|code| **code != 0 && **code != NOTHING);
        match signal.or_else(decides).or_else(other) {
            Some(code) => *code,
            None if codes.iter().all(|code| *code == NOTHING) => NOTHING,
            None => 0,
        }
    }

    /// Passes all facts to `hear`: the beginning, the plan, the facts of the logs in the order of time, and the end, unless
    /// probe was killed in some shard. `logs` are the same logs as before, by number of shard.
    ///
    /// # Errors
    ///
    /// Fails with the name of a log that can no longer be read.
    pub fn tell<R: BufRead>(
        &self,
        logs: Vec<R>,
        hear: &mut dyn FnMut(Seconds, &Fact<'_>),
    ) -> Result<(), MergeError> {
        let zero = Seconds::from(Duration::ZERO);
        hear(zero, &self.beginning());
        self.plan.iter().for_each(|fact| hear(zero, fact));
        let mut logs: Vec<Log<R>> = logs
            .into_iter()
            .zip(&self.shards)
            .map(|(lines, shard)| Log::begin(lines).map_err(|why| unreadable(shard, why)))
            .collect::<Result<_, _>>()?;
        let mut next: Vec<Option<Line<Fact<'static>>>> = Vec::new();
        for (log, shard) in logs.iter_mut().zip(&self.shards) {
            next.push(following(log, shard)?);
        }
        let mut told = Told::default();
        // Of facts at the same time, the shard with the lowest number comes first.
        while let Some((number, at)) = next
            .iter()
            .enumerate()
            .filter_map(|(number, line)| Some((number, line.as_ref()?.at.duration())))
            .min_by_key(|(_, at)| *at)
        {
            let line = next[number].take().expect("it is there");
            if let Some(fact) = self.retold(number, line.fact, &mut told) {
                hear(Seconds::from(at), &fact);
            }
            next[number] = following(&mut logs[number], &self.shards[number])?;
        }
        if self.shards.iter().all(|shard| shard.end.is_some()) {
            let end = self.end();
            let Fact::RunEnded { took, .. } = &end else { unreachable!("it is the end") };
            hear(*took, &end);
        }
        Ok(())
    }

    /// How the run began: when its first shard did.
    fn beginning(&self) -> Fact<'static> {
        let (mut all_tests, mut all_jobs, mut first, mut others) = (0, 0, None::<&str>, usize::MAX);
        let mut one = self.shards[0].began.clone();
        for shard in &self.shards {
            let Fact::RunStarted { tests, jobs, clock, skipped, .. } = &shard.began else {
                continue;
            };
            all_tests += tests;
            all_jobs += jobs;
            // Those that no shard has are skipped in each.
            others = others
                .min(skipped.saturating_sub(shard.dealt.tests - tests.min(&shard.dealt.tests)));
            first = Some(first.map_or(&**clock, |first| first.min(clock)));
        }
        let first = first.unwrap_or_default().to_owned().into();
        let planned = |is: fn(&Fact<'_>) -> bool| self.plan.iter().filter(|fact| is(fact)).count();
        let all_libraries = planned(|fact| matches!(fact, Fact::LibraryPlanned(_)));
        let all_services = planned(|fact| matches!(fact, Fact::ServicePlanned(_)));
        if let Fact::RunStarted {
            clock,
            tests,
            libraries,
            services,
            skipped,
            jobs,
            shuffle,
            shard,
            ..
        } = &mut one
        {
            (*clock, *tests, *libraries, *services) =
                (first, all_tests, all_libraries, all_services);
            (*skipped, *jobs, *shuffle, *shard) = (others, all_jobs, None, None);
        }
        one
    }

    /// Turns a fact of a shard into a fact of the run. `None` if another shard reports it.
    fn retold(
        &self,
        number: usize,
        mut fact: Fact<'static>,
        told: &mut Told,
    ) -> Option<Fact<'static>> {
        let shard = &self.shards[number];
        self.places[number].replace(&mut fact);
        let speaks = |name: &str| self.speakers.get(name).is_none_or(|speaker| *speaker == number);
        match &mut fact {
            Fact::PreloadStarted { library }
            | Fact::PreloadWorking { library, .. }
            | Fact::PreloadTransferred { library, .. }
            | Fact::PreloadParked { library }
            | Fact::PreloadResumed { library }
            | Fact::PreloadWaiting { library, .. }
            | Fact::PreloadRetrying { library, .. }
            | Fact::PreloadPassed { library, .. }
            | Fact::PreloadLooked { library, .. }
            | Fact::PreloadChecked { library, .. }
                if !speaks(library.name()) =>
            {
                return None;
            }
            Fact::PreloadFailed { library, blocked, .. } => {
                if !speaks(library.name()) {
                    return None;
                }
                *blocked = self.blocked(library.name());
            }
            Fact::ServiceFailed { service, blocked, .. }
            | Fact::ServiceDied { service, blocked, .. }
                if !speaks(service) =>
            {
                let (service, blocked) = (service.clone(), std::mem::take(blocked));
                return (!blocked.is_empty()).then_some(Fact::ServiceBlocks { service, blocked });
            }
            Fact::ServiceStarting { service, .. }
            | Fact::ServiceReady { service, .. }
            | Fact::ServiceStopping { service, .. }
            | Fact::ServiceStopped { service, .. }
                if !speaks(service) =>
            {
                return None;
            }
            Fact::TestStarted { slot, .. } => *slot += self.slots_before(number),
            Fact::Warning { text } => {
                let words = format!("shard {}: {text}", shard.dealt.number);
                *text = words.into();
            }
            Fact::RunStopping { .. } if std::mem::replace(&mut told.stopping, true) => return None,
            Fact::RunTimedOut { .. } => {
                return (!std::mem::replace(&mut told.timed_out, true)).then(|| self.timed_out());
            }
            Fact::RunEnded { .. } => return None,
            _ => {}
        }
        Some(fact)
    }

    /// The slots of the shards before this one.
    fn slots_before(&self, number: usize) -> usize {
        let slots = |shard: &Survey| match &shard.began {
            // No more are used, and a log says no more.
            Fact::RunStarted { jobs, tests, .. } => *jobs.min(tests),
            _ => 0,
        };
        self.shards[..number].iter().map(slots).sum()
    }

    /// The tests that did not run for a library, in all shards.
    fn blocked(&self, name: &str) -> Vec<TestName<'static>> {
        let mut all: Vec<TestName<'static>> = Vec::new();
        for (shard, places) in self.shards.iter().zip(&self.places) {
            let blocked = shard.shared.get(name).map_or(&[][..], |came| &came.blocked);
            all.extend(blocked.iter().cloned().map(|mut test| {
                places.test(&mut test);
                test
            }));
        }
        all.sort_by_key(TestName::id);
        all
    }

    /// What was unfinished in any shard when its time was over.
    fn timed_out(&self) -> Fact<'static> {
        let mut all: Option<Fact<'static>> = None;
        for (shard, places) in self.shards.iter().zip(&self.places) {
            let Some(mut fact) = shard.timed_out.clone() else { continue };
            places.replace(&mut fact);
            match (&mut all, fact) {
                (
                    Some(Fact::RunTimedOut { tests, libraries, not_started, .. }),
                    Fact::RunTimedOut { tests: more, libraries: others, not_started: open, .. },
                ) => {
                    tests.extend(more);
                    libraries.extend(others);
                    not_started.extend(open);
                }
                (all, fact) => *all = Some(fact),
            }
        }
        all.expect("a shard that tells it has it")
    }

    /// How the run ended, when its last shard did.
    fn end(&self) -> Fact<'static> {
        let mut all: Option<Fact<'static>> = None;
        for (shard, places) in self.shards.iter().zip(&self.places) {
            let Some(mut fact) = shard.end.clone() else { continue };
            places.replace(&mut fact);
            match &mut all {
                None => all = Some(fact),
                Some(all) => add(all, fact),
            }
        }
        let mut all = all.expect("there is a shard");
        let Fact::RunStarted { skipped: others, .. } = self.beginning() else {
            unreachable!("it is the beginning")
        };
        if let Fact::RunEnded { exit_code, skipped, .. } = &mut all {
            (*exit_code, *skipped) = (self.exit_code(), others);
        }
        all
    }
}

/// Names that were reported already.
#[derive(Debug, Default)]
struct Told {
    stopping: bool,
    timed_out: bool,
}

/// Adds the counts of one end to those of another.
fn add(all: &mut Fact<'static>, other: Fact<'static>) {
    let Fact::RunEnded {
        run,
        passed,
        failed,
        expected,
        flaky,
        recovered,
        empty,
        skips,
        blocked,
        not_run,
        suspicions,
        duplicates,
        peak_floor,
        took,
        ..
    } = all
    else {
        return;
    };
    let Fact::RunEnded {
        run: more_run,
        passed: more_passed,
        failed: more_failed,
        expected: more_expected,
        flaky: more_flaky,
        recovered: more_recovered,
        empty: more_empty,
        skips: more_skips,
        blocked: more_blocked,
        not_run: more_not_run,
        suspicions: more_suspicions,
        duplicates: more_duplicates,
        peak_floor: other_floor,
        took: other_took,
        ..
    } = other
    else {
        return;
    };
    for (count, more) in [
        (run, more_run),
        (passed, more_passed),
        (failed, more_failed),
        (expected, more_expected),
        (flaky, more_flaky),
        (recovered, more_recovered),
        (empty, more_empty),
        (skips, more_skips),
        (blocked, more_blocked),
        (not_run, more_not_run),
    ] {
        *count += more;
    }
    suspicions.extend(more_suspicions);
    duplicates.extend(more_duplicates);
    *peak_floor = (*peak_floor).max(other_floor);
    if other_took.duration() > took.duration() {
        *took = other_took;
    }
}

/// The next fact after the plan of a log.
fn following<R: BufRead>(
    log: &mut Log<R>,
    shard: &Survey,
) -> Result<Option<Line<Fact<'static>>>, MergeError> {
    loop {
        let line = log.next_fact().map_err(|why| unreadable(shard, why))?;
        let is_plan = |line: &Line<Fact<'_>>| {
            matches!(
                line.fact,
                Fact::RunStarted { .. }
                    | Fact::LibraryPlanned(_)
                    | Fact::ServicePlanned(_)
                    | Fact::TestsPlanned(_)
            )
        };
        if !line.as_ref().is_some_and(is_plan) {
            return Ok(line);
        }
    }
}

fn unreadable(shard: &Survey, why: LogError) -> MergeError {
    MergeError::Log { name: shard.name.clone(), why }
}
