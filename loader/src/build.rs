//! Libraries that a command leaves somewhere: skipped while its inputs and outputs are as they were, else run and checked. It
//! does not know locks, nor how a command is run.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::digest::Sha256;
use crate::errand::Errand;
use crate::error::Cause;
use crate::fitness;
use crate::host::Event;
use crate::library::{CommandLine, Kind};
use crate::once::Work;
use crate::settle::settle;
use crate::shelf::Stored;
use crate::snapshot::Snapshot;
use crate::store::{Key, Shelf, Store};

/// The version of [`Record`].
const FORMAT: u32 = 1;

/// The successes of this process, of commands that run once in every run.
pub(crate) struct Memory(Mutex<BTreeMap<Key, Record>>);

/// One command and what it is for.
pub(crate) struct Build<'a> {
    pub(crate) errand: &'a Errand<'a>,
    pub(crate) store: &'a Store,
    pub(crate) memory: &'a Memory,
    pub(crate) kind: Kind,
    pub(crate) command: &'a CommandLine,
    pub(crate) paths: &'a [String],
    pub(crate) inputs: &'a [String],
}

/// A command's last success.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Record {
    format: u32,
    command: Sha256,
    inputs: Vec<(PathBuf, Snapshot)>,
    /// What the patterns matched, in their order; at least one.
    outputs: Vec<(PathBuf, Snapshot)>,
}

impl Memory {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }
}

impl Build<'_> {
    /// Two commands that leave things at the same paths must not run at once: the paths alone decide.
    pub(crate) fn key(&self) -> Key {
        Key::new(self.paths.iter().map(String::as_bytes))
    }

    /// The command as a part of what its result depends on. Its environment is not: it may name the run, or carry secrets.
    fn command_digest(&self) -> Sha256 {
        let mut text = Vec::new();
        let parts = [self.command.program.as_os_str(), self.command.cwd.as_os_str()];
        for part in parts.into_iter().chain(self.command.args.iter().map(AsRef::as_ref)) {
            text.extend_from_slice(part.as_encoded_bytes());
            text.push(0);
        }
        Sha256::of(&text)
    }

    fn last_success(&self) -> Option<Record> {
        let record = if self.inputs.is_empty() {
            self.memory.0.lock().get(&self.key()).cloned()
        } else {
            self.store.record::<Record>(Shelf::Builds, self.key())
        }?;
        (record.format == FORMAT && record.command == self.command_digest()).then_some(record)
    }

    /// Whether everything is as it was at the last success.
    fn is_fresh(&self, record: &Record) -> Result<bool, Cause> {
        let outputs_stand = record
            .outputs
            .iter()
            .all(|(path, snapshot)| snapshot.still_holds(path) && self.judge(path).is_ok());
        if !outputs_stand {
            return Ok(false);
        }
        let inputs = self.resolve_all(self.inputs)?;
        Ok(inputs.len() == record.inputs.len()
            && inputs
                .iter()
                .zip(&record.inputs)
                .all(|(path, (known, snapshot))| path == known && snapshot.holds_content(path)))
    }

    /// Whether what is at `path` will do.
    fn judge(&self, path: &Path) -> Result<(), Cause> {
        let read = Cause::disk("read", path);
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => return Err(read(error)),
        };
        if metadata.is_dir() {
            let mut entries = fs::read_dir(path).map_err(read)?;
            return entries.next().map_or(Err(Cause::Empty), |_| Ok(()));
        }
        let file = fs::File::open(path).map_err(read)?;
        fitness::check(self.kind, &file, metadata.len(), self.errand.settings.machine)
    }

    /// Waits for whoever writes to a file: a process that the command has left behind, or another tool.
    fn settle(&self, path: &Path) -> Result<(), Cause> {
        if path.is_file() { settle(self.errand, path) } else { Ok(()) }
    }

    /// What the patterns match now, without duplicates, in the patterns' order.
    fn resolve_all(&self, patterns: &[String]) -> Result<Vec<PathBuf>, Cause> {
        let mut all = Vec::new();
        for pattern in patterns {
            let paths = resolve(pattern)?;
            if paths.is_empty() {
                let pattern = pattern.clone();
                return Err(Cause::NothingMatched { pattern });
            }
            for path in paths {
                self.errand.check()?;
                if !all.contains(&path) {
                    all.push(path);
                }
            }
        }
        Ok(all)
    }

    fn snapshots(&self, paths: Vec<PathBuf>) -> Result<Vec<(PathBuf, Snapshot)>, Cause> {
        paths
            .into_iter()
            .map(|path| {
                self.errand.check()?;
                let snapshot = Snapshot::of(&path).map_err(Cause::disk("read", &path))?;
                Ok((path, snapshot))
            })
            .collect()
    }

    /// Removes torn files from where the command leaves its own: most tools take a file that is there for a good one.
    fn sweep(&self) -> Result<(), Cause> {
        if self.kind == Kind::Data {
            return Ok(());
        }
        for pattern in self.paths {
            for path in resolve(pattern)? {
                self.settle(&path)?;
                if let Err(cause) = self.judge(&path)
                    && fitness::verdict(&cause).is_torn()
                    && path.is_file()
                {
                    match fs::remove_file(&path) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => {
                            return Err(Cause::disk("remove the torn", &path)(error));
                        }
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// What the command has left: for every pattern something whole, and nothing torn.
    fn collect(&self) -> Result<Vec<PathBuf>, Cause> {
        let mut outputs = Vec::new();
        for pattern in self.paths {
            let mut unfit = None;
            let mut whole = Vec::new();
            for path in resolve(pattern)? {
                self.settle(&path)?;
                match self.judge(&path) {
                    Ok(()) => whole.push(path),
                    Err(cause) => {
                        let verdict = fitness::verdict(&cause);
                        let torn = verdict.is_torn();
                        let incomplete = Cause::Incomplete { path, verdict };
                        if torn && self.kind != Kind::Data {
                            return Err(incomplete);
                        }
                        unfit.get_or_insert(incomplete);
                    }
                }
            }
            if whole.is_empty() {
                let pattern = pattern.clone();
                return Err(unfit.unwrap_or(Cause::NothingMatched { pattern }));
            }
            outputs.extend(whole);
        }
        Ok(outputs)
    }
}

impl Work for Build<'_> {
    type Result = Stored;

    fn look(&self) -> Result<Option<Stored>, Cause> {
        match self.last_success() {
            Some(record) if self.is_fresh(&record)? => Ok(stored(&record)),
            _ => Ok(None),
        }
    }

    fn make(&self) -> Result<Stored, Cause> {
        // Before the command runs: what changes meanwhile makes the next import run it again.
        let inputs = self.snapshots(self.resolve_all(self.inputs)?)?;
        self.sweep()?;
        self.errand.tell(&Event::Building { library: self.errand.library, command: self.command });
        self.errand.host().run(self.command).map_err(|failure| match self.errand.check() {
            Ok(()) => Cause::Command(failure),
            Err(cancelled) => cancelled,
        })?;
        let record = Record {
            format: FORMAT,
            command: self.command_digest(),
            inputs,
            outputs: self.snapshots(self.collect()?)?,
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
}

fn stored(record: &Record) -> Option<Stored> {
    let (path, snapshot) = record.outputs.first()?;
    Some(Stored {
        path: path.clone(),
        digest: snapshot.digest,
        size: snapshot.size(),
        pin: None,
        adopted: false,
    })
}

/// What a pattern matches, sorted.
fn resolve(pattern: &str) -> Result<Vec<PathBuf>, Cause> {
    let bad = |cause: String| Cause::BadPattern { pattern: pattern.to_owned(), cause };
    if !Path::new(pattern).is_absolute() {
        return Err(bad("it is not absolute".to_owned()));
    }
    let matches = glob::glob(pattern).map_err(|error| bad(error.to_string()))?;
    let mut paths = Vec::new();
    for path in matches {
        match path {
            Ok(path) => paths.push(path),
            // Folders come and go while a tool works beside us.
            Err(error) if error.error().kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let place = error.path().to_owned();
                return Err(Cause::disk("list", &place)(error.into()));
            }
        }
    }
    Ok(paths)
}
