//! How a process ended, as the system reports it. Does not know who ended it, nor what that means.

use std::process::ExitStatus;

use crate::signal::Signal;
use crate::system;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessEnd {
    /// It exited with this code.
    Exited(i32),
    /// This signal killed it.
    Killed(Signal),
}

impl ProcessEnd {
    /// Whether it exited with 0.
    pub fn is_success(self) -> bool {
        self == Self::Exited(0)
    }
}

impl From<ExitStatus> for ProcessEnd {
    fn from(status: ExitStatus) -> Self {
        match status.code() {
            Some(code) => Self::Exited(code),
            None => Self::Killed(system::killed_by(status).expect("what did not exit was killed")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn an_end_is_a_code_or_a_signal() {
        let end = |script: &str| {
            let status = Command::new("/bin/sh").args(["-c", script]).status().expect("a shell");
            ProcessEnd::from(status)
        };
        assert_eq!(end("exit 0"), ProcessEnd::Exited(0));
        assert!(end("exit 0").is_success() && !end("exit 3").is_success());
        assert_eq!(end("exit 255"), ProcessEnd::Exited(255));
        assert_eq!(end("kill -9 $$"), ProcessEnd::Killed(Signal::KILL));
    }
}
