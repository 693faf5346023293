//! Whether the kernel has killed something for lack of memory: in probe's own control group, or on the whole machine. Reads a
//! few small files; knows no test, and does not look for who was killed.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

/// The counters of such kills, as they were when probe began.
#[derive(Debug)]
pub struct Memory {
    group: Option<Group>,
    /// Kills on the machine outside the group, before.
    machine: u64,
    /// Kills that were told of.
    told: Mutex<u64>,
}

/// A control group of memory.
#[derive(Debug)]
struct Group {
    directory: PathBuf,
    /// The file with the counter, and the one with the limit, of this version of control groups.
    files: (&'static str, &'static str),
    /// Kills before.
    kills: u64,
}

/// Why the kernel has killed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// A control group has used what it may.
    Group {
        /// Where the group is.
        directory: PathBuf,
        /// In bytes, if that is known.
        limit: Option<u64>,
    },
    /// There was no memory left on the machine.
    Machine,
}

impl Memory {
    /// Counts from now on.
    pub fn watch() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let group = group(&read("/proc/self/cgroup"), &read("/proc/self/mountinfo"));
        Self { group, machine: machine_kills(), told: Mutex::new(0) }
    }

    /// Why the kernel has killed something that was not asked about yet; `None` if it has not.
    pub fn shortage(&self) -> Option<Shortage> {
        let of_group = self.group.as_ref().map_or(0, Group::new_kills);
        let of_machine = machine_kills().saturating_sub(self.machine);
        let mut told = self.told.lock();
        if of_group.max(of_machine) <= *told {
            return None;
        }
        *told += 1;
        match &self.group {
            Some(group) if of_group > 0 => {
                Some(Shortage::Group { directory: group.directory.clone(), limit: group.limit() })
            }
            _ => Some(Shortage::Machine),
        }
    }
}

impl Group {
    fn new_kills(&self) -> u64 {
        kills(&self.directory.join(self.files.0)).unwrap_or_default().saturating_sub(self.kills)
    }

    /// In bytes; none if there is no limit of its own, in which case that of a group above it counts.
    fn limit(&self) -> Option<u64> {
        /// Version 1 has no word for "none": it says a number that no machine has.
        const NONE: u64 = 1 << 60;

        let text = fs::read_to_string(self.directory.join(self.files.1)).ok()?;
        text.trim().parse().ok().filter(|limit| *limit < NONE)
    }
}

/// The control group of memory that `/proc/self/cgroup` names, by its place in `/proc/self/mountinfo`.
fn group(groups: &str, mounts: &str) -> Option<Group> {
    let path_of = |wanted: &dyn Fn(&str, &str) -> bool| {
        groups.lines().find_map(|line| {
            let mut parts = line.splitn(3, ':');
            let (number, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
            wanted(number, controllers).then_some(path)
        })
    };
    let v1 = path_of(&|_, controllers| controllers.split(',').any(|one| one == "memory"));
    let v2 = path_of(&|number, _| number == "0");
    let candidates = [
        (v1, "cgroup", ("memory.oom_control", "memory.limit_in_bytes")),
        (v2, "cgroup2", ("memory.events", "memory.max")),
    ];
    candidates.into_iter().find_map(|(path, kind, files)| {
        let path = Path::new(path?);
        mounts.lines().find_map(|line| {
            // Number, parent, device, root, place, and after a dash the kind of file system.
            let (before, after) = line.split_once(" - ")?;
            let mut words = before.split(' ');
            let (root, place) = (words.nth(3)?, words.next()?);
            if after.split(' ').next()? != kind {
                return None;
            }
            let below = path.strip_prefix(root).or_else(|_| path.strip_prefix("/")).ok()?;
            let directory = Path::new(place).join(below);
            // The root of all groups counts nothing; nor does a mount of other controllers.
            let kills = kills(&directory.join(files.0))?;
            Some(Group { directory, files, kills })
        })
    })
}

/// The line `oom_kill N` of a file.
fn kills(file: &Path) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
}

fn machine_kills() -> u64 {
    kills(Path::new("/proc/vmstat")).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_is_found_by_both_versions_and_in_containers() {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path().display();
        let write = |name: &str, text: &str| {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().expect("it has one")).expect("create");
            fs::write(path, text).expect("write");
        };
        write("two/a/memory.events", "low 0\nmax 9\noom 1\noom_kill 3\n");
        write("two/a/memory.max", "125829120\n");
        write("one/a/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        write("one/a/memory.limit_in_bytes", "9223372036854771712\n");
        let two = format!("30 1 0:1 / {root}/two rw - cgroup2 cgroup2 rw\n");
        let one = format!(
            "31 1 0:2 / {root}/cpu rw - cgroup cgroup rw,cpu\n32 1 0:3 /box {root}/one rw - cgroup cgroup rw,memory\n"
        );
        let found = group("0::/a\n", &two).expect("version 2");
        assert_eq!((found.kills, found.limit()), (3, Some(125_829_120)));
        let found = group("4:memory:/box/a\n0::/\n", &(one + &two)).expect("version 1");
        assert_eq!((found.kills, found.limit()), (2, None));
        assert!(group("0::/elsewhere\n", &two).is_none());
        let counted = group("0::/a\n", &two);
        let memory = Memory { group: counted, machine: u64::MAX, told: Mutex::new(0) };
        assert_eq!(memory.shortage(), None);
        write("two/a/memory.events", "oom_kill 4\n");
        let said = memory.shortage().expect("one more").to_string();
        assert!(said.contains("its control group may use 120 MiB"), "{said}");
        assert_eq!(memory.shortage(), None, "it is told once");
    }
}
