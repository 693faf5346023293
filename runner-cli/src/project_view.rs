//! A project as the kinds of its suites see it: a few files by name, and which variables are set.

use std::ffi::OsStr;
use std::path::Path;

use probe_loader::read_regular;
use probe_process::find_program;
use probe_scenario::ProjectView;

use crate::environment::Environment;

/// What is longer is no file that a person wrote to set something up.
const LONGEST: u64 = 4 << 20;

/// The project in a directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnDisk<'a> {
    pub(crate) root: &'a Path,
    pub(crate) environment: &'a Environment,
}

impl ProjectView for OnDisk<'_> {
    fn is_file(&self, name: &str) -> bool {
        self.root.join(name).is_file()
    }

    fn text(&self, name: &str) -> Option<String> {
        String::from_utf8(read_regular(&self.root.join(name), LONGEST).ok()?).ok()
    }

    fn is_set(&self, variable: &str) -> bool {
        self.environment.has(variable)
    }

    fn has_program(&self, name: &str) -> bool {
        find_program(OsStr::new(name), self.root, self.environment.path()).is_ok()
    }
}
