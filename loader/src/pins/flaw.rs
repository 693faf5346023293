//! What can be wrong with a lock file: one variant for each cause, with its place. It does not know
//! how it is shown.

use std::fmt;
use std::ops::Range;

/// A flaw in a lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What it is.
    pub kind: FlawKind,
    /// Its place, in bytes of the text.
    pub span: Range<usize>,
}

/// The kinds of flaws in a lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlawKind {
    /// Not UTF-8 from this place on.
    NotUtf8,
    /// The markers of an unfinished merge.
    Conflict,
    /// Invalid TOML, with the reason.
    Syntax(String),
    /// It has no version.
    NoVersion,
    /// It was written by a newer version of probe.
    Newer(u64),
    /// An unknown key.
    UnknownKey(String),
    /// A pin without this key.
    MissingKey(&'static str),
    /// A key with a value of the wrong type.
    WrongType {
        /// The key.
        key: &'static str,
        /// The expected type.
        expected: &'static str,
    },
    /// A text that is not a SHA-256 digest.
    BadDigest,
    /// A second pin of the same library for the same platform.
    Duplicate {
        /// The library.
        library: String,
        /// The platform.
        platform: String,
        /// The place of the first one.
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
