//! By which seed the tests of a run are shuffled. Does not know what order that makes.

use std::fmt;

use miette::Diagnostic;
use probe_run::Exit;

use crate::args::ShuffleArgument;
use crate::history::History;
use crate::ui::Ends;

/// The seed that is asked for; of a new one, one that is easily typed.
///
/// # Errors
///
/// There was no run whose order could be taken.
pub(super) fn seed(asked: ShuffleArgument, history: &History) -> Result<u64, NeverShuffled> {
    match asked {
        ShuffleArgument::New => Ok(rand::random::<u32>().into()),
        ShuffleArgument::Last => history.last_shuffle().ok_or(NeverShuffled),
        ShuffleArgument::Seed(seed) => Ok(seed),
    }
}

/// `--shuffle=last` where no run is known that was shuffled.
#[derive(Debug)]
pub(super) struct NeverShuffled;

impl fmt::Display for NeverShuffled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`--shuffle=last` has no order to take: no run of this project is known that was shuffled")
    }
}

impl std::error::Error for NeverShuffled {}

impl Diagnostic for NeverShuffled {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("`--shuffle` draws a new one, `--shuffle=SEED` takes that of a report"))
    }
}

impl Ends for NeverShuffled {
    fn exit(&self) -> Exit {
        Exit::Usage
    }
}
