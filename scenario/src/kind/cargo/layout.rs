//! Where Cargo puts what it builds, from its metadata and from the path of a test binary.
//!
//! Looks at names only. Knows two layouts: `debug/deps/NAME-HASH`, and `debug/build/PACKAGE/HASH/out/NAME-HASH`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::package::CargoPackage;

/// The output of `cargo metadata`.
#[derive(Clone, Debug)]
pub struct CargoMetadata {
    /// Packages by their id in messages.
    pub packages: BTreeMap<String, CargoPackage>,
    /// The directory of programs and shared libraries.
    target: PathBuf,
    /// The directory of everything else, including test binaries.
    build: PathBuf,
}

impl CargoMetadata {
    /// Reads the output of `cargo metadata`.
    ///
    /// # Errors
    ///
    /// Fails with the reason if the text is not metadata.
    pub fn read(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Metadata {
            packages: Vec<CargoPackage>,
            target_directory: PathBuf,
            /// Cargo before 1.91 knows one directory only.
            build_directory: Option<PathBuf>,
        }
        let Metadata { packages, target_directory: target, build_directory } =
            serde_json::from_str(text).map_err(|error| error.to_string())?;
        let by_id = packages.into_iter().map(|package| (package.id.clone(), package));
        let build = build_directory.unwrap_or_else(|| target.clone());
        Ok(Self { packages: by_id.collect(), target, build })
    }

    /// The directories that Cargo adds to the loader's search path for the test binary `executable`.
    #[must_use]
    pub fn library_directories(&self, executable: &str) -> Vec<PathBuf> {
        let Some(profile) = profile(Path::new(executable)) else { return Vec::new() };
        let below = |directory: &Path| profile.strip_prefix(directory).ok().map(Path::to_owned);
        let root = match below(&self.build).or_else(|| below(&self.target)) {
            Some(below) => self.target.join(below),
            // The directory was named on the command line, which the metadata does not know.
            None => profile.to_owned(),
        };
        vec![root, profile.join("deps")]
    }

    /// Whether Cargo adds `directory`, which a build script names, to the loader's search path. Others belong to the system.
    #[must_use]
    pub fn is_own(&self, directory: &Path, executable: &str) -> bool {
        let target = profile(Path::new(executable)).and_then(Path::parent);
        let own = [Some(self.target.as_path()), Some(&self.build), target];
        own.into_iter().flatten().any(|own| directory.starts_with(own))
    }
}

/// The directory of the profile, such as `target/debug`, that contains a test binary.
fn profile(executable: &Path) -> Option<&Path> {
    let directory = executable.parent()?;
    let is_called = |path: &Path, name: &str| path.file_name().is_some_and(|last| last == name);
    let folder = directory.ancestors().nth(3);
    match folder {
        Some(folder) if is_called(directory, "out") && is_called(folder, "build") => {
            folder.parent()
        }
        _ => directory.parent(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_lie_where_the_layout_and_the_directories_say() {
        let check = |build: Option<&str>, executable: &str, expected: [&str; 2]| {
            let build = build.map(|build| format!(", \"build_directory\": \"{build}\""));
            let text = format!(
                "{{ \"packages\": [], \"target_directory\": \"/p/target\"{} }}",
                build.unwrap_or_default()
            );
            let metadata = CargoMetadata::read(&text).expect("it is metadata");
            let found = metadata.library_directories(executable);
            assert_eq!(found, expected.map(PathBuf::from), "{executable}");
        };
        let old = "/p/target/debug/deps/it-1";
        check(None, old, ["/p/target/debug", "/p/target/debug/deps"]);
        check(Some("/p/target"), old, ["/p/target/debug", "/p/target/debug/deps"]);
        check(
            None,
            "/p/target/x86_64-unknown-linux-musl/release/examples/e-1",
            [
                "/p/target/x86_64-unknown-linux-musl/release",
                "/p/target/x86_64-unknown-linux-musl/release/deps",
            ],
        );
        check(Some("/b"), "/b/debug/deps/it-1", ["/p/target/debug", "/b/debug/deps"]);
        check(
            Some("/b"),
            "/b/debug/build/units/9f/out/it-9f",
            ["/p/target/debug", "/b/debug/deps"],
        );
        check(
            Some("/b"),
            "/b/t/debug/build/units/9f/out/it-9f",
            ["/p/target/t/debug", "/b/t/debug/deps"],
        );
        check(Some("/p/target"), "/x/debug/deps/it-1", ["/x/debug", "/x/debug/deps"]);
    }

    #[test]
    fn directories_of_the_system_are_not_cargos() {
        let text = "{ \"packages\": [], \"target_directory\": \"/p/target\", \"build_directory\": \"/b\" }";
        let metadata = CargoMetadata::read(text).expect("it is metadata");
        for (directory, expected) in [
            ("/p/target/debug/x", true),
            ("/b/debug/build/x/out", true),
            ("/x/debug/y", true),
            ("/usr/lib", false),
        ] {
            assert_eq!(
                metadata.is_own(Path::new(directory), "/x/debug/deps/it-1"),
                expected,
                "{directory}"
            );
        }
    }
}
