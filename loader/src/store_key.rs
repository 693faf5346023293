//! One digest of everything that decides what a store will contain: for caches of whole stores, as CI systems have them. It does
//! not look at a store.

use std::io;
use std::path::Path;

use crate::digest::Sha256;
use crate::files::{Listing, open_regular};
use crate::interface::{ImportCause, ImportError, ImportSource, ImportSpec};
use crate::loader::describe;
use crate::machine::Machine;
use crate::making::matches;
use crate::store::Key;

/// Returns a digest of everything that decides what `libraries` will be on `machine`: their versions, URLs, members and pinned
/// digests; the content of local files; commands and the content of their inputs. Paths below the project's directory `root`
/// count relative to it, so two checkouts have the same key. The order of the libraries does not count.
///
/// # Errors
///
/// Fails if a local file or an input cannot be read, or a pattern is invalid or matches nothing.
pub fn store_key(
    libraries: &[ImportSpec],
    machine: Machine,
    root: &Path,
) -> Result<Sha256, ImportError> {
    let mut parts = libraries
        .iter()
        .map(|library| {
            of_library(library, root).map_err(|cause| {
                ImportError::new(&library.name, describe(&library.source), cause, Vec::new())
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    parts.sort();
    let machine = machine.to_string();
    let parts = parts.iter().map(|part| part.as_bytes().as_slice());
    Ok(Key::new([machine.as_bytes()].into_iter().chain(parts)).digest())
}

fn of_library(library: &ImportSpec, root: &Path) -> Result<Sha256, ImportCause> {
    let relative = |text: &str| below(root, text).as_bytes().to_vec();
    let mut parts = vec![
        library.name.as_bytes().to_vec(),
        library.version.clone().unwrap_or_default().into_bytes(),
        format!("{:?}", library.kind).into_bytes(),
    ];
    match &library.source {
        ImportSource::Url { url, sha256, member, .. } => {
            // The digest decides, wherever the bytes come from.
            let origin = sha256.map_or_else(|| url.clone(), |digest| digest.to_string());
            parts.extend([b"url".to_vec(), origin.into_bytes()]);
            parts.push(member.clone().unwrap_or_default().into_bytes());
        }
        ImportSource::Path { path, sha256, member } => {
            let digest = match sha256 {
                Some(digest) => *digest,
                None => of_content(path)?,
            };
            parts.extend([b"path".to_vec(), digest.as_bytes().to_vec()]);
            parts.push(member.clone().unwrap_or_default().into_bytes());
        }
        ImportSource::Command { command, paths, inputs } => {
            parts.push(b"command".to_vec());
            let words = [command.program.as_os_str(), command.cwd.as_os_str()];
            let words = words.into_iter().chain(command.args.iter().map(AsRef::as_ref));
            parts.extend(words.map(|word| relative(&word.to_string_lossy())));
            parts.push(b"paths".to_vec());
            parts.extend(paths.iter().map(|pattern| relative(pattern)));
            parts.push(b"inputs".to_vec());
            for pattern in inputs {
                let matched = matches::resolve(pattern)?;
                if matched.is_empty() {
                    return Err(ImportCause::NothingMatched { pattern: pattern.clone() });
                }
                for path in matched {
                    parts.push(relative(&path.to_string_lossy()));
                    parts.push(of_content(&path)?.as_bytes().to_vec());
                }
            }
        }
    }
    Ok(Key::new(parts.iter().map(Vec::as_slice)).digest())
}

/// Returns a path or a pattern relative to the project's directory, if it is below it.
fn below<'a>(root: &Path, text: &'a str) -> &'a str {
    Path::new(text).strip_prefix(root).ok().and_then(Path::to_str).unwrap_or(text)
}

fn of_content(path: &Path) -> Result<Sha256, ImportCause> {
    let read = || -> io::Result<Sha256> {
        if path.is_dir() {
            return Listing::read(path)?.digest();
        }
        Ok(Sha256::of_reader(&mut open_regular(path)?)?.0)
    };
    read().map_err(ImportCause::disk("read", path))
}
