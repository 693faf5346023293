//! A signal by its number on this system, and by its name. Does not know who sends it, nor what follows from it.

#[cfg(unix)]
mod unix;

#[cfg(unix)]
use unix as system;

/// A signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(i32);

impl Signal {
    /// The terminal, or the session, is gone.
    pub const HUP: Self = Self(system::HUP);
    /// ^C.
    pub const INT: Self = Self(system::INT);
    /// No instruction of this machine.
    pub const ILL: Self = Self(system::ILL);
    /// A breakpoint, or a check of a compiler's.
    pub const TRAP: Self = Self(system::TRAP);
    /// The program has ended itself.
    pub const ABRT: Self = Self(system::ABRT);
    /// ^\\.
    pub const QUIT: Self = Self(system::QUIT);
    /// What a program makes of it.
    pub const USR1: Self = Self(system::USR1);
    /// What a program makes of it.
    pub const USR2: Self = Self(system::USR2);
    /// Memory without a file behind it.
    pub const BUS: Self = Self(system::BUS);
    /// Arithmetic without a result.
    pub const FPE: Self = Self(system::FPE);
    /// What nobody can ignore.
    pub const KILL: Self = Self(system::KILL);
    /// Memory that is not there.
    pub const SEGV: Self = Self(system::SEGV);
    /// Please end.
    pub const TERM: Self = Self(system::TERM);
    /// Go on.
    pub const CONT: Self = Self(system::CONT);
    /// Stop, whether you want to or not.
    pub const STOP: Self = Self(system::STOP);
    /// ^Z.
    pub const TSTP: Self = Self(system::TSTP);
    /// Reads a terminal that is not its own.
    pub const TTIN: Self = Self(system::TTIN);
    /// Changes a terminal that is not its own.
    pub const TTOU: Self = Self(system::TTOU);

    /// The signal with this number, whether or not it has a name.
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Its number on this system.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// `SIGTERM`; `None` for one that has a number only.
    pub fn name(self) -> Option<&'static str> {
        system::name(self.0)
    }

    /// Whether the system sends it to a group that wants a terminal which is not its own.
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
