//! What the user can do about the result of a test.

use super::few::few;
use crate::facts::{Finish, Status};
use crate::record::{Came, Case, PreloadCame, Record};
use crate::rerun::by_name;

/// The advice, in one or a few lines.
pub(super) fn advice(record: &Record, case: &Case) -> Vec<String> {
    let name = record.outline.test(case.id).shown();
    let again = by_name(name).unwrap_or_else(|| "probe run --failed".to_owned());
    let debug =
        || format!("`{}` runs it alone, with the terminal, for a debugger", debugging(name));
    let lines = match case.came {
        Came::To(Status::Pass) => vec!["nothing".to_owned()],
        Came::To(Status::Leak) => {
            vec!["let it wait for what it starts; `leaks` in the manifest says what becomes of that".to_owned()]
        }
        Came::To(Status::Race) => vec![
            "nothing: what raced is mended, and it has passed".to_owned(),
            "`probe adopt` proposes lines for the manifest that prevent it, if there are any".to_owned(),
        ],
        Came::To(Status::Flaky) => vec![
            format!("`{again} --stress-count 20` shows how often it fails"),
            "`probe flaky` lists all that fail by chance".to_owned(),
        ],
        Came::To(Status::Empty | Status::Skip) => {
            vec!["nothing, if that is meant".to_owned()]
        }
        Came::To(Status::Xfail) => vec!["nothing: `[expect]` in the manifest says so".to_owned()],
        Came::To(Status::Xpass) => {
            vec!["take its `[expect]` out of the manifest: it passes now".to_owned()]
        }
        Came::To(Status::Timeout) => vec![
            "raise `timeout` if it needs longer; `on-timeout` names commands that show where it hangs".to_owned(),
            debug(),
        ],
        Came::To(Status::NotStarted) => {
            vec!["see why it did not start; paths are relative to the manifest, or to its `cwd`".to_owned()]
        }
        Came::To(Status::Interrupted) | Came::ToNothing => vec![format!("`{again}` runs it")],
        Came::To(Status::ServiceLost) => {
            vec![format!("see what the service said last; `{again}` runs it again")]
        }
        Came::To(Status::Fail | Status::Killed) | Came::GivenUp => {
            let before = match case.last_end().map(|(_, end)| &end.ending) {
                Some(Finish::Unprepared { .. }) => Some("mend what runs `before` it".to_owned()),
                Some(Finish::Uncleared { .. }) => Some("mend its `cleanup`: it has passed".to_owned()),
                _ => None,
            };
            before.into_iter().chain([format!("`{again}` runs it again"), debug()]).collect()
        }
        Came::BlockedByLibrary(id) => {
            let failed = record.libraries.iter().find(|library| library.id == id);
            let help = failed.and_then(|library| match &library.came {
                PreloadCame::Failed(failure) => failure.help.as_deref(),
                _ => None,
            });
            let mut lines: Vec<String> = help.into_iter().flat_map(str::lines).map(str::to_owned).collect();
            let library = record.outline.library_name(id);
            lines.push(format!("`probe preload {library}` tries it alone, `{again}` runs the test then"));
            lines
        }
        Came::BlockedByService(place) => {
            let service = &record.services[place];
            let mut lines: Vec<String> =
                service.lines.iter().map(|line| format!("{} said: {line}", service.name)).collect();
            lines.push(format!("mend the service, then `{again}`"));
            lines
        }
        Came::BlockedByTest(id) => {
            let other = record.outline.test(id).shown();
            vec![format!("`probe explain {}` tells of the test before it", quoted(other))]
        }
    };
    few(lines)
}

fn debugging(name: &str) -> String {
    format!("probe run --debug {}", quoted(name))
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    shlex::try_quote(name).map_or_else(|_| name.to_owned(), Into::into)
}
