//! To whom a file belongs: the package, the cache or the folder that it lies in. Files of one owner are one library. Looks at no
//! file.

use std::path::{Path, PathBuf};

/// Folders that hold those of many programs.
const SHARED: [&str; 4] = [".cache", ".local/share", ".local/lib", "Library/Caches"];

/// An owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    /// What all its files have in common.
    pub(super) place: PathBuf,
    /// What it is called, if that says more than the name of a folder in a project.
    pub(super) name: Option<String>,
}

/// The owner of the file at `path`, below one of the `caches`, the home directory, or a project.
pub(super) fn owner(path: &Path, caches: &[PathBuf], home: Option<&Path>) -> Owner {
    package(path)
        .or_else(|| cached(path, caches, home))
        .unwrap_or_else(|| Owner { place: path.parent().unwrap_or(path).to_owned(), name: None })
}

/// The innermost package of `node_modules`.
fn package(path: &Path) -> Option<Owner> {
    let parts: Vec<&str> = path.iter().map(|part| part.to_str()).collect::<Option<_>>()?;
    let at = parts.iter().rposition(|part| *part == "node_modules")? + 1;
    let scope = usize::from(parts.get(at)?.starts_with('@'));
    let name = parts.get(at + scope)?;
    // A file of `.cache` and the like has another owner.
    let is_package = !name.starts_with('.') && at + scope + 1 < parts.len();
    is_package.then(|| Owner {
        place: parts[..=at + scope].iter().collect(),
        name: Some((*name).to_owned()),
    })
}

/// The program whose part of a cache it is.
fn cached(path: &Path, caches: &[PathBuf], home: Option<&Path>) -> Option<Owner> {
    let shared = home.iter().flat_map(|home| SHARED.map(|place| home.join(place)));
    let roots = caches.iter().cloned().chain(shared);
    let root =
        roots.filter(|root| path.starts_with(root)).max_by_key(|root| root.as_os_str().len());
    let root = match (root, home) {
        (Some(root), _) => root,
        // `~/.duckdb`: only what is hidden there is a program's own.
        (None, Some(home)) => {
            let first = path.strip_prefix(home).ok()?.iter().next()?;
            first.to_str()?.starts_with('.').then(|| home.to_owned())?
        }
        (None, None) => return None,
    };
    let rest = path.strip_prefix(&root).ok()?;
    let first = rest.iter().next()?;
    let name = first.to_str()?.trim_start_matches('.');
    let is_folder = rest.iter().count() > 1;
    Some(Owner { place: root.join(first), name: is_folder.then(|| name.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_belong_to_a_package_a_program_or_a_folder() {
        for (path, place, name) in [
            (
                "/p/node_modules/a/node_modules/@b/c/x.node",
                "/p/node_modules/a/node_modules/@b/c",
                "c",
            ),
            ("/me/.cache/jffi/stub.so", "/me/.cache/jffi", "jffi"),
            ("/me/.duckdb/extensions/x.duckdb_extension", "/me/.duckdb", "duckdb"),
            ("/me/.local/share/engine/tool", "/me/.local/share/engine", "engine"),
            ("/xdg/deno/npm/x.node", "/xdg/deno", "deno"),
            ("/me/.cache/x.so", "/me/.cache/x.so", ""),
            ("/me/bin/tool", "/me/bin", ""),
            ("/me/p/build/out/libmade.so", "/me/p/build/out", ""),
            ("/p/node_modules/.cache/tool/x.so", "/p/node_modules/.cache/tool", ""),
        ] {
            let owner = owner(Path::new(path), &["/xdg".into()], Some(Path::new("/me")));
            let name = Some(name.to_owned()).filter(|name| !name.is_empty());
            assert_eq!(owner, Owner { place: place.into(), name }, "{path}");
        }
    }
}
