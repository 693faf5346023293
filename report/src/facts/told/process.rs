//! An attempt's process in facts.

use std::borrow::Cow;
use std::path::PathBuf;

use probe_process::Captured;
use probe_run::{Attempt, FileOutcome};

use super::places::Places;
use crate::describe;
use crate::facts::process::{
    Account, AccountKind, FileSeen, Finish, Left, Printed, Process, Seen, ServiceSaid, StreamName,
    TestsWithin, Used,
};
use crate::verdict;

/// Whether another attempt follows because of the finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    Race,
    Anything,
}

pub(super) fn process<'a>(
    places: &Places<'a>,
    attempt: &'a Attempt,
    finding: Option<&'a probe_run::Finding>,
    follows: Follows,
    whole: &'a [PathBuf],
) -> Process<'a> {
    let left =
        attempt.left.iter().map(|leak| Left { pid: leak.pid, command: (&leak.command).into() });
    Process {
        output: output(&attempt.output),
        whole: whole.iter().map(|path| path.to_string_lossy()).collect(),
        subtests: attempt
            .within
            .iter()
            .flat_map(|results| &results.subtests)
            .map(Into::into)
            .collect(),
        subtests_left_out: attempt.within.as_ref().map_or(0, |results| results.left_out),
        aside: attempt.aside.as_deref().map(Cow::Borrowed),
        left_behind: left.collect(),
        services: attempt
            .services
            .iter()
            .map(|said| ServiceSaid {
                service: (&said.service).into(),
                lines: said.lines.iter().map(Cow::from).collect(),
            })
            .collect(),
        verdict: finding.map(|finding| account(places, finding, follows)),
        ..outcome(attempt)
    }
}

/// How it ended, and how long it took.
pub(super) fn outcome(attempt: &Attempt) -> Process<'_> {
    Process {
        ending: (&attempt.ending).into(),
        took: attempt.took.into(),
        usage: attempt.usage.map(|usage| Used {
            user: usage.user.into(),
            system: usage.system.into(),
            peak: usage.peak,
        }),
        output: Vec::new(),
        tests: attempt.tally.map(|tally| TestsWithin {
            passed: tally.passed,
            failed: tally.failed,
            skipped: tally.skipped,
        }),
        subtests: Vec::new(),
        subtests_left_out: 0,
        aside: None,
        whole: Vec::new(),
        left_behind: Vec::new(),
        services: Vec::new(),
        verdict: None,
    }
}

impl<'a> From<&'a probe_run::Ending> for Finish<'a> {
    fn from(ending: &'a probe_run::Ending) -> Self {
        match ending {
            probe_run::Ending::Passed => Self::Passed,
            probe_run::Ending::Leaked => Self::Leaked,
            probe_run::Ending::Flaky => Self::Flaky,
            probe_run::Ending::Empty => Self::Empty,
            probe_run::Ending::Skipped(reason) => Self::Skipped { reason: reason.into() },
            probe_run::Ending::Expected { of, reason } => {
                Self::Expected { of: Box::new((&**of).into()), reason: reason.into() }
            }
            probe_run::Ending::Unexpected(reason) => Self::Unexpected { reason: reason.into() },
            probe_run::Ending::Unprepared(reason) => Self::Unprepared { reason: reason.into() },
            probe_run::Ending::Uncleared(reason) => Self::Uncleared { reason: reason.into() },
            probe_run::Ending::Belied(reason) => Self::Belied { reason: reason.into() },
            probe_run::Ending::Exited(code) => Self::Exited { code: *code },
            probe_run::Ending::Killed(signal) => {
                Self::Killed { signal: describe::signal_name(*signal) }
            }
            probe_run::Ending::TimedOut(overrun) => Self::TimedOut {
                timeout: overrun.timeout.into(),
                grace: overrun.grace.map(Into::into),
            },
            probe_run::Ending::Interrupted => Self::Interrupted,
            probe_run::Ending::NotStarted(reason) | probe_run::Ending::NoRoom(reason) => {
                Self::NotStarted { reason: reason.into() }
            }
            probe_run::Ending::Bereft(bereft) => {
                let own = Self::from(&bereft.ending);
                let detail = describe::detail(&own, 1);
                let own = if detail.is_empty() { describe::verb(&own).0.into() } else { detail };
                Self::ServiceLost {
                    service: (&bereft.service).into(),
                    cause: (&bereft.died).into(),
                    own: own.into(),
                }
            }
        }
    }
}

fn output(output: &Captured) -> Vec<Printed<'_>> {
    let printed = output.streams().filter(|(_, stream)| !stream.is_empty());
    let outputs = printed.map(|(name, stream)| {
        let excerpt = stream.excerpt();
        Printed {
            stream: match name {
                "stdout" => StreamName::Stdout,
                "stderr" => StreamName::Stderr,
                _ => StreamName::Output,
            },
            head: String::from_utf8_lossy(excerpt.head),
            omitted: excerpt.omitted,
            tail: String::from_utf8_lossy(excerpt.tail),
        }
    });
    outputs.collect()
}

fn account<'a>(
    places: &Places<'a>,
    finding: &'a probe_run::Finding,
    follows: Follows,
) -> Account<'a> {
    let files = finding.files.iter().map(|file| FileSeen {
        library: places.library(file.library),
        path: file.path.to_string_lossy(),
        seen: match file.outcome {
            FileOutcome::Torn => Seen::Torn,
            FileOutcome::WrongContent => Seen::WrongContent,
            FileOutcome::LeftDamaged => Seen::LeftDamaged,
            FileOutcome::Missing => Seen::Missing,
            FileOutcome::Changed => Seen::Changed,
            FileOutcome::Intact => Seen::Intact,
        },
    });
    let kind = match finding.verdict() {
        probe_run::Verdict::Race => AccountKind::Race,
        probe_run::Verdict::Unmended => AccountKind::Unmended,
        probe_run::Verdict::Undeclared => AccountKind::Undeclared,
        probe_run::Verdict::Real => AccountKind::Real,
    };
    let lines = match (follows, kind) {
        // That it is a race is said by what follows.
        (Follows::Race, AccountKind::Race | AccountKind::Unmended | AccountKind::Real) => {
            verdict::files(places.suite, finding)
        }
        (Follows::Race, AccountKind::Undeclared) | (Follows::Anything, _) => {
            verdict::explanation(places.suite, finding)
        }
    };
    let symptom = finding.symptom.as_ref().map(|symptom| Cow::Owned(symptom.to_string()));
    let lines = lines.into_iter().map(Cow::Owned).collect();
    Account { kind, symptom, files: files.collect(), lines }
}
