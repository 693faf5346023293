//! What owns the state of a run: it hears what has happened, says what follows, and asks for what is to be done.
//!
//! Nothing here waits for anything, and nothing here can fail: what goes wrong is an outcome of a unit. It is a state
//! machine: it reads no clock, file or environment, starts no thread or process, takes no lock and sends nothing; it is
//! told the time, and what it wants done goes into an [`Outbox`]. Does not know who tells it, nor how a test is run or a
//! library imported.

mod act;
mod attempts;
mod building;
mod closing;
mod examinations;
mod gates;
mod hearing;
mod imports;
mod leading;
mod lives;
mod losses;
mod message;
#[cfg(test)]
mod model;
mod overtime;
mod refusals;
mod retries;
mod score;
mod services;
mod settling;
mod slots;
mod starting;
mod state;
mod stopping;
mod suspending;
mod timers;
mod turn;
mod using;

pub(crate) use act::{Act, Case, Import, Job, StartService};
pub(crate) use message::{Admission, Looked, Made, Message, Remembered, Said, ServiceSaid, Usage};
pub(crate) use score::Score;
pub(crate) use state::Conductor;
pub(crate) use timers::Until;
pub(crate) use turn::Outbox;
