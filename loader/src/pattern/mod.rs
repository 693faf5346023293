//! The patterns of a manifest, for paths on a disk. Symbolic links are followed.

mod parse;
mod route;
mod walk;

pub use parse::Pattern;
