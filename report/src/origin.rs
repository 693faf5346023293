//! Where libraries come from, in words. Knows no run.

use probe_scenario::{Library, Source, without_secrets};

use crate::counted::tests as tests_counted;

/// Where a library comes from, in a line.
pub fn origin(library: &Library) -> String {
    match &library.source {
        Source::Url(download) => without_secrets(&download.url).into_owned(),
        Source::Path { path, .. } => path.clone(),
        Source::Command { command, .. } => {
            // Nobody is running it, so places of other libraries stay open.
            let words = command.render(&[], |_| std::path::Path::new("…"));
            let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
            without_secrets(&format!("`{}`", words.join(" "))).into_owned()
        }
        Source::Check { tests } => format!("checked once for {}", tests_counted(tests.len())),
        Source::Leader { .. } => "made by the first test that needs it".to_owned(),
    }
}
