//! A signal, by its number on this system and its name. Does not know who sends it, nor what follows from it.

#[cfg(unix)]
mod unix;

#[cfg(unix)]
use unix as system;

/// A signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(i32);

impl Signal {
    /// The terminal or the session has ended.
    pub const HUP: Self = Self(system::HUP);
    /// ^C.
    pub const INT: Self = Self(system::INT);
    /// An illegal instruction.
    pub const ILL: Self = Self(system::ILL);
    /// A breakpoint, or a check that a compiler added.
    pub const TRAP: Self = Self(system::TRAP);
    /// The program has aborted itself.
    pub const ABRT: Self = Self(system::ABRT);
    /// ^\\.
    pub const QUIT: Self = Self(system::QUIT);
    /// A signal with a meaning that the program chooses.
    pub const USR1: Self = Self(system::USR1);
    /// A signal with a meaning that the program chooses.
    pub const USR2: Self = Self(system::USR2);
    /// An access to mapped memory without a file behind it.
    pub const BUS: Self = Self(system::BUS);
    /// An arithmetic error.
    pub const FPE: Self = Self(system::FPE);
    /// Kills the process; it cannot be ignored.
    pub const KILL: Self = Self(system::KILL);
    /// An access to memory that does not exist.
    pub const SEGV: Self = Self(system::SEGV);
    /// Asks the process to end.
    pub const TERM: Self = Self(system::TERM);
    /// Continues a stopped process.
    pub const CONT: Self = Self(system::CONT);
    /// Stops the process; it cannot be ignored.
    pub const STOP: Self = Self(system::STOP);
    /// ^Z.
    pub const TSTP: Self = Self(system::TSTP);
    /// A background process read from the terminal.
    pub const TTIN: Self = Self(system::TTIN);
    /// A background process changed the terminal.
    pub const TTOU: Self = Self(system::TTOU);

    /// The signal with this number, with or without a name.
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Its number on this system.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The name, such as `SIGTERM`; `None` for a signal without a name.
    pub fn name(self) -> Option<&'static str> {
        system::name(self.0)
    }

    /// Whether the system sends it to a background process that uses the terminal.
    pub fn is_of_terminal(self) -> bool {
        matches!(self, Self::TTIN | Self::TTOU)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_has_the_name_that_people_know() {
        assert_eq!(Signal::TERM.name(), Some("SIGTERM"));
        assert_eq!(Signal::from_number(Signal::BUS.number()).name(), Some("SIGBUS"));
        assert_eq!(Signal::from_number(1000).name(), None);
        assert!(Signal::TTIN.is_of_terminal() && !Signal::TSTP.is_of_terminal());
    }
}
