//! Proposals: what a manifest is to say of files that tests share and no library declares. From what was seen to a draft, from
//! a draft to the lines that fit a manifest, and from these to a longer manifest. `run` and `exec` make them, `.probe` keeps
//! them, `adopt` writes them.
//!
//! Does not know how anything was seen, nor how a proposal is told.

mod draft;
mod edit;
mod fit;
mod inputs;
mod kept;
mod names;
mod owner;
mod portable;
mod presets;
mod seen;

pub(crate) use draft::{Draft, drafts};
pub(crate) use edit::edited;
pub(crate) use fit::{fitted, is_named, only_table};
pub(crate) use kept::Kept;
pub(crate) use seen::{Ground, Seen, User, What};
