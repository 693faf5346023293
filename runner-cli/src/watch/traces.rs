//! Whose a change is that was seen while tests ran: somebody's who works on, and then the tests run again; or their own, and
//! then they must not, for ever.
//!
//! Nobody says who has written a file. What comes into being while tests run is theirs, unless it is a test; what was there
//! before runs them once more, and is theirs if it then changes again. What changes while nothing runs is never theirs. Knows
//! no disk and no clock.

use std::collections::BTreeSet;

/// So many rounds may follow from what changes in rounds: tests that go on changing files are not run for ever.
const MOST: u32 = 2;

/// What is known of the files of a project.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    /// Those that there are.
    known: BTreeSet<String>,
    /// Those that tests write.
    written: BTreeSet<String>,
    /// What has changed in the last round.
    before: BTreeSet<String>,
    /// How many rounds in a row have followed from what changed in rounds.
    followed: u32,
}

/// What follows from changes in a round.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// What tests are to run again for.
    pub(crate) run_again_for: Vec<String>,
    /// What turned out to be written by tests that was there before.
    pub(crate) written: Vec<String>,
}

impl Traces {
    /// These files are there.
    pub(crate) fn new(files: impl IntoIterator<Item = String>) -> Self {
        Self { known: files.into_iter().collect(), ..Self::default() }
    }

    /// The known files below a directory that is not there any more.
    pub(crate) fn below(&self, directory: &str) -> Vec<String> {
        let below = format!("{directory}/");
        let inside = self.known.range(below.clone()..).take_while(|file| file.starts_with(&below));
        inside.cloned().collect()
    }

    /// These files have changed while nothing ran.
    pub(crate) fn changed_idle(&mut self, files: &[String], is_there: impl Fn(&str) -> bool) {
        for file in files {
            self.written.remove(file);
            self.note(file, is_there(file));
        }
        self.before.clear();
        self.followed = 0;
    }

    /// These files have changed while tests ran.
    pub(crate) fn changed_in_round(
        &mut self,
        files: Vec<String>,
        is_there: impl Fn(&str) -> bool,
        is_test: impl Fn(&str) -> bool,
    ) -> Verdict {
        let mut verdict = Verdict::default();
        for file in &files {
            let (was_there, is_there) = (self.known.contains(file), is_there(file));
            self.note(file, is_there);
            if self.written.contains(file) || !was_there && !is_there {
                continue;
            }
            if !was_there && !is_test(file) {
                self.written.insert(file.clone());
            } else if self.followed > 0 && self.before.contains(file) || self.followed >= MOST {
                self.written.insert(file.clone());
                verdict.written.push(file.clone());
            } else {
                verdict.run_again_for.push(file.clone());
            }
        }
        self.before = files.into_iter().collect();
        self.followed = if verdict.run_again_for.is_empty() { 0 } else { self.followed + 1 };
        verdict
    }

    fn note(&mut self, file: &str, is_there: bool) {
        if is_there {
            self.known.insert(file.to_owned());
        } else {
            self.known.remove(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Traces, Verdict};

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn round(traces: &mut Traces, files: &[&str]) -> Verdict {
        traces.changed_in_round(names(files), |_| true, |file| file.ends_with("_test"))
    }

    #[test]
    fn what_comes_into_being_in_a_round_is_the_tests_own() {
        let mut traces = Traces::new(names(&["a"]));
        assert_eq!(round(&mut traces, &["out"]), Verdict::default());
        assert_eq!(round(&mut traces, &["out"]), Verdict::default());
        // Somebody else may write it, too.
        traces.changed_idle(&names(&["out"]), |_| true);
        assert_eq!(round(&mut traces, &["out"]).run_again_for, names(&["out"]));
        assert_eq!(round(&mut traces, &["out"]).written, names(&["out"]));
    }

    #[test]
    fn what_was_there_runs_them_once_more_and_no_further() {
        let mut traces = Traces::new(names(&["a", "b"]));
        assert_eq!(round(&mut traces, &["a"]).run_again_for, names(&["a"]));
        let verdict = round(&mut traces, &["a", "b"]);
        assert_eq!((verdict.run_again_for, verdict.written), (names(&["b"]), names(&["a"])));
        assert_eq!(round(&mut traces, &["a", "b"]).written, names(&["b"]));
        assert_eq!(round(&mut traces, &["a", "b"]), Verdict::default());
    }

    #[test]
    fn a_new_test_is_run_but_not_for_ever() {
        let mut traces = Traces::new(Vec::new());
        let mut rounds = 0;
        while !round(&mut traces, &[&format!("{rounds}_test")]).run_again_for.is_empty() {
            rounds += 1;
        }
        assert_eq!(rounds, super::MOST);
    }

    #[test]
    fn what_comes_and_goes_is_nothing_and_what_goes_is_a_change() {
        let mut traces = Traces::new(names(&["d/a", "d/b", "e"]));
        let verdict = traces.changed_in_round(names(&["tmp", "e"]), |_| false, |_| false);
        assert_eq!(verdict.run_again_for, names(&["e"]));
        assert_eq!(traces.below("d"), names(&["d/a", "d/b"]));
    }
}
