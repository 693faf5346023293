//! From a service of the manifest to the command that runs it, and to what tells that it is ready. Starts nothing.

use std::ffi::OsString;

use probe_process::Capture;
use probe_run::{GroundOf, Instance, Invocation, PlaceOf, ReadyCheck, ServiceInvocation};
use probe_scenario::{Ready, ServiceGround, ServiceStop, ServiceText};

use crate::environment::Environment;
use crate::given::library_variables;
use crate::project::Project;

/// What a service runs on this ground, and by what it is known to be ready: its own variables are those of what it needs.
pub(super) fn service_command(
    project: &Project,
    environment: &Environment,
    instance: Instance,
    run_id: &str,
    ground: &ServiceGround,
    place_of: PlaceOf<'_>,
    ground_of: GroundOf<'_>,
) -> ServiceInvocation {
    let suite = &project.suite;
    let service = &suite.services[instance.service.index()];
    let render = |text: &ServiceText| text.render(ground, place_of);
    let cwd = service.cwd.as_ref().map_or_else(
        || project.root.clone(),
        |cwd| environment.resolve(&project.root, &render(cwd).to_string_lossy()),
    );
    let mut env: Vec<(OsString, OsString)> = vec![
        ("PROBE".into(), "1".into()),
        ("PROBE_RUN_ID".into(), run_id.into()),
        ("PROBE_SERVICE".into(), instance.label(service).into()),
        // Probe may have one itself, as a test of another probe.
        ("PROBE_SLOT".into(), OsString::new()),
    ];
    env.extend(library_variables(suite, service.needs.iter().map(|need| need.library), place_of));
    let services = service.services.iter().map(|need| need.service);
    env.extend(services.flat_map(|id| ground_of(id).variables.iter().cloned()));
    let command = |texts: &[ServiceText]| {
        let mut words = texts.iter().map(render);
        let program = environment.program_at_home(words.next().unwrap_or_default());
        let (args, env, cwd) = (words.collect(), env.clone(), cwd.clone());
        let (before, cleanup) = (Vec::new(), Vec::new());
        let (capture, results) = (Capture::Combined, None);
        Invocation { program, args, before, cleanup, env, cwd, capture, results }
    };
    let text = |text: &ServiceText| render(text).to_string_lossy().into_owned();
    let ready = match &service.ready {
        Ready::Tcp(place) => ReadyCheck::Tcp(text(place)),
        Ready::Http(url) => ReadyCheck::Http(text(url)),
        Ready::Output(regex) => ReadyCheck::Output(regex.clone()),
        Ready::Notify => ReadyCheck::Notify,
        Ready::Command(texts) => ReadyCheck::Command(Box::new(command(texts))),
    };
    let stop = match &service.stop {
        ServiceStop::Signal(_) => None,
        ServiceStop::Command(texts) => Some(command(texts)),
    };
    let cleanup = (!service.cleanup.is_empty()).then(|| command(&service.cleanup));
    ServiceInvocation { invocation: command(&service.run), ready, stop, cleanup }
}
