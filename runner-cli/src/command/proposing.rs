//! What a run or a command has shown to be missing in the manifest: worked out when it has ended, kept for `adopt`, and told.
//! Does not know how it was seen.

use std::path::Path;
use std::sync::OnceLock;

use probe_report::Proposals;
use probe_run::{Summary, Suspicion};

use crate::environment::Environment;
use crate::manifest_file::Source;
use crate::platform;
use crate::project::Project;
use crate::proposal::{Ground, Kept, Seen, User, What, drafts, fitted};

/// What follows of a run for the manifest.
pub(super) struct Proposing<'a> {
    pub(super) project: &'a Project,
    /// The manifest that was asked for.
    pub(super) asked: Option<&'a Path>,
    pub(super) environment: &'a Environment,
    /// Known when the run has ended.
    pub(super) told: OnceLock<Proposals>,
}

impl Proposing<'_> {
    /// Works it out. The process may end soon after.
    pub(super) fn settle(&self, summary: &Summary) {
        let Self { project, asked, environment, told } = self;
        let suite = &project.suite;
        let mut seen: Vec<Seen> = Vec::new();
        for raced in &summary.raced {
            let users = vec![User::of(&suite.tests[raced.test.index()])];
            let files = raced.finding.strays.iter().map(|stray| What::File(stray.path.clone()));
            seen.extend(files.map(|what| Seen { what, users: users.clone() }));
        }
        for Suspicion { folder, came, tests, .. } in summary.suspicions() {
            let users = tests.iter().map(|test| User::of(&suite.tests[test.index()])).collect();
            seen.push(Seen { what: What::Folder(folder, came), users });
        }
        // Who has written it is not heard.
        let doubled = summary.doubled().map(|doubled| What::File(doubled.path.clone()));
        seen.extend(doubled.map(|what| Seen { what, users: Vec::new() }));
        let proposals = propose(&seen, &project.root, (&project.source, *asked), environment);
        // It is settled once.
        let _ = told.set(proposals);
    }
}

/// What is to be added to the `manifest` of the project at `root`, which was `asked` for so, for what was `seen`; kept for `adopt`.
pub(super) fn propose(
    seen: &[Seen],
    root: &Path,
    (manifest, asked): (&Source, Option<&Path>),
    environment: &Environment,
) -> Proposals {
    let Ok(platform) = platform::host() else { return Proposals::default() };
    if seen.is_empty() {
        return Proposals::default();
    }
    let drafts = drafts(seen, Ground { root, environment, platform: &platform });
    let proposals = fitted(&manifest.text, &drafts);
    if !proposals.is_empty() {
        Kept::add(root, &drafts);
    }
    Proposals::new(proposals, manifest.name.clone(), asked)
}
