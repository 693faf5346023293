//! probitas, whose scenarios Deno runs.

use super::deno;
use super::flags::words;
use super::place::Place;

/// Files of probitas, by its own convention.
pub(super) const FILES: &[&str] = &["**/*.probitas.ts", "**/*.probitas.js"];

/// How probitas is started: by the project's task of that name, which knows its version, or as an installed program.
pub(super) fn launcher(place: &Place<'_>) -> Vec<String> {
    match deno::task(&deno::configuration(place), "probitas") {
        Some(_) => words(&["deno", "task", "--quiet", "probitas", "run"]),
        None => words(&["probitas", "run"]),
    }
}
