//! What `-h` says of options in a line, where `--help` takes more: so that it fits a terminal of 24 lines.
//!
//! Knows the names of commands and options, not what they do.

/// A command, or nothing for all that have the option; the option; what `-h` says.
const SHORT: [(&str, &str, &str); 28] = [
    ("", "selector", "Only tests that match, as `tag:smoke,!tag:slow`"),
    ("", "changed", "Only tests that your changes affect"),
    ("", "failed", "Only tests that have not passed since they failed"),
    ("", "watch", "Then run what each change of a file affects"),
    ("", "run_ignored", "Tests that are ignored: no, only, all"),
    ("", "shard", "One shard of several machines', as `2/4`, or `auto`"),
    ("", "shard_by", "Divide by name, or by time"),
    ("", "timings", "The times for `--shard-by time`"),
    ("", "max_failures", "Start nothing more after N failures"),
    ("", "retries", "Run failed tests up to N times more"),
    ("", "locked", "Use only pinned downloads"),
    ("", "offline", "Download nothing"),
    ("", "profile", "Use the defaults of `[profile.NAME]`"),
    ("preload", "replace", "Replace a file that contradicts its digest"),
    ("env", "replace", "Replace a file that contradicts its digest"),
    ("preload", "libraries", "Only these libraries, and what they need"),
    ("env", "libraries", "Only these libraries, and what they need"),
    ("preload", "env_file", "Write the variables of the libraries there"),
    ("exec", "needs", "A library to prepare, in place of all; repeatable"),
    ("graph", "why", "Show why this test waits"),
    ("graph", "critical", "Show the longest path, with its times"),
    ("race", "rounds", "Rounds, each on empty caches"),
    ("race", "copies", "Copies of the command in a round"),
    ("race", "jobs", "Copies that run at once"),
    ("race", "fresh", "A path that is not there when a round begins"),
    ("race", "fresh_var", "A variable for an empty directory"),
    ("race", "keep", "A variable that is left as it is"),
    ("race", "with_probe", "The same again as `probe exec`"),
];

/// What `-h` says of an option of `command`, if that is shorter than what `--help` says.
pub(super) fn of(command: &str, option: &str) -> Option<&'static str> {
    let fits = |entry: &&(&str, &str, &str)| {
        (entry.0.is_empty() || entry.0 == command) && entry.1 == option
    };
    SHORT.iter().find(fits).map(|(_, _, text)| *text)
}
