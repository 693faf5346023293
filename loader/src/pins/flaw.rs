//! What can be wrong with a lock file, one variant a cause, each with its place. It does not know how it is shown.

use std::fmt;
use std::ops::Range;

/// Something that is wrong with a lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What it is.
    pub kind: FlawKind,
    /// Where, in bytes of the text.
    pub span: Range<usize>,
}

/// The ways in which a lock file can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlawKind {
    /// Not UTF-8 from there on.
    NotUtf8,
    /// The marks of a merge that somebody has not finished.
    Conflict,
    /// Not TOML there, for the reason that is given.
    Syntax(String),
    /// It does not say its version.
    NoVersion,
    /// It was written by a version of probe that knows more.
    Newer(u64),
    /// A key that means nothing.
    UnknownKey(String),
    /// A pin without this key.
    MissingKey(&'static str),
    /// A key with a value of another type than the one named.
    WrongType {
        /// The key.
        key: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// A text that is no SHA-256 digest.
    BadDigest,
    /// A second pin of the same library for the same platform.
    Duplicate {
        /// The library.
        library: String,
        /// The platform.
        platform: String,
        /// Where the first one is.
        first: Range<usize>,
    },
}

impl fmt::Display for FlawKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("not UTF-8"),
            Self::Conflict => f.write_str("the marks of an unfinished merge"),
            Self::Syntax(reason) => f.write_str(reason),
            Self::NoVersion => f.write_str("no `version`"),
            Self::Newer(version) => {
                write!(f, "version {version}, which only a newer probe can read")
            }
            Self::UnknownKey(key) => write!(f, "unknown key `{key}`"),
            Self::MissingKey(key) => write!(f, "a pin without `{key}`"),
            Self::WrongType { key, expected } => write!(f, "`{key}` takes {expected}"),
            Self::BadDigest => f.write_str("no SHA-256 digest: that has 64 hexadecimal digits"),
            Self::Duplicate { library, platform, .. } => {
                write!(f, "a second pin of `{library}` for `{platform}`")
            }
        }
    }
}
