//! What is shown of a run while it goes on, as the command line, the environment and the terminal want it.

use anstream::{AutoStream, ColorChoice};

use crate::args::{ProgressArgument, ProgressArguments};
use crate::environment::Environment;
use crate::report::{Show, is_terminal};

/// What standard error shows besides text.
pub(super) fn show(
    ProgressArguments { progress }: ProgressArguments,
    environment: &Environment,
) -> Show {
    let can_draw = is_terminal() && !environment.is_dumb();
    let draws = match progress {
        ProgressArgument::None => return Show::Nothing,
        ProgressArgument::Plain => false,
        // A job of CI may have a terminal, and what it prints is kept as a log all the same.
        ProgressArgument::Auto => can_draw && !environment.is_ci(),
        ProgressArgument::Bar => can_draw,
    };
    if !draws {
        return Show::Heartbeat;
    }
    let is_coloured = AutoStream::choice(&std::io::stderr()) != ColorChoice::Never;
    Show::Picture { is_coloured, has_progress: environment.has_progress() }
}
