//! What probe says after the command of `exec` has ended: whether its end has to do with libraries.

use std::io::Write;

use probe_run::Finding;
use probe_scenario::Suite;

use super::ink::Ink;
use super::lines::Lines;
use super::suspects::Suspects;
use super::{proposal, style, suspicions, verdict};

/// Says which files the command of `exec` may have raced for, and which work it did several times. Says nothing without
/// evidence.
pub fn undeclared(suspects: &Suspects) {
    let mut out = Ink::stderr();
    for (first, rest) in verdict::undeclared(suspects) {
        let _ = writeln!(out, "{}{:>12}{:#} {first}", style::WARN, "VERDICT", style::WARN)
            .and_then(|()| rest.iter().try_for_each(|line| writeln!(out, "             {line}")))
            // There is nowhere left to say that the stream is gone.
            .and_then(|()| out.flush());
    }
    for doubled in &suspects.doubled {
        // As above.
        let _ = suspicions::duplicate(&mut out, doubled, "the command").and_then(|()| out.flush());
    }
    // As above.
    let _ = proposal::write(&mut out, &suspects.proposals).and_then(|()| out.flush());
}

/// Says whether the end of the command of `exec` has to do with its libraries.
pub fn command_verdict(suite: &Suite, finding: &Finding) {
    Lines::new(Ink::stderr(), suite).command_verdict(finding);
}
