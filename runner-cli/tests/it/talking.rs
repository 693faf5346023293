//! A probe whose standard error is read as it comes.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr};

use crate::support::Project;

/// It runs, and has said so much.
pub(crate) struct Talking {
    pub(crate) child: Child,
    stderr: BufReader<ChildStderr>,
    pub(crate) said: String,
}

impl Talking {
    pub(crate) fn start(project: &Project, arguments: &[&str]) -> Self {
        let mut child = project.start(arguments);
        let stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        Self { child, stderr, said: String::new() }
    }

    /// Reads until it has said `words`.
    pub(crate) fn wait_for(&mut self, words: &str) {
        while !self.said.contains(words) {
            let read = self.stderr.read_line(&mut self.said).expect("probe writes UTF-8");
            assert!(read > 0, "`{words}` was not said: {}", self.said);
        }
    }

    /// Its exit code, and all that it has said.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        self.stderr.read_to_string(&mut self.said).expect("probe writes UTF-8");
        (self.child.wait().expect("it ends").code(), self.said)
    }
}
