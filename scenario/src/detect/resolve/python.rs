//! Resolves a module that a Python file imports to the files that the import runs, or to the package.

use super::target::{Target, package};
use crate::Link;
use crate::detect::path::{directory, join, upward};
use crate::detect::project::ProjectFiles;
use crate::detect::tree::ProjectTree;

/// The target of `module` in the Python file `importer`: the files that its import runs, or a package. A relative module
/// begins with dots.
pub(in crate::detect) fn python(
    project: &ProjectFiles,
    files: &dyn ProjectTree,
    importer: &str,
    module: &str,
) -> Vec<Target> {
    let here = directory(importer);
    if let Some(fixture) = module.strip_prefix("fixture:") {
        return of_fixture(project, files, here, fixture).into_iter().collect();
    }
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
    for root in files.source_roots().iter().filter(|root| is_here(root)) {
        let found = python_files(files, root, name);
        if !found.is_empty() {
            return found;
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

/// Fixtures of plugins that pytest loads by itself, once they are installed: the fixture, the plugin and its module.
const FIXTURES: [(&[&str], &str, &str); 3] = [
    (PLAYWRIGHT, "pytest-playwright", "pytest_playwright"),
    (PLAYWRIGHT, "pytest-playwright-asyncio", "pytest_playwright"),
    (&["driver", "selenium"], "pytest-selenium", "selenium"),
];

const PLAYWRIGHT: &[&str] =
    &["browser", "browser_type", "context", "new_context", "page", "playwright"];

/// The minor versions of Python 3 whose environments are looked into.
const VERSIONS: std::ops::Range<u32> = 8..20;

/// The module of the plugin that a fixture comes from. A plain name as `page` may be anybody's: something of the project
/// must say that the plugin is there.
fn of_fixture(
    project: &ProjectFiles,
    files: &dyn ProjectTree,
    here: &str,
    fixture: &str,
) -> Option<Target> {
    let mut plugins = FIXTURES.iter().filter(|(fixtures, ..)| fixtures.contains(&fixture));
    plugins.find_map(|&(_, plugin, module)| {
        let name = format!("pypi:{plugin}");
        let locked = project.locks(here).find_map(|lock| {
            let known = lock.version(&name).or_else(|| lock.range(&name))?;
            Some(Link::new(&lock.file, lock.line(known), &format!("{plugin}@{}", known.version)))
        });
        let said = || {
            let (file, line) = project.python(here, plugin)?;
            Some(Link::new(file, line, plugin))
        };
        let installed = || {
            upward(here).find_map(|place| {
                let packages = |environment: &str, version: u32| {
                    let own = plugin.replace('-', "_");
                    let path = format!("{environment}/lib/python3.{version}/site-packages/{own}");
                    Some(below(place, &path)).filter(|path| files.is_directory(path))
                };
                let mut found = [".venv", "venv"]
                    .into_iter()
                    .flat_map(|environment| VERSIONS.filter_map(move |v| packages(environment, v)));
                found.next().map(|path| Link::new(&path, 1, plugin))
            })
        };
        let link = locked.or_else(said).or_else(installed)?;
        Some(package(&format!("python:{module}"), vec![link]))
    })
}

/// The files that run if Python imports `name` from `root`: those of its packages, and its own.
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
