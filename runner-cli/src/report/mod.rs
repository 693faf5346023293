//! From events to text. Knows the terminal's colours; does not know how anything is run.

mod asked;
mod brief;
mod bytes;
mod clock;
mod counted;
mod deferred;
mod describe;
mod facts;
mod github;
mod html;
mod ink;
mod jsonl;
mod junit;
mod lines;
mod live;
mod origin;
mod outlet;
mod outline;
mod place;
mod policy;
mod races;
mod record;
mod remark;
mod report_error;
mod reports;
mod rerun;
mod screen;
mod stream;
pub(crate) mod style;
mod summary;
mod suspects;
mod system;
mod tap;
mod trace;
mod verdict;

use std::io::Write;

pub(crate) use asked::{AskedReport, Destination};
pub(crate) use brief::{Brief, Detail};
pub(crate) use bytes::Bytes;
pub(crate) use counted::tests;
pub(crate) use describe::signal_name;
pub(crate) use facts::{Fact, Finish, Log, LogError, PreloadHow, Told};
pub(crate) use github::{GithubJob, Quoted};
pub(crate) use ink::Ink;
pub(crate) use jsonl::SCHEMA as EVENTS_SCHEMA;
pub(crate) use lines::Lines;
pub(crate) use live::{Live, Scope};
pub(crate) use origin::origin;
pub(crate) use outline::Outline;
pub(crate) use policy::Policy;
pub(crate) use remark::{remark, remark_in, warn};
pub(crate) use report_error::ReportError;
pub(crate) use reports::{Desk, Reporting, Reports};
pub(crate) use rerun::{By, Rerun};
pub(crate) use screen::{Screen, Show, is_terminal};
pub(crate) use summary::nothing_selected;
pub(crate) use suspects::Suspects;

/// Says what the command of `exec`, which failed, has perhaps raced for; nothing where nothing points at anything.
pub(crate) fn undeclared(suspects: &Suspects) {
    for (first, rest) in verdict::undeclared(suspects) {
        let mut out = Ink::stderr();
        let _ = writeln!(out, "{}{:>12}{:#} {first}", style::WARN, "VERDICT", style::WARN)
            .and_then(|()| rest.iter().try_for_each(|line| writeln!(out, "             {line}")))
            // There is nowhere left to say that the stream is gone.
            .and_then(|()| out.flush());
    }
}

/// Says of the command of `exec` what its end has to do with its libraries.
pub(crate) fn command_verdict(suite: &probe_scenario::Suite, finding: &probe_run::Finding) {
    Lines::new(Ink::stderr(), suite).command_verdict(finding);
}
