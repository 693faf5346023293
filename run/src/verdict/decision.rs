//! Decides what the evidence says of one file, by a truth table. Does not look at files itself.

use probe_loader::{Change, Condition, Observation};

/// What is known of one file after an attempt failed. `None` is a look that was not taken: nobody writes to files in the store,
/// and contents are read only after a symptom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    /// Just before the attempt.
    pub before: Option<&'a Observation>,
    /// Right after it.
    pub after: Option<&'a Observation>,
    /// Later, when nobody writes to it any more.
    pub settled: Option<&'a Observation>,
    /// The attempt's own message says that another process had the file open for writing.
    pub was_busy: bool,
    /// The attempt ended as if it had loaded an incomplete file.
    pub symptom: bool,
    pub ended: By,
}

/// Who ended an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The test itself, or an error in it.
    Itself,
    /// probe, because the test's time was up or the run was stopped.
    Probe,
}

/// What the evidence says of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOutcome {
    /// The file is incomplete, or was. The attempt runs again after the repair.
    Torn,
    /// The file is not the one that was imported, or was not. The attempt runs again after the repair.
    WrongContent,
    /// The file is absent, and the attempt's end shows that it was needed. The attempt runs again after the repair.
    Missing,
    /// The file appeared or was written during an attempt that ended as if it had loaded an incomplete file. The attempt runs
    /// again.
    Changed,
    /// probe ended the attempt, which left the file damaged. The file is repaired, but the attempt does not run again because
    /// of it.
    LeftDamaged,
    /// The file is complete and unchanged, or it changed and nothing points at loading.
    Intact,
}

impl FileOutcome {
    /// Whether the attempt runs again because of the file.
    pub fn is_race(self) -> bool {
        match self {
            Self::Torn | Self::WrongContent | Self::Missing | Self::Changed => true,
            Self::LeftDamaged | Self::Intact => false,
        }
    }

    /// Whether the file must be repaired before anything loads it.
    pub fn needs_mending(self) -> bool {
        match self {
            Self::Torn | Self::WrongContent | Self::Missing | Self::LeftDamaged => true,
            Self::Changed | Self::Intact => false,
        }
    }
}

/// Decides by the first row that fits. `–` is anything.
///
/// | before | after, or settled | touched | symptom | ended by | outcome |
/// |---|---|---|---|---|---|
/// | torn | – | – | – | – | `Torn` |
/// | wrong content | – | – | – | – | `WrongContent` |
/// | – | torn, wrong content | – | – | probe | `LeftDamaged` |
/// | – | torn | – | – | itself | `Torn` |
/// | – | wrong content | – | – | itself | `WrongContent` |
/// | – | absent | – | yes | – | `Missing` |
/// | – | – | yes | yes | – | `Changed` |
/// | – | – | – | – | – | `Intact` |
///
/// Wrong content: the digest or size differs from the library's, or the file is no library for this machine.
///
/// Touched: the file was not there before; or its size, modification time or digest differ; or another process had it open for
/// writing before or after. A new change time (ctime) alone does not count: permissions and links change it, too. A rename that
/// put another file with the same bytes in place does not count either: both files were complete.
pub(crate) fn decide(facts: Facts<'_>) -> FileOutcome {
    let Facts { before, after, settled, was_busy, symptom, ended } = facts;
    let later = [after, settled];
    if let Some(damage) = before.and_then(damage) {
        return damage;
    }
    if let Some(damage) = later.into_iter().flatten().find_map(damage) {
        return match ended {
            By::Itself => damage,
            By::Probe => FileOutcome::LeftDamaged,
        };
    }
    if !symptom {
        return FileOutcome::Intact;
    }
    let is = |condition: Condition| move |seen: &&Observation| seen.condition == condition;
    if later.into_iter().flatten().any(|seen| is(Condition::Absent)(&seen)) {
        return FileOutcome::Missing;
    }
    let was_changing =
        [before, after].into_iter().flatten().any(|seen| is(Condition::Changing)(&seen));
    let differs = |now: Option<&Observation>| {
        before.zip(now).is_some_and(|(then, now)| is_touched(then, now, settled))
    };
    if was_busy || was_changing || later.into_iter().any(differs) {
        return FileOutcome::Changed;
    }
    FileOutcome::Intact
}

/// Whether a file's content may have changed between two looks. If the later look has not read the digest, the digest of the
/// `settled` look may replace it.
pub(super) fn is_touched(
    then: &Observation,
    now: &Observation,
    settled: Option<&Observation>,
) -> bool {
    match now.change_since(then) {
        None => false,
        Some(Change::Replaced) => {
            let digest = |seen: &Observation| seen.facts.and_then(|facts| facts.digest);
            let is_same = |later: &&Observation| later.change_since(now).is_none();
            let read = digest(now).or_else(|| settled.filter(is_same).and_then(digest));
            digest(then).is_none_or(|then| read != Some(then))
        }
        Some(Change::Appeared | Change::Vanished | Change::Written) => true,
    }
}

fn damage(seen: &Observation) -> Option<FileOutcome> {
    match seen.condition {
        Condition::Torn(_) => Some(FileOutcome::Torn),
        Condition::WrongDigest { .. } | Condition::Unfit(_) => Some(FileOutcome::WrongContent),
        Condition::Whole | Condition::Changing | Condition::Absent | Condition::Unreadable(_) => {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use probe_loader::{FileVerdict, FoundInstead, Sha256, Tear};
    use probe_process::Signal;

    use super::*;
    use crate::ending::Ending;
    use crate::verdict::said::Words;
    use crate::verdict::symptom::Symptom;

    fn seen(condition: Condition) -> Observation {
        Observation { path: PathBuf::from("/l.so"), condition, facts: None, whole_size: None }
    }

    fn torn() -> Observation {
        seen(Condition::Torn(Tear::Cut { size: 1, needs: 2 }))
    }

    fn wrong() -> Observation {
        seen(Condition::WrongDigest { expected: Sha256::of(b"1"), found: None })
    }

    fn unfit() -> Observation {
        seen(Condition::Unfit(FileVerdict::NotALibrary(FoundInstead::Html)))
    }

    /// Two looks at one real file, between which `touch` did something to it.
    fn looks(touch: impl FnOnce(&std::path::Path)) -> (Observation, Observation) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("data");
        std::fs::write(&path, "one").expect("write");
        let loader =
            probe_loader::Loader::new(probe_loader::Settings::new(directory.path().join("store")))
                .expect("a store");
        let led = probe_loader::Led {
            name: "data".to_owned(),
            project: directory.path().to_owned(),
            kind: probe_loader::Kind::Data,
            paths: vec![path.display().to_string()],
            inputs: Vec::new(),
        };
        let watch = loader.watch_led(&led);
        let look = || watch.observe(probe_loader::Verify::Always).remove(0);
        let before = look();
        touch(&path);
        (before, look())
    }

    struct Row {
        before: Option<Observation>,
        after: Option<Observation>,
        settled: Option<Observation>,
        was_busy: bool,
    }

    fn row(before: Observation, after: Observation) -> Row {
        Row { before: Some(before), after: Some(after), settled: None, was_busy: false }
    }

    /// What is decided without and with a symptom after an end of its own, and after probe's kill.
    fn check(row: &Row, without: FileOutcome, with: FileOutcome, killed: FileOutcome) {
        let Row { before, after, settled, was_busy } = row;
        let facts = |symptom, ended| Facts {
            before: before.as_ref(),
            after: after.as_ref(),
            settled: settled.as_ref(),
            was_busy: *was_busy,
            symptom,
            ended,
        };
        let what = format!("{before:?} {after:?} {settled:?}");
        assert_eq!(decide(facts(false, By::Itself)), without, "without a symptom: {what}");
        assert_eq!(decide(facts(true, By::Itself)), with, "with a symptom: {what}");
        assert_eq!(decide(facts(false, By::Probe)), killed, "killed: {what}");
    }

    /// The table of [`decide`], row by row.
    #[test]
    fn every_row_of_the_table() {
        use FileOutcome::{Changed, Intact, LeftDamaged, Missing, Torn, WrongContent};
        let whole = || seen(Condition::Whole);
        let absent = || seen(Condition::Absent);
        for after in [whole(), torn(), wrong(), absent(), seen(Condition::Changing)] {
            check(&row(torn(), after.clone()), Torn, Torn, Torn);
            check(&row(wrong(), after.clone()), WrongContent, WrongContent, WrongContent);
            check(&row(unfit(), after), WrongContent, WrongContent, WrongContent);
        }
        check(&row(whole(), torn()), Torn, Torn, LeftDamaged);
        for after in [wrong(), unfit()] {
            check(&row(whole(), after), WrongContent, WrongContent, LeftDamaged);
        }
        // Content that is read after the symptom, of a file whose stamps say nothing; also of one in the store.
        check(
            &Row { settled: Some(wrong()), ..row(whole(), whole()) },
            WrongContent,
            WrongContent,
            LeftDamaged,
        );
        check(
            &Row { before: None, after: None, settled: Some(wrong()), was_busy: false },
            WrongContent,
            WrongContent,
            LeftDamaged,
        );
        for before in [whole(), absent()] {
            check(&row(before, absent()), Intact, Missing, Intact);
        }
        check(&row(whole(), whole()), Intact, Intact, Intact);
        check(&Row { was_busy: true, ..row(whole(), whole()) }, Intact, Changed, Intact);
        check(&row(seen(Condition::Changing), whole()), Intact, Changed, Intact);
        check(&row(whole(), seen(Condition::Changing)), Intact, Changed, Intact);
        check(
            &row(whole(), seen(Condition::Unreadable(std::io::ErrorKind::PermissionDenied))),
            Intact,
            Intact,
            Intact,
        );
        check(
            &Row { before: None, after: None, settled: Some(whole()), was_busy: false },
            Intact,
            Intact,
            Intact,
        );
    }

    /// Bugs of tests' own under whole libraries, and under libraries that were honestly fetched meanwhile.
    #[test]
    fn a_failure_of_its_own_is_a_race_in_none_of_1000_cases() {
        use rand::rngs::SmallRng;
        use rand::seq::IndexedRandom;
        use rand::{RngExt, SeedableRng};

        let (before, fetched) = looks(|path| {
            let other = path.with_extension("new");
            std::fs::write(&other, "one").expect("write");
            std::fs::rename(&other, path).expect("rename");
        });
        let output = [
            "assertion failed: left == right",
            "Error: ENOENT: no such file or directory, open '/x/data.json'",
            "parser: unexpected end of file",
            "/x/other.zip: premature eof",
            "Permission denied (os error 13)",
            "thread 'main' panicked at src/lib.rs:3:5",
            "/lib/libc.so.6: version `GLIBC_2.99' not found (required by /l.so)",
            "/l.so: undefined symbol: frobnicate",
            "libgone.so: cannot open shared object file: No such file or directory",
            "expected SIGSEGV, and there was no bus error",
            "",
        ];
        let mut random = SmallRng::seed_from_u64(1000);
        for _ in 0..1000 {
            let lines =
                (0..random.random_range(0..4)).filter_map(|_| output.choose(&mut random).copied());
            let text = lines.collect::<Vec<_>>().join("\n");
            let is_fetched: bool = random.random();
            let ending = match random.random_range(0..4) {
                0 => Ending::Exited(random.random_range(1..=128)),
                1 => Ending::Killed(Signal::from_number([9, 15, 13, 8][random.random_range(0..4)])),
                2 => Ending::Killed(Signal::from_number([6, 7, 11][random.random_range(0..3)])),
                _ => Ending::Exited([1, 134, 135, 139][random.random_range(0..4)]),
            };
            let symptom = Symptom::of(&ending, &Words::of_text(&text), |name| name == "/l.so");
            let after = if is_fetched { &fetched } else { &before };
            let facts = Facts {
                before: Some(&before),
                after: Some(after),
                settled: Some(after),
                was_busy: false,
                symptom: symptom.is_some(),
                ended: By::Itself,
            };
            assert_eq!(decide(facts), FileOutcome::Intact, "{ending:?} {is_fetched} {text}");
        }
    }

    #[test]
    fn a_file_counts_as_touched_when_its_content_may_differ() {
        use std::fs;
        #[expect(clippy::disallowed_types, reason = "a test touches a file in every way")]
        use std::os::unix::fs::PermissionsExt;

        use FileOutcome::{Changed, Intact};
        type Touch = fn(&std::path::Path);
        let touches: [(Touch, FileOutcome); 7] = [
            (|_| (), Intact),
            (
                |path| fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("chmod"),
                Intact,
            ),
            (|path| fs::hard_link(path, path.with_extension("link")).expect("link"), Intact),
            (|path| fs::write(path, "other").expect("write"), Changed),
            (
                |path| {
                    let other = path.with_extension("new");
                    fs::write(&other, "one").expect("write");
                    fs::rename(&other, path).expect("rename");
                },
                Intact,
            ),
            (
                |path| {
                    let other = path.with_extension("new");
                    fs::write(&other, "two").expect("write");
                    fs::rename(&other, path).expect("rename");
                },
                Changed,
            ),
            // In place, with the same bytes: meanwhile it was empty.
            (
                |path| {
                    let later =
                        fs::metadata(path).expect("it is there").modified().expect("a time")
                            + std::time::Duration::from_millis(1);
                    fs::write(path, "one").expect("write");
                    fs::File::open(path).and_then(|file| file.set_modified(later)).expect("later");
                },
                Changed,
            ),
        ];
        for (touch, with) in touches {
            let (before, after) = looks(touch);
            check(&row(before, after), Intact, with, Intact);
        }
        let (_, after) = looks(|_| ());
        check(&row(seen(Condition::Absent), after), Intact, Changed, Intact);
    }
}
