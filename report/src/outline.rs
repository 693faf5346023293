//! The content of a run for reports and pictures: tests, libraries and services, with what each needs.
//!
//! Made of facts, so that it is the same in a run and when its log is read. Knows no run.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use probe_scenario::{LibraryId, Suite, TestId};

use super::facts::{
    Fact, LibraryName, LibraryPlanned, Places, ServicePlanned, TestName, TestPlanned, TestsPlanned,
    planning, short_name,
};

/// Tests, libraries and services.
#[derive(Debug, Default)]
pub struct Outline {
    /// The libraries, in the order of the manifest.
    pub libraries: Vec<OutlinedLibrary>,
    /// The services, in the order of the manifest.
    pub services: Vec<OutlinedService>,
    /// The tests, in the order of the manifest. There may be 100,000, so tests share the values that they have in common.
    pub tests: Vec<OutlinedTest>,
    suites: BTreeMap<Box<str>, Arc<str>>,
}

/// A library.
#[derive(Debug)]
pub struct OutlinedLibrary {
    pub name: Box<str>,
    /// Its source, in one line without secrets.
    pub origin: Box<str>,
    /// The line of the manifest that names it, if there is one.
    pub line: Option<usize>,
    /// The libraries that it needs, by id.
    pub needs: Vec<LibraryId>,
}

/// A service.
#[derive(Debug)]
pub struct OutlinedService {
    pub name: Box<str>,
    /// Its command, in one line without secrets.
    pub run: Box<str>,
    /// The line of the manifest that names it.
    pub line: usize,
    /// The libraries that it needs, by id.
    pub needs: Vec<LibraryId>,
    /// The services that it needs, by name.
    pub services: Vec<Box<str>>,
}

/// A test. `Display` writes the name as users see it.
#[derive(Debug)]
pub struct OutlinedTest {
    shown: Box<str>,
    /// Its name alone, where that cannot be found in the other.
    name: Option<Box<str>>,
    pub suite: Option<Arc<str>>,
    /// The first of its files, relative to the project's directory.
    pub file: Option<Box<str>>,
    /// The libraries that it needs, by id.
    pub needs: Arc<[LibraryId]>,
    /// The services that it needs, by name.
    pub services: Arc<[Box<str>]>,
    pub tags: Arc<[Box<str>]>,
    /// The tests that must have passed first.
    pub after: Box<[TestId]>,
    /// The line of the manifest that defines it or its suite.
    pub line: usize,
}

impl Outline {
    /// The outline of a whole suite. Ids are those of the suite.
    pub fn whole(suite: &Suite) -> Self {
        let mut outline = Self::default();
        planning(&Places::whole(suite)).for_each(|fact| outline.hear(&fact));
        outline
    }

    /// Adds the content of a fact about the plan, in the plan's order.
    pub fn hear(&mut self, fact: &Fact<'_>) {
        match fact {
            Fact::LibraryPlanned(planned) => self.add_library(planned),
            Fact::ServicePlanned(planned) => self.add_service(planned),
            Fact::TestsPlanned(planned) => self.add_tests(planned),
            _ => {}
        }
    }

    /// The name of a library.
    pub fn library_name(&self, id: LibraryId) -> &str {
        &self.libraries[id.index()].name
    }

    /// The names of libraries.
    pub fn library_names(&self, ids: &[LibraryId]) -> Vec<&str> {
        ids.iter().map(|&id| self.library_name(id)).collect()
    }

    /// A test.
    pub fn test(&self, id: TestId) -> &OutlinedTest {
        &self.tests[id.index()]
    }

    fn add_library(&mut self, planned: &LibraryPlanned<'_>) {
        let LibraryPlanned { library, origin, line, needs, place: _ } = planned;
        self.libraries.push(OutlinedLibrary {
            name: library.name().into(),
            origin: (&**origin).into(),
            line: *line,
            needs: needs.iter().map(LibraryName::id).collect(),
        });
    }

    /// The place of the service `name` among [`services`](Self::services). `None` in a log of an older version.
    pub fn service(&self, name: &str) -> Option<usize> {
        self.services.iter().position(|service| *service.name == *name)
    }

    fn add_service(&mut self, planned: &ServicePlanned<'_>) {
        let ServicePlanned { service, run, line, needs, services } = planned;
        self.services.push(OutlinedService {
            name: (&**service).into(),
            run: (&**run).into(),
            line: *line,
            needs: needs.iter().map(LibraryName::id).collect(),
            services: services.iter().map(|name| (&**name).into()).collect(),
        });
    }

    fn add_tests(&mut self, planned: &TestsPlanned<'_>) {
        let TestsPlanned { suite, line, needs, services, tags, tests } = planned;
        let services: Arc<[Box<str>]> = services.iter().map(|name| (&**name).into()).collect();
        let suite = suite.as_deref().map(|name| {
            let known = self.suites.entry(name.into()).or_insert_with(|| name.into());
            Arc::clone(known)
        });
        let needs: Arc<[LibraryId]> = needs.iter().map(LibraryName::id).collect();
        let tags: Arc<[Box<str>]> = tags.iter().map(|tag| (&**tag).into()).collect();
        self.tests.extend(tests.iter().map(|planned| {
            let TestPlanned { test, name, files, after, changed: _, place: _ } = planned;
            OutlinedTest {
                shown: test.name().into(),
                name: name.as_deref().map(Into::into),
                suite: suite.clone(),
                file: files.first().map(|file| (&**file).into()),
                needs: Arc::clone(&needs),
                services: Arc::clone(&services),
                tags: Arc::clone(&tags),
                after: after.iter().map(TestName::id).collect(),
                line: *line,
            }
        }));
    }
}

impl OutlinedTest {
    /// Its name without that of its suite.
    pub fn name(&self) -> &str {
        match &self.name {
            Some(name) => name,
            None => short_name(&self.shown, self.suite.as_deref()),
        }
    }

    /// The name as users see it.
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

impl fmt::Display for OutlinedTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}
