//! One HTTP exchange: which URLs are allowed, redirects, resuming, and which failure is of which kind. It does not know what the
//! bytes are, where they go, or whether another attempt follows.

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
