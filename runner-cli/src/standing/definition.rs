//! What a service is, in a text that changes with it: by that it is told whether one that stands is the one that is meant.

use probe_loader::Sha256;
use probe_scenario::{Service, ServiceId, Suite};

/// What a service and those behind it are by the manifest.
pub(crate) fn definition(suite: &Suite, id: ServiceId) -> String {
    let mut services = suite.services_behind(id);
    services.push(id);
    let mut text = String::new();
    for id in services {
        // All of it, so that no key is forgotten.
        let Service {
            name,
            run,
            ready,
            needs,
            services,
            env,
            ports,
            cwd,
            start_timeout,
            stop,
            cleanup,
            per: _,
            restart,
            log: _,
            scope: _,
            span: _,
            line: _,
        } = &suite.services[id.index()];
        let libraries: Vec<_> =
            needs.iter().map(|need| &suite.libraries[need.library.index()]).collect();
        let libraries: Vec<_> = libraries.iter().map(|it| (&it.name, &it.version)).collect();
        let services: Vec<_> =
            services.iter().map(|need| &suite.services[need.service.index()].name).collect();
        text += &format!(
            "{name:?} {run:?} {ready:?} {libraries:?} {services:?} {env:?} {ports:?} {cwd:?} {start_timeout:?} {stop:?} {cleanup:?} {restart:?}\n"
        );
    }
    Sha256::of(text.as_bytes()).to_string()
}
