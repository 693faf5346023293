//! From a library of the manifest to what the loader imports: paths made absolute, placeholders filled in.

use std::fmt;
use std::path::Path;

use miette::Diagnostic;
use probe_loader::{CommandLine, Kind, Sha256};
use probe_scenario::{Library, LibraryId, LibraryKind, Member, Placement, Source};

use crate::environment::Environment;

/// A library that the manifest may describe and that cannot be imported yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unsupported {
    library: String,
    key: &'static str,
}

impl Unsupported {
    /// Whether `library` can be imported.
    pub(crate) fn check(library: &Library) -> Result<(), Self> {
        let unsupported = |key| Err(Self { library: library.name.clone(), key });
        match (&library.source, &library.to) {
            (Source::Leader { .. }, _) => unsupported("leader = true"),
            (Source::Path { member: Some(_), .. }, _) => unsupported("member"),
            (_, Some(Placement::Plug)) => unsupported("to = \"plug\""),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "library `{}` says `{}`, which this version cannot do yet",
            self.library, self.key
        )
    }
}

impl std::error::Error for Unsupported {}

impl Diagnostic for Unsupported {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("use `url`, or `command` with `paths`, and a path for `to`"))
    }
}

/// What the loader imports for `library`, a checked one. `path_of` says where the libraries are that it needs.
pub(super) fn request<'p>(
    library: &Library,
    root: &Path,
    environment: &Environment,
    path_of: impl Fn(LibraryId) -> &'p Path,
) -> probe_loader::Library {
    let resolve = |path: &str| environment.resolve(root, path);
    let pattern = |pattern: &String| resolve(pattern).to_string_lossy().into_owned();
    let source = match &library.source {
        Source::Url(download) => probe_loader::Source::Url {
            url: download.url.clone(),
            mirrors: download.mirrors.clone(),
            sha256: download.sha256.map(digest),
            member: download.member.as_ref().map(member),
        },
        Source::Path { path, sha256, .. } => {
            probe_loader::Source::Path { path: resolve(path), sha256: sha256.map(digest) }
        }
        Source::Command { command, artefact } => {
            let mut words = command.render(&[], path_of).into_iter();
            probe_loader::Source::Command {
                command: CommandLine {
                    program: words.next().unwrap_or_default().into(),
                    args: words.collect(),
                    cwd: root.to_owned(),
                    env: None,
                },
                paths: artefact.paths.iter().map(pattern).collect(),
                inputs: artefact.inputs.iter().map(pattern).collect(),
            }
        }
        Source::Leader { .. } => unreachable!("a plan holds only libraries that can be imported"),
    };
    let to = library.to.as_ref().map(|to| match to {
        Placement::Path(path) => resolve(path),
        Placement::Plug => unreachable!("a plan holds only libraries that can be imported"),
    });
    probe_loader::Library {
        name: library.name.clone(),
        version: library.version.clone(),
        source,
        kind: match library.kind {
            LibraryKind::Native => Kind::Native,
            LibraryKind::Executable => Kind::Executable,
            LibraryKind::Data => Kind::Data,
        },
        to,
    }
}

fn digest(digest: probe_scenario::Sha256) -> Sha256 {
    digest.to_string().parse().expect("both crates write a digest as 64 hexadecimal digits")
}

/// As the loader writes it: a folder has a trailing slash.
fn member(member: &Member) -> String {
    match member {
        Member::File(path) => path.clone(),
        Member::Folder(path) => format!("{path}/"),
    }
}
