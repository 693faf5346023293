//! How a run comes to a service that stands: it takes one that is there, and starts a caretaker where one is wanted.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use probe_process::{DETACHED, myself};
use probe_run::{Gone, Lease};
use probe_scenario::{ServiceId, ServiceScope, Suite};

use super::definition;
use super::lease::{Leased, gone};
use super::place::Place;
use super::record::Record;
use crate::args::ProjectArguments;

/// Between two looks whether a service is ready.
const PAUSE: Duration = Duration::from_millis(10);
/// Caretakers that may end just when they are found before that is told.
const TRIES: u32 = 5;

/// How services are had that stand.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    store: PathBuf,
    /// The project's directory.
    root: PathBuf,
    /// Whether every service is to stand, and to stay.
    keeps: bool,
    /// What a caretaker is told of project and store.
    words: Vec<OsString>,
}

impl Standing {
    /// Those of the project at `root`, in this store.
    pub(crate) fn new(store: &Path, root: &Path, project: &ProjectArguments, keeps: bool) -> Self {
        let manifest = match &project.manifest_path {
            Some(path) => path.canonicalize().unwrap_or_else(|_| path.clone()),
            None => root.join(crate::file_names::MANIFEST),
        };
        let mut words: Vec<OsString> =
            vec!["--manifest-path".into(), manifest.into(), "--store".into(), store.into()];
        if let Some(profile) = &project.profile {
            words.extend(["--profile".into(), profile.into()]);
        }
        Self { store: store.to_owned(), root: root.to_owned(), keeps, words }
    }

    /// Where a service stands, or may.
    pub(crate) fn place(&self, name: &str) -> Place {
        Place::of(&self.store, &self.root, name)
    }

    /// A service that stands, if this one is to be had so: one that is there, or one that is started now since it is to stand.
    ///
    /// # Errors
    ///
    /// It cannot be started; or nobody waits for it any more.
    pub(crate) fn borrow(
        &self,
        suite: &Suite,
        id: ServiceId,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<Option<Box<dyn Lease>>, Gone> {
        let service = &suite.services[id.index()];
        let place = self.place(&service.name);
        let is_shared = service.scope == ServiceScope::Machine;
        let starts = self.keeps || is_shared;
        if !starts && !place.exists() {
            return Ok(None);
        }
        let failed = |error: io::Error| Gone {
            how: format!("cannot have it stand in `{}`: {error}", place.log().display()),
            lines: Vec::new(),
        };
        place.make().map_err(failed)?;
        let definition = definition(suite, id);
        for _ in 0..TRIES {
            let Some(using) = place.use_it(is_given_up).map_err(failed)? else {
                return Err(given_up());
            };
            let mut child = None;
            if !place.is_tended().map_err(failed)? {
                if !starts {
                    return Ok(None);
                }
                let Some(_starting) = place.starting(is_given_up).map_err(failed)? else {
                    return Err(given_up());
                };
                if !place.is_tended().map_err(failed)? {
                    place.clear();
                    let started = child.insert(self.start(&place, &service.name).map_err(failed)?);
                    while !place.is_tended().map_err(failed)? && !has_ended(started) {
                        std::thread::sleep(PAUSE);
                    }
                }
            }
            let is_ours = child.is_some();
            match await_ready(&place, is_given_up).map_err(failed)? {
                Await::Ready(record) if record.definition != definition => return Ok(None),
                Await::Ready(record) => {
                    if self.keeps {
                        place.keep().map_err(failed)?;
                    }
                    let note = note(&service.name, is_ours, place.is_kept(), is_shared);
                    let ground = record.ground(note);
                    return Ok(Some(Box::new(Leased { place, ground, _using: using })));
                }
                Await::GivenUp => return Err(given_up()),
                Await::Over if is_ours => return Err(gone(&place)),
                // It has ended just when it was found.
                Await::Over => drop::<File>(using),
            }
        }
        Err(gone(&place))
    }

    /// A caretaker, which goes on when this process has ended.
    fn start(&self, place: &Place, name: &str) -> io::Result<Child> {
        let log = File::options().create(true).append(true).open(place.log())?;
        let mut command = myself()?;
        command.args(["service", "tend", name]).args(&self.words).env(DETACHED, "1");
        command.current_dir(&self.root).stdin(Stdio::null());
        command.stdout(log.try_clone()?).stderr(log).spawn()
    }
}

enum Await {
    Ready(Record),
    GivenUp,
    /// There is no caretaker any more.
    Over,
}

fn await_ready(place: &Place, is_given_up: &dyn Fn() -> bool) -> io::Result<Await> {
    loop {
        // In this order: what it has written before its end is no service any more.
        let record = place.record();
        if !place.is_tended()? {
            return Ok(Await::Over);
        }
        if let Some(record) = record {
            return Ok(Await::Ready(record));
        }
        if is_given_up() {
            return Ok(Await::GivenUp);
        }
        std::thread::sleep(PAUSE);
    }
}

fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

fn given_up() -> Gone {
    Gone { how: "nobody waits for it any more".to_owned(), lines: Vec::new() }
}

/// What a person is told of a service that stands.
fn note(name: &str, is_ours: bool, is_kept: bool, is_shared: bool) -> String {
    match (is_ours, is_kept) {
        (true, true) => format!("it stays until `probe service stop {name}`"),
        (false, true) => {
            format!("taken as it stands; `probe service stop {name}` ends it")
        }
        _ if is_shared => "shared on this machine".to_owned(),
        _ => "taken as it stands".to_owned(),
    }
}
