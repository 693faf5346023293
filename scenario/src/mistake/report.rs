//! All mistakes of one manifest as one report. Decides neither colours nor width.

use std::fmt;

use miette::{Diagnostic, NamedSource, SourceCode};

use super::Mistake;
use crate::text::secrets::mask_secrets;

/// The most mistakes shown at once: each costs a search through the text, and nobody reads more.
const SHOWN: usize = 100;

/// The mistakes of one manifest, with the text that they point into. Never empty.
#[derive(Clone, Debug)]
pub struct Mistakes {
    source: NamedSource<String>,
    mistakes: Vec<Mistake>,
}

impl Mistakes {
    /// Makes the report on `mistakes` in the manifest called `name`, sorted by place. `None` if there are none.
    #[must_use]
    pub fn new(name: &str, text: &str, mut mistakes: Vec<Mistake>) -> Option<Self> {
        mistakes.sort_by_key(Mistake::span);
        (!mistakes.is_empty()).then(|| Self {
            // With as many bytes, so that places stay where they are.
            source: NamedSource::new(name, mask_secrets(text).into_owned()).with_language("TOML"),
            mistakes,
        })
    }

    /// The mistakes in the order of the text.
    #[must_use]
    pub fn list(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.source.name();
        match self.mistakes.len() {
            1 => write!(f, "`{name}` has a mistake"),
            count => write!(f, "`{name}` has {count} mistakes"),
        }
    }
}

impl std::error::Error for Mistakes {}

impl Diagnostic for Mistakes {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let shown = self.mistakes.iter().take(SHOWN);
        Some(Box::new(shown.map(|mistake| mistake as &dyn Diagnostic)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let hidden = self.mistakes.len().checked_sub(SHOWN + 1)? + 1;
        Some(Box::new(format!("{hidden} more are not shown")))
    }
}
