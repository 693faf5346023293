//! The patterns of a manifest, for paths on a disk. Follows symbolic links.

mod parse;
mod route;
mod walk;

pub use parse::Pattern;
