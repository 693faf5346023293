//! Reads the messages of a build of tests: its binaries, and what they need to run.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::package::directory;

/// The result of a build of tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CargoBuild {
    /// The test binaries, in Cargo's order, without benchmarks.
    pub binaries: Vec<CargoBinary>,
    /// Whether there are also documentation tests, which have no binary.
    pub has_documentation: bool,
    /// Directories of native libraries, as build scripts name them.
    pub linked: Vec<String>,
    /// Directories of the programs and shared libraries that Cargo built, sorted.
    pub outputs: BTreeSet<String>,
}

/// A test binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoBinary {
    /// Its name, without the name of its package.
    target: Target,
    /// Its package, as Cargo's metadata names it.
    pub package: String,
    /// The manifest of its package, absolute.
    pub manifest: String,
    /// The binary's file, absolute.
    pub executable: String,
    /// Variables that its package's build script sets, and the paths of the package's programs.
    pub env: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Library,
    Test(String),
    Program { folder: &'static str, name: String },
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
    /// Reads the messages of `cargo test --no-run --message-format json`. `args` are the further arguments of that command.
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
                // Output of a compiler may stand between the messages.
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

    /// Whether Cargo puts it where the loader looks, or it is beside such a file.
    fn is_shared(&self) -> bool {
        self.kind.iter().any(|kind| matches!(kind.as_str(), "bin" | "dylib" | "cdylib"))
    }
}

/// Whether an argument names the targets to test. Then Cargo does not test the documentation.
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
    /// Returns `None` if the target is not a test.
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
    /// The prefix of the names of its tests, if its package is called `package`.
    #[must_use]
    pub fn id(&self, package: &str) -> String {
        match &self.target {
            Target::Library => package.to_owned(),
            Target::Test(name) => format!("{package}::{name}"),
            Target::Program { folder, name } => format!("{package}::{folder}/{name}"),
        }
    }
}
