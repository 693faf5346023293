//! The tests that Cargo builds: a build, then a list from each binary, all binaries at once.
//!
//! Does not know what messages and lists mean; of the environment of a test it only puts the parts together.

use std::path::{Path, PathBuf};

use probe_loader::read_regular;
use probe_scenario::{
    CargoBinary, CargoBuild, CargoMetadata, CargoPackage, CargoTest, CargoTests, CargoVariable,
};
use rayon::prelude::*;

use super::command::{Lister, Sort};
use super::error::ListingError;
use crate::system::{LIBRARY_PATH, ONLY_WITHOUT};

/// The most bytes of a configuration file that are read.
const LONGEST: u64 = 4 << 20;

/// By what rustup's programs know which toolchain is meant.
const TOOLCHAIN: &str = "RUSTUP_TOOLCHAIN";

/// The toolchain, as far as it can be found out.
#[derive(Debug, Default)]
struct Toolchain {
    cargo: Option<String>,
    /// Its name, where rustup has installed it.
    name: Option<String>,
    /// Where the libraries of tests are, and those of the compiler itself.
    libraries: Vec<PathBuf>,
}

/// Builds the tests with `args`, and lists them.
pub(super) fn list(lister: &Lister<'_>, args: &[String]) -> Result<Vec<CargoTests>, ListingError> {
    let mut words = vec!["cargo".to_owned(), "test".to_owned(), "--no-run".to_owned()];
    words.push("--message-format=json-render-diagnostics".to_owned());
    words.extend_from_slice(args);
    let mut command = lister.command(&words);
    command.sort = Sort::Builds;
    let build = CargoBuild::of_messages(&command.built()?, args);
    let toolchain = Toolchain::find(lister);
    let configured = configured(lister);
    let mut listed = Vec::new();
    if let Some(first) = build.binaries.first() {
        let words = ["cargo", "metadata", "--no-deps", "--format-version=1", "--manifest-path"];
        let mut metadata = lister.command(&words);
        metadata.words.push(first.manifest.clone());
        let metadata = CargoMetadata::read(&metadata.printed()?)
            .map_err(|why| metadata.failed(format!("printed no metadata: {why}"), String::new()))?;
        let built = Built { build: &build, metadata: &metadata, toolchain, configured };
        let tests = build.binaries.par_iter().map(|binary| tests_of(lister, &built, binary));
        listed = tests.collect::<Result<Vec<CargoTests>, ListingError>>()?;
        // Cargo names them in the order in which they were built.
        listed.sort_by(|left, right| left.binary.cmp(&right.binary));
    }
    if build.has_documentation {
        let mut command = vec!["cargo".to_owned(), "test".to_owned(), "--doc".to_owned()];
        command.push("--no-fail-fast".to_owned());
        command.extend_from_slice(args);
        let binary = CargoTests::DOCUMENTATION.to_owned();
        listed.push(CargoTests { binary, command, cwd: None, env: Vec::new(), tests: None });
    }
    Ok(listed)
}

/// What there is when everything is built.
struct Built<'a> {
    build: &'a CargoBuild,
    metadata: &'a CargoMetadata,
    toolchain: Toolchain,
    /// What Cargo's configuration files set.
    configured: Vec<(String, String)>,
}

impl Toolchain {
    /// Asks the compiler. What it does not say is left as it is in probe's own environment.
    fn find(lister: &Lister<'_>) -> Self {
        let words = ["rustc", "--print=sysroot", "--print=target-libdir"];
        let Ok(printed) = lister.command(&words).printed() else { return Self::default() };
        let mut lines = printed.lines().map(PathBuf::from);
        let Some(sysroot) = lines.next() else { return Self::default() };
        let cargo = Some(sysroot.join("bin/cargo")).filter(|cargo| cargo.is_file());
        let is_installed = sysroot.parent().is_some_and(|all| all.ends_with("toolchains"));
        let name = sysroot.file_name().filter(|_| is_installed);
        Self {
            cargo: cargo.and_then(|cargo| cargo.into_os_string().into_string().ok()),
            name: name.and_then(|name| name.to_str()).map(str::to_owned),
            // rustup adds the second one for everything that goes through it.
            libraries: lines.next().into_iter().chain([sysroot.join("lib")]).collect(),
        }
    }
}

/// What Cargo's configuration files set: of two that set one variable, the one that is nearer to the suite's directory.
fn configured(lister: &Lister<'_>) -> Vec<(String, String)> {
    let environment = lister.desk.environment;
    let mut variables: Vec<(String, String)> = Vec::new();
    let upward = lister.cwd.ancestors().map(|directory| directory.join(".cargo"));
    for cargo in upward.chain(environment.cargo_home()) {
        let directory = cargo.parent().unwrap_or(&cargo);
        let files = ["config", "config.toml"].map(|name| cargo.join(name));
        let text =
            files.iter().find_map(|file| String::from_utf8(read_regular(file, LONGEST).ok()?).ok());
        for variable in CargoVariable::of_configuration(&text.unwrap_or_default()) {
            let CargoVariable { name, value, is_forced, is_relative } = variable;
            let is_known = variables.iter().any(|(known, _)| *known == name);
            if is_known || environment.has(&name) && !is_forced {
                continue;
            }
            let path = directory.join(&value);
            let value = if is_relative { path.to_string_lossy().into_owned() } else { value };
            variables.push((name, value));
        }
    }
    variables
}

/// The tests of a binary, with the environment that Cargo would give them.
fn tests_of(
    lister: &Lister<'_>,
    built: &Built<'_>,
    binary: &CargoBinary,
) -> Result<CargoTests, ListingError> {
    let root = Path::new(&binary.manifest).parent().unwrap_or(Path::new("/"));
    let package = built.metadata.packages.get(&binary.package);
    let toolchain = &built.toolchain;
    let mut env: Vec<(String, String)> = Vec::new();
    env.extend(toolchain.cargo.clone().map(|cargo| ("CARGO".to_owned(), cargo)));
    // Otherwise a Cargo that a test starts could find another compiler than the one that has built it.
    let name = toolchain.name.clone().filter(|_| !lister.desk.environment.has(TOOLCHAIN));
    env.extend(name.map(|name| (TOOLCHAIN.to_owned(), name)));
    env.extend(package.map(CargoPackage::variables).unwrap_or_default());
    env.extend(binary.env.iter().cloned());
    env.extend(library_path(lister, built, binary));
    env.extend_from_slice(&built.configured);
    let printed = |more: &[&str]| {
        let words: Vec<&str> =
            [binary.executable.as_str(), "--list"].iter().chain(more).copied().collect();
        let mut command = lister.command(&words);
        root.clone_into(&mut command.cwd);
        command.base.clone_from(&env);
        command.printed()
    };
    let tests = match (printed(&["--format=terse"]), printed(&["--format=terse", "--ignored"])) {
        (Err(interrupted @ ListingError::Interrupted(_)), _) => return Err(interrupted),
        // Without any name it may be a list of none, or no list.
        (Ok(all), _) if all.trim().is_empty() => {
            let is_list = printed(&[]).is_ok_and(|printed| CargoTest::is_list_of_none(&printed));
            is_list.then(Vec::new)
        }
        (Ok(all), Ok(ignored)) => CargoTest::of_lists(&all, &ignored),
        // A harness of its own need not know how to list.
        _ => None,
    };
    Ok(CargoTests {
        binary: binary.id(package.map_or("", CargoPackage::name)),
        command: vec![binary.executable.clone()],
        cwd: root.to_str().map(str::to_owned),
        env,
        tests,
    })
}

/// Where the loader finds libraries: what build scripts have named, what was built, the toolchain's own, and what is known
/// already; and where it would look by itself, if it does not do so any more.
fn library_path(
    lister: &Lister<'_>,
    built: &Built<'_>,
    binary: &CargoBinary,
) -> Option<(String, String)> {
    let Built { build, metadata, toolchain, .. } = built;
    let linked = build.linked.iter().map(PathBuf::from);
    let linked = linked.filter(|path| metadata.is_own(path, &binary.executable));
    let known = lister.desk.environment.library_path();
    let only_without = ONLY_WITHOUT.iter().filter(|_| known.is_none());
    let only_without = only_without.map(|path| lister.desk.environment.resolve(&lister.cwd, path));
    let known = known.map(std::env::split_paths).into_iter().flatten();
    let mut all: Vec<PathBuf> = Vec::new();
    for directory in linked
        .chain(metadata.library_directories(&binary.executable))
        .chain(build.outputs.iter().map(PathBuf::from))
        .chain(toolchain.libraries.iter().cloned())
        .chain(known)
        .chain(only_without)
    {
        if !all.contains(&directory) {
            all.push(directory);
        }
    }
    let joined = std::env::join_paths(all).ok()?.into_string().ok()?;
    Some((LIBRARY_PATH.to_owned(), joined))
}
