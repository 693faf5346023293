//! A package in Cargo's metadata, and the variables that its tests get.

use serde::Deserialize;

/// A package of Cargo's metadata.
#[derive(Clone, Debug, Deserialize)]
pub struct CargoPackage {
    pub(super) id: String,
    name: String,
    version: String,
    manifest_path: String,
    #[serde(default)]
    authors: Vec<String>,
    description: Option<String>,
    homepage: Option<String>,
    license: Option<String>,
    license_file: Option<String>,
    readme: Option<String>,
    repository: Option<String>,
    rust_version: Option<String>,
    #[serde(default)]
    dependencies: Vec<Dependency>,
}

/// A dependency of a package. Only path dependencies matter.
#[derive(Clone, Debug, Deserialize)]
struct Dependency {
    path: Option<String>,
}

impl CargoPackage {
    /// The name of the package.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The directory of the package, absolute.
    #[must_use]
    pub fn directory(&self) -> String {
        directory(&self.manifest_path).unwrap_or_default()
    }

    /// The directories of its path dependencies of every kind.
    pub fn beside(&self) -> impl Iterator<Item = &str> {
        self.dependencies.iter().filter_map(|dependency| dependency.path.as_deref())
    }

    /// The variables that Cargo sets for tests of this package.
    #[must_use]
    pub fn variables(&self) -> Vec<(String, String)> {
        let (version, _build) = self.version.split_once('+').unwrap_or((&self.version, ""));
        let (release, pre) = version.split_once('-').unwrap_or((version, ""));
        let mut numbers = release.split('.');
        let mut number = || numbers.next().unwrap_or_default();
        let directory = self.directory();
        let authors = self.authors.join(":");
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        let (major, minor, patch) = (number(), number(), number());
        [
            ("CARGO_MANIFEST_DIR", directory),
            ("CARGO_MANIFEST_PATH", self.manifest_path.clone()),
            ("CARGO_PKG_AUTHORS", authors),
            ("CARGO_PKG_DESCRIPTION", or_empty(&self.description)),
            ("CARGO_PKG_HOMEPAGE", or_empty(&self.homepage)),
            ("CARGO_PKG_LICENSE", or_empty(&self.license)),
            ("CARGO_PKG_LICENSE_FILE", or_empty(&self.license_file)),
            ("CARGO_PKG_NAME", self.name.clone()),
            ("CARGO_PKG_README", or_empty(&self.readme)),
            ("CARGO_PKG_REPOSITORY", or_empty(&self.repository)),
            ("CARGO_PKG_RUST_VERSION", or_empty(&self.rust_version)),
            ("CARGO_PKG_VERSION", self.version.clone()),
            ("CARGO_PKG_VERSION_MAJOR", major.to_owned()),
            ("CARGO_PKG_VERSION_MINOR", minor.to_owned()),
            ("CARGO_PKG_VERSION_PATCH", patch.to_owned()),
            ("CARGO_PKG_VERSION_PRE", pre.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }
}

/// The directory of an absolute file.
pub(super) fn directory(file: &str) -> Option<String> {
    file.rsplit_once(['/', '\\']).map(|(directory, _)| directory.to_owned())
}
