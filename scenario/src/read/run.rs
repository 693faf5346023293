//! `[run]`, `[profile.NAME]` and `[group.NAME]`.

use std::collections::BTreeMap;

use super::context::Context;
use super::table::{Entry, Table};
use super::{leaf, process};
use crate::text::spelled::spelled;
use crate::{Group, Limits, Mistake, Report, ReportKind, RunDefaults};

/// Reads the keys that `[run]` and profiles share.
pub(super) fn defaults(context: &mut Context<'_>, mut table: Table<'_>) -> RunDefaults {
    let defaults = RunDefaults {
        jobs: table.take(context, "jobs", leaf::jobs),
        preloads: table.take(context, "preloads", leaf::positive),
        max_failures: table.take(context, "max-failures", leaf::count),
        run_timeout: table.take(context, "run-timeout", leaf::time_limit),
        platforms: table.take(context, "platforms", leaf::filled_list(leaf::platform)),
        status_level: table.take(context, "status-level", leaf::choice),
        success_output: table.take(context, "success-output", leaf::choice),
        failure_output: table.take(context, "failure-output", leaf::choice),
        reports: table.take(context, "reports", reports).unwrap_or_default(),
        limits: limits(context, &mut table),
    };
    table.finish(context);
    defaults
}

/// A file for each kind of report. No two may be written to one file: the later one would replace the other.
fn reports(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Vec<Report>> {
    let mut table = entry.table(context, "reports".to_owned())?;
    let mut reports = Vec::new();
    for &kind in ReportKind::ALL {
        let file = table.take(context, kind.word(), leaf::filled);
        reports.extend(file.map(|file| (file.span, Report { kind, file: file.value })));
    }
    table.finish(context);
    reports.sort_by_key(|(span, _)| *span);
    let mut taken = BTreeMap::new();
    for (span, Report { kind, file }) in &reports {
        if let Some(&(first, first_span)) = taken.get(&spelled(file)) {
            let (file, second, span) = (file.clone(), *kind, *span);
            context.mistake(Mistake::SameFile { file, first, first_span, second, span });
        } else {
            taken.insert(spelled(file), (*kind, *span));
        }
    }
    Some(reports.into_iter().map(|(_, report)| report).collect())
}

/// Reads the keys that every level from `[run]` to a test shares.
pub(super) fn limits(context: &mut Context<'_>, table: &mut Table<'_>) -> Limits {
    Limits {
        timeout: table.take(context, "timeout", leaf::time_limit),
        grace: table.take(context, "grace", leaf::duration),
        timeout_signal: table.take(context, "timeout-signal", leaf::choice),
        on_timeout: table.take(context, "on-timeout", process::commands),
        slow: table.take(context, "slow", leaf::time_limit),
        retries: table.take(context, "retries", leaf::count),
        race_retries: table.take(context, "race-retries", leaf::count),
        leaks: table.take(context, "leaks", leaf::choice),
        output: table.take(context, "output", leaf::choice),
        detect: table.take(context, "detect", leaf::detection),
        skip_code: table.take(context, "skip-code", leaf::exit_code),
    }
}

pub(super) fn group(context: &mut Context<'_>, name: &str, mut table: Table<'_>) -> Option<Group> {
    let meaning = "add `max = 1`: how many of its tests run at once";
    let max = table.require(context, "max", meaning, leaf::positive);
    let span = table.span;
    table.finish(context);
    Some(Group { name: name.to_owned(), max: max?, span })
}
