//! Parts of mistakes: the kind of a name, the edge of a cycle, the limit that a number breaks.

use std::fmt;

use crate::Span;

/// The kind of thing that a name refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// `[library.NAME]`.
    Library,
    /// `[service.NAME]`.
    Service,
    /// An element of `needs`: a library or a service.
    Provision,
    /// `[suite.NAME]`.
    Suite,
    /// `[test.NAME]`.
    Test,
    /// `[group.NAME]`.
    Group,
    /// `[profile.NAME]`.
    Profile,
    /// An element of `tags`.
    Tag,
    /// A key of `env`.
    Variable,
}

/// One edge of a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The one that waits.
    pub from: String,
    /// The one that it waits for.
    pub to: String,
    /// The place that says so.
    pub span: Span,
}

/// Why a URL is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadUrl {
    /// The scheme is not http, https or file.
    Scheme,
    /// It has no host.
    Host,
    /// It has a space or a control character.
    Character,
    /// A `file` URL that is not absolute.
    Relative,
    /// It is a path where a URL is required.
    Path,
}

/// The limit of a range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The number is too small: this is the least.
    AtLeast(u32),
    /// The number is too large: this is the most.
    AtMost(u32),
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Library => "a library",
            Self::Service => "a service",
            Self::Provision => "a library or service",
            Self::Suite => "a suite",
            Self::Test => "a test",
            Self::Group => "a group",
            Self::Profile => "a profile",
            Self::Tag => "a tag",
            Self::Variable => "a variable",
        })
    }
}

impl Named {
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Library => "libraries",
            Self::Service => "services",
            Self::Provision => "libraries and services",
            Self::Suite => "suites",
            Self::Test => "tests",
            Self::Group => "groups",
            Self::Profile => "profiles",
            Self::Tag => "tags",
            Self::Variable => "variables",
        }
    }
}

impl fmt::Display for BadUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "only `http`, `https` and `file` are supported",
            Self::Host => "the host is missing",
            Self::Character => "a space or a control character",
            Self::Relative => "a `file` URL needs an absolute path: `file:///…`",
            Self::Path => "this is a path",
        })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "at least {least}"),
            Self::AtMost(most) => write!(f, "at most {most}"),
        }
    }
}
