//! Resolves a specifier in a script to the file or the package that it stands for.
//!
//! The order is that of the runtimes: import maps, then what a specifier says by itself, then TypeScript's paths, then
//! members of a workspace and packages.

use super::target::{Target, package};
use crate::Link;
use crate::detect::config::Mapped;
use crate::detect::lock::{Lock, Locked};
use crate::detect::path::{directory, join};
use crate::detect::project::ProjectFiles;
use crate::detect::specifier::{is_relative, short_range, split_path, without_version};
use crate::detect::tree::ProjectTree;

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

/// The target of `specifier` in the script `importer`.
pub(in crate::detect) fn script(
    project: &ProjectFiles,
    files: &dyn ProjectTree,
    importer: &str,
    specifier: &str,
) -> Option<Target> {
    if specifier.starts_with("sql:") {
        return Some(package(specifier, Vec::new()));
    }
    let here = directory(importer);
    let importing = Importing { project, files, here };
    let joined = is_relative(specifier).then(|| join(here, specifier)).flatten();
    for (file, config) in project.maps(here) {
        if let Some(Mapped { target, line }) =
            config.resolve(importer, specifier, joined.as_deref())
        {
            let link = Link { file: file.clone(), line, text: target.clone() };
            let base = directory(file);
            return importing.absolute(base, &target, vec![link]);
        }
    }
    importing.absolute(here, specifier, Vec::new())
}

/// A script that imports, in its surroundings.
struct Importing<'p> {
    project: &'p ProjectFiles,
    files: &'p dyn ProjectTree,
    /// Its directory.
    here: &'p str,
}

impl Importing<'_> {
    /// The target of a specifier that no import map changes. A relative one is seen from `base`.
    fn absolute(&self, base: &str, specifier: &str, via: Vec<Link>) -> Option<Target> {
        if is_relative(specifier) {
            return script_file(self.files, &join(base, specifier)?).map(Target::File);
        }
        let (scheme, rest) = specifier.split_once(':').unwrap_or(("", specifier));
        match scheme {
            "jsr" | "npm" => {
                let specifier = format!("{scheme}:{}", rest.trim_start_matches('/'));
                Some(self.locked_specifier(&specifier, via))
            }
            "http" | "https" => Some(self.address(specifier, via)),
            "" => self.bare(specifier, via),
            _ => None,
        }
    }

    /// A `jsr:` or `npm:` specifier with the version that a lock file has for it.
    fn locked_specifier(&self, specifier: &str, via: Vec<Link>) -> Target {
        let (wanted, path) = split_path(specifier);
        let name = without_version(wanted);
        for lock in self.project.locks(self.here) {
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

    /// An address, after redirects; that of a `jsr:` package is the package.
    fn address(&self, specifier: &str, mut via: Vec<Link>) -> Target {
        let redirect =
            self.project.locks(self.here).find_map(|lock| Some((lock, lock.redirect(specifier)?)));
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
    fn bare(&self, specifier: &str, mut via: Vec<Link>) -> Option<Target> {
        if let Some((place, config)) = self.project.ts(self.here) {
            let candidates = config.candidates(specifier);
            let mut candidates = candidates.iter().filter_map(|candidate| join(place, candidate));
            if let Some(file) = candidates.find_map(|candidate| script_file(self.files, &candidate))
            {
                return Some(Target::File(file));
            }
        }
        if specifier.starts_with('#') {
            return self.private(specifier, via);
        }
        if let Some(file) = self.project.member(specifier) {
            return Some(Target::File(file));
        }
        let (name, path) = split_path(specifier);
        if name.is_empty() || name.starts_with(['.', '/']) {
            return None;
        }
        if self.files.has_member(name) {
            return Some(Target::File(member_node(name)));
        }
        let dependency = self
            .project
            .packages(self.here)
            .find_map(|(file, package)| Some((file, package.dependency(name)?)));
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
        let found =
            self.project.locks(self.here).find_map(|lock| Some((lock, lock.version(&name)?)));
        Some(match found {
            Some((lock, known)) => locked(lock, known, &name, path, via),
            None if wanted.is_empty() => package(&format!("{name}{path}"), via),
            None => package(&format!("{name}@{wanted}{path}"), via),
        })
    }

    /// A name that the nearest package has for itself: `#db`.
    fn private(&self, specifier: &str, mut via: Vec<Link>) -> Option<Target> {
        let (file, package) = self.project.packages(self.here).next()?;
        let (target, line) =
            package.imports.iter().find_map(|(key, target, line)| match key.split_once('*') {
                None => (key == specifier).then(|| (target.clone(), *line)),
                Some((before, after)) => {
                    let star = specifier.strip_prefix(before)?.strip_suffix(after)?;
                    Some((target.replace('*', star), *line))
                }
            })?;
        if is_relative(&target) {
            return script_file(self.files, &join(directory(file), &target)?).map(Target::File);
        }
        via.push(Link { file: file.clone(), line, text: target.clone() });
        // A target that is a `#` name again would go in a circle.
        (!target.starts_with('#')).then(|| self.bare(&target, via)).flatten()
    }
}

/// The node for all files of a package of the project.
pub(in crate::detect) fn member_node(package: &str) -> String {
    format!("workspace:{package}")
}

/// The file that a path without its ending stands for. With TypeScript, `./a.js` may mean `./a.ts`; to bundlers, `./a.svg?raw`
/// is a way to take `./a.svg`.
fn script_file(files: &dyn ProjectTree, path: &str) -> Option<String> {
    if files.is_file(path) {
        return Some(path.to_owned());
    }
    if let Some((path, _)) = path.rsplit_once('?') {
        return script_file(files, path);
    }
    let renamed =
        [(".js", ".ts"), (".js", ".tsx"), (".mjs", ".mts"), (".cjs", ".cts"), (".jsx", ".tsx")];
    let renamed = renamed
        .iter()
        .filter_map(|(written, real)| Some(format!("{}{real}", path.strip_suffix(written)?)));
    let completed = SCRIPT_ENDINGS.iter().map(|ending| format!("{path}{ending}"));
    renamed.chain(completed).find(|candidate| files.is_file(candidate))
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
