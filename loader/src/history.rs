//! When something at given paths was last known to be good, and whether it still is. It does not know who made it, or how.

use std::collections::BTreeMap;
use std::path::PathBuf;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::aside::Aside;
use crate::digest::Sha256;
use crate::errand::Errand;
use crate::error::Cause;
use crate::library::Kind;
use crate::matches::Matches;
use crate::settings::Verify;
use crate::shelf::Stored;
use crate::snapshot::Snapshot;
use crate::store::{Key, Shelf, Store};

/// The version of [`Record`].
const FORMAT: u32 = 1;

/// The successes of this process, of what has no inputs to tell by.
pub(crate) struct Memory(Mutex<BTreeMap<Key, Record>>);

/// The history of one library's paths.
pub(crate) struct History<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) store: &'a Store,
    pub(crate) memory: &'a Memory,
    pub(crate) kind: Kind,
    pub(crate) paths: &'a [String],
    pub(crate) inputs: &'a [String],
    /// What else the result depends on.
    pub(crate) maker: Sha256,
}

/// The inputs as they were at one moment.
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
    /// What is made at the same paths must not be made twice at once, whoever makes it: the paths alone decide.
    pub(crate) fn lock(&self) -> Key {
        Key::new(self.paths.iter().map(String::as_bytes))
    }

    /// What one command has made there is no result of another one.
    pub(crate) fn key(&self) -> Key {
        key(self.maker, self.paths)
    }

    /// The result, if everything is as it was at the last success.
    pub(crate) fn look(&self) -> Result<Option<Stored>, Cause> {
        match self.last_success() {
            Some(record) if self.is_fresh(&record)? => Ok(stored(&record)),
            _ => Ok(None),
        }
    }

    /// The inputs as they are, to be taken before anything is made: what changes meanwhile makes it be made again.
    pub(crate) fn inputs(&self) -> Result<Inputs, Cause> {
        self.matches(self.inputs).snapshots().map(Inputs)
    }

    /// Makes way for a new result.
    pub(crate) fn sweep(&self) -> Result<(), Cause> {
        self.matches(self.paths).sweep()
    }

    /// The same, but keeps in the store what is torn.
    pub(crate) fn put_away(&self) -> Result<Vec<Aside>, Cause> {
        self.matches(self.paths).put_away(self.store)
    }

    /// Checks what was made, and remembers it.
    pub(crate) fn remember(&self, Inputs(inputs): Inputs) -> Result<Stored, Cause> {
        let record = Record {
            format: FORMAT,
            maker: self.maker,
            inputs,
            outputs: self.matches(self.paths).collect()?,
        };
        let result = stored(&record).ok_or_else(|| Cause::BadPattern {
            pattern: String::new(),
            cause: "there is no pattern".to_owned(),
        })?;
        if self.inputs.is_empty() {
            self.memory.0.lock().insert(self.key(), record);
        } else {
            self.store
                .write_record(Shelf::Builds, self.key(), &record)
                .map_err(Cause::disk("record", &result.path))?;
        }
        Ok(result)
    }

    fn last_success(&self) -> Option<Record> {
        last_success(self.store, self.memory, self.key(), self.inputs)
            .filter(|record| record.maker == self.maker)
    }

    fn is_fresh(&self, record: &Record) -> Result<bool, Cause> {
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
        // Something torn beside what was made then is trusted by its users all the same.
        if verify == Verify::Always && outputs.any_torn()? {
            return Ok(false);
        }
        let inputs = self.matches(self.inputs).resolve()?;
        Ok(inputs.len() == record.inputs.len()
            && inputs
                .iter()
                .zip(&record.inputs)
                .all(|(path, (known, snapshot))| path == known && snapshot.holds_content(path)))
    }

    fn matches<'b>(&'b self, patterns: &'b [String]) -> Matches<'b> {
        Matches { errand: self.errand, kind: self.kind, patterns }
    }
}

/// The key of what `maker` has made at `paths`.
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

/// What `maker` has made at `paths` when it last succeeded.
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

fn stored(record: &Record) -> Option<Stored> {
    let (path, snapshot) = record.outputs.first()?;
    Some(Stored {
        path: path.clone(),
        digest: snapshot.digest,
        size: snapshot.size(),
        pin: None,
        adopted: false,
        listing: None,
    })
}
