//! The plan of a run in facts: libraries, then services, then tests, with shared values written once.

use std::borrow::Cow;

use probe_scenario::{LibraryId, Need, ServiceId, ServiceNeed, Test, TestId};

use super::places::Places;
use crate::facts::fact::Fact;
use crate::facts::named::LibraryName;
use crate::facts::planned::{
    LibraryPlanned, ServicePlanned, TestPlanned, TestsPlanned, short_name,
};
use crate::origin::{command_of_service, origin};

/// The most tests in one fact: longer lines are hard to read.
const TOGETHER: usize = 100;

/// The plan of a run.
pub(crate) fn planning<'p>(places: &'p Places<'_>) -> impl Iterator<Item = Fact<'p>> {
    let libraries = places.libraries.iter().map(|&id| library(places, id));
    let alike = |one: &TestId, other: &TestId| {
        let test = |id: &TestId| &places.suite.tests[id.index()];
        have_in_common(test(one), test(other))
    };
    let tests = places.tests.chunk_by(alike).flat_map(|alike| alike.chunks(TOGETHER));
    let services = places.services.iter().map(|&id| service(places, id));
    libraries.chain(services).chain(tests.map(|together| tests_alike(places, together)))
}

fn library<'p>(places: &'p Places<'_>, id: LibraryId) -> Fact<'p> {
    let library = &places.suite.libraries[id.index()];
    Fact::LibraryPlanned(LibraryPlanned {
        library: places.library(id),
        place: places.is_part.then_some(id.index()),
        origin: origin(library).into(),
        line: library.line,
        needs: needs(places, &library.needs),
    })
}

fn service<'p>(places: &'p Places<'_>, id: ServiceId) -> Fact<'p> {
    let service = &places.suite.services[id.index()];
    Fact::ServicePlanned(ServicePlanned {
        service: service.name.as_str().into(),
        run: command_of_service(places.suite, service).into(),
        line: service.line,
        needs: needs(places, &service.needs),
        services: service_names(places, &service.services),
    })
}

/// Whether two tests differ only in their own values.
fn have_in_common(one: &Test, other: &Test) -> bool {
    let libraries = |test: &Test| test.needs.iter().map(|need| need.library).collect::<Vec<_>>();
    one.suite == other.suite
        && one.line == other.line
        && one.tags == other.tags
        && one.services == other.services
        && one.needs.len() == other.needs.len()
        && libraries(one) == libraries(other)
}

/// A fact for tests that share all values. There is at least one.
fn tests_alike<'p>(places: &'p Places<'_>, together: &[TestId]) -> Fact<'p> {
    let test = |id: TestId| &places.suite.tests[id.index()];
    let first = test(together[0]);
    let own = together.iter().map(|&id| {
        let planned = test(id);
        let shown = places.test(id);
        let is_found = short_name(shown.name(), first.suite.as_deref()) == planned.name;
        TestPlanned {
            name: (!is_found).then(|| planned.name.as_str().into()),
            test: shown,
            place: places.is_part.then_some(id.index()),
            files: planned.files.iter().map(Cow::from).collect(),
            after: places.tests(&planned.after),
            changed: planned.changed.as_deref().map(Cow::from),
        }
    });
    Fact::TestsPlanned(TestsPlanned {
        suite: first.suite.as_deref().map(Cow::from),
        line: first.line,
        needs: needs(places, &first.needs),
        services: service_names(places, &first.services),
        tags: first.tags.iter().map(Cow::from).collect(),
        tests: own.collect(),
    })
}

fn service_names<'p>(places: &'p Places<'_>, needs: &[ServiceNeed]) -> Vec<Cow<'p, str>> {
    let name = |need: &ServiceNeed| &places.suite.services[need.service.index()].name;
    needs.iter().map(|need| name(need).as_str().into()).collect()
}

fn needs<'p>(places: &'p Places<'_>, needs: &[Need]) -> Vec<LibraryName<'p>> {
    needs.iter().map(|need| places.library(need.library)).collect()
}
