//! Files that run with a test although the test does not name them: the runner loads them first.

use super::config::Package;
use super::path::{directory, file_name, join, upward};
use super::project::ProjectFiles;
use super::tree::ProjectTree;
use crate::Link;

/// The configurations of runners of scripts, in the order in which each runner looks for its own; of each line one holds.
const CONFIGURATIONS: [&[&str]; 3] = [
    &["jest.config."],
    // Vitest reads that of Vite where it has none of its own.
    &["vitest.config.", "vite.config."],
    &["playwright.config."],
];

/// Whether pytest takes a file of Python for one with tests.
pub(super) fn is_of_pytest(file: &str) -> bool {
    let name = file_name(file);
    name.starts_with("test_") || name.ends_with("_test.py")
}

/// The `conftest.py` from the root to the test, which pytest runs before it.
pub(super) fn of_pytest(files: &dyn ProjectTree, file: &str) -> Vec<(Link, String)> {
    if !is_of_pytest(file) {
        return Vec::new();
    }
    let found = upward(directory(file)).map(|place| below(place, "conftest.py"));
    found
        .filter(|name| files.is_file(name))
        .map(|name| (Link::new(file, 1, "conftest.py"), name))
        .collect()
}

/// The configurations that are nearest to a test of a script, one of each runner.
pub(super) fn of_script(project: &ProjectFiles, file: &str) -> Vec<(Link, String)> {
    let nearest = |beginnings: &&[&str]| {
        let mut places = project.configurations(directory(file));
        places.find_map(|names| {
            let of = |beginning: &&str| {
                names.iter().find(|name| file_name(name).starts_with(beginning)).cloned()
            };
            beginnings.iter().find_map(of)
        })
    };
    let found = CONFIGURATIONS.iter().filter_map(nearest).filter(|name| name != file);
    found.map(|name| (Link::new(file, 1, file_name(&name)), name)).collect()
}

/// Jest's settings in the nearest `package.json`: the file, a setting and its line.
pub(super) fn of_package<'p>(
    project: &'p ProjectFiles,
    file: &'p str,
) -> impl Iterator<Item = (&'p str, &'p str, usize)> {
    let nearest = project.packages(directory(file)).next();
    nearest.into_iter().flat_map(|(description, Package { jest, .. })| {
        jest.iter().map(move |(setting, line)| (description.as_str(), setting.as_str(), *line))
    })
}

/// A setting as a specifier. A bare name means a file beside the configuration, if there is one.
pub(super) fn specifier(files: &dyn ProjectTree, configuration: &str, setting: &str) -> String {
    let is_here =
        |name: &str| join(directory(configuration), name).is_some_and(|path| files.is_file(&path));
    if !setting.starts_with(['.', '/', '@']) && is_here(setting) {
        format!("./{setting}")
    } else {
        setting.to_owned()
    }
}

fn below(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}
