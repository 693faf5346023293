//! `probe service`: services that stand without a run.

mod show;
mod tend;

use std::fs::File;
use std::io::Read;
use std::time::Duration;

use probe_report::{remark, style};
use probe_run::Exit;
use probe_scenario::ServiceId;

use self::show::{describe, standing};
use super::loading::store_directory;
use super::unknown_service::{UnknownService, find_service};
use crate::args::{
    EnvFormat, ProjectArguments, ServiceAction, ServiceCommandArguments, StoreDirectory,
};
use crate::environment::Environment;
use crate::project::Project;
use crate::standing::{Place, Standing};
use crate::ui::{Failure, print, print_exactly, print_note, print_warning};
use crate::variables::{Format, Text};

/// Between two looks at a log that goes on, or at a service that ends.
const LOOK: Duration = Duration::from_millis(50);

/// Does what is asked for.
pub(crate) fn service(
    arguments: &ServiceCommandArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    match &arguments.action {
        ServiceAction::Start { names, project, store } => {
            Yard::open(project, &store.directory, environment)?.start(names)
        }
        ServiceAction::Stop { names, project, store } => {
            Yard::open(project, store, environment)?.stop(names)
        }
        ServiceAction::Status { project, store } => {
            Yard::open(project, store, environment)?.status()
        }
        ServiceAction::Env { names, format, project, store } => {
            Yard::open(project, store, environment)?.env(names, *format)
        }
        ServiceAction::Logs { name, follow, project, store } => {
            Yard::open(project, store, environment)?.logs(name, *follow)
        }
        ServiceAction::Tend { name, project, store } => {
            tend::tend(name, project, store, environment)
        }
    }
}

/// A project, and where its services stand.
struct Yard {
    project: Project,
    standing: Standing,
}

impl Yard {
    fn open(
        arguments: &ProjectArguments,
        store: &StoreDirectory,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let project = Project::of_libraries(arguments, environment)?;
        let store = store_directory(store, environment)?;
        let standing = Standing::new(&store, &project.root, arguments, true);
        Ok(Self { project, standing })
    }

    /// The services of these names; all, if there are none.
    fn named(&self, names: &[String]) -> Result<Vec<ServiceId>, UnknownService> {
        if names.is_empty() {
            return Ok((0..self.project.suite.services.len()).map(ServiceId::new).collect());
        }
        names.iter().map(|name| find_service(&self.project.suite, name)).collect()
    }

    fn name(&self, id: ServiceId) -> &str {
        &self.project.suite.services[id.index()].name
    }

    fn place(&self, id: ServiceId) -> Place {
        self.standing.place(self.name(id))
    }

    fn start(&self, names: &[String]) -> Result<Exit, Failure> {
        let mut exit = Exit::Passed;
        for id in self.named(names)? {
            let name = self.name(id);
            match self.standing.borrow(&self.project.suite, id, &|| false) {
                Ok(Some(lease)) => {
                    let ground = lease.ground();
                    let detail = format!("ready{}", describe(&ground.ports));
                    remark("SERVICE", style::PASS, name, &detail);
                }
                Ok(None) => {
                    print_warning(&format_args!(
                        "`{name}` stands as it was in another `probe.toml`: `probe service stop {name}` first"
                    ));
                    exit = Exit::ImportFailed;
                }
                Err(gone) => {
                    remark("SERVICE FAIL", style::FAIL, name, &gone.how);
                    let lines = gone.lines.iter().map(|line| format!("             {line}\n"));
                    crate::ui::tell(&lines.collect::<String>());
                    exit = Exit::ImportFailed;
                }
            }
        }
        Ok(exit)
    }

    fn stop(&self, names: &[String]) -> Result<Exit, Failure> {
        let mut stopping = Vec::new();
        for id in self.named(names)? {
            let (name, place) = (self.name(id), self.place(id));
            if !standing(&place) {
                if !names.is_empty() {
                    print_note(&format!("`{name}` does not stand"));
                }
                continue;
            }
            place.keep_no_more();
            stopping.push((name, place));
        }
        // Those that others of them need end after these.
        while !stopping.is_empty() {
            stopping.retain(|(name, place)| {
                if !standing(place) {
                    remark("STOPPED", style::PASS, name, "ended");
                    return false;
                }
                true
            });
            let all_used = stopping.iter().all(|(_, place)| place.is_used());
            if !stopping.is_empty() && all_used {
                for (name, _) in &stopping {
                    print_note(&format!("`{name}` is in use: it stops with its last user"));
                }
                break;
            }
            std::thread::sleep(LOOK);
        }
        Ok(Exit::Passed)
    }

    fn status(&self) -> Result<Exit, Failure> {
        let suite = &self.project.suite;
        print(|out| {
            for (index, service) in suite.services.iter().enumerate() {
                let id = ServiceId::new(index);
                let words = show::status(&self.place(id), &crate::standing::definition(suite, id));
                writeln!(out, "{}: {words}", service.name)?;
            }
            Ok(())
        })?;
        Ok(Exit::Passed)
    }

    fn env(&self, names: &[String], format: EnvFormat) -> Result<Exit, Failure> {
        let mut variables = Vec::new();
        let mut exit = Exit::Passed;
        for id in self.named(names)? {
            let place = self.place(id);
            match place.record().filter(|_| standing(&place)) {
                Some(record) => variables.extend(record.variables),
                None if names.is_empty() => {}
                None => {
                    let name = self.name(id);
                    print_warning(&format_args!(
                        "`{name}` does not stand: `probe service start {name}` starts it"
                    ));
                    exit = Exit::ImportFailed;
                }
            }
        }
        let format = match format {
            EnvFormat::Sh => Format::Sh,
            EnvFormat::Json => Format::Json,
        };
        let text = Text::new(&variables, format);
        text.left_out.iter().for_each(|left_out| print_warning(left_out));
        print_exactly(&text.bytes)?;
        Ok(exit)
    }

    fn logs(&self, name: &str, follow: bool) -> Result<Exit, Failure> {
        let id = find_service(&self.project.suite, name)?;
        let place = self.place(id);
        let Ok(mut log) = File::open(place.log()) else {
            print_note(&format!("`{name}` has not stood: there is no log of it"));
            return Ok(Exit::Passed);
        };
        loop {
            let goes_on = follow && standing(&place);
            let mut text = Vec::new();
            // What cannot be read any more is not printed.
            let _ = log.read_to_end(&mut text);
            print_exactly(&text)?;
            if !goes_on {
                return Ok(Exit::Passed);
            }
            std::thread::sleep(LOOK);
        }
    }
}
