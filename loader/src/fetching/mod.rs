//! From a URL or a local file to the content for the store: requests, retries, hashing and unpacking. It does not know locks, or
//! where a library is looked for.

mod download;
pub(crate) mod http;
pub(crate) mod local;
pub(crate) mod remote;
mod retry;
mod turns;
mod unpack;
