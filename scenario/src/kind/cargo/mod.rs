//! Cargo's tests: what its messages, its metadata and the listings of test binaries say. Runs none of them.
//!
//! The names are those of nextest: `package` for a library, `package::name` for a file of `tests`, `package::bin/name` and
//! `package::example/name` for programs, each followed by the name of the test in it.

mod layout;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

pub use self::layout::CargoMetadata;

/// What a build of tests has left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CargoBuild {
    /// The test binaries, in the order in which Cargo names them; no benchmarks.
    pub binaries: Vec<CargoBinary>,
    /// Whether there are documentation tests besides, which no binary has.
    pub has_documentation: bool,
    /// Directories of native libraries that build scripts have named.
    pub linked: Vec<String>,
    /// Directories in which programs and shared libraries lie that were built, sorted.
    pub outputs: BTreeSet<String>,
}

/// A test binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoBinary {
    /// What it is called, given the name of its package.
    target: Target,
    /// Its package, as Cargo's metadata names it.
    pub package: String,
    /// The manifest of its package, absolute.
    pub manifest: String,
    /// Its own file, absolute.
    pub executable: String,
    /// What the build script of its package has set, and where the package's programs are.
    pub env: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Library,
    Test(String),
    Program { folder: &'static str, name: String },
}

/// A package of Cargo's metadata.
#[derive(Clone, Debug, Deserialize)]
pub struct CargoPackage {
    id: String,
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
}

/// A test binary, as it runs, and its tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoTests {
    /// What the names of its tests begin with.
    pub binary: String,
    /// The file to run, and what comes before the name of a test.
    pub command: Vec<String>,
    /// The directory that they run in, absolute, or as the suite says.
    pub cwd: Option<String>,
    /// What Cargo would set.
    pub env: Vec<(String, String)>,
    /// Its tests; `None` for a binary that cannot list any, which is one test.
    pub tests: Option<Vec<CargoTest>>,
}

/// A test of a binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoTest {
    /// Its name in the binary.
    pub name: String,
    /// Whether it is left out unless somebody asks for it.
    pub is_ignored: bool,
}

/// A variable that a configuration file of Cargo sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoVariable {
    /// Its name.
    pub name: String,
    /// Its value, as it is written.
    pub value: String,
    /// Whether it holds even where the environment has one of this name.
    pub is_forced: bool,
    /// Whether the value is a path from the directory that `.cargo` is in.
    pub is_relative: bool,
}

/// A line of `--message-format json`, as far as it is of interest.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Message {
    CompilerArtifact {
        package_id: String,
        manifest_path: String,
        target: ArtifactTarget,
        profile: Profile,
        #[serde(default)]
        filenames: Vec<String>,
        executable: Option<String>,
    },
    BuildScriptExecuted {
        package_id: String,
        #[serde(default)]
        linked_paths: Vec<String>,
        #[serde(default)]
        env: Vec<(String, String)>,
        out_dir: Option<String>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct ArtifactTarget {
    kind: Vec<String>,
    name: String,
    #[serde(default)]
    doctest: bool,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

impl CargoBuild {
    /// Reads the messages of `cargo test --no-run --message-format json`. `args` are its further arguments.
    #[must_use]
    pub fn of_messages(messages: &str, args: &[String]) -> Self {
        let mut build = Self::default();
        let mut scripts: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        let mut programs: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        let documents = !args.iter().any(|arg| names_targets(arg));
        for line in messages.lines() {
            match serde_json::from_str(line) {
                Ok(Message::BuildScriptExecuted { package_id, linked_paths, env, out_dir }) => {
                    // `native=/path` says of what kind the libraries are.
                    let linked = linked_paths.into_iter().map(|path| match path.split_once('=') {
                        Some((_, path)) => path.to_owned(),
                        None => path,
                    });
                    build.linked.extend(linked);
                    let out_dir = out_dir.map(|directory| ("OUT_DIR".to_owned(), directory));
                    scripts.insert(package_id, env.into_iter().chain(out_dir).collect());
                }
                Ok(Message::CompilerArtifact {
                    package_id: package,
                    manifest_path: manifest,
                    target,
                    profile,
                    filenames,
                    executable,
                }) => {
                    build.has_documentation |= documents && target.doctest;
                    if !profile.test && target.is_shared() {
                        build.outputs.extend(filenames.iter().filter_map(|file| directory(file)));
                    }
                    if let (false, true, Some(program)) =
                        (profile.test, target.is_program(), &executable)
                    {
                        let variable = format!("CARGO_BIN_EXE_{}", target.name);
                        programs
                            .entry(package.clone())
                            .or_default()
                            .push((variable, program.clone()));
                    }
                    if let (true, Some(executable), Some(target)) =
                        (profile.test, executable, Target::of(&target))
                    {
                        let env = Vec::new();
                        build.binaries.push(CargoBinary {
                            target,
                            package,
                            manifest,
                            executable,
                            env,
                        });
                    }
                }
                // What a compiler prints may stand between the messages.
                Ok(Message::Other) | Err(_) => {}
            }
        }
        for binary in &mut build.binaries {
            binary.env = scripts.get(&binary.package).cloned().unwrap_or_default();
            if matches!(binary.target, Target::Test(_)) {
                binary.env.extend(programs.get(&binary.package).into_iter().flatten().cloned());
            }
        }
        build
    }
}

impl ArtifactTarget {
    fn is_program(&self) -> bool {
        self.kind.iter().any(|kind| kind == "bin")
    }

    /// Whether it is something that Cargo puts where the loader looks, or that lies beside that.
    fn is_shared(&self) -> bool {
        self.kind.iter().any(|kind| matches!(kind.as_str(), "bin" | "dylib" | "cdylib"))
    }
}

/// The directory of an absolute file.
fn directory(file: &str) -> Option<String> {
    file.rsplit_once(['/', '\\']).map(|(directory, _)| directory.to_owned())
}

/// Whether an argument says which targets are tested; then those of the documentation are not.
fn names_targets(arg: &str) -> bool {
    let flag = arg.split_once('=').map_or(arg, |(flag, _)| flag);
    let flags = [
        "--lib",
        "--bins",
        "--bin",
        "--examples",
        "--example",
        "--tests",
        "--test",
        "--benches",
        "--bench",
        "--all-targets",
    ];
    flags.contains(&flag)
}

impl Target {
    /// `None` for what is no test.
    fn of(target: &ArtifactTarget) -> Option<Self> {
        let program = |folder| Some(Self::Program { folder, name: target.name.clone() });
        match target.kind.first().map(String::as_str) {
            Some("test") => Some(Self::Test(target.name.clone())),
            Some("bin") => program("bin"),
            Some("example") => program("example"),
            Some("bench") | None => None,
            Some(_) => Some(Self::Library),
        }
    }
}

impl CargoBinary {
    /// What the names of its tests begin with, where its package has this name.
    #[must_use]
    pub fn id(&self, package: &str) -> String {
        match &self.target {
            Target::Library => package.to_owned(),
            Target::Test(name) => format!("{package}::{name}"),
            Target::Program { folder, name } => format!("{package}::{folder}/{name}"),
        }
    }
}

impl CargoVariable {
    /// What `[env]` of a `.cargo/config.toml` says. A text that is none says nothing: Cargo complains of it.
    #[must_use]
    pub fn of_configuration(text: &str) -> Vec<Self> {
        #[derive(Default, Deserialize)]
        struct Configuration {
            #[serde(default)]
            env: BTreeMap<String, Entry>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Entry {
            Value(String),
            Table {
                value: String,
                #[serde(default)]
                force: bool,
                #[serde(default)]
                relative: bool,
            },
        }
        let configuration: Configuration = toml::from_str(text).unwrap_or_default();
        let variable = |(name, entry)| match entry {
            Entry::Value(value) => Self { name, value, is_forced: false, is_relative: false },
            Entry::Table { value, force: is_forced, relative: is_relative } => {
                Self { name, value, is_forced, is_relative }
            }
        };
        configuration.env.into_iter().map(variable).collect()
    }
}

impl CargoPackage {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The variables that Cargo sets for its tests.
    #[must_use]
    pub fn variables(&self) -> Vec<(String, String)> {
        let (version, _build) = self.version.split_once('+').unwrap_or((&self.version, ""));
        let (release, pre) = version.split_once('-').unwrap_or((version, ""));
        let mut numbers = release.split('.');
        let mut number = || numbers.next().unwrap_or_default();
        let directory = directory(&self.manifest_path).unwrap_or_default();
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

impl CargoTests {
    /// What stands for the binary that the tests of the documentation have not.
    pub const DOCUMENTATION: &str = "(documentation)";

    pub(crate) fn is_documentation(&self) -> bool {
        self.binary == Self::DOCUMENTATION
    }
}

impl CargoTest {
    /// The tests that a binary has printed for `--list --format terse`, and for the same with `--ignored`. `None` if the
    /// first text is no such list: the binary has a harness of its own.
    #[must_use]
    pub fn of_lists(all: &str, ignored: &str) -> Option<Vec<Self>> {
        let ignored: Vec<&str> = names(ignored)?.collect();
        let test = |name: &str| Self { name: name.to_owned(), is_ignored: ignored.contains(&name) };
        Some(names(all)?.map(test).collect())
    }

    /// Whether a binary that names no test has printed for `--list` that it has none.
    #[must_use]
    pub fn is_list_of_none(list: &str) -> bool {
        list.lines().any(|line| line == "0 tests, 0 benchmarks")
    }
}

/// The names of tests in a list, in which benchmarks stand too; `None` if it has a line that names neither.
fn names(list: &str) -> Option<impl Iterator<Item = &str>> {
    let lines = || list.lines().filter(|line| !line.is_empty());
    let is_entry = |line: &str| line.ends_with(": test") || line.ends_with(": benchmark");
    lines().all(is_entry).then(|| lines().filter_map(|line| line.strip_suffix(": test")))
}
