//! What is known of a service that stands, as its caretaker has written it down for whoever uses it. Only probe reads it.

use std::ffi::OsString;
use std::path::PathBuf;

use probe_scenario::ServiceGround;
use serde::{Deserialize, Serialize};

/// What is known of a service that stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// What it is by the manifest that it was started from.
    pub(crate) definition: String,
    /// Its caretaker.
    pub(crate) pid: u32,
    /// When it became ready, as reports write times.
    pub(crate) since: String,
    pub(crate) ports: Vec<u16>,
    pub(crate) directory: PathBuf,
    pub(crate) caught: Vec<(String, String)>,
    pub(crate) variables: Vec<(OsString, OsString)>,
}

/// How a service that stood has ended.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) how: String,
    pub(crate) lines: Vec<String>,
}

impl Record {
    /// What users of the service go by.
    pub(crate) fn ground(&self, note: String) -> ServiceGround {
        ServiceGround {
            ports: self.ports.clone(),
            directory: self.directory.clone(),
            caught: self.caught.clone(),
            variables: self.variables.clone(),
            note: Some(note),
            ..ServiceGround::default()
        }
    }
}
