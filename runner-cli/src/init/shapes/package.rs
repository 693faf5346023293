//! What a `package.json` says of its tests, and how what it depends on is started.

use serde_json::Value;

use crate::init::ground::Ground;
use crate::init::suggestion::{Files, words};

/// The files of `patterns`, without what is installed: it may come later than the manifest.
pub(super) fn find(ground: &Ground<'_>, patterns: &[&str]) -> Option<Files> {
    let mut files = ground.find(patterns)?;
    let installed = "**/node_modules/**".to_owned();
    if files.include.iter().any(|pattern| pattern.starts_with("**"))
        && !files.exclude.contains(&installed)
    {
        files.exclude.push(installed);
    }
    Some(files)
}

/// Whether the package depends on `name`, or its script `test` starts `program`, which may be installed above.
pub(super) fn has(package: &Value, name: &str, program: &str) -> bool {
    let script = package["scripts"]["test"].as_str().unwrap_or_default();
    depends(package, name) || script.split_whitespace().any(|word| word == program)
}

/// The package's description; null if there is none.
pub(super) fn package(ground: &Ground<'_>) -> Value {
    serde_json::from_str(&ground.text("package.json")).unwrap_or_default()
}

fn depends(package: &Value, name: &str) -> bool {
    ["dependencies", "devDependencies"].iter().any(|key| package[key].get(name).is_some())
}

/// Who installs packages.
#[derive(Clone, Copy)]
pub(super) enum Manager {
    Npm,
    Pnpm,
    Yarn,
    Bun,
}

/// Lock files, each with whose it is.
const LOCKS: [(&str, Manager); 5] = [
    ("pnpm-lock.yaml", Manager::Pnpm),
    ("yarn.lock", Manager::Yarn),
    ("bun.lock", Manager::Bun),
    ("bun.lockb", Manager::Bun),
    ("package-lock.json", Manager::Npm),
];

/// Who installs the packages, by the nearest lock file.
pub(super) fn manager(ground: &Ground<'_>) -> Manager {
    let names = LOCKS.map(|(name, _)| name);
    let found = LOCKS.iter().find(|(name, _)| ground.is_nearest(name, &names));
    found.map_or(Manager::Npm, |(_, manager)| *manager)
}

/// A program of an installed package, as the package manager starts it.
pub(super) fn launched(ground: &Ground<'_>, program: &[&str]) -> Vec<String> {
    let mut run = words(match manager(ground) {
        // Without `--no`, a package that is not installed would be fetched by every test.
        Manager::Npm => &["npx", "--no", "--"],
        Manager::Pnpm => &["pnpm", "exec"],
        Manager::Yarn => &["yarn", "run"],
        Manager::Bun => &["bun", "x"],
    });
    run.extend(words(program));
    run
}
