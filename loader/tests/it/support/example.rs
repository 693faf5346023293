//! The example `import`, for tests that need processes to kill. Cargo builds it only when it runs all tests, so it is built here.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The example's program, up to date.
pub(crate) fn import() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let test = std::env::current_exe().expect("the test's path");
        // target/<profile>/deps/<test>
        let profile = test.ancestors().nth(2).expect("the profile's directory");
        let target = profile.parent().expect("the target directory");
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["build", "--quiet", "--offline", "--example", "import"])
            .args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")])
            .arg("--target-dir")
            .arg(target);
        if profile.file_name() == Some(OsStr::new("release")) {
            cargo.arg("--release");
        }
        assert!(cargo.status().expect("start cargo").success());
        profile.join("examples/import")
    })
}
