//! What happens during an import, for messages only. It does not know how the events are used.

use std::time::Duration;

use super::aside::Aside;
use super::command::CommandLine;
use super::holder::Holder;

/// Something that happens during an import, for messages only.
#[derive(Debug)]
pub enum ImportEvent<'a> {
    /// Another process or thread imports the same library, and this import has waited for a while.
    Waiting {
        /// The library.
        library: &'a str,
        /// The holder, if known.
        holder: Option<&'a Holder>,
    },
    /// The file system has no locks: several processes may fetch the same library. This is safe,
    /// but does the work twice.
    Unlocked {
        /// What the system reported.
        cause: &'a str,
    },
    /// A download or copy begins.
    Attempt {
        /// The library.
        library: &'a str,
        /// Where it comes from, without secrets.
        origin: &'a str,
        /// The number of the attempt, from 1.
        number: u32,
    },
    /// Bytes have arrived.
    Progress {
        /// The library.
        library: &'a str,
        /// How many so far.
        bytes: u64,
        /// How many in all, if the sender said.
        total: Option<u64>,
    },
    /// An attempt has failed, and another one follows.
    Retrying {
        /// The library.
        library: &'a str,
        /// The time until the next attempt.
        delay: Duration,
        /// Why the attempt failed.
        cause: &'a str,
    },
    /// Something was moved aside: it is incomplete (torn), or left over from a build that did not
    /// end well.
    MovedAside {
        /// The library.
        library: &'a str,
        /// What it was, where it is now, and why.
        aside: &'a Aside,
    },
    /// A command starts.
    Building {
        /// The library.
        library: &'a str,
        /// The command.
        command: &'a CommandLine,
    },
}
