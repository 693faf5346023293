//! Checks that every preset that a package brings is found in every lock file format that can name the package: the
//! preset is needed, or probe reads the sources to decide.

use super::project::{ProjectFile, ProjectFiles};
use super::recognise::Recogniser;
use super::survey::Survey;
use crate::needs::meaning::Meaning;
use crate::read::Presets;

/// Presets with the packages that bring them, in a version that does.
const PACKAGES: [(&str, &[(&str, &str)]); 23] = [
    ("@duckdb/node-api", &[("npm:@duckdb/node-api", "1.4.2")]),
    ("@puppeteer/browsers", &[("npm:@puppeteer/browsers", "2.6.0")]),
    ("@sparticuz/chromium", &[("npm:@sparticuz/chromium", "131.0.0")]),
    ("better-sqlite3", &[("npm:better-sqlite3", "11.1.2")]),
    ("bin-wrapper", &[("npm:bin-wrapper", "4.1.0"), ("npm:@xhmikosr/bin-wrapper", "13.0.0")]),
    ("cffi", &[("pypi:cffi", "1.17.1")]),
    ("cython-inline", &[("pypi:cython", "3.1.0")]),
    (
        "duckdb-httpfs",
        &[("npm:duckdb", "1.4.2"), ("npm:@duckdb/node-api", "1.4.2"), ("pypi:duckdb", "1.4.2")],
    ),
    ("edgedriver", &[("npm:edgedriver", "6.3.1")]),
    ("electron", &[("npm:electron", "33.0.0")]),
    ("flashinfer", &[("pypi:flashinfer", "0.2.0"), ("pypi:flashinfer-python", "0.2.0")]),
    ("meson-python", &[("pypi:meson-python", "0.17.1")]),
    (
        "mongodb-memory-server",
        &[
            ("npm:mongodb-memory-server", "10.1.2"),
            ("npm:mongodb-memory-server-core", "10.1.2"),
            ("npm:@shelf/jest-mongodb", "4.3.2"),
        ],
    ),
    ("node-llama-cpp", &[("npm:node-llama-cpp", "3.3.0")]),
    ("node-sqlite3", &[("npm:sqlite3", "5.1.7")]),
    ("playwright", &[("npm:playwright", "1.49.0"), ("npm:@playwright/test", "1.49.0")]),
    ("playwright-python", &[("pypi:playwright", "1.49.0"), ("pypi:pytest-playwright", "0.6.2")]),
    (
        "prisma",
        &[
            ("npm:prisma", "5.22.0"),
            ("npm:@prisma/client", "5.22.0"),
            ("npm:@prisma/fetch-engine", "5.22.0"),
        ],
    ),
    ("puppeteer", &[("npm:puppeteer", "24.0.0")]),
    ("pyximport", &[("pypi:cython", "3.1.0")]),
    ("selenium", &[("npm:selenium-webdriver", "4.27.0"), ("pypi:selenium", "4.27.1")]),
    ("temporal", &[("npm:@temporalio/testing", "1.11.5"), ("pypi:temporalio", "1.9.0")]),
    ("torch-extension", &[("pypi:torch", "2.5.1")]),
];

/// Presets of Python packages with a row each, because each asks for another version.
const MORE: [(&str, &[(&str, &str)]); 5] = [
    ("chromedriver-autoinstaller", &[("pypi:chromedriver-autoinstaller", "0.6.4")]),
    ("pymongo-inmemory", &[("pypi:pymongo-inmemory", "0.5.0")]),
    ("pypandoc", &[("pypi:pypandoc", "1.15"), ("pypi:pypandoc-binary", "1.15")]),
    ("pyppeteer", &[("pypi:pyppeteer", "2.0.0")]),
    ("tree-sitter", &[("pypi:tree-sitter", "0.21.3")]),
];

/// A lock file's name, and how its program writes a package and a version.
type Format = (&'static str, fn(&str, &str) -> String);

const OF_PYTHON: [Format; 8] = [
    ("uv.lock", |name, version| {
        format!(
            "version = 1\n\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = {{ registry = \"x\" }}\n"
        )
    }),
    ("poetry.lock", |name, version| {
        format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\noptional = false\n")
    }),
    ("pdm.lock", |name, version| {
        format!(
            "[metadata]\ngroups = []\n\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n"
        )
    }),
    ("pylock.toml", |name, version| {
        format!(
            "lock-version = \"1.0\"\n\n[[packages]]\nname = \"{name}\"\nversion = \"{version}\"\n"
        )
    }),
    ("Pipfile.lock", |name, version| {
        format!(r#"{{ "default": {{ "{name}": {{ "version": "=={version}" }} }} }}"#)
    }),
    ("Pipfile.lock", |name, version| {
        format!(
            r#"{{ "default": {{}}, "develop": {{ "{name}": {{ "version": "=={version}" }} }} }}"#
        )
    }),
    ("requirements.txt", |name, version| format!("{name}=={version} --hash=sha256:1\n")),
    ("requirements-test.txt", |name, version| {
        format!("{}[extra]=={version}\n", name.to_uppercase())
    }),
];

const OF_NODE: [Format; 9] = [
    ("package-lock.json", |name, version| {
        format!(
            r#"{{ "lockfileVersion": 1, "dependencies": {{ "{name}": {{ "version": "{version}" }} }} }}"#
        )
    }),
    ("package-lock.json", |name, version| {
        format!(
            r#"{{ "lockfileVersion": 1, "dependencies": {{ "a": {{ "version": "1.0.0", "dependencies": {{
                "{name}": {{ "version": "{version}" }} }} }} }} }}"#
        )
    }),
    ("package-lock.json", |name, version| {
        format!(
            r#"{{ "lockfileVersion": 2, "packages": {{ "node_modules/{name}": {{ "version": "{version}" }} }},
                "dependencies": {{ "{name}": {{ "version": "{version}" }} }} }}"#
        )
    }),
    ("npm-shrinkwrap.json", |name, version| {
        format!(
            r#"{{ "lockfileVersion": 3, "packages": {{
                "packages/a/node_modules/{name}": {{ "version": "{version}" }} }} }}"#
        )
    }),
    ("pnpm-lock.yaml", |name, version| {
        format!("lockfileVersion: 5.4\n\npackages:\n\n  /{name}/{version}:\n    dev: true\n")
    }),
    ("pnpm-lock.yaml", |name, version| {
        format!(
            "lockfileVersion: '9.0'\n\npackages:\n\n  '{name}@{version}':\n    resolution: {{}}\n"
        )
    }),
    ("yarn.lock", |name, version| {
        format!(
            "# yarn lockfile v1\n\n\n\"{name}@^1\":\n  version \"{version}\"\n  resolved \"x\"\n"
        )
    }),
    ("yarn.lock", |name, version| {
        format!(
            "__metadata:\n  version: 8\n\n\"{name}@npm:^1\":\n  version: {version}\n  resolution: \"{name}@npm:{version}\"\n"
        )
    }),
    ("bun.lock", |name, version| {
        format!(
            "{{\n  \"lockfileVersion\": 1,\n  \"packages\": {{\n    \"{name}\": [\"{name}@{version}\", \"\", {{}}, \"s\"],\n  }}\n}}\n"
        )
    }),
];

/// Whether a lock file with this text shows that `preset` is needed, or that sources are to be read.
fn is_seen(file: &str, text: &str, preset: &str) -> bool {
    let project = ProjectFiles::new([ProjectFile::parse(file, text.to_owned())]);
    let recogniser = Recogniser::new(&[], |_| false);
    let mut survey = Survey::new(&project, &recogniser);
    let starts = survey.start_at_locks();
    if survey.leaves_open() {
        // Of this preset, and not of another one that the same package brings.
        let presets = Presets::known();
        return presets.all().any(|known| known.name == preset && known.is_imported)
            || has(survey, &starts, preset);
    }
    has(survey, &starts, preset)
}

fn has(survey: Survey<'_>, starts: &[String], preset: &str) -> bool {
    let findings = survey.finish();
    starts
        .iter()
        .flat_map(|file| findings.of(file))
        .any(|(_, meaning)| matches!(meaning, Meaning::Preset { name, .. } if name == preset))
}

#[test]
fn every_preset_is_seen_in_every_lock_file() {
    for (preset, packages) in PACKAGES.iter().chain(&MORE) {
        for (package, version) in *packages {
            let (ecosystem, name) = package.split_once(':').expect("it says whose it is");
            let formats = if ecosystem == "npm" { &OF_NODE[..] } else { &OF_PYTHON[..] };
            for (file, write) in formats {
                let text = write(name, version);
                assert!(
                    is_seen(file, &text, preset),
                    "`{preset}` by `{package}` in `{file}`:\n{text}"
                );
                let other = write(&format!("{name}-other"), version);
                assert!(!is_needed(file, &other, preset), "`{preset}` in `{file}`:\n{other}");
            }
        }
    }
}

/// Whether a lock file with this text alone makes `preset` needed.
fn is_needed(file: &str, text: &str, preset: &str) -> bool {
    let project = ProjectFiles::new([ProjectFile::parse(file, text.to_owned())]);
    let recogniser = Recogniser::new(&[], |_| false);
    let mut survey = Survey::new(&project, &recogniser);
    let starts = survey.start_at_locks();
    has(survey, &starts, preset)
}

/// A preset that sources of Node or Python bring is hidden by a lock file that does not have its package, and so needs a row.
#[test]
fn no_preset_of_a_package_is_left_out() {
    let listed = |name: &str, ecosystem: &str| {
        let mut rows = PACKAGES.iter().chain(&MORE).filter(|(preset, _)| *preset == name);
        rows.any(|(_, packages)| packages.iter().any(|(package, _)| package.starts_with(ecosystem)))
    };
    for preset in Presets::known().all() {
        let has = |word: &str| preset.detect.iter().any(|pattern| pattern.contains(word));
        // A package of npm that only Deno loads is in `deno.lock`.
        if has("^npm:") {
            assert!(listed(&preset.name, "npm:"), "`{}`", preset.name);
        }
        if has("^python:") || has("^pypi:") {
            assert!(has("^pypi:"), "`{}` is hidden by each lock file", preset.name);
            assert!(listed(&preset.name, "pypi:"), "`{}`", preset.name);
        }
    }
}
