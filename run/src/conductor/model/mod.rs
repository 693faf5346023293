//! Tests the conductor with random histories of small suites. Everything ends in every way at every time, with signals, time
//! limits, pauses, races, parks, cancels, retries, lack of room, leaders, uses, services and limits of failures.
//!
//! A judge sees what any observer could: every event and every order. A failing history prints its seed, and `play(seed, now(),
//! true)` prints what happened in it.

mod books;
mod course;
mod finally;
mod history;
mod judge;
mod overtime;
mod rules;
mod servants;
mod spec;
mod world;

use std::ops::Range;
use std::time::Instant;

use history::play;

fn play_all(seeds: Range<u64>) {
    let begin = now();
    for seed in seeds {
        play(seed, begin, false);
    }
}

#[expect(clippy::disallowed_methods, reason = "any time will do to begin with")]
fn now() -> Instant {
    Instant::now()
}

// Four tests of 25,000 seeds each, so that they share the cores.

#[test]
fn no_history_breaks_a_rule_first_quarter() {
    play_all(0..25_000);
}

#[test]
fn no_history_breaks_a_rule_second_quarter() {
    play_all(25_000..50_000);
}

#[test]
fn no_history_breaks_a_rule_third_quarter() {
    play_all(50_000..75_000);
}

#[test]
fn no_history_breaks_a_rule_fourth_quarter() {
    play_all(75_000..100_000);
}

#[test]
fn the_same_seed_gives_the_same_history() {
    let begin = now();
    // The last line of a command contains the time at which it arrived.
    let same = |seed| {
        let mut history = play(seed, begin, true);
        history.retain(|note| !note.contains("LastLine"));
        history
    };
    for seed in 0..200 {
        assert_eq!(same(seed), same(seed));
    }
}

/// A rule about something that never happens is not tested.
#[test]
fn everything_that_can_happen_happens() {
    let kinds = [
        "  PreloadStarted",
        "  Importing",
        "  Transferred",
        "  PreloadParked",
        "  PreloadResumed",
        "  PreloadWaiting",
        "  PreloadRetrying",
        "  PreloadPassed",
        "  PreloadFailed",
        "  BuildCutShort",
        "  CommandLeft",
        "  MovedAside",
        "  ServiceStarting",
        "  ServiceReady",
        "  ServiceFailed",
        "  ServiceDied",
        "  ServiceBlocks",
        "  ServiceStopping",
        "  ServiceStopped",
        "  ServiceTrouble",
        "  ServiceRestarting",
        "share: Slot",
        "share: Test",
        "ending: Bereft",
        "  act StartService",
        "  act StopService",
        "  Looked",
        "  Checked",
        "  TestLeads",
        "  LedElsewhere",
        "  TestStarted",
        "  TestSlow",
        "  TestExamined",
        "  TestRetried",
        "  TestRaced",
        "  TestAwaits",
        "  TestPostponed",
        "  TestGivenUp",
        "  TestEnded",
        "  TestsBlocked",
        "  LibraryOpened",
        "  Suspending",
        "  Resumed",
        "  Warning",
        "  Stopping(Signal",
        "  Stopping(MaxFailures",
        "  Stopping(RunTimeout",
        "  RunTimedOut(",
        "  Ended(",
        "  act Run",
        "  act Import",
        "  act GoOn",
        "  act Look",
        "  act Admit",
        "  act GiveLeadUp",
        "  act Remember",
        "  act Use",
        "  act EndUse",
        "  act Examine",
        "  act Cancel",
        "  act Stop",
        "  act Suspend",
        "  act Resume",
        "  act AskIdle",
        "ending: Flaky",
        "ending: Empty",
        "ending: Skipped",
        "ending: Expected",
        "ending: Unexpected",
        "makes library",
        "have passed that need it, one at a time",
        "those that follow run together",
        "runs finally, after a stop",
    ];
    let begin = now();
    let mut missing = kinds.to_vec();
    for seed in 0..2_000 {
        let history = play(seed, begin, true);
        missing.retain(|kind| !history.iter().any(|note| note.contains(kind)));
        if missing.is_empty() {
            return;
        }
    }
    panic!("these never happen: {missing:?}");
}
