//! What tests print, in the log of a job: folded away, and between marks that keep it from being commands to the runner,
//! which takes `::error::` and `##[group]` from whoever prints them.
//!
//! Knows no test and no event.

use std::io::{self, Write};

use super::annotation::data;

/// The marks of one run.
#[derive(Debug)]
pub struct Quoted {
    /// Ends what is quoted. No test can know it.
    token: String,
}

impl Quoted {
    /// Marks that nobody has used.
    pub fn fresh() -> Self {
        Self { token: format!("{:032x}", rand::random::<u128>()) }
    }

    /// From here on nothing is a command.
    pub fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "::stop-commands::{}", self.token)
    }

    /// Commands are commands again. A line has ended before.
    pub fn end(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "::{}::", self.token)
    }

    /// The same below a title, which is all that is shown until somebody opens it.
    pub fn fold(&self, out: &mut dyn Write, title: &str) -> io::Result<()> {
        writeln!(out, "::group::{}", data(title))?;
        self.begin(out)
    }

    /// Ends what is folded.
    pub fn unfold(&self, out: &mut dyn Write) -> io::Result<()> {
        self.end(out)?;
        writeln!(out, "::endgroup::")
    }
}
