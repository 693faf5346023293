//! What was moved aside, with the command that moves it back. It does not know how it was moved, or
//! by which code.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A file or a folder that was moved aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// Where it was.
    pub from: PathBuf,
    /// Where it is now: in the store's directory `damaged`. A prune removes it when it is old,
    /// unless it is unknown what made it.
    pub to: PathBuf,
    /// Why, as a fragment that fits after "it is": `torn: cut at 5 of 9 bytes`.
    pub why: String,
}

impl Aside {
    /// Returns the shell command that moves it back.
    #[must_use]
    pub fn way_back(&self) -> String {
        format!("mv {} {}", quoted(&self.to), quoted(&self.from))
    }
}

impl fmt::Display for Aside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` was {}", self.from.display(), self.why)
    }
}

/// Quotes a path as one word of a shell command.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-+,:@%".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_quoted() {
        let aside = |from: &str| Aside { from: from.into(), to: "/s/x".into(), why: String::new() };
        assert_eq!(aside("/a/b.so").way_back(), "mv /s/x /a/b.so");
        assert_eq!(aside("/a/it's b").way_back(), r"mv /s/x '/a/it'\''s b'");
    }
}
