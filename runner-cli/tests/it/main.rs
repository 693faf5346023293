//! The binary as people use it: in a temporary project, with a cleared environment.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests send signals and make links as any user does"
)]

mod adopting;
mod book;
mod browser;
mod builds;
mod cargo_directories;
mod commands;
mod completion;
mod detection;
mod discovery;
mod doctor;
mod early;
mod escapes;
mod examples;
mod exec;
mod exhaustion;
mod failed;
mod finally;
mod flood;
mod given;
mod graph;
mod help;
mod history;
mod history_links;
mod house;
mod imports;
mod init;
mod init_trees;
mod integrations;
mod keys;
mod killing;
mod kinds;
mod leaders;
mod leaving;
mod listing;
mod man;
mod mistakes;
mod nested;
mod netrc;
mod networks;
mod options;
mod outcomes;
mod output;
mod pictures;
mod pins;
mod plug;
mod preload;
mod programs;
mod race;
mod races;
mod real_runners;
mod reports;
mod run_timeout;
mod second_door;
mod secrets;
mod selecting;
mod server;
mod special;
mod stalled;
mod stopping;
mod store;
mod summary;
mod support;
mod surprises;
mod talking;
mod terminal;
mod together;
mod tools;
mod users;
mod users_files;
mod verdict;
