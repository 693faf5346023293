//! The patterns of a manifest, for paths on a disk: the language is `globset`'s, in which the patterns of test files are matched,
//! too. It does not know what is looked for.
//!
//! `*` and `?` stay within a name, hidden ones included; `**` stands for any folders, and at the end for all files below; `{a,b}`
//! is a choice, `[ab]` a class, `[!ab]` its opposite, and `\` takes a sign as it is. Symbolic links are followed.

mod parse;
mod route;
mod text;
mod walk;

pub use parse::Pattern;
