//! Orphans that another process adopts. They are found among its children by their group and environment. Orphans of other
//! users and programs are there, too, so a process that shows neither is ignored.

use parking_lot::Mutex;

use crate::census;
use crate::process_id::ProcessId;

/// Searches for the orphans of one run.
#[derive(Debug)]
pub(super) struct Search {
    /// The process that adopts all orphans.
    adopter: ProcessId,
    /// When the search began, on the clock of the census. Processes that started earlier belong to no test.
    since: u64,
    /// The text in the environment of every process of this run's tests.
    mark: String,
    /// Children that the adopter had before.
    strangers: Mutex<Vec<ProcessId>>,
}

impl Search {
    /// Finds orphans with this mark from now on.
    pub(super) fn begin(adopter: ProcessId, mark: &str) -> Self {
        let since = census::now().unwrap_or(0);
        Self { adopter, since, mark: mark.to_owned(), strangers: Mutex::default() }
    }

    /// The orphans that have the mark or are in this group.
    pub(super) fn children(&self, group: Option<ProcessId>) -> Vec<ProcessId> {
        let children = census::children(self.adopter);
        let mut strangers = self.strangers.lock();
        // Other processes may get their numbers.
        strangers.retain(|stranger| children.contains(stranger));
        let mut found = Vec::new();
        for child in children {
            if strangers.contains(&child) {
                continue;
            }
            let Some(entry) = census::entry(child) else { continue };
            if entry.started < self.since {
                strangers.push(child);
            } else if (group.is_some() && entry.group == group) || self.has_mark(child) {
                found.push(child);
            }
        }
        found
    }

    fn has_mark(&self, id: ProcessId) -> bool {
        census::says(&census::settled_environment(id), &self.mark)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::process::{Command, Stdio};

    use super::*;

    /// Starts what starts a process, says its number and ends; and returns the number when that is an orphan.
    fn orphan(script: &str, mark: Option<&str>) -> ProcessId {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).env_clear().stdout(Stdio::piped());
        if let Some((name, value)) = mark.and_then(|mark| mark.split_once('=')) {
            command.env(name, value);
        }
        let mut starter = command.spawn().expect("a shell");
        let mut said = String::new();
        starter.stdout.take().expect("a pipe").read_to_string(&mut said).expect("read");
        starter.wait().expect("it ends");
        ProcessId::from_number(said.trim().parse().expect("a number")).expect("not 0")
    }

    /// In this crate's unit tests nobody adopts but whoever does for the whole machine.
    #[test]
    fn orphans_are_found_among_another_ones_children_by_mark_and_group() {
        const MARK: &str = "PROBE_RUN_ID=searched";
        // Its streams are closed, so that the shell's end is seen.
        const SCRIPT: &str = "/bin/sleep 60 >/dev/null 2>&1 & echo $!";
        let before = orphan(SCRIPT, Some(MARK));
        let adopter = census::entry(before).expect("it sleeps").parent.expect("it has one");
        // The clock of processes is a coarse one.
        std::thread::sleep(std::time::Duration::from_millis(30));
        let search = Search::begin(adopter, MARK);
        let (marked, other) = (orphan(SCRIPT, Some(MARK)), orphan(SCRIPT, None));
        let group = census::entry(other).expect("it sleeps").group;
        assert_eq!(search.children(None), [marked], "{before} is older, {other} says nothing");
        let mut both = search.children(group);
        both.retain(|id| *id == other || *id == marked);
        assert!(both.contains(&other) && both.contains(&marked), "{both:?}");
        for id in [before, marked, other] {
            crate::unix::signal_process(id, crate::signal::Signal::KILL);
        }
    }
}
