//! From a URL or a local file to what goes into the store: asked for, tried again, hashed on the way, and unpacked. It does not know
//! locks, nor where a library is looked for.

mod download;
pub(crate) mod http;
pub(crate) mod local;
pub(crate) mod remote;
mod retry;
mod turns;
mod unpack;
