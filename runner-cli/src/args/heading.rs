//! What options are grouped under in the help of every command.

/// Which tests are meant.
pub(crate) const TESTS: &str = "Which tests";
/// How they are run.
pub(crate) const RUNNING: &str = "How they run";
/// What becomes of those that fail.
pub(crate) const RETRIES: &str = "Failures";
/// What is shown of what they print, and what is told of the run.
pub(crate) const OUTPUT: &str = "Output and reports";
/// How libraries are imported.
pub(crate) const LIBRARIES: &str = "Libraries";
/// Where all of it stands.
pub(crate) const PROJECT: &str = "Project";
