//! Suites whose files a kind finds by itself, so that the manifest need not name them.

use probe_scenario::{Found, SuiteKind, read};

use super::ground::{Ground, below};
use super::layout::Layout;
use super::suggestion::{Files, Run, Suggestion, Yields};
use crate::platform;

/// The same suggestion, without the files if they are those that its kind takes by itself.
pub(super) fn shorten(layout: &Layout, mut suggestion: Suggestion) -> Suggestion {
    if let (Run::Kind(kind, _), Yields::Files(files)) = (&suggestion.run, &suggestion.yields) {
        let Files { exclude, names, batch, .. } = files;
        let mut exclude = exclude.clone();
        exclude.retain(|pattern| !kind.leaves_out(&pattern.replace("**", "x")));
        let folder = suggestion.cwd.as_deref().unwrap_or_default();
        // Nobody stands between the folder's files and its own configuration.
        let (claimed, settled) = Default::default();
        let ground = Ground::new(layout, folder, &claimed, &settled);
        let excluded: Vec<String> =
            kind.excluded(&ground).iter().map(|pattern| below(folder, pattern)).collect();
        exclude.retain(|pattern| !excluded.contains(pattern));
        if taken(layout, *kind, suggestion.cwd.as_deref(), &exclude).as_ref() == Some(names) {
            suggestion.yields = Yields::OfKind { exclude, names: names.clone(), batch: *batch };
        }
    }
    suggestion
}

/// The files of a suite that says only its kind, and what it does not take.
fn taken(
    layout: &Layout,
    kind: SuiteKind,
    cwd: Option<&str>,
    exclude: &[String],
) -> Option<Vec<String>> {
    let exclude: Vec<toml_edit::Value> = exclude.iter().map(|text| text.as_str().into()).collect();
    let exclude: toml_edit::Array = exclude.into_iter().collect();
    let exclude = if exclude.is_empty() { String::new() } else { format!("exclude = {exclude}\n") };
    let cwd = cwd.map(|cwd| format!("cwd = {}\n", toml_edit::Value::from(cwd)));
    let cwd = cwd.unwrap_or_default();
    let text = format!("[suite.s]\nkind = \"{kind}\"\n{cwd}{exclude}");
    let mut manifest = read(&text, &platform::host().ok()?).into_result("", &text).ok()?;
    let unsettled = manifest.settle(layout);
    let mut found = Found::default();
    found.add_files(layout.names().iter().cloned());
    let expansion = manifest.expand(&found);
    let mut names: Vec<String> =
        expansion.suite.tests.into_iter().flat_map(|test| test.files).collect();
    names.sort_unstable();
    (unsettled.is_empty() && expansion.mistakes.is_empty()).then_some(names)
}
