//! What a person is told about pins: a lock file with flaws, downloads without a pin, pins that could not be written.

use std::fmt;
use std::path::Path;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use probe_loader::{Flaw, FlawKind, ImportCause, PinsError};
use probe_scenario::mask_secrets;

use crate::file_names::LOCK_FILE;
use crate::project::error::ProjectError;
use crate::ui::Ends;

/// Why there are no pins to go by.
#[derive(Debug)]
pub(crate) enum PinningError {
    /// The lock file says something that cannot be used.
    Flawed(FlawedLockFile),
    /// It could not be read.
    Failed(ImportCause),
    /// This machine is none that a lock file can name.
    Project(ProjectError),
}

/// A lock file that has flaws, with its text to point into.
#[derive(Debug)]
pub(crate) struct FlawedLockFile {
    source: NamedSource<String>,
    flaws: Vec<Flaw>,
}

impl FlawedLockFile {
    pub(super) fn new(path: &Path, text: &[u8], mut flaws: Vec<Flaw>) -> Self {
        let shown = path.file_name().unwrap_or_default().to_string_lossy();
        let text = match std::str::from_utf8(text) {
            Ok(text) => text.to_owned(),
            // Up to there it is text, and no place is beyond it.
            Err(error) => {
                let valid = error.valid_up_to();
                for flaw in &mut flaws {
                    flaw.span = valid..valid;
                }
                String::from_utf8_lossy(&text[..valid]).into_owned()
            }
        };
        let text = mask_secrets(&text).into_owned();
        Self { source: NamedSource::new(shown, text).with_language("TOML"), flaws }
    }

    fn is_conflict(&self) -> bool {
        self.flaws.iter().any(|flaw| flaw.kind == FlawKind::Conflict)
    }
}

/// A download that nothing pins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unpinned {
    pub(crate) library: String,
    /// There is a pin for another URL.
    pub(crate) elsewhere: bool,
}

/// Downloads that nothing pins.
#[derive(Debug)]
pub(crate) struct NotPinned(pub(super) Vec<Unpinned>);

/// Pins that could not be written.
#[derive(Debug)]
pub(crate) struct NotRecorded {
    libraries: Vec<String>,
    reason: String,
}

impl NotRecorded {
    pub(super) fn new(libraries: Vec<String>, error: &PinsError) -> Self {
        let reason = match error {
            PinsError::Flawed { flaws, .. } => {
                let flaws = flaws.iter().take(1).map(|flaw| flaw.kind.to_string());
                format!("`{LOCK_FILE}` cannot be used: {}", flaws.collect::<String>())
            }
            PinsError::Failed(cause) => cause.to_string(),
        };
        Self { libraries, reason }
    }
}

impl fmt::Display for PinningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flawed(flawed) => flawed.fmt(f),
            Self::Failed(cause) => cause.fmt(f),
            Self::Project(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PinningError {}

impl Ends for PinningError {}

impl Diagnostic for PinningError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        if let Self::Flawed(flawed) = self { flawed.help() } else { None }
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        if let Self::Flawed(flawed) = self { flawed.source_code() } else { None }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        if let Self::Flawed(flawed) = self { flawed.labels() } else { None }
    }
}

impl fmt::Display for FlawedLockFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.source.name();
        let has = |kind: &FlawKind| self.flaws.iter().any(|flaw| flaw.kind == *kind);
        match self.flaws.len() {
            _ if has(&FlawKind::Conflict) => write!(f, "`{name}` holds an unfinished merge"),
            _ if has(&FlawKind::NotUtf8) => write!(f, "`{name}` is no text in UTF-8"),
            1 => write!(f, "`{name}` has a flaw"),
            count => write!(f, "`{name}` has {count} flaws"),
        }
    }
}

impl std::error::Error for FlawedLockFile {}

impl Diagnostic for FlawedLockFile {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let newer = self.flaws.iter().any(|flaw| matches!(flaw.kind, FlawKind::Newer(_)));
        Some(Box::new(if newer {
            "use the probe that wrote it, or a newer one"
        } else if self.is_conflict() {
            "keep the pins of both sides and remove the marks; or remove the file, and run `probe lock`"
        } else {
            "take the file from version control again; or remove it, and run `probe lock`"
        }))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        // One that is shown well says more than a hundred.
        const SHOWN: usize = 10;
        let labels = self.flaws.iter().take(SHOWN).flat_map(|flaw| {
            let first = match &flaw.kind {
                FlawKind::Duplicate { first, .. } => Some(LabeledSpan::new_with_span(
                    Some("the first one".to_owned()),
                    first.clone(),
                )),
                _ => None,
            };
            let text = Some(flaw.kind.to_string());
            first.into_iter().chain([LabeledSpan::new_with_span(text, flaw.span.clone())])
        });
        Some(Box::new(labels))
    }
}

impl fmt::Display for NotPinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{LOCK_FILE}` does not pin ")?;
        for (index, Unpinned { library, elsewhere }) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}`{library}`")?;
            if *elsewhere {
                f.write_str(" (only for another URL)")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for NotPinned {}

impl Ends for NotPinned {}

impl Diagnostic for NotPinned {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("run `probe lock`, and commit `{LOCK_FILE}`")))
    }
}

impl fmt::Display for NotRecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let libraries = self.libraries.join("`, `");
        write!(f, "`{libraries}` could not be pinned: {}", self.reason)
    }
}
