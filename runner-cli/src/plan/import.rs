//! From a library of the manifest to what the loader imports: paths made absolute, placeholders filled in.

use std::path::{Path, PathBuf};

use probe_loader::{CommandLimits, CommandLine, Kind, Led, Sha256};
use probe_scenario::{Download, Library, LibraryId, LibraryKind, Member, Placement, Source};

use super::unsupported::plug;
use crate::environment::Environment;
use crate::pinning::{Pinning, digest};

/// What the loader imports for `library`, a checked one, as it is pinned. `path_of` says where the libraries are that it needs.
pub(super) fn request<'p>(
    library: &Library,
    root: &Path,
    pinning: &Pinning,
    environment: &Environment,
    path_of: impl Fn(LibraryId) -> &'p Path,
) -> probe_loader::ImportSpec {
    let resolve = |path: &str| environment.resolve(root, path);
    let patterns = |patterns: &[String]| absolute(patterns, root, environment);
    let source = match &library.source {
        Source::Url(download) => from_url(download, pinning.digest(library, download)),
        Source::Path { path, member: wanted, sha256 } => probe_loader::ImportSource::Path {
            path: resolve(path),
            sha256: sha256.map(digest),
            member: wanted.as_ref().map(member),
        },
        Source::Command { command, artefact, limits } => {
            let mut words = command.render(&[], path_of).into_iter();
            probe_loader::ImportSource::Command {
                command: CommandLine {
                    program: environment.program_at_home(words.next().unwrap_or_default()).into(),
                    args: words.collect(),
                    cwd: root.to_owned(),
                    env: Vec::new(),
                    limits: CommandLimits {
                        timeout: Some(limits.timeout),
                        silence: Some(limits.silence),
                    },
                },
                paths: patterns(&artefact.paths),
                inputs: patterns(&artefact.inputs),
            }
        }
        Source::Leader { .. } => unreachable!("tests make it, and nothing imports it"),
        Source::Check { .. } => unreachable!("it is no file, and nothing imports it"),
    };
    let to = library.to.as_ref().map(|to| match to {
        Placement::Path(path) => resolve(path),
        Placement::Plug => {
            plug(library, environment).expect("a plan holds only libraries that can be imported")
        }
    });
    let former = match &library.source {
        Source::Url(download) => pinning.former(library, download),
        Source::Path { .. }
        | Source::Command { .. }
        | Source::Leader { .. }
        | Source::Check { .. } => None,
    };
    let named_by_url = matches!(library.to, Some(Placement::Plug));
    probe_loader::ImportSpec { former, named_by_url, ..described(library, source, to) }
}

/// What the loader imports for the download of `library` alone: into the store and to no place, pinned by the manifest or
/// by nothing.
pub(crate) fn download_request(library: &Library, download: &Download) -> probe_loader::ImportSpec {
    described(library, from_url(download, download.sha256.map(digest)), None)
}

/// How the loader knows `library`, one that tests make.
pub(super) fn led(library: &Library, root: &Path, environment: &Environment) -> Led {
    let Source::Leader { artefact, .. } = &library.source else {
        unreachable!("only what tests make has a gate")
    };
    Led {
        name: library.name.clone(),
        // Two ways to one manifest are one project.
        project: root.canonicalize().unwrap_or_else(|_| root.to_owned()),
        kind: kind(library),
        paths: absolute(&artefact.paths, root, environment),
        inputs: absolute(&artefact.inputs, root, environment),
    }
}

/// Patterns of the manifest, from `root`.
fn absolute(patterns: &[String], root: &Path, environment: &Environment) -> Vec<String> {
    patterns.iter().map(|pattern| environment.resolve_pattern(root, pattern)).collect()
}

/// What the loader takes `library` for.
pub(crate) fn kind(library: &Library) -> Kind {
    match library.kind {
        LibraryKind::Native => Kind::Native,
        LibraryKind::Executable => Kind::Executable,
        LibraryKind::Data => Kind::Data,
    }
}

fn described(
    library: &Library,
    source: probe_loader::ImportSource,
    to: Option<PathBuf>,
) -> probe_loader::ImportSpec {
    probe_loader::ImportSpec {
        name: library.name.clone(),
        version: library.version.clone(),
        source,
        kind: kind(library),
        to,
        named_by_url: false,
        former: None,
    }
}

fn from_url(download: &Download, sha256: Option<Sha256>) -> probe_loader::ImportSource {
    probe_loader::ImportSource::Url {
        url: download.url.clone(),
        mirrors: download.mirrors.clone(),
        sha256,
        member: download.member.as_ref().map(member),
    }
}

/// As the loader writes it: a folder has a trailing slash.
fn member(member: &Member) -> String {
    match member {
        Member::File(path) => path.clone(),
        Member::Folder(path) => format!("{path}/"),
    }
}
