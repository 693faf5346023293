//! From events to text. Knows the terminal's colours; does not know how anything is run.

mod brief;
mod bytes;
mod deferred;
mod describe;
mod ink;
mod lines;
mod policy;
mod races;
mod remark;
pub(crate) mod style;
mod summary;
mod verdict;

pub(crate) use brief::{Brief, Detail};
pub(crate) use bytes::Bytes;
pub(crate) use ink::Ink;
pub(crate) use lines::Lines;
pub(crate) use policy::Policy;
pub(crate) use remark::{remark, remark_in};
pub(crate) use summary::nothing_selected;

/// Says of the command of `exec` what its end has to do with its libraries.
pub(crate) fn command_verdict(suite: &probe_scenario::Suite, finding: &crate::run::Finding) {
    Lines::new(Ink::stderr(), suite).command_verdict(finding);
}
