//! `probe lock`: downloads what the manifest names and what is detected for every platform, and pins it.

mod complaint;
mod survey;
mod teller;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use probe_loader::{ImportError, Loader, Pin, Pins};
use probe_run::Exit;
use probe_scenario::{Platform, PlatformKey};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use self::complaint::{NoWorkers, NotWritten, OutOfDate};
use self::survey::{Extent, Survey, Wanted};
use self::teller::{Teller, Told};
use super::credentials::credentials;
use super::loading::{NoStore, settings};
use crate::args::LockArguments;
use crate::environment::Environment;
use crate::file_names::LOCK_FILE;
use crate::manifest_file::ManifestFile;
use crate::pinning::PinningError;
use crate::plan::download_request;
use crate::platform;
use crate::project::error::ProjectError;
use crate::ui::Failure;

/// What a lock file says, and what it should say.
struct Task {
    path: PathBuf,
    pins: Pins,
    extent: Extent,
    /// What is pinned and not needed any more: library and platform.
    leftover: Vec<(String, String)>,
    /// Downloads at once.
    at_once: NonZeroUsize,
}

/// Brings the lock file up to date, or says what it lacks.
pub(crate) fn lock(arguments: &LockArguments, environment: &Environment) -> Result<Exit, Failure> {
    let task = Task::new(arguments, environment)?;
    if arguments.check {
        let missing = task.missing(false);
        return OutOfDate::new(&missing, &task.leftover)
            .map_or(Ok(Exit::Passed), |error| Err(error.into()));
    }
    let teller = Teller::new();
    for (library, platform) in &task.extent.lacking {
        teller.say(Told::Lacking { library, platform: platform.pin_key() });
    }
    let missing = task.missing(arguments.update);
    let loaders = loaders(arguments, environment, &missing)?;
    let results = download_all(&missing, task.at_once, &loaders, &teller)?;
    let (mut new, mut failed) = (Vec::new(), 0);
    for (wanted, result) in missing.into_iter().zip(results) {
        match result {
            Ok(pin) => new.push((wanted, pin)),
            Err(error) => {
                failed += 1;
                teller.say(Told::Failed { wanted, error: &error });
            }
        }
    }
    if !(new.is_empty() && task.leftover.is_empty()) {
        let settings = settings(&arguments.store, environment, rand::random())?;
        task.write(&Loader::new(settings).map_err(NoStore::Store)?, &new)?;
        task.tell(&new, &teller);
    }
    teller.say(Told::Ended { wanted: task.extent.wanted.len(), failed });
    Ok(if failed > 0 { Exit::ImportFailed } else { Exit::Passed })
}

impl Task {
    fn new(arguments: &LockArguments, environment: &Environment) -> Result<Self, Failure> {
        let (file, absent) = match ManifestFile::find(&arguments.project, environment) {
            Err(error @ ProjectError::NoManifest { .. }) => {
                (ManifestFile::none(environment), Some(error))
            }
            found => (found?, None),
        };
        let host = platform::host().map_err(ProjectError::Platform)?;
        let mut survey = Survey::new(&file, arguments.project.profile.as_deref());
        let defaults = survey.defaults(&host)?;
        let platforms = platforms(defaults.platforms.as_deref(), host);
        let extent = survey.extent(&platforms, &arguments.libraries)?;
        survey.check_names(&arguments.libraries)?;
        let path = file.root.join(LOCK_FILE);
        let pins = Pins::read(&path).map_err(PinningError::from)?;
        let leftover = leftover(&mut survey, &pins, &extent, &arguments.libraries)?;
        if let Some(absent) = absent
            && extent.wanted.is_empty()
            && leftover.is_empty()
        {
            // Most likely it is the wrong directory.
            return Err(absent.into());
        }
        let at_once = defaults.preloads.unwrap_or(super::run::PRELOADS);
        Ok(Self { path, pins, extent, leftover, at_once })
    }

    /// What is to be downloaded: everything if pins are `renewed`, else what has none.
    fn missing(&self, renewed: bool) -> Vec<&Wanted> {
        self.extent.wanted.iter().filter(|wanted| renewed || !wanted.is_in(&self.pins)).collect()
    }

    fn write(&self, loader: &Loader, new: &[(&Wanted, Pin)]) -> Result<(), NotWritten> {
        let change = |pins: &mut Pins| {
            for (library, key) in &self.leftover {
                pins.remove(library, key);
            }
            for (wanted, pin) in new {
                pins.insert(&wanted.library.name, &wanted.key(), pin);
            }
        };
        loader.update_pins(&self.path, change).map(drop).map_err(NotWritten)
    }

    fn tell(&self, new: &[(&Wanted, Pin)], teller: &Teller) {
        for (wanted, pin) in new {
            let before = self.pins.find(&wanted.library.name, &wanted.key(), &pin.url);
            let is_same = before.is_some_and(|before| before.sha256 == pin.sha256);
            if !is_same {
                teller.say(Told::Pinned { wanted, pin });
            }
        }
        for (library, platform) in &self.leftover {
            teller.say(Told::Dropped { library, platform });
        }
    }
}

/// The machines to pin for, each once: those of the manifest, else this one.
fn platforms(keys: Option<&[PlatformKey]>, host: Platform) -> Vec<Platform> {
    let all = keys.map_or_else(
        || vec![host],
        |keys| keys.iter().flat_map(PlatformKey::platforms).collect::<Vec<_>>(),
    );
    let mut platforms: Vec<Platform> = Vec::new();
    for platform in all {
        if !platforms.iter().any(|known| known.pin_key() == platform.pin_key()) {
            platforms.push(platform);
        }
    }
    platforms
}

/// What is pinned and not needed any more; of the libraries called `names`, if there are any. A pin that only
/// waits for a better one is none of these.
fn leftover(
    survey: &mut Survey<'_>,
    pins: &Pins,
    extent: &Extent,
    names: &[String],
) -> Result<Vec<(String, String)>, ProjectError> {
    let mut leftover = Vec::new();
    for (library, key, pin) in pins.iter() {
        let is_wanted = extent
            .wanted
            .iter()
            .any(|wanted| wanted.library.name == library && wanted.key() == key);
        if (names.is_empty() || names.iter().any(|name| name == library))
            && !is_wanted
            && !survey.has(library, key, pin)?
        {
            leftover.push((library.to_owned(), key.to_owned()));
        }
    }
    Ok(leftover)
}

/// A loader for each machine for which something is missing.
fn loaders(
    arguments: &LockArguments,
    environment: &Environment,
    missing: &[&Wanted],
) -> Result<BTreeMap<String, Loader>, NoStore> {
    let mut loaders = BTreeMap::new();
    let known = credentials(missing.iter().map(|wanted| &wanted.library), environment);
    for wanted in missing {
        if loaders.contains_key(&wanted.key()) {
            continue;
        }
        let mut settings = settings(&arguments.store, environment, rand::random())?;
        settings.machine = platform::machine(&wanted.platform);
        settings.refetch = arguments.update;
        settings.credentials = known.clone();
        loaders.insert(wanted.key(), Loader::new(settings).map_err(NoStore::Store)?);
    }
    Ok(loaders)
}

/// Downloads everything that is missing, some of it at once; the results are in its order.
fn download_all(
    missing: &[&Wanted],
    at_once: NonZeroUsize,
    loaders: &BTreeMap<String, Loader>,
    teller: &Teller,
) -> Result<Vec<Result<Pin, ImportError>>, NoWorkers> {
    let workers = rayon::ThreadPoolBuilder::new()
        .num_threads(at_once.get().min(missing.len()).max(1))
        .build()
        .map_err(NoWorkers)?;
    let download = |wanted: &&Wanted| download(wanted, &loaders[&wanted.key()], teller);
    Ok(workers.install(|| missing.par_iter().map(download).collect()))
}

/// Downloads one library for one platform; its header is checked against that platform on the way into the store.
fn download(wanted: &Wanted, loader: &Loader, teller: &Teller) -> Result<Pin, ImportError> {
    let request = download_request(&wanted.library, wanted.download());
    let imported = loader.import(&request, &teller.listen(wanted))?;
    let pin = imported.pin.expect("what comes from a URL has a pin");
    // The loader knows the URL without its query.
    Ok(Pin { url: wanted.download().url.clone(), ..pin })
}
