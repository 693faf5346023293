//! Whether the kernel has killed a process because memory ran out, in probe's own control group or on the whole machine. Knows
//! no tests, and does not look for the killed process.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;

use std::fmt;
use std::path::PathBuf;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;
use parking_lot::Mutex;

/// The kernel's counters of such kills, as they were when probe started.
#[derive(Debug)]
pub struct Memory {
    group: Option<system::Group>,
    /// Kills on the machine outside the group at the start.
    machine: u64,
    /// Kills that were already reported.
    told: Mutex<u64>,
}

/// Why the kernel killed a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// A control group reached its limit.
    Group {
        /// The group's directory.
        directory: PathBuf,
        /// The limit in bytes, if it is known.
        limit: Option<u64>,
    },
    /// The machine had no memory left.
    Machine,
}

impl Memory {
    /// Starts to count.
    pub fn watch() -> Self {
        Self { group: system::Group::own(), machine: system::kills(), told: Mutex::new(0) }
    }

    /// Why the kernel has killed a process since the last call; `None` if it has not.
    pub fn shortage(&self) -> Option<Shortage> {
        let of_group = self.group.as_ref().map_or(0, system::Group::new_kills);
        let of_machine = system::kills().saturating_sub(self.machine);
        let mut told = self.told.lock();
        if of_group.max(of_machine) <= *told {
            return None;
        }
        *told += 1;
        match &self.group {
            Some(group) if of_group > 0 => Some(Shortage::Group {
                directory: group.directory().to_owned(),
                limit: group.limit(),
            }),
            _ => Some(Shortage::Machine),
        }
    }
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group { directory, limit } => {
                f.write_str("the kernel has killed a process of this run for lack of memory, not probe: ")?;
                match limit {
                    Some(limit) => write!(f, "its control group may use {} MiB", limit >> 20)?,
                    None => f.write_str("a control group above its own has used what it may")?,
                }
                write!(f, " (`{}`)", directory.display())?;
            }
            Self::Machine => f.write_str(
                "the kernel has killed a process for lack of memory on this machine meanwhile, not probe",
            )?,
        }
        f.write_str(". Raise the limit, run fewer tests at once (`-j`), or let this one use less")
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_kill_is_told_once_with_the_limit() {
        let directory = tempfile::tempdir().expect("a directory");
        let write = |name: &str, text: &str| {
            std::fs::write(directory.path().join(name), text).expect("write");
        };
        write("memory.events", "low 0\nmax 9\noom 1\noom_kill 3\n");
        write("memory.max", "125829120\n");
        let group = system::Group::in_directory(directory.path());
        let memory = Memory { group, machine: u64::MAX, told: Mutex::new(0) };
        assert_eq!(memory.shortage(), None);
        write("memory.events", "oom_kill 4\n");
        let said = memory.shortage().expect("one more").to_string();
        assert!(said.contains("its control group may use 120 MiB"), "{said}");
        assert_eq!(memory.shortage(), None, "it is told once");
    }
}
