//! CMake's projects with tests of CTest.

use probe_scenario::SuiteKind;

use crate::init::ground::Ground;
use crate::init::suggestion::{Run, Suggestion, Yields, words};

/// A process for each test, as CTest names them once everything is built.
pub(super) fn cmake(ground: &Ground<'_>) -> Vec<Suggestion> {
    let text = ground.text("CMakeLists.txt").to_ascii_lowercase();
    let calls = |name: &str| text.lines().any(|line| line.trim_start().starts_with(name));
    // A folder that another one adds is no project: that says so by `project`.
    if !calls("project") || !(calls("enable_testing") || text.contains("include(ctest)")) {
        return Vec::new();
    }
    vec![Suggestion {
        name: "ctest".to_owned(),
        comment: words(&["CMake: built first, then a process for each test of CTest."]),
        yields: Yields::one(),
        run: Run::Kind(SuiteKind::Ctest, Vec::new()),
        timeout: None,
        cwd: None,
    }]
}
