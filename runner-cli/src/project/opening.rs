//! A project on its way: its manifest and files are known, the suites that commands list are still to be listed.
//!
//! Does not know how libraries are imported.

use std::path::Path;

use probe_run::TestLimits;
use probe_scenario::{
    Detection, Found, LibraryId, Manifest, Platform, Rule, RunDefaults, Selection, Source, Suite,
    SuiteId, Test,
};

use super::error::ProjectError;
use super::{Project, is_wanted};
use crate::args::ProjectArguments;
use crate::detection::Surroundings;
use crate::discovery::test_files;
use crate::environment::Environment;
use crate::given::{Given, suite_variables};
use crate::listing::error::ListingError;
use crate::listing::{self, Listed, ToList};
use crate::manifest_file::ManifestFile;
use crate::platform;
use crate::project_view::OnDisk;
use crate::ui::Failure;

/// A project whose suites are still to be listed.
#[derive(Debug)]
pub(crate) struct Opening {
    file: ManifestFile,
    platform: Platform,
    manifest: Manifest,
    defaults: RunDefaults,
    found: Found,
    /// The suites to list, each with what its tests have in common.
    suites: Vec<(SuiteId, Test)>,
}

impl Opening {
    /// Finds and reads the manifest, and walks its directories. Suites in which `selection` means no test are left out.
    ///
    /// # Errors
    ///
    /// All mistakes of the manifest at once, or why it could not be read.
    pub(crate) fn read(
        arguments: &ProjectArguments,
        environment: &Environment,
        selection: &Selection,
    ) -> Result<Self, ProjectError> {
        let file = ManifestFile::find(arguments, environment)?;
        let platform = platform::host().map_err(ProjectError::Platform)?;
        let mut manifest = file.read(&platform).map_err(ProjectError::Mistakes)?;
        let unsettled = manifest.settle(&OnDisk { root: &file.root, environment });
        if let Some(mistakes) = file.mistakes(unsettled) {
            return Err(ProjectError::Mistakes(mistakes));
        }
        let defaults =
            manifest.defaults(arguments.profile.as_deref()).map_err(ProjectError::Profile)?;
        let mut found = Found::default();
        found.add_files(test_files(&file.root, &manifest).map_err(ProjectError::Discovery)?);
        let libraries = Suite { libraries: manifest.libraries.clone(), ..Suite::default() };
        let mut suites = Vec::new();
        for suite in manifest.suites() {
            if !matches!(suite.rule, Rule::List(_) | Rule::Cargo(_) | Rule::Ctest { .. }) {
                continue;
            }
            let outline = manifest.outline(suite.id);
            if selection.may_mean(&libraries, &outline) {
                suites.push((suite.id, outline));
            } else {
                found.leave_out(suite.id);
            }
        }
        Ok(Self { file, platform, manifest, defaults, found, suites })
    }

    /// The libraries that must be there before the suites can be listed, but those called `skipped`. Of those that tests make
    /// none can be.
    pub(crate) fn needed(&self, skipped: &[String]) -> Vec<LibraryId> {
        let needs = self.suites.iter().flat_map(|(_, outline)| &outline.needs);
        let mut needed: Vec<LibraryId> = needs.map(|need| need.library).collect();
        let name = |library: LibraryId| &self.manifest.libraries[library.index()].name;
        needed.retain(|&library| !self.is_led(library) && !skipped.contains(name(library)));
        needed.sort_unstable();
        needed.dedup();
        needed
    }

    /// Whether a suite takes the file at this path for a test.
    pub(crate) fn has_test_file(&self, path: &Path) -> bool {
        let name = path.strip_prefix(&self.file.root).ok().and_then(Path::to_str);
        let takes = |name: &str| {
            self.manifest.suites().any(|suite| match suite.rule {
                Rule::Files(files) => files.contain(name),
                _ => false,
            })
        };
        name.is_some_and(takes)
    }

    /// The same project with its libraries alone.
    pub(crate) fn libraries(&self) -> Project {
        Project {
            root: self.file.root.clone(),
            source: self.file.source.clone(),
            suite: Suite { libraries: self.manifest.libraries.clone(), ..Suite::default() },
            groups: self.manifest.groups.clone(),
            expectations: self.manifest.expectations.clone(),
            defaults: self.defaults.clone(),
            detected: Default::default(),
            not_listed: Vec::new(),
        }
    }

    /// The project with the tests that are known without a listing.
    ///
    /// # Errors
    ///
    /// All mistakes of the manifest at once.
    pub(crate) fn unlisted(mut self, environment: &Environment) -> Result<Project, ProjectError> {
        for (suite, _) in &self.suites {
            self.found.leave_out(*suite);
        }
        let Self { file, platform, manifest, defaults, found, .. } = self;
        expanded(file, &platform, manifest, defaults, &found, Vec::new(), environment)
    }

    /// Lists the suites, and works out all tests. `imported` says where a library is that they need, or why it is not there.
    /// What cannot be listed is in the project.
    ///
    /// # Errors
    ///
    /// All mistakes of the manifest at once; an env file that cannot be used; or probe was told to stop.
    pub(crate) fn list<'p>(
        self,
        environment: &Environment,
        imported: impl Fn(LibraryId) -> Option<Result<&'p Path, &'p str>>,
    ) -> Result<Project, Failure> {
        let (root, suite) = (&self.file.root, self.libraries().suite);
        let outlines = self.suites.iter().map(|(_, outline)| outline);
        let given = Given::of(root, environment, outlines)?;
        let to_list = self.suites.iter().map(|(id, outline)| {
            let rule = self.manifest.suites().nth(id.index()).expect("it is one of them");
            let path_of = |library| imported(library).and_then(Result::ok).unwrap_or(Path::new(""));
            let missing = outline.needs.iter().filter_map(|need| {
                let why = imported(need.library)?.err()?;
                Some((suite.libraries[need.library.index()].name.clone(), why.to_owned()))
            });
            ToList {
                suite: rule,
                missing: missing.collect(),
                env: suite_variables(&suite, outline, &given, path_of),
                limits: TestLimits::new(&outline.limits.or(&self.defaults.limits)),
            }
        });
        let to_list: Vec<ToList<'_>> = to_list.collect();
        let listed = listing::list_all(root, &to_list, environment)?;
        let Self { file, platform, manifest, defaults, mut found, .. } = self;
        let mut not_listed = Vec::new();
        for (suite, listed) in listed {
            match listed {
                Ok(Listed::Output(output)) => found.add_listing(suite, output),
                Ok(Listed::Cargo(binaries)) => found.add_cargo(suite, binaries),
                Ok(Listed::Ctest(tests)) => found.add_ctest(suite, tests),
                Err(error) => {
                    found.leave_out(suite);
                    not_listed.push(error);
                }
            }
        }
        Ok(expanded(file, &platform, manifest, defaults, &found, not_listed, environment)?)
    }

    fn is_led(&self, library: LibraryId) -> bool {
        matches!(self.manifest.libraries[library.index()].source, Source::Leader { .. })
    }
}

/// The project with all tests that were found.
fn expanded(
    file: ManifestFile,
    platform: &Platform,
    manifest: Manifest,
    defaults: RunDefaults,
    found: &Found,
    not_listed: Vec<ListingError>,
    environment: &Environment,
) -> Result<Project, ProjectError> {
    let expansion = manifest.expand(found);
    if let Some(mistakes) = file.mistakes(expansion.mistakes) {
        return Err(ProjectError::Mistakes(mistakes));
    }
    let mut suite = expansion.suite;
    let by_default = defaults.limits.detect.unwrap_or(Detection::On);
    let surroundings = Surroundings::new(&file.root);
    let detected = surroundings.detect(&mut suite, environment, platform, by_default);
    let mut tests = std::mem::take(&mut suite.tests);
    for test in &mut tests {
        test.needs.retain(|need| is_wanted(&suite, need, environment));
    }
    suite.tests = tests;
    let (root, source, groups) = (file.root, file.source, manifest.groups);
    let expectations = manifest.expectations;
    Ok(Project { root, source, suite, groups, expectations, defaults, detected, not_listed })
}
