//! The test runners of Node packages: which one a package uses, its files, and how it starts.

use serde_json::Value;

use super::flags::{flags_of, words};
use super::place::Place;
use crate::value::kind::{Subject, SuiteKind};

/// Where `node --test` looks by itself.
pub(super) const FILES: &[&str] = &[
    "**/*{.,-,_}test.{js,mjs,cjs,ts,mts,cts}",
    "**/test-*.{js,mjs,cjs,ts,mts,cts}",
    "**/test.{js,mjs,cjs,ts,mts,cts}",
    "**/test/**/*.{js,mjs,cjs,ts,mts,cts}",
];

/// Where Vitest, Jest and Playwright look by themselves, or nearly so.
pub(super) const FRAMEWORK_FILES: &[&str] = &[
    "**/*.{test,spec}.{js,mjs,cjs,jsx,ts,mts,cts,tsx}",
    "**/__tests__/**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}",
];

/// The frameworks, each with the package that it comes in and its program.
const FRAMEWORKS: [(SuiteKind, &str, &str); 3] = [
    (SuiteKind::Vitest, "vitest", "vitest"),
    (SuiteKind::Jest, "jest", "jest"),
    (SuiteKind::Playwright, "@playwright/test", "playwright"),
];

/// Lock files, each with how its manager starts a program of an installed package.
const MANAGERS: [(&str, &[&str]); 5] = [
    ("pnpm-lock.yaml", &["pnpm", "exec"]),
    ("yarn.lock", &["yarn", "run"]),
    ("bun.lock", &["bun", "x"]),
    ("bun.lockb", &["bun", "x"]),
    // Without `--no`, a package that is not installed would be fetched by every test.
    ("package-lock.json", &["npx", "--no", "--"]),
];

/// The runner that the package has: the one that its script `test` names, or the only one that it depends on, or Node's
/// own. Several that could be meant are the error.
pub(super) fn runner(place: &Place<'_>) -> Result<SuiteKind, Vec<SuiteKind>> {
    let package = package(place);
    let script = package["scripts"]["test"].as_str().unwrap_or_default();
    let has = |(_, name, _): &&(SuiteKind, &str, &str)| {
        ["dependencies", "devDependencies"].iter().any(|key| package[key].get(name).is_some())
    };
    let present: Vec<_> = FRAMEWORKS.iter().filter(has).collect();
    let mut named = present
        .iter()
        .filter(|(_, _, program)| script.split_whitespace().any(|word| word == *program));
    if script.split_whitespace().any(|word| word == "--test") && named.clone().next().is_none() {
        return Ok(SuiteKind::NodeTest);
    }
    match (named.next(), named.next()) {
        (Some((kind, ..)), None) => Ok(*kind),
        _ => match present.as_slice() {
            [] => Ok(SuiteKind::NodeTest),
            [(kind, ..)] => Ok(*kind),
            several => Err(several.iter().map(|(kind, ..)| *kind).collect()),
        },
    }
}

/// How one of the runners is started.
pub(super) fn launcher(
    kind: SuiteKind,
    place: &Place<'_>,
    subject: Subject,
    has_args: bool,
) -> Vec<String> {
    let Some((_, _, program)) = FRAMEWORKS.iter().find(|(framework, ..)| *framework == kind) else {
        let mut own = words(&["node", "--test"]);
        if !has_args {
            own.extend(flags(place).unwrap_or_default());
        }
        return own;
    };
    let mut own = match place.nearest(&[&format!("node_modules/.bin/{program}")]) {
        Some(installed) => vec![installed],
        None => {
            let locks = MANAGERS.map(|(lock, _)| lock);
            let manager = MANAGERS.iter().find(|(lock, _)| place.is_nearest(lock, &locks));
            let (_, manager) = manager.unwrap_or(&MANAGERS[4]);
            let mut own = words(manager);
            own.push((*program).to_owned());
            own
        }
    };
    own.extend(words(match kind {
        SuiteKind::Vitest => &["run"],
        SuiteKind::Playwright => &["test"],
        // Jest takes a file for a pattern without this flag.
        SuiteKind::Jest if subject != Subject::Nothing => &["--runTestsByPath"],
        _ => &[],
    }));
    own
}

/// The flags that the script `test` gives to Node's own runner.
pub(super) fn flags(place: &Place<'_>) -> Option<Vec<String>> {
    flags_of(package(place)["scripts"]["test"].as_str()?, &["node", "--test"])
}

/// The package's description; null if there is none.
fn package(place: &Place<'_>) -> Value {
    serde_json::from_str(&place.text(&["package.json"])).unwrap_or_default()
}
