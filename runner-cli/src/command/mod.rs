//! What each subcommand does: reads what it needs, calls the parts, prints, and says how it ended.

pub(crate) mod add;
pub(crate) mod adopt;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod env;
pub(crate) mod exec;
pub(crate) mod graph;
pub(crate) mod help;
pub(crate) mod history;
pub(crate) mod init;
pub(crate) mod inspect;
mod leads;
pub(crate) mod list;
pub(crate) mod lock;
pub(crate) mod man;
mod opening;
pub(crate) mod preload;
pub(crate) mod race;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod schema;
mod selected;
pub(crate) mod store;

mod credentials;
mod loading;
mod preloading;
mod proposing;
mod race_result;
mod reason;
mod showing;
mod shuffling;
mod undeclared;
mod unneeded;
mod unversioned;
mod verdict;
mod wanted;
