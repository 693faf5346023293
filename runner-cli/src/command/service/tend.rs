//! The caretaker of one service: a probe of its own, which runs it until nobody wants it, and writes down what others must know.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use parking_lot::Mutex;
use probe_process::{DETACHED, ProcessEnd};
use probe_run::{Early, Exit, Guest, Visit};
use probe_scenario::{ServiceGround, ServiceId, Test, TestId};

use crate::args::{
    ImportArguments, ProgressArgument, ProgressArguments, ProjectArguments, StoreArguments,
};
use crate::command::attended::Commanding;
use crate::command::hosting::{House, not_started};
use crate::command::loading::{loader, pinned, record};
use crate::command::unknown_service::find_service;
use crate::environment::Environment;
use crate::given::Given;
use crate::plan::{self, Provided};
use crate::project::Project;
use crate::standing::{End, Place, Record, Standing, definition};
use crate::system;
use crate::ui::Failure;

/// Between two looks whether anybody wants the service.
const LOOK: Duration = Duration::from_millis(100);

/// Runs the service.
pub(super) fn tend(
    name: &str,
    arguments: &ProjectArguments,
    store: &StoreArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    system::leave_session();
    let mut project = Project::of_libraries(arguments, environment)?;
    let id = find_service(&project.suite, name)?;
    let run_id = rand::random();
    let imports = ImportArguments { locked: false, replace: false };
    let loader = loader(store, &imports, &project.suite, environment, run_id)?;
    let standing = Standing::new(&loader.settings().store, &project.root, arguments, false);
    let place = standing.place(name);
    let definition = definition(&project.suite, id);
    // Somebody else tends it, or nobody can.
    let Ok(Some(tending)) = place.tend() else { return Ok(Exit::Setup) };
    project.suite.tests = vec![Test::that_needs(name, &[id])];
    let project = &project;
    let plan = plan::of_tests(project, environment, &[TestId::new(0)], &())?;
    let early = Early::default();
    let pinning = pinned(project, &plan, &early, &imports, environment)?;
    let log = OpenOptions::new().append(true).open(place.log()).ok().map(Mutex::new);
    let hear = |service: ServiceId, bytes: &[u8]| {
        if let Some(log) = log.as_ref().filter(|_| service == id) {
            // A full disk keeps no service from running.
            let _ = log.lock().write_all(bytes);
        }
    };
    let provided = Provided {
        project,
        pinning: &pinning,
        environment,
        given: &Given::default(),
        store: &loader.settings().store,
        run_id,
        standing: Some(&standing),
        instead: None,
    };
    let keep_ground = Mutex::new(None);
    let provider = Commanding {
        provided,
        // It is not run, but there has to be one.
        program: OsString::from("sh"),
        cwd: project.root.clone(),
        own: Some(id),
        hear: Some(&hear),
        ground: Some(&keep_ground),
    };
    let guest = Caretaker {
        place: &place,
        ground: &keep_ground,
        definition,
        lost: Mutex::new(None),
        alone: Mutex::new(None),
    };
    let house = House {
        project,
        plan: &plan,
        provider: &provider,
        loader: &loader,
        early: &early,
        environment,
        progress: ProgressArguments { progress: ProgressArgument::None },
        run_id,
        withheld: &[DETACHED],
    };
    let summary = house.receive(&guest)?;
    record(&pinning, &loader, &project.suite, &summary);
    place.forget_record();
    let reason = || summary.not_imported.first().map(|not| not.failure.cause.clone());
    let unmade = || not_started(&summary).map(str::to_owned).or_else(reason);
    let end = guest.lost.into_inner().or_else(|| Some(End { how: unmade()?, lines: Vec::new() }));
    place.write_end(
        &end.unwrap_or_else(|| End { how: "it was stopped".to_owned(), ..End::default() }),
    );
    // In this order: who waits for the end of its use finds nobody who tends it.
    drop(tending);
    drop(guest.alone);
    Ok(summary.exit())
}

/// Stays as long as the service is wanted.
struct Caretaker<'a> {
    place: &'a Place,
    /// What is known of the service, when it is ready.
    ground: &'a Mutex<Option<ServiceGround>>,
    definition: String,
    /// How it ended, if it did so by itself.
    lost: Mutex<Option<End>>,
    /// The use of it, when nobody else has that.
    alone: Mutex<Option<File>>,
}

impl Guest for Caretaker<'_> {
    fn stay(&self, visit: &Visit<'_>) -> Result<ProcessEnd, String> {
        let ground = self.ground.lock().take().unwrap_or_default();
        let record = Record {
            definition: self.definition.clone(),
            pid: std::process::id(),
            since: DateTime::<Utc>::from(SystemTime::now())
                .to_rfc3339_opts(SecondsFormat::Secs, true),
            ports: ground.ports,
            directory: ground.directory,
            caught: ground.caught,
            variables: ground.variables,
        };
        self.place.write_record(&record).map_err(|error| error.to_string())?;
        loop {
            if visit.is_stopped() || self.lost.lock().is_some() {
                break;
            }
            if !self.place.is_kept()
                && let Some(alone) = self.place.end_use()
            {
                *self.alone.lock() = Some(alone);
                break;
            }
            std::thread::sleep(LOOK);
        }
        self.place.forget_record();
        Ok(ProcessEnd::Exited(0))
    }

    fn loses(&self, how: &str, lines: &[String]) {
        *self.lost.lock() = Some(End { how: how.to_owned(), lines: lines.to_vec() });
    }
}
