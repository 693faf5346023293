//! A command that is run for a process: `["gdb", "-p", "{pid}"]`. Does not know the process.

/// A program and its arguments, in which the number of a process is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessCommand {
    /// Each word in pieces, between which the number stands.
    words: Vec<Vec<String>>,
}

impl ProcessCommand {
    pub(crate) fn new(words: Vec<Vec<String>>) -> Self {
        Self { words }
    }

    /// Program and arguments for the process with this number.
    #[must_use]
    pub fn render(&self, pid: u32) -> Vec<String> {
        self.words.iter().map(|pieces| pieces.join(&pid.to_string())).collect()
    }
}
