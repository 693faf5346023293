//! The binary as people use it: in a temporary project, with a cleared environment.

mod commands;
mod discovery;
mod doctor;
mod examples;
mod exec;
mod failed;
mod given;
mod graph;
mod history;
mod imports;
mod init;
mod keys;
mod leaders;
mod listing;
mod mistakes;
mod options;
mod outcomes;
mod pictures;
mod pins;
mod preload;
mod race;
mod server;
mod stopping;
mod store;
mod support;
mod together;
