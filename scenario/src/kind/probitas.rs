//! probitas, whose scenarios Deno runs.

use serde_json::Value;

use super::deno;
use super::flags::words;
use super::place::Place;

/// Files of probitas, by its own convention.
pub(super) const FILES: &[&str] = &["**/*.probitas.ts", "**/*.probitas.js"];

/// The package.
const PACKAGE: &str = "jsr:@probitas/probitas";

/// How probitas starts: with the project's task of that name, which knows its version; as an installed program; or else with
/// Deno, in the version of the import map if there is one.
pub(super) fn launcher(place: &Place<'_>) -> Vec<String> {
    let configuration = deno::configuration(place);
    if deno::task(&configuration, "probitas").is_some() {
        words(&["deno", "task", "--quiet", "probitas", "run"])
    } else if place.has_program("probitas") {
        words(&["probitas", "run"])
    } else {
        let cli = format!("{PACKAGE}{}/cli", version(&configuration));
        words(&["deno", "run", "-A", &cli, "run"])
    }
}

/// `@^0.2` where the import map says so of the package, or nothing.
fn version(configuration: &Value) -> &str {
    let imports = configuration.get("imports").and_then(Value::as_object).into_iter().flatten();
    let mut behind = imports.filter_map(|(_, target)| target.as_str()?.strip_prefix(PACKAGE));
    let version = behind.find(|behind| behind.starts_with('@')).unwrap_or_default();
    version.split('/').next().unwrap_or_default()
}
