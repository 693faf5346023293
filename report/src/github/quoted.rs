//! Quotes the output of tests in the log of a job: folds it, and puts it between markers, so that the runner does not take
//! `::error::` and `##[group]` in it for commands.
//!
//! Knows no test and no event.

use std::io::{self, Write};

use super::annotation::data;

/// The markers of one run.
#[derive(Debug)]
pub struct Quoted {
    /// Ends a quotation. No test can know it.
    token: String,
}

impl Quoted {
    /// Makes new, unused markers.
    pub fn fresh() -> Self {
        Self { token: format!("{:032x}", rand::random::<u128>()) }
    }

    /// Begins a quotation, in which nothing is a command.
    pub fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "::stop-commands::{}", self.token)
    }

    /// Ends a quotation. The text before must end with a line.
    pub fn end(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "::{}::", self.token)
    }

    /// Begins a quotation below a title, folded so that only the title is visible.
    pub fn fold(&self, out: &mut dyn Write, title: &str) -> io::Result<()> {
        writeln!(out, "::group::{}", data(title))?;
        self.begin(out)
    }

    /// Ends a folded quotation.
    pub fn unfold(&self, out: &mut dyn Write) -> io::Result<()> {
        self.end(out)?;
        writeln!(out, "::endgroup::")
    }
}
