//! What is shown of a run while it goes on, as the command line, the environment and the terminal want it.

use anstream::{AutoStream, ColorChoice};
use probe_report::{LiveScope, Show, is_terminal};
use probe_scenario::StatusLevel;

use crate::args::{ProgressArgument, ProgressArguments};
use crate::environment::Environment;

/// What standard error shows besides text, where the lines of `level` are shown.
///
/// | level | besides them |
/// |---|---|
/// | `none` | nothing |
/// | below `pass`, as with `-q` | how far the run is |
/// | others | also what runs and what is imported |
pub(super) fn show(
    ProgressArguments { progress }: ProgressArguments,
    level: StatusLevel,
    environment: &Environment,
) -> Show {
    let scope = match level {
        StatusLevel::None => return Show::Nothing,
        level if level < StatusLevel::Pass => LiveScope::Head,
        _ => LiveScope::All,
    };
    let can_draw = is_terminal() && !environment.is_dumb();
    let draws = match progress {
        ProgressArgument::None => return Show::Nothing,
        ProgressArgument::Plain => false,
        // A job of CI may have a terminal, and what it prints is kept as a log all the same.
        ProgressArgument::Auto => can_draw && !environment.is_ci(),
        ProgressArgument::Bar => can_draw,
    };
    if !draws {
        return Show::Heartbeat(scope);
    }
    let is_coloured = AutoStream::choice(&std::io::stderr()) != ColorChoice::Never;
    Show::Picture { scope, is_coloured, has_progress: environment.has_progress() }
}
