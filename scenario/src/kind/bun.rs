//! `bun test`: its files, and the flags that the package's own script gives it.

use serde_json::Value;

use super::flags::{flags_of, words};
use super::place::Place;

/// Where `bun test` looks by itself.
pub(super) const FILES: &[&str] = &[
    "**/*.test.{js,jsx,ts,tsx,mjs,cjs,mts,cts}",
    "**/*_test.{js,jsx,ts,tsx,mjs,cjs,mts,cts}",
    "**/*.spec.{js,jsx,ts,tsx,mjs,cjs,mts,cts}",
    "**/*_spec.{js,jsx,ts,tsx,mjs,cjs,mts,cts}",
];

/// What runs tests, before its flags.
const COMMAND: [&str; 2] = ["bun", "test"];

/// `bun test`. Where the suite has no `args`, it has the flags of the script `test`.
pub(super) fn launcher(place: &Place<'_>, has_args: bool) -> Vec<String> {
    let mut own = words(&COMMAND);
    if !has_args {
        own.extend(flags(place).unwrap_or_default());
    }
    own
}

/// The flags of the script `test`.
pub(super) fn flags(place: &Place<'_>) -> Option<Vec<String>> {
    let package: Value = serde_json::from_str(&place.text(&["package.json"])).unwrap_or_default();
    flags_of(package["scripts"]["test"].as_str()?, &COMMAND)
}
