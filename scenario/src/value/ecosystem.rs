//! The tool that installs the packages of a file and runs it.

use crate::text::word::words;

words! {
    /// A language with its packages and its runner.
    Ecosystem "ecosystem" {
        /// Scripts that Deno runs.
        Deno = "deno",
        /// Scripts that Node runs.
        Node = "node",
        /// Python.
        Python = "python",
    }
}
