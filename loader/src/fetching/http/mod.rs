//! One HTTP exchange: which URLs may be asked, redirects, resuming, and what counts as which failure. It does not know what the
//! bytes are, where they go, or whether there will be another attempt.

mod address;
mod answer;
mod certificates;
mod client;
mod failure;
mod headers;
mod pause;
mod route;

pub use address::GITHUB_HOSTS;
pub(crate) use address::redact;
pub(crate) use answer::{Resume, Version, is_named_so};
pub(crate) use client::Client;
pub(crate) use failure::{Failure, describe_io};
