//! Single values, and what each may be. Knows no table and no key.

pub(crate) mod date;
pub(crate) mod digest;
pub(crate) mod duration;
pub(crate) mod ecosystem;
pub(crate) mod id;
pub(crate) mod jobs;
pub(crate) mod kind;
pub(crate) mod output;
pub(crate) mod patterns;
pub(crate) mod platform;
pub(crate) mod process_command;
pub(crate) mod results_file;
pub(crate) mod size;
pub(crate) mod template;
