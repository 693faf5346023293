//! From events to text. Knows the terminal's colours; does not know how anything is run.

mod brief;
mod bytes;
mod describe;
mod ink;
mod lines;
mod remark;
pub(crate) mod style;
mod summary;

pub(crate) use brief::{Brief, Detail};
pub(crate) use bytes::Bytes;
pub(crate) use ink::Ink;
pub(crate) use lines::Lines;
pub(crate) use remark::{remark, remark_in};
