//! Which of the variables that stand for options reach the processes that probe starts: one of these may be another probe,
//! whose manifest, reports and choice of tests are its own affair.
//!
//! Knows no environment.

/// What says how this probe does its work. What it starts does not get them, unless the manifest says so.
pub(crate) const WITHHELD: [&str; 19] = [
    "PROBE_MANIFEST_PATH",
    "PROBE_PROFILE",
    "PROBE_JOBS",
    "PROBE_MAX_FAILURES",
    "PROBE_RUN_TIMEOUT",
    "PROBE_RETRIES",
    "PROBE_WRAP",
    "PROBE_FLAKY",
    "PROBE_RACE_RETRIES",
    "PROBE_RACE_RETRIES_UNDECLARED",
    "PROBE_NO_CAPTURE",
    "PROBE_OUTPUT",
    "PROBE_SUCCESS_OUTPUT",
    "PROBE_FAILURE_OUTPUT",
    "PROBE_STATUS_LEVEL",
    "PROBE_REPORT",
    "PROBE_SHARD",
    "PROBE_SHARD_BY",
    "PROBE_TIMINGS",
];

/// What says how things are on this machine, or what its user or owner wants of every probe.
#[cfg(test)]
const HANDED_ON: [&str; 8] = [
    "PROBE_COLOR",
    "PROBE_PROGRESS",
    "PROBE_STORE",
    "PROBE_LOWER_STORE",
    "PROBE_LOCK_TIMEOUT",
    "PROBE_LOCKED",
    "PROBE_MIRROR",
    "PROBE_OFFLINE",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::args::{Arguments, Detail};

    fn variables(command: &clap::Command, found: &mut BTreeSet<String>) {
        let own = command.get_arguments().filter_map(clap::Arg::get_env);
        found.extend(own.map(|variable| variable.to_string_lossy().into_owned()));
        command.get_subcommands().for_each(|command| variables(command, found));
    }

    #[test]
    fn of_every_variable_of_an_option_it_is_decided_who_gets_it() {
        let mut found = BTreeSet::new();
        variables(&Arguments::described(Detail::All), &mut found);
        let decided = WITHHELD.iter().chain(&HANDED_ON).map(|name| (*name).to_owned());
        assert_eq!(found, decided.collect::<BTreeSet<String>>());
    }
}
