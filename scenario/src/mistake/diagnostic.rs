//! A mistake as miette shows it: message, labels and help. The whole report holds the text that labels point into.

use std::fmt;

use miette::{Diagnostic, LabeledSpan};

use super::{Mistake, help, labels, message};
use crate::Span;
use crate::text::secrets::without_secrets;

impl Mistake {
    /// The place of the mistake. If there are several, the one that has to change.
    #[must_use]
    pub fn span(&self) -> Span {
        let labels = labels::of(self);
        labels.first().map_or(Span::default(), |(span, _)| *span)
    }

    /// Whether a placeholder is wrong.
    pub(crate) fn is_placeholder(&self) -> bool {
        matches!(
            self,
            Self::UnknownPlaceholder { .. }
                | Self::MisplacedPlaceholder { .. }
                | Self::JoinedPlaceholder { .. }
        )
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = fmt::from_fn(|f| message::write(self, f)).to_string();
        f.write_str(&without_secrets(&written))
    }
}

impl std::error::Error for Mistake {}

impl Diagnostic for Mistake {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = without_secrets(&help::of(self)?).into_owned();
        Some(Box::new(help))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = labels::of(self).into_iter();
        Some(Box::new(labels.map(|(span, text)| {
            let text = without_secrets(&text).into_owned();
            LabeledSpan::new_with_span((!text.is_empty()).then_some(text), span)
        })))
    }
}
