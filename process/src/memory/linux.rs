//! The counters of kills because memory ran out: of control groups in both versions, and of the machine. Reads a few small
//! files.

use std::fs;
use std::path::{Path, PathBuf};

/// A control group with a memory controller.
#[derive(Debug)]
pub(super) struct Group {
    directory: PathBuf,
    /// The names of the files with the counter and the limit in this version of control groups.
    files: (&'static str, &'static str),
    /// The number of kills before.
    kills: u64,
}

impl Group {
    /// The group of this process.
    pub(super) fn own() -> Option<Self> {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        group(&read("/proc/self/cgroup"), &read("/proc/self/mountinfo"))
    }

    /// The directory of the group.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The number of kills in it since it was found.
    pub(super) fn new_kills(&self) -> u64 {
        kills_in(&self.directory.join(self.files.0)).unwrap_or_default().saturating_sub(self.kills)
    }

    /// The limit in bytes; `None` if the group has no limit of its own. Then the limit of a parent group counts.
    pub(super) fn limit(&self) -> Option<u64> {
        /// Version 1 has no word for "none", but a number larger than any machine.
        const NONE: u64 = 1 << 60;

        let text = fs::read_to_string(self.directory.join(self.files.1)).ok()?;
        text.trim().parse().ok().filter(|limit| *limit < NONE)
    }

    /// A group of version 2 in any directory.
    #[cfg(test)]
    pub(super) fn in_directory(directory: &Path) -> Option<Self> {
        let mounts = format!("30 1 0:1 / {} rw - cgroup2 cgroup2 rw\n", directory.display());
        group("0::/\n", &mounts)
    }
}

/// The memory group that `/proc/self/cgroup` names, at its place in `/proc/self/mountinfo`.
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
            // Number, parent, device, root, mount point, and after a dash the type of the file system.
            let (before, after) = line.split_once(" - ")?;
            let mut words = before.split(' ');
            let (root, place) = (words.nth(3)?, words.next()?);
            if after.split(' ').next()? != kind {
                return None;
            }
            let below = path.strip_prefix(root).or_else(|_| path.strip_prefix("/")).ok()?;
            let directory = Path::new(place).join(below);
            // The root of all groups has no counter, nor has a mount of other controllers.
            let kills = kills_in(&directory.join(files.0))?;
            Some(Group { directory, files, kills })
        })
    })
}

/// Reads the line `oom_kill N` of a file.
fn kills_in(file: &Path) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
}

/// The number of kills on the whole machine so far.
pub(super) fn kills() -> u64 {
    kills_in(Path::new("/proc/vmstat")).unwrap_or_default()
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
    }
}
