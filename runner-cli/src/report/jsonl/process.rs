//! An attempt's process, as lines of `jsonl` show it.

use std::path::PathBuf;

use probe_process::Captured;
use probe_run::{Attempt, Outcome};
use probe_scenario::Suite;

use super::line::{Ending, File, Finding, Left, Output, Process, Seconds, Seen, Verdict};
use crate::report::{describe, verdict};

pub(super) fn process<'a>(
    suite: &'a Suite,
    attempt: &'a Attempt,
    finding: Option<&'a probe_run::Finding>,
    whole: &'a [PathBuf],
) -> Process<'a> {
    let left = attempt.left.iter().map(|leak| Left { pid: leak.pid, command: &leak.command });
    Process {
        ending: ending(&attempt.ending),
        took: Seconds(attempt.took),
        output: output(&attempt.output),
        whole: whole.iter().map(|path| path.as_path().into()).collect(),
        left_behind: left.collect(),
        verdict: finding.map(|finding| self::finding(suite, finding)),
    }
}

fn ending(ending: &probe_run::Ending) -> Ending<'_> {
    match ending {
        probe_run::Ending::Passed => Ending::Passed,
        probe_run::Ending::Leaked => Ending::Leaked,
        probe_run::Ending::Flaky => Ending::Flaky,
        probe_run::Ending::Empty => Ending::Empty,
        probe_run::Ending::Belied(reason) => Ending::Belied { reason },
        probe_run::Ending::Exited(code) => Ending::Exited { code: *code },
        probe_run::Ending::Killed(signal) => {
            Ending::Killed { signal: describe::signal_name(*signal) }
        }
        probe_run::Ending::TimedOut(_) => Ending::TimedOut,
        probe_run::Ending::Interrupted => Ending::Interrupted,
        probe_run::Ending::NotStarted(reason) | probe_run::Ending::NoRoom(reason) => {
            Ending::NotStarted { reason }
        }
    }
}

fn output(output: &Captured) -> Vec<Output<'_>> {
    let printed = output.streams().filter(|(_, stream)| !stream.is_empty());
    let outputs = printed.map(|(name, stream)| {
        let excerpt = stream.excerpt();
        Output {
            stream: name,
            head: String::from_utf8_lossy(excerpt.head),
            omitted: excerpt.omitted,
            tail: String::from_utf8_lossy(excerpt.tail),
        }
    });
    outputs.collect()
}

fn finding<'a>(suite: &'a Suite, finding: &'a probe_run::Finding) -> Finding<'a> {
    let files = finding.files.iter().map(|file| File {
        library: &suite.libraries[file.library.index()].name,
        path: file.path.as_path().into(),
        seen: match file.outcome {
            Outcome::Torn => Seen::Torn,
            Outcome::WrongContent => Seen::WrongContent,
            Outcome::LeftDamaged => Seen::LeftDamaged,
            Outcome::Missing => Seen::Missing,
            Outcome::Changed => Seen::Changed,
            Outcome::Intact => Seen::Intact,
        },
    });
    let kind = match finding.verdict() {
        probe_run::Verdict::Race => Verdict::Race,
        probe_run::Verdict::Unmended => Verdict::Unmended,
        probe_run::Verdict::Undeclared => Verdict::Undeclared,
        probe_run::Verdict::Real => Verdict::Real,
    };
    let lines = match kind {
        Verdict::Race => verdict::files(suite, finding),
        _ => verdict::explanation(suite, finding),
    };
    let symptom = finding.symptom.as_ref().map(ToString::to_string);
    Finding { kind, symptom, files: files.collect(), lines }
}
