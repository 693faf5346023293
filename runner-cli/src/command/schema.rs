//! `probe schema`.

use crate::exit::Exit;
use crate::ui::{Failure, print};

/// Prints the JSON Schema of the manifest.
pub(crate) fn schema() -> Result<Exit, Failure> {
    print(|out| writeln!(out, "{}", probe_scenario::SCHEMA.trim_end()))?;
    Ok(Exit::Passed)
}
