//! From a module that a Python file imports to the files that this runs, or to the package.

use super::target::{Target, package};
use crate::Link;
use crate::detect::path::{directory, join, upward};
use crate::detect::project::ProjectFiles;
use crate::detect::tree::ProjectTree;

/// What `module` stands for in the Python file `importer`: the files that its import runs, or a package. A relative one
/// begins with dots.
pub(in crate::detect) fn python(
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
