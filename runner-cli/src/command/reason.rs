//! Why a library is needed, as a person reads it: the line of the manifest, or the chain of lines from a test's source.

use std::fmt;

use probe_scenario::{Because, Link, Need, Suite};

use crate::manifest_file::Source;

/// A need, displayed as what asks for it.
pub(super) struct Reason<'a> {
    pub(super) suite: &'a Suite,
    pub(super) manifest: &'a Source,
    pub(super) need: &'a Need,
}

/// Links, displayed one after the other.
pub(super) struct Chain<'a>(pub(super) &'a [Link]);

impl Reason<'_> {
    /// The lines that ask for it: one of the manifest, or the whole chain.
    pub(super) fn links(&self) -> Vec<Link> {
        let (span, text) = match self.need.because {
            Because::Declared(span) => (span, "needs".to_owned()),
            Because::Placeholder(span) => {
                let name = &self.suite.libraries[self.need.library.index()].name;
                (span, format!("{{library.{name}}}"))
            }
            Because::Detected(trace) => return self.suite.findings.chain(trace),
        };
        let line = self.manifest.line_at(span.start);
        vec![Link { file: self.manifest.name.clone(), line, text }]
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let links = self.links();
        match (&self.need.because, links.as_slice()) {
            (Because::Declared(_) | Because::Placeholder(_), [Link { file, line, text }]) => {
                write!(f, "`{text}` at {file}:{line}")
            }
            _ => Chain(&links).fmt(f),
        }
    }
}

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, link) in self.0.iter().enumerate() {
            let arrow = if index == 0 { "" } else { " → " };
            write!(f, "{arrow}{link}")?;
        }
        Ok(())
    }
}
