//! What each subcommand does: reads what it needs, calls the parts, prints, and says how it ended.

pub(crate) mod exec;
pub(crate) mod graph;
pub(crate) mod list;
pub(crate) mod run;

mod loading;
