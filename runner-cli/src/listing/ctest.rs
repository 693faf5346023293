//! The tests of CTest: configured where nobody has, built, and listed.
//!
//! Does not know what the listing means.

use std::thread::available_parallelism;

use probe_scenario::CtestTests;

use super::command::{Lister, Sort};
use super::error::ListingError;

/// Builds the suite's project in `directory`, configured by `preset` if it is not yet, and lists its tests. `args` are those of `ctest`.
pub(super) fn list(
    lister: &Lister<'_>,
    directory: &str,
    preset: Option<&str>,
    args: &[String],
) -> Result<Vec<CtestTests>, ListingError> {
    let built = |words: Vec<String>| {
        let mut command = lister.command(&words);
        command.sort = Sort::Builds;
        command.built()
    };
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    if !lister.cwd.join(directory).join("CMakeCache.txt").is_file() {
        built(match preset {
            Some(preset) => words(&["cmake", "--preset", preset]),
            None => words(&["cmake", "-S", ".", "-B", directory]),
        })?;
    }
    let mut build = words(&["cmake", "--build", directory, "--parallel"]);
    build.push(available_parallelism().map_or(1, usize::from).to_string());
    let configuration = args.iter().position(|arg| arg == "-C" || arg == "--build-config");
    if let Some(name) = configuration.and_then(|at| args.get(at + 1)) {
        build.extend(["--config".to_owned(), name.clone()]);
    }
    built(build)?;
    let mut listing = words(&["ctest", "--test-dir", directory, "--show-only=json-v1"]);
    listing.extend_from_slice(args);
    let listing = lister.command(&listing);
    CtestTests::of_listing(&listing.printed()?)
        .map_err(|why| listing.failed(format!("printed no listing: {why}"), String::new()))
}
