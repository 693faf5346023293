//! What this crate's caller knows and the crate does not. Does not know how the caller finds it out.

use std::borrow::Cow;
use std::path::Path;

/// Functions for command lines and files that this crate does not understand.
#[derive(Clone, Copy, Debug)]
pub struct Outside {
    /// Returns a command line as users may see it, for example without passwords.
    pub shown: for<'a> fn(&'a str) -> Cow<'a, str>,
    /// Returns why a file that the system does not run is no program, if the file shows that.
    pub flaw: fn(&Path) -> Option<String>,
}
