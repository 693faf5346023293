//! Owns the state of a run: receives messages, decides what follows, and gives orders.
//!
//! Nothing here waits, and nothing here fails: an error is an outcome of a unit. The conductor is a state machine. It reads no
//! clock, file or environment, starts no thread or process, takes no lock and sends nothing. The caller passes the time, and
//! orders go into an [`Outbox`]. Does not know who sends the messages, nor how a test runs or a library is imported.

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
