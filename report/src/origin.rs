//! The sources of libraries and the commands of services, in words. Knows no run.

use probe_scenario::{Library, LibraryId, Service, Source, Suite, without_secrets};

use crate::counted::tests as tests_counted;

/// The source of a library, in one line.
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

/// The command of a service, in one line, with its placeholders as written.
pub fn command_of_service(suite: &Suite, service: &Service) -> String {
    let library = |id: LibraryId| suite.libraries[id.index()].name.clone();
    let words: Vec<String> =
        service.run.iter().map(|word| word.sketch(&service.ports, library)).collect();
    without_secrets(&words.join(" ")).into_owned()
}
