//! What happens during an import, for messages only. It does not know what is made of it.

use std::time::Duration;

use super::aside::Aside;
use super::command::CommandLine;
use super::holder::Holder;

/// Something that happens during an import, for messages only.
#[derive(Debug)]
pub enum ImportEvent<'a> {
    /// Another one imports the same library, and has for a while.
    Waiting {
        /// The library.
        library: &'a str,
        /// Who it is, if that is known.
        holder: Option<&'a Holder>,
    },
    /// The file system has no locks: several processes may fetch the same library, and each of them safely.
    Unlocked {
        /// What the system said.
        cause: &'a str,
    },
    /// A download or copy begins.
    Attempt {
        /// The library.
        library: &'a str,
        /// From where, without secrets.
        origin: &'a str,
        /// Counted from 1.
        number: u32,
    },
    /// Bytes have arrived.
    Progress {
        /// The library.
        library: &'a str,
        /// How many so far.
        bytes: u64,
        /// How many there will be, if the sender said.
        total: Option<u64>,
    },
    /// An attempt has failed and another one will follow.
    Retrying {
        /// The library.
        library: &'a str,
        /// How long from now.
        delay: Duration,
        /// Why the last one failed.
        cause: &'a str,
    },
    /// Something was moved out of the way: torn, or left by a make that did not end well.
    MovedAside {
        /// The library.
        library: &'a str,
        /// What it was, where it is, and why.
        aside: &'a Aside,
    },
    /// A command begins.
    Building {
        /// The library.
        library: &'a str,
        /// What is run.
        command: &'a CommandLine,
    },
}
