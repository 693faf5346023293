//! What `probe help TOPIC` explains: texts of at most 80 columns. The keys of the manifest are taken from its schema, so
//! that none is left out.

mod keys;

use std::borrow::Cow;

/// Something to explain that is not one command's affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Manifest,
    Selectors,
    Reports,
    ExitCodes,
    Environment,
}

impl Topic {
    /// All of them, in the order to read them.
    pub(crate) const ALL: [Self; 5] =
        [Self::Manifest, Self::Selectors, Self::Reports, Self::ExitCodes, Self::Environment];

    /// The topic of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }

    /// How it is asked for.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Selectors => "selectors",
            Self::Reports => "reports",
            Self::ExitCodes => "exit-codes",
            Self::Environment => "environment",
        }
    }

    /// What it is about, in a few words.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Manifest => "`probe.toml`, with every key",
            Self::Selectors => "which tests are meant",
            Self::Reports => "what a run prints, and for which reader",
            Self::ExitCodes => "how probe ends",
            Self::Environment => "variables that probe reads and sets",
        }
    }

    /// All that there is to say.
    pub(crate) fn text(self) -> Cow<'static, str> {
        match self {
            Self::Manifest => format!("{}\n{}", include_str!("manifest.txt"), keys::text()).into(),
            Self::Selectors => include_str!("selectors.txt").into(),
            Self::Reports => include_str!("reports.txt").into(),
            Self::ExitCodes => include_str!("exit-codes.txt").into(),
            Self::Environment => include_str!("environment.txt").into(),
        }
    }
}
