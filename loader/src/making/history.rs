//! When something at given paths was last known to be good, and whether it still is. It does not know what made it, or how.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::clearing::{Clearing, signs};
use super::matches::Matches;
use super::records::{Begun, Made, Makings};
use super::suspects;
use super::whose::Whose;
use crate::digest::Sha256;
use crate::errands::Errand;
use crate::files::{Snapshot, Trace};
use crate::interface::{Aside, ImportCause, Verify};
use crate::locks::living::{self, Living};
use crate::locks::using::{self, Alone};
use crate::pattern::Pattern;
use crate::shelves::Stored;
use crate::store::{Key, Shelf, Store, record_path};
use crate::verdict::Kind;

/// A file system's clock moves with the timer's ticks. After this time it has passed any moment that was now. Only then is it
/// certain for every folder that a command makes whether it is younger.
const TICK: Duration = Duration::from_millis(10);

/// The version of [`Record`].
const FORMAT: u32 = 1;

/// The successes of this process, for results without inputs to compare.
pub(crate) struct Memory(Mutex<BTreeMap<Key, Record>>);

/// The history of one library's paths.
pub(crate) struct History<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) store: &'a Store,
    pub(crate) memory: &'a Memory,
    pub(crate) living: &'a Living,
    pub(crate) kind: Kind,
    pub(crate) paths: &'a [String],
    pub(crate) inputs: &'a [String],
    /// What else the result depends on.
    pub(crate) maker: Sha256,
    /// Whether a command makes it; else tests do.
    pub(crate) is_command: bool,
}

/// The inputs at one moment.
#[derive(Debug)]
pub(crate) struct Inputs(Vec<(PathBuf, Snapshot)>);

/// The last success.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Record {
    format: u32,
    maker: Sha256,
    inputs: Vec<(PathBuf, Snapshot)>,
    /// What the patterns matched, in their order; at least one.
    outputs: Vec<(PathBuf, Snapshot)>,
}

impl Memory {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }
}

impl History<'_> {
    /// Returns the key of the lock. Two makers of the same paths must not run at once, so only the paths decide, if there are
    /// any.
    pub(crate) fn lock(&self) -> Key {
        if self.paths.is_empty() {
            return self.key();
        }
        Key::new(self.paths.iter().map(String::as_bytes))
    }

    /// Returns the key of the record. What one command has made there is not the result of another one.
    pub(crate) fn key(&self) -> Key {
        key(self.maker, self.paths)
    }

    /// Returns the result, if everything is unchanged since the last success.
    pub(crate) fn look(&self) -> Result<Option<Stored>, ImportCause> {
        // What is there may be an incomplete result of a failed make.
        if self.makings().has_begun() {
            return Ok(None);
        }
        match self.last_success() {
            Some(record) if self.is_fresh(&record)? => return Ok(Some(stored(&record))),
            _ if !self.inputs.is_empty() => return Ok(None),
            _ => {}
        }
        // What another live process has made is good, and must not be made again under its users.
        match self.of_living() {
            Some(record) if self.is_fresh(&record)? => {
                let result = stored(&record);
                self.memory.0.lock().insert(self.key(), record);
                Ok(Some(result))
            }
            _ => Ok(None),
        }
    }

    fn of_living(&self) -> Option<Record> {
        let key = self.living_key();
        let record = || self.store.record::<Record>(Shelf::Builds, key);
        let record = living::is_said(self.store, key).then(record).flatten();
        record.filter(|record| record.format == FORMAT && record.maker == self.maker)
    }

    fn living_key(&self) -> Key {
        Key::new([b"living".as_slice(), self.key().digest().as_bytes()])
    }

    /// Keeps the users of what is made away.
    pub(crate) fn exclude_users(&self) -> Result<Option<Alone>, ImportCause> {
        if self.paths.is_empty() {
            return Ok(None);
        }
        let alone = using::exclude(self.store, self.errand, self.paths)?;
        // It may have waited.
        self.errand.step_in();
        self.errand.check()?;
        Ok(alone)
    }

    /// Returns the current inputs. Call it before the make: what changes meanwhile must be made again.
    pub(crate) fn inputs(&self) -> Result<Inputs, ImportCause> {
        self.matches(self.inputs).snapshots().map(Inputs)
    }

    /// Makes room for a new result, and records on disk that it is about to be made. Returns what was moved aside.
    pub(crate) fn begin(&self) -> Result<(Begun, Vec<Aside>), ImportCause> {
        let makings = self.makings();
        // Without locks, the maker may still be at work.
        let left = if self.errand.is_unlocked() { None } else { makings.begun() };
        let aside = self.clearing().clear(left.as_ref())?;
        let bases = suspects::bases(self.paths);
        let above = bases.iter().flat_map(|base| base.ancestors());
        let absent = above.filter(|folder| !folder.exists()).map(Path::to_owned).collect();
        let begun = Begun::now(self.matches(self.paths).traces()?, absent);
        if !self.paths.is_empty() {
            let noted = makings.begin(&begun);
            noted.map_err(ImportCause::disk("record the making of", Path::new(&self.paths[0])))?;
            if self.paths.iter().any(|path| Pattern::parse(path).is_ok_and(|path| path.is_deep())) {
                std::thread::sleep(TICK);
            }
        }
        Ok((begun, aside))
    }

    /// Returns the begun make as recorded on disk; if none is recorded, one that begins now.
    pub(crate) fn begun(&self) -> Result<Begun, ImportCause> {
        match self.makings().begun() {
            Some(begun) => Ok(begun),
            None => Ok(Begun::now(self.matches(self.paths).traces()?, BTreeSet::new())),
        }
    }

    /// Returns the path of the record that something is being made.
    pub(crate) fn begun_record(&self) -> PathBuf {
        record_path(self.store.root(), Shelf::Builds, self.makings().begun_key())
    }

    /// Removes the record: the make has begun nothing.
    pub(crate) fn give_up(&self) {
        self.makings().end();
    }

    /// Records that the make did not end well: what it has left is suspect.
    #[expect(clippy::disallowed_methods, reason = "what a make left is older than its end")]
    pub(crate) fn fail(&self, begun: Begun) {
        let came = begun.absent.iter().any(|folder| folder.exists());
        if !came && self.matches(self.paths).traces().is_ok_and(|now| now == begun.before) {
            return self.give_up();
        }
        let ended = Some(SystemTime::now());
        // The record that it has begun is there in any case.
        self.makings().begin(&Begun { ended, ..begun }).ok();
    }

    /// Moves aside incomplete files that the make did not change and that block it. Returns what was moved.
    pub(crate) fn reject(&self, begun: &Begun) -> Result<Vec<Aside>, ImportCause> {
        if self.kind == Kind::Data {
            return Ok(Vec::new());
        }
        self.clearing().rejected(begun)
    }

    /// Moves incomplete files aside.
    pub(crate) fn put_away(&self) -> Result<Vec<Aside>, ImportCause> {
        self.clearing().torn(self.makings().begun().as_ref())
    }

    /// Checks what was made since the beginning, and records it.
    pub(crate) fn finish(&self, inputs: Inputs, begun: &Begun) -> Result<Stored, ImportCause> {
        let makings = self.makings();
        let mut made = makings.made();
        let matches = self.matches(self.paths);
        let all = matches.all()?;
        for path in &all {
            let before = begun.before.get(path);
            if Trace::news(before, path).is_ok_and(|news| !news.is_empty()) {
                made.see(path, size(path));
            }
        }
        let whose = Whose::new(self.kind, self.paths, all.len(), &made, Some(&begun.before));
        let outputs = matches.collect(&whose).map_err(|cause| self.explain(&made, cause));
        if outputs.is_ok() {
            made.aside.clear();
        }
        if !self.paths.is_empty() {
            makings
                .remember(made)
                .map_err(ImportCause::disk("record", Path::new(&self.paths[0])))?;
        }
        makings.end();
        self.remember(inputs, outputs?)
    }

    /// Names what was moved aside and not made again, because that says more than that nothing is there.
    fn explain(&self, made: &Made, cause: ImportCause) -> ImportCause {
        let ImportCause::NothingMatched { pattern } = &cause else { return cause };
        let bases = suspects::bases(std::slice::from_ref(pattern));
        let mut aside = made.aside.iter().rev();
        let of_pattern = |aside: &&Aside| {
            bases.iter().any(|base| aside.from.starts_with(base) || base.starts_with(&aside.from))
        };
        match aside.find(of_pattern) {
            Some(aside) => {
                ImportCause::NotMadeAgain { signs: signs(aside, self.paths), aside: aside.clone() }
            }
            None => cause,
        }
    }

    fn remember(
        &self,
        Inputs(inputs): Inputs,
        outputs: Vec<(PathBuf, Snapshot)>,
    ) -> Result<Stored, ImportCause> {
        let record = Record { format: FORMAT, maker: self.maker, inputs, outputs };
        let result = stored(&record);
        if self.inputs.is_empty() {
            if self.store.write_record(Shelf::Builds, self.living_key(), &record).is_ok() {
                self.living.say(self.store, self.living_key());
            }
            self.memory.0.lock().insert(self.key(), record);
        } else {
            self.store
                .write_record(Shelf::Builds, self.key(), &record)
                .map_err(ImportCause::disk("record", &result.path))?;
        }
        Ok(result)
    }

    fn last_success(&self) -> Option<Record> {
        last_success(self.store, self.memory, self.key(), self.inputs)
            .filter(|record| record.maker == self.maker)
    }

    fn is_fresh(&self, record: &Record) -> Result<bool, ImportCause> {
        let outputs = self.matches(self.paths);
        let verify = self.errand.settings.verify;
        let stand = |(path, snapshot): &(PathBuf, Snapshot)| {
            let holds = snapshot.still_holds(path)
                && (verify == Verify::Stamps || snapshot.is_content_of(path));
            holds && outputs.judge(path).is_ok()
        };
        if !record.outputs.iter().all(stand) {
            return Ok(false);
        }
        // Users also trust an incomplete file beside what was made then.
        if verify == Verify::Always && self.clearing().is_needed()? {
            return Ok(false);
        }
        let inputs = self.matches(self.inputs).resolve()?;
        Ok(inputs.len() == record.inputs.len()
            && inputs
                .iter()
                .zip(&record.inputs)
                .all(|(path, (known, snapshot))| path == known && snapshot.holds_content(path)))
    }

    fn clearing(&self) -> Clearing<'_> {
        Clearing {
            matches: self.matches(self.paths),
            store: self.store,
            is_command: self.is_command,
        }
    }

    fn makings(&self) -> Makings<'_> {
        Makings::new(self.store, self.paths)
    }

    fn matches<'b>(&'b self, patterns: &'b [String]) -> Matches<'b> {
        Matches { errand: self.errand, kind: self.kind, patterns }
    }
}

/// Returns the size in bytes; 0 for a folder.
fn size(path: &Path) -> u64 {
    let file = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file);
    file.map_or(0, |metadata| metadata.len())
}

/// Returns the key of what `maker` has made at `paths`.
fn key(maker: Sha256, paths: &[String]) -> Key {
    let maker = maker.as_bytes().as_slice();
    Key::new([b"made", maker].into_iter().chain(paths.iter().map(String::as_bytes)))
}

fn last_success(store: &Store, memory: &Memory, key: Key, inputs: &[String]) -> Option<Record> {
    let record = if inputs.is_empty() {
        memory.0.lock().get(&key).cloned()
    } else {
        store.record::<Record>(Shelf::Builds, key)
    }?;
    (record.format == FORMAT).then_some(record)
}

/// Returns what `maker` has made at `paths` at its last success.
pub(crate) fn made(
    store: &Store,
    memory: &Memory,
    maker: Sha256,
    paths: &[String],
    inputs: &[String],
) -> Vec<(PathBuf, Snapshot)> {
    let record = last_success(store, memory, key(maker, paths), inputs)
        .filter(|record| record.maker == maker);
    record.map(|record| record.outputs).unwrap_or_default()
}

fn stored(record: &Record) -> Stored {
    let (path, digest, size) = match record.outputs.first() {
        Some((path, snapshot)) => (path.clone(), snapshot.digest, snapshot.size()),
        // It is unknown where the library is.
        None => (PathBuf::new(), Sha256::of(&[]), 0),
    };
    Stored { path, digest, size, pin: None, adopted: false, listing: None }
}
