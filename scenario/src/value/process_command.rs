//! A command that runs for a process: `["gdb", "-p", "{pid}"]`. Does not know the process.

/// A program and its arguments, with a placeholder for a process id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessCommand {
    /// Each word in pieces, between which the number stands.
    words: Vec<Vec<String>>,
}

impl ProcessCommand {
    pub(crate) fn new(words: Vec<Vec<String>>) -> Self {
        Self { words }
    }

    /// Returns the program and its arguments for the process `pid`.
    #[must_use]
    pub fn render(&self, pid: u32) -> Vec<String> {
        self.words.iter().map(|pieces| pieces.join(&pid.to_string())).collect()
    }
}
