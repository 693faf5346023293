//! Choices that are written as one word: an enum, its spelling, and the error for any other word.

use std::fmt;

/// A word that is not one of the choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// The kind of word: `platform`.
    pub what: &'static str,
    /// The word as written.
    pub found: String,
    /// The choices, in the order of the documentation.
    pub known: Vec<String>,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, found, known } = self;
        match known.as_slice() {
            [] => write!(f, "unknown {what} `{found}`, there is none"),
            known => write!(f, "unknown {what} `{found}`, known are `{}`", known.join("`, `")),
        }
    }
}

impl std::error::Error for UnknownWord {}

/// Defines an enum whose variants are words, with `ALL`, `Display` and `FromStr`.
macro_rules! words {
    (
        $(#[$doc:meta])*
        $name:ident $what:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every choice, in the order in which messages list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as the manifest spells it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::word::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|choice| choice.word() == text).ok_or_else(|| {
                    $crate::text::word::UnknownWord {
                        what: $what,
                        found: text.to_owned(),
                        known: Self::ALL.iter().map(ToString::to_string).collect(),
                    }
                })
            }
        }
    };
}
pub(crate) use words;
