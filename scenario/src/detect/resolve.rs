//! From a specifier in a file to the file or the package that it stands for.
//!
//! The order is that of the runtimes: import maps, then what a specifier says by itself, then TypeScript's paths, then
//! members of a workspace and packages. What nothing is known of resolves to nothing.

use super::config::Mapped;
use super::lock::{Lock, Locked};
use super::path::{directory, join, upward};
use super::project::ProjectFiles;
use super::specifier::{is_relative, short_range, split_path, without_version};
use super::tree::ProjectTree;
use crate::Link;

/// What an import leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A file of the project.
    File(String),
    /// A package.
    Package(Resolved),
}

/// A package as `detect` sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resolved {
    /// `jsr:@db/sqlite@0.12.0/unstable`, `npm:esbuild@0.21.5`, `python:torch.utils`, an address, or `sql:load httpfs`.
    pub(super) specifier: String,
    /// The places that say so, in the order in which they were asked.
    pub(super) via: Vec<Link>,
}

/// The endings that a script may be imported without, in the order in which they are tried.
const SCRIPT_ENDINGS: [&str; 14] = [
    ".ts",
    ".tsx",
    ".mts",
    ".cts",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    "/index.ts",
    "/index.tsx",
    "/index.mts",
    "/index.js",
    "/index.jsx",
    "/index.mjs",
];

/// What `specifier` stands for in the script `importer`.
pub(super) fn script(
    project: &ProjectFiles,
    files: &dyn ProjectTree,
    importer: &str,
    specifier: &str,
) -> Option<Target> {
    let here = directory(importer);
    if specifier.starts_with("sql:") {
        return Some(package(specifier, Vec::new()));
    }
    let joined = is_relative(specifier).then(|| join(here, specifier)).flatten();
    for (file, config) in project.maps(here) {
        if let Some(Mapped { target, line }) =
            config.resolve(importer, specifier, joined.as_deref())
        {
            let link = Link { file: file.clone(), line, text: target.clone() };
            let base = directory(file);
            return absolute(project, files, base, importer, &target, vec![link]);
        }
    }
    absolute(project, files, here, importer, specifier, Vec::new())
}

/// What a specifier stands for that no import map changes; a relative one is seen from `base`.
fn absolute(
    project: &ProjectFiles,
    files: &dyn ProjectTree,
    base: &str,
    importer: &str,
    specifier: &str,
    via: Vec<Link>,
) -> Option<Target> {
    let here = directory(importer);
    if is_relative(specifier) {
        return script_file(files, &join(base, specifier)?).map(Target::File);
    }
    let (scheme, rest) = specifier.split_once(':').unwrap_or(("", specifier));
    match scheme {
        "jsr" | "npm" => {
            let specifier = format!("{scheme}:{}", rest.trim_start_matches('/'));
            Some(locked_specifier(project, here, &specifier, via))
        }
        "http" | "https" => Some(address(project, here, specifier, via)),
        "" => bare(project, files, here, specifier, via),
        _ => None,
    }
}

/// The file that a path without its ending stands for. With TypeScript, `./a.js` may mean `./a.ts`.
fn script_file(files: &dyn ProjectTree, path: &str) -> Option<String> {
    if files.is_file(path) {
        return Some(path.to_owned());
    }
    let renamed =
        [(".js", ".ts"), (".js", ".tsx"), (".mjs", ".mts"), (".cjs", ".cts"), (".jsx", ".tsx")];
    let renamed = renamed
        .iter()
        .filter_map(|(written, real)| Some(format!("{}{real}", path.strip_suffix(written)?)));
    let completed = SCRIPT_ENDINGS.iter().map(|ending| format!("{path}{ending}"));
    renamed.chain(completed).find(|candidate| files.is_file(candidate))
}

/// A `jsr:` or `npm:` specifier with the version that a lock file has for it.
fn locked_specifier(project: &ProjectFiles, here: &str, specifier: &str, via: Vec<Link>) -> Target {
    let (wanted, path) = split_path(specifier);
    let name = without_version(wanted);
    for lock in project.locks(here) {
        let exact = lock.specifier(wanted).or_else(|| lock.specifier(&short_range(wanted)));
        // Without its own entry any version counts, unless another one is asked for by its number.
        let known = exact.or_else(|| {
            lock.version(name).filter(|known| {
                let version = wanted[name.len()..].strip_prefix('@').unwrap_or_default();
                !version.starts_with(|first: char| first.is_ascii_digit())
                    || known.version.starts_with(version)
            })
        });
        if let Some(known) = known {
            return locked(lock, known, name, path, via);
        }
    }
    package(specifier, via)
}

/// A package of a known version.
fn locked(lock: &Lock, known: &Locked, name: &str, path: &str, mut via: Vec<Link>) -> Target {
    let specifier = format!("{name}@{}{path}", known.version);
    via.push(Link {
        file: lock.file.clone(),
        line: lock.line(known),
        text: format!("{name}@{}", known.version),
    });
    package(&specifier, via)
}

fn package(specifier: &str, via: Vec<Link>) -> Target {
    Target::Package(Resolved { specifier: specifier.to_owned(), via })
}

/// An address, after redirects; that of a `jsr:` package is the package.
fn address(project: &ProjectFiles, here: &str, specifier: &str, mut via: Vec<Link>) -> Target {
    let redirect = project.locks(here).find_map(|lock| Some((lock, lock.redirect(specifier)?)));
    let specifier = match redirect {
        Some((lock, target)) => {
            let line = lock.line_of_address(specifier);
            via.push(Link { file: lock.file.clone(), line, text: target.to_owned() });
            target
        }
        None => specifier,
    };
    let jsr = specifier.strip_prefix("https://jsr.io/").and_then(|path| {
        let mut parts = path.splitn(3, '/');
        let (scope, name) = (parts.next()?, parts.next()?);
        let version = parts.next().map(|rest| format!("@{rest}")).unwrap_or_default();
        Some(format!("jsr:{scope}/{name}{version}"))
    });
    package(jsr.as_deref().unwrap_or(specifier), via)
}

/// A name that says nothing by itself.
fn bare(
    project: &ProjectFiles,
    files: &dyn ProjectTree,
    here: &str,
    specifier: &str,
    mut via: Vec<Link>,
) -> Option<Target> {
    if let Some((place, config)) = project.ts(here) {
        let candidates = config.candidates(specifier);
        let mut candidates = candidates.iter().filter_map(|candidate| join(place, candidate));
        if let Some(file) = candidates.find_map(|candidate| script_file(files, &candidate)) {
            return Some(Target::File(file));
        }
    }
    if specifier.starts_with('#') {
        return private(project, files, here, specifier, via);
    }
    if let Some(file) = project.member(specifier) {
        return Some(Target::File(file));
    }
    let (name, path) = split_path(specifier);
    if name.is_empty() || name.starts_with(['.', '/']) {
        return None;
    }
    let dependency =
        project.packages(here).find_map(|(file, package)| Some((file, package.dependency(name)?)));
    let mut name = name.to_owned();
    let mut wanted = "";
    if let Some((file, dependency)) = dependency {
        wanted = dependency.wanted.as_str();
        // `npm:real-name@1.0.0` under another name.
        if let Some(real) = wanted.strip_prefix("npm:") {
            let real_name = without_version(real);
            wanted = real[real_name.len()..].trim_start_matches('@');
            name = real_name.to_owned();
        }
        let text = format!("{name}@{wanted}");
        via.push(Link { file: file.clone(), line: dependency.line, text });
    }
    let name = format!("npm:{name}");
    let found = project.locks(here).find_map(|lock| Some((lock, lock.version(&name)?)));
    Some(match found {
        Some((lock, known)) => locked(lock, known, &name, path, via),
        None if wanted.is_empty() => package(&format!("{name}{path}"), via),
        None => package(&format!("{name}@{wanted}{path}"), via),
    })
}

/// A name that the nearest package has for itself: `#db`.
fn private(
    project: &ProjectFiles,
    files: &dyn ProjectTree,
    here: &str,
    specifier: &str,
    mut via: Vec<Link>,
) -> Option<Target> {
    let (file, package) = project.packages(here).next()?;
    let (target, line) =
        package.imports.iter().find_map(|(key, target, line)| match key.split_once('*') {
            None => (key == specifier).then(|| (target.clone(), *line)),
            Some((before, after)) => {
                let star = specifier.strip_prefix(before)?.strip_suffix(after)?;
                Some((target.replace('*', star), *line))
            }
        })?;
    if is_relative(&target) {
        return script_file(files, &join(directory(file), &target)?).map(Target::File);
    }
    via.push(Link { file: file.clone(), line, text: target.clone() });
    // A target that is a `#` name again would go in a circle.
    (!target.starts_with('#')).then(|| bare(project, files, here, &target, via)).flatten()
}

/// What `module` stands for in the Python file `importer`: the files that its import runs, or a package. A relative one
/// begins with dots.
pub(super) fn python(
    project: &ProjectFiles,
    files: &dyn ProjectTree,
    importer: &str,
    module: &str,
) -> Vec<Target> {
    let here = directory(importer);
    if module.starts_with("sql:") {
        return vec![package(module, Vec::new())];
    }
    let name = module.trim_start_matches('.');
    let dots = module.len() - name.len();
    if dots > 0 {
        let up = "../".repeat(dots - 1);
        let base = join(here, &up);
        return base.map(|base| python_files(files, &base, name)).unwrap_or_default();
    }
    let top = name.split('.').next().unwrap_or_default();
    let is_here = |root: &str| {
        let path = below(root, top);
        files.is_directory(&path) || files.is_file(&format!("{path}.py"))
    };
    // Where tests are started, or a layout with `src`: whichever is nearest.
    for root in upward(here) {
        for root in [root.to_owned(), below(root, "src")] {
            if is_here(&root) {
                let found = python_files(files, &root, name);
                if !found.is_empty() {
                    return found;
                }
            }
        }
    }
    let distribution = format!("pypi:{}", top.to_ascii_lowercase().replace('_', "-"));
    let known = project.locks(here).find_map(|lock| Some((lock, lock.version(&distribution)?)));
    let via = known.map(|(lock, known)| Link {
        file: lock.file.clone(),
        line: lock.line(known),
        text: format!("{distribution}@{}", known.version),
    });
    vec![package(&format!("python:{name}"), via.into_iter().collect())]
}

/// The files that importing `name` from `root` runs: those of its packages, and its own.
fn python_files(files: &dyn ProjectTree, root: &str, name: &str) -> Vec<Target> {
    if name.is_empty() {
        let own = below(root, "__init__.py");
        return files.is_file(&own).then_some(Target::File(own)).into_iter().collect();
    }
    let mut path = root.to_owned();
    let mut found = Vec::new();
    for part in name.split('.') {
        path = below(&path, part);
        for candidate in [format!("{path}/__init__.py"), format!("{path}.py")] {
            if files.is_file(&candidate) {
                found.push(Target::File(candidate));
                break;
            }
        }
    }
    found
}

fn below(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}
