//! What a run or a command has shown to be missing in the manifest: worked out when it has ended, kept for `adopt`, and told.
//! Does not know how it was seen.

use std::path::Path;
use std::sync::OnceLock;

use probe_report::Proposal;
use probe_run::{Summary, Suspicion};

use crate::environment::Environment;
use crate::platform;
use crate::project::Project;
use crate::proposal::{Ground, Kept, Seen, User, What, drafts, fitted};

/// What follows of a run for the manifest.
pub(super) struct Proposing<'a> {
    pub(super) project: &'a Project,
    pub(super) environment: &'a Environment,
    /// Known when the run has ended.
    pub(super) told: OnceLock<Vec<Proposal>>,
}

impl Proposing<'_> {
    /// Works it out. The process may end soon after.
    pub(super) fn settle(&self, summary: &Summary) {
        let Self { project, environment, told } = self;
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
        let proposals = propose(&seen, &project.root, &project.source.text, environment);
        // It is settled once.
        let _ = told.set(proposals);
    }
}

/// What is to be added to the `manifest` of the project at `root` for what was `seen`; kept for `adopt`.
pub(super) fn propose(
    seen: &[Seen],
    root: &Path,
    manifest: &str,
    environment: &Environment,
) -> Vec<Proposal> {
    let Ok(platform) = platform::host() else { return Vec::new() };
    if seen.is_empty() {
        return Vec::new();
    }
    let drafts = drafts(seen, Ground { root, environment, platform: &platform });
    let proposals = fitted(manifest, &drafts);
    if !proposals.is_empty() {
        Kept::add(root, &drafts);
    }
    proposals
}
