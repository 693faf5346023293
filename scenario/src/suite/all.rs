//! The content of a run once the files are known: libraries and tests, each reference an id. Orders nothing by time.

use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::sync::Arc;

use crate::{
    Command, Findings, GroupId, JointCheck, Library, LibraryId, Limits, Need, Patterns,
    ResultsFile, Service, ServiceId, ServiceNeed, Slots, SuiteKind, Template, TestId,
};

/// All libraries and tests of a project, in the order of the manifest. Files are in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// The libraries, by [`LibraryId`](crate::LibraryId).
    pub libraries: Vec<Library>,
    /// The services, by [`ServiceId`](crate::ServiceId).
    pub services: Vec<Service>,
    /// The tests, by [`TestId`].
    pub tests: Vec<Test>,
    /// Suites whose tests are unknown, each as a test without a name.
    pub unlisted: Vec<Test>,
    /// How detection found the needs.
    pub findings: Findings,
}

/// One process with a name. Values that all tests of a suite share are stored once, because there may be 100,000 tests.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its name, unique within `suite`: two suites may both have a test for one file.
    pub name: String,
    /// The suite that it belongs to. `None` for `[test.NAME]`.
    pub suite: Option<Arc<str>>,
    /// Its files, relative to the manifest's directory: one, or those of its batch.
    pub files: Vec<String>,
    /// The command to run.
    pub run: Command,
    /// The command that wraps `run`. Without words if there is none.
    pub wrap: Command,
    /// The command that runs before it. Without words if there is none.
    pub before: Command,
    /// The command that runs after it in any case. Without words if there is none.
    pub cleanup: Command,
    /// The libraries that it waits for. By id, each once.
    pub needs: Vec<Need>,
    /// The services that must be ready. By id, each once.
    pub services: Arc<[ServiceNeed]>,
    /// The tests that must have passed. By id, each once. For a test that runs [finally](Self::is_finally), the tests
    /// that must have ended.
    pub after: Vec<TestId>,
    /// Whether it runs even if the tests before it, or the run, fail.
    pub is_finally: bool,
    /// Its tags, in the order of the text.
    pub tags: Arc<[String]>,
    /// Variables that its runner sets. All others come after them and win.
    pub base_env: Arc<[(String, String)]>,
    /// Its own variables, in the order of the text, without those of its libraries.
    pub env: Vec<(Arc<str>, Arc<Template>)>,
    /// The file to which its process writes the results of the tests in it.
    pub results: Option<Arc<ResultsFile>>,
    /// A file with variables, relative to the manifest's directory.
    pub env_file: Option<Arc<str>>,
    /// Its working directory, relative to the manifest's directory. `None` is the manifest's directory.
    pub cwd: Option<Arc<str>>,
    /// Its own values for the limits of `[run]`.
    pub limits: Limits,
    /// How many job slots it takes.
    pub slots: Slots,
    /// The group whose limit it shares.
    pub group: Option<GroupId>,
    /// The runner that it uses.
    pub kind: Option<SuiteKind>,
    /// Whether nothing in the project suppresses the result of its runner, if `run` starts that runner.
    pub has_result: bool,
    /// What its runner checks before it runs its files, and can check for many tests at once.
    pub check: Option<JointCheck>,
    /// Whether its runner ignores it by default.
    pub is_ignored: bool,
    /// The 1-based line of the manifest that defines it or its suite.
    pub line: usize,
    /// Further inputs besides its files and their imports, if the manifest sets them.
    pub inputs: Option<Arc<Patterns>>,
    /// Its copy number, if there are several copies.
    pub copy: Option<Copied>,
    /// Why a change concerns it, if the user asked for changed tests.
    pub changed: Option<Arc<str>>,
}

/// The number of a copy, and the test that it is a copy of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The test itself, which is the first copy.
    pub of: TestId,
    /// Counted from 1.
    pub number: u32,
}

impl Suite {
    /// The libraries that must be ready before `test`: those that it needs, and those that they need. By id.
    #[must_use]
    pub fn libraries_before(&self, test: &Test) -> Vec<LibraryId> {
        let needs = test.needs.iter().map(|need| need.library);
        closure(needs, |library| self.needs_of(library))
    }

    /// The libraries that must be ready before `library`: those that it needs, and those that they need. By id.
    #[must_use]
    pub fn libraries_behind(&self, library: LibraryId) -> Vec<LibraryId> {
        closure(self.needs_of(library), |library| self.needs_of(library))
    }

    /// The services that must be ready before `test`: those that it needs, and those that they need. By id.
    #[must_use]
    pub fn services_before(&self, test: &Test) -> Vec<ServiceId> {
        let needs = test.services.iter().map(|need| need.service);
        closure(needs, |service| self.services_of(service))
    }

    /// The services that must be ready before `service`: those that it needs, and those that they need. By id.
    #[must_use]
    pub fn services_behind(&self, service: ServiceId) -> Vec<ServiceId> {
        closure(self.services_of(service), |service| self.services_of(service))
    }

    /// The libraries that must be ready before `service` starts: those that it needs, and those that they need. By id.
    #[must_use]
    pub fn libraries_of_service(&self, service: ServiceId) -> Vec<LibraryId> {
        let needs = self.services[service.index()].needs.iter().map(|need| need.library);
        closure(needs, |library| self.needs_of(library))
    }

    fn services_of(&self, service: ServiceId) -> impl Iterator<Item = ServiceId> {
        self.services[service.index()].services.iter().map(|need| need.service)
    }

    fn needs_of(&self, library: LibraryId) -> impl Iterator<Item = LibraryId> {
        self.libraries[library.index()].needs.iter().map(|need| need.library)
    }

    /// `tests`, all tests that must have passed before any of them, and the tests that run finally after any of all these. By
    /// id.
    #[must_use]
    pub fn with_prerequisites(&self, tests: &[TestId]) -> Vec<TestId> {
        let finally: Vec<TestId> = self.finally().collect();
        let mut all = closure(tests.iter().copied(), |test| self.must_pass_before(test));
        loop {
            let has = |test: &TestId| all.binary_search(test).is_ok();
            let comes_after = |id: &&TestId| self.tests[id.index()].after.iter().any(has);
            let brought: Vec<TestId> =
                finally.iter().filter(|id| !has(id)).filter(comes_after).copied().collect();
            if brought.is_empty() {
                return all;
            }
            // They may be what others come after.
            all = closure(all.into_iter().chain(brought), |test| self.must_pass_before(test));
        }
    }

    /// The tests that run finally, by id.
    pub fn finally(&self) -> impl Iterator<Item = TestId> {
        let ids = (0..self.tests.len()).map(TestId::new);
        ids.filter(|id| self.tests[id.index()].is_finally)
    }

    fn must_pass_before(&self, test: TestId) -> impl Iterator<Item = TestId> {
        let test = &self.tests[test.index()];
        // Of what it only ends, nothing is needed.
        let after = if test.is_finally { &[][..] } else { &test.after };
        after.iter().copied()
    }

    /// Removes from tests that run finally every wait for a test outside of `planned`, which must be sorted.
    pub fn wait_only_for(&mut self, planned: &[TestId]) {
        for test in self.tests.iter_mut().filter(|test| test.is_finally) {
            test.after.retain(|earlier| planned.binary_search(earlier).is_ok());
        }
    }

    /// Adds copies of `tests`, and of all tests that must have passed before them, until there are `count` of each.
    /// Returns the copies of `tests`: first the tests themselves, then the second copies of all, and so on. A copy waits
    /// for copies with its own number.
    pub fn repeat(&mut self, tests: &[TestId], count: u32) -> Vec<TestId> {
        let all = self.with_prerequisites(tests);
        self.wait_only_for(&all);
        for &of in &all {
            self.tests[of.index()].copy = Some(Copied { of, number: 1 });
        }
        let mut repeated = tests.to_vec();
        for number in 2..=count {
            let first = self.tests.len();
            let copy = |id: &TestId| {
                let position = all.binary_search(id).expect("all that comes before is copied too");
                TestId::new(first + position)
            };
            for &of in &all {
                let mut test = self.tests[of.index()].clone();
                test.copy = Some(Copied { of, number });
                test.after = test.after.iter().map(copy).collect();
                self.tests.push(test);
            }
            repeated.extend(tests.iter().map(copy));
        }
        repeated
    }

    /// The test that `id` is a copy of. Returns `id` if it is not a copy.
    #[must_use]
    pub fn original(&self, id: TestId) -> TestId {
        self.tests[id.index()].copy.map_or(id, |copy| copy.of)
    }
}

/// Everything that can be reached from `start`, sorted.
fn closure<I: Copy + Ord, N: Iterator<Item = I>>(
    start: impl Iterator<Item = I>,
    next: impl Fn(I) -> N,
) -> Vec<I> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<I> = start.collect();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(next(id));
        }
    }
    seen.into_iter().collect()
}

impl fmt::Display for Test {
    /// `suite name`, or the name alone. A copy has its number, as in `name@stress-2`. Escapes control characters and line
    /// ends: a file may have them in its name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.suite {
            // A suite that is one test has given it its own name.
            Some(suite) if **suite != *self.name => write!(f, "{suite} ")?,
            _ => {}
        }
        if self.name.contains(char::is_control) {
            for letter in self.name.chars() {
                match letter {
                    control if control.is_control() => write!(f, "{}", control.escape_default())?,
                    letter => f.write_char(letter)?,
                }
            }
        } else {
            f.write_str(&self.name)?;
        }
        self.copy.map_or(Ok(()), |copy| write!(f, "@stress-{}", copy.number))
    }
}
