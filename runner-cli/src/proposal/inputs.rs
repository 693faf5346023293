//! What something is made from: sources that are called like it, or the lock file by which its version is chosen. Reads no
//! file.

use std::path::Path;

/// How sources end from which libraries are built.
const SOURCES: [&str; 12] =
    ["pyx", "pxd", "c", "cc", "cpp", "cxx", "h", "rs", "go", "zig", "m", "gyp"];

/// Files that pin the versions of packages.
const LOCKS: [&str; 13] = [
    "deno.lock",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "Gemfile.lock",
    "go.sum",
    "requirements.txt",
];

/// More sources than these are not what one library is made from.
const MOST: usize = 4;

/// The inputs of a file called `file` in the project at `root`, which has `files`, as patterns. `is_fetched` says that it was not
/// built here.
pub(super) fn inputs(
    file: &str,
    root: &Path,
    is_fetched: bool,
    files: &dyn Fn() -> Vec<String>,
) -> Vec<String> {
    let stem = file.split('.').next().unwrap_or_default();
    let stem = stem.strip_prefix("lib").unwrap_or(stem);
    // What is compiled may lie in a cache, too: `fastmod.pyx` goes into `~/.pyxbld`.
    let mut sources = files();
    sources.retain(|name| {
        let file = name.rsplit('/').next().unwrap_or(name);
        let (begin, end) = file.rsplit_once('.').unwrap_or((file, ""));
        begin == stem && SOURCES.contains(&end)
    });
    sources.sort();
    if !sources.is_empty() && sources.len() <= MOST {
        return sources.iter().map(|name| probe_pattern::escape(name)).collect();
    }
    let locks = LOCKS.iter().filter(|_| is_fetched).filter(|lock| root.join(lock).is_file());
    locks.map(|lock| (*lock).to_owned()).collect()
}
