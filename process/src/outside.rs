//! What whoever uses this crate knows, and the crate does not. Does not know how they find it out.

use std::borrow::Cow;
use std::path::Path;

/// What is asked where this crate must speak of a command line, or of a file, that it does not understand.
#[derive(Clone, Copy, Debug)]
pub struct Outside {
    /// A command line as people may see it: without passwords, say.
    pub shown: for<'a> fn(&'a str) -> Cow<'a, str>,
    /// Why a file that the system does not run is no program, if that can be seen in it.
    pub flaw: fn(&Path) -> Option<String>,
}
