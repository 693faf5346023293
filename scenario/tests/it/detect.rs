//! From sources, import maps and lock files to needs, each with its chain of links.

use std::collections::BTreeMap;
use std::fmt::Write;

use probe_scenario::{
    Because, Detected, Detection, Placement, ProjectFile, ProjectFiles, ProjectTree, Recogniser,
    Source, Suite, Survey,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::support::{LINUX, expand};

/// A project whose files are texts. Its tests are called `test.…` or `test_….py`.
pub(crate) struct Project {
    files: BTreeMap<String, String>,
}

impl ProjectTree for Project {
    fn is_file(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    fn is_directory(&self, name: &str) -> bool {
        let below = format!("{name}/");
        self.files.keys().any(|file| file.starts_with(&below))
    }
}

impl Project {
    pub(crate) fn new(files: BTreeMap<String, String>) -> Self {
        Self { files }
    }

    /// Files one after the other, each below a line with its name: `--- a/b.ts`.
    fn parse(text: &str) -> Self {
        let files = text.split("--- ").skip(1).map(|file| {
            let (name, text) = file.split_once('\n').unwrap_or((file, ""));
            (name.trim().to_owned(), text.to_owned())
        });
        Self::new(files.collect())
    }

    /// The tests, in a suite of a manifest with these `libraries`.
    pub(crate) fn suite(&self, libraries: &str) -> Suite {
        let names: Vec<&str> = self.files.keys().map(String::as_str).collect();
        let tests = "files = ['**/test.{ts,tsx,js,mjs}', '**/test_*.py', 'never']";
        let text = format!("{libraries}\n[suite.all]\n{tests}\nrun = ['x', '{{file}}']");
        expand(&text, &names).suite
    }
}

/// Surveys the project from its tests and adds what they need.
pub(crate) fn survey(project: &Project, suite: &mut Suite) -> Detected {
    let wanted = project.files.iter().filter(|(name, _)| {
        let name = name.rsplit('/').next().unwrap_or_default();
        ProjectFile::is_wanted(name) || name.ends_with(".json") || name.ends_with(".lock")
    });
    let files = wanted.map(|(name, text)| ProjectFile::parse(name, text.clone()));
    let known = ProjectFiles::new(files);
    let recogniser = Recogniser::new(&suite.libraries, |_| false);
    let mut survey = Survey::new(&known, &recogniser);
    let tests: Vec<&str> =
        suite.tests.iter().flat_map(|test| &test.files).map(String::as_str).collect();
    let mut open = survey.start(tests);
    while let Some(name) = open.pop() {
        if let Some(text) = project.files.get(&name) {
            let scanned = survey.scan(project, &name, text);
            open.extend(survey.add(&name, scanned));
        }
    }
    survey.start_at_locks();
    let locks = survey.lock_scopes();
    suite.detect(survey.finish(), &locks, "", &LINUX, Detection::On)
}

/// Every test's needs with their chains.
fn chains(suite: &Suite) -> String {
    let mut text = String::new();
    for test in &suite.tests {
        for need in &test.needs {
            let library = &suite.libraries[need.library.index()];
            let chain = match need.because {
                Because::Detected(trace) => suite.findings.chain(trace),
                _ => Vec::new(),
            };
            let chain: Vec<String> = chain.iter().map(ToString::to_string).collect();
            writeln!(text, "{} needs {}: {}", test.name, library.name, chain.join(" → "))
                .expect("a string takes any text");
        }
    }
    text
}

#[track_caller]
fn check(files: &str, expected: &str) {
    let project = Project::parse(files);
    let mut suite = project.suite("");
    survey(&project, &mut suite);
    assert_eq!(chains(&suite).trim_end(), expected.trim());
}

#[test]
fn the_chain_goes_through_files_the_import_map_and_the_lock_file() {
    check(
        r#"
--- deno.jsonc
{ // comments are fine
  "imports": {
    "@db/sqlite": "jsr:@db/sqlite@^0.12.0",
    "@/": "./lib/",
  },
}
--- deno.lock
{ "version": "4",
  "specifiers": {
    "jsr:@db/sqlite@0.12": "0.12.0" } }
--- lib/open.ts

import { Database } from "@db/sqlite";
--- lib/mod.ts
export * from "./open.ts"; import "./loop.ts";
--- lib/loop.ts
import "./mod.ts";
--- a/b/test.ts
import { test } from "node:test";
import { open } from "@/mod.ts";
"#,
        "a/b/test.ts needs sqlite3: a/b/test.ts:2 `@/mod.ts` → lib/mod.ts:1 `./open.ts` → lib/open.ts:2 `@db/sqlite` → \
         deno.jsonc:3 `jsr:@db/sqlite@^0.12.0` → deno.lock:3 `jsr:@db/sqlite@0.12.0`",
    );
}

#[test]
fn a_wrapper_needs_what_it_wraps() {
    check(
        r#"
--- deno.json
{ "imports": { "@probitas/probitas": "jsr:@probitas/probitas@1" } }
--- deno.lock
{ "version": "5",
  "specifiers": { "jsr:@probitas/probitas@1": "1.2.0", "jsr:@probitas/sqlite@1": "1.0.0",
    "jsr:@db/sqlite@0.12": "0.12.0" },
  "jsr": {
    "@probitas/probitas@1.2.0": { "dependencies": ["jsr:@probitas/sqlite", "jsr:@std/path@1"] },
    "@probitas/sqlite@1.0.0": { "dependencies": ["jsr:@probitas/probitas", "jsr:@db/sqlite@0.12"] },
    "@db/sqlite@0.12.0": { "dependencies": ["jsr:@denosaurs/plug"] }
  } }
--- test.ts
import { scenario } from "@probitas/probitas";
"#,
        "test.ts needs sqlite3: test.ts:1 `@probitas/probitas` → deno.json:1 `jsr:@probitas/probitas@1` → \
         deno.lock:2 `jsr:@probitas/probitas@1.2.0` → deno.lock:5 `jsr:@probitas/sqlite` → \
         deno.lock:2 `jsr:@probitas/sqlite@1.0.0` → deno.lock:6 `jsr:@db/sqlite@0.12` → deno.lock:3 `jsr:@db/sqlite@0.12.0`",
    );
}

#[test]
fn what_the_configuration_of_a_runner_loads_runs_with_each_test() {
    check(
        r#"
--- jest.config.js
module.exports = {
  globalSetup: "<rootDir>/support/start.ts",
};
--- support/start.ts
import { MongoMemoryServer } from "mongodb-memory-server";
--- a/test.ts
--- a/other.ts
"#,
        "a/test.ts needs mongod: a/test.ts:1 `jest.config.js` → jest.config.js:2 `./support/start.ts` → \
         support/start.ts:1 `mongodb-memory-server`",
    );
    // A preset is a package, and the settings may be in the package's description.
    check(
        r#"
--- package.json
{
  "devDependencies": { "@shelf/jest-mongodb": "^5.0.0" },
  "jest": { "preset": "@shelf/jest-mongodb" }
}
--- test.js
"#,
        "test.js needs mongod: package.json:3 `@shelf/jest-mongodb` → package.json:2 `@shelf/jest-mongodb@^5.0.0`",
    );
    check(
        r#"
--- jest.config.json
{ "preset": "./support" }
--- support/jest-preset.js
module.exports = { setupFilesAfterEnv: ["./more"] };
--- support/more.js
require("better-sqlite3");
--- test.js
"#,
        "test.js needs better-sqlite3: test.js:1 `jest.config.json` → jest.config.json:1 `./support/jest-preset` → \
         support/jest-preset.js:1 `./more` → support/more.js:1 `better-sqlite3`",
    );
}

#[test]
fn vitest_has_the_nearest_configuration_and_files_beside_it() {
    check(
        r#"
--- vite.config.ts
import { playwright } from "playwright";
--- web/vitest.config.ts
export default defineConfig({
  test: { setupFiles: ["setup.ts"], globalSetup: "./global" },
});
--- web/setup.ts
--- web/global.ts
export { default } from "better-sqlite3";
--- web/src/test.ts
--- other/test.ts
"#,
        "other/test.ts needs chromium: other/test.ts:1 `vite.config.ts` → vite.config.ts:1 `playwright`\n\
         web/src/test.ts needs better-sqlite3: web/src/test.ts:1 `vitest.config.ts` → \
         web/vitest.config.ts:2 `./global` → web/global.ts:1 `better-sqlite3`",
    );
}

#[test]
fn a_fixture_of_a_plugin_is_an_import_where_the_plugin_is_known() {
    let test = "--- test_shop.py\ndef test_shop(page, live):\n    pass\n";
    check(test, "");
    check(
        &format!(
            "{test}--- pyproject.toml\n[project]\ndependencies = [\"pytest-playwright>=0.5\"]\n"
        ),
        "test_shop.py needs chromium: test_shop.py:1 `fixture:page` → pyproject.toml:2 `pytest-playwright`",
    );
    check(
        &format!("{test}--- requirements-dev.txt\npytest\npytest-playwright\n"),
        "test_shop.py needs chromium: test_shop.py:1 `fixture:page` → requirements-dev.txt:2 `pytest-playwright@*`",
    );
    check(
        &format!("{test}--- .venv/lib/python3.12/site-packages/pytest_playwright/__init__.py\n"),
        "test_shop.py needs chromium: test_shop.py:1 `fixture:page` → \
         .venv/lib/python3.12/site-packages/pytest_playwright:1 `pytest-playwright`",
    );
}

#[test]
fn plugins_of_a_conftest_are_files_and_packages() {
    check(
        r#"
--- conftest.py
pytest_plugins = ["tests.fixtures", "pytest_playwright"]
--- tests/fixtures.py
import pyximport
--- tests/test_a.py
"#,
        "tests/test_a.py needs chromium: tests/test_a.py:1 `conftest.py` → conftest.py:1 `pytest_playwright`\n\
         tests/test_a.py needs pyximport: tests/test_a.py:1 `conftest.py` → conftest.py:1 `tests.fixtures` → \
         tests/fixtures.py:1 `pyximport`",
    );
}

#[test]
fn the_nearest_map_and_lock_file_count() {
    check(
        r#"
--- deno.json
{ "workspace": ["./one"], "imports": { "db": "jsr:@db/sqlite@0.11.1", "@me/two": "./two/mod.ts" } }
--- one/deno.json
{ "imports": { "db": "jsr:@db/sqlite@0.12.0" } }
--- one/test.ts
import "db";
--- two/test.ts
import "db";
"#,
        "one/test.ts needs sqlite3: one/test.ts:1 `db` → one/deno.json:1 `jsr:@db/sqlite@0.12.0`\n\
         two/test.ts needs sqlite3-0.11.1: two/test.ts:1 `db` → deno.json:1 `jsr:@db/sqlite@0.11.1`",
    );
}

#[test]
fn members_of_a_workspace_are_files() {
    check(
        r#"
--- deno.json
{ "workspace": ["packages/*"] }
--- packages/store/deno.json
{ "name": "@me/store", "exports": { ".": "./mod.ts", "./sql": "./sql.ts" } }
--- packages/store/mod.ts
export const a = 1;
--- packages/store/sql.ts
import "jsr:@db/sqlite@0.12.0";
--- packages/app/test.ts
import "@me/store"; import "@me/store/sql"; import "@me/store/other";
"#,
        "packages/app/test.ts needs sqlite3: packages/app/test.ts:1 `@me/store/sql` → \
         packages/store/sql.ts:1 `jsr:@db/sqlite@0.12.0`",
    );
}

#[test]
fn a_separate_import_map_is_followed() {
    check(
        r#"
--- deno.json
{ "importMap": "./config/map.json" }
--- config/map.json
{ "imports": { "db": "jsr:@db/sqlite@0.12.0", "lib/": "../lib/" } }
--- lib/a.ts
import "db";
--- test.ts
import "lib/a.ts";
"#,
        "test.ts needs sqlite3: test.ts:1 `lib/a.ts` → lib/a.ts:1 `db` → config/map.json:1 `jsr:@db/sqlite@0.12.0`",
    );
}

#[test]
fn typescript_and_node_names_are_followed() {
    check(
        r##"
--- package.json
{ "imports": { "#db": { "node": "./src/db.js" } },
  "dependencies": { "better-sqlite3": "^11.0.0" } }
--- package-lock.json
{ "packages": { "node_modules/better-sqlite3": { "version": "11.1.2" } } }
--- base.json
{ "compilerOptions": { "baseUrl": ".", "paths": { "@app/*": ["src/*"] } } }
--- web/tsconfig.json
{ "extends": "../base" }
--- src/db.ts
import Database from "better-sqlite3";
--- src/index.ts
import "#db";
--- web/test.tsx
import { a } from "@app";
import { b } from "@app/index";
"##,
        "web/test.tsx needs better-sqlite3: web/test.tsx:2 `@app/index` → src/index.ts:1 `#db` → src/db.ts:1 `better-sqlite3` → \
         package.json:2 `better-sqlite3@^11.0.0` → package-lock.json:1 `npm:better-sqlite3@11.1.2`",
    );
}

#[test]
fn python_packages_and_conftest_are_followed() {
    check(
        "
--- src/app/__init__.py
from .kernels import add
--- src/app/kernels.py
import torch.utils.cpp_extension as ext
--- tests/conftest.py
import app
--- tests/unit/test_a.py
import os
--- tests/unit/helpers.py
import app.kernels
",
        "tests/unit/test_a.py needs torch-extension: tests/unit/test_a.py:1 `conftest.py` → tests/conftest.py:1 `app` → \
         src/app/__init__.py:1 `.kernels` → src/app/kernels.py:1 `torch.utils.cpp_extension`",
    );
}

#[test]
fn a_library_of_the_manifest_comes_before_a_preset() {
    let project = Project::parse(
        "--- test.ts\nimport 'jsr:@db/sqlite@0.12.0'; import 'jsr:@me/native@1.0.0';",
    );
    let mut suite = project.suite(
        "[library.own]\nurl = 'own.so'\ndetect = ['^jsr:@me/native@']\n\
         [library.sqlite]\npreset = '@db/sqlite'\nversion = '0.12.0'",
    );
    survey(&project, &mut suite);
    assert_eq!(suite.libraries.len(), 2);
    assert_eq!(
        chains(&suite),
        "test.ts needs own: test.ts:1 `jsr:@me/native@1.0.0`\n\
         test.ts needs sqlite: test.ts:1 `jsr:@db/sqlite@0.12.0`\n"
    );
}

#[test]
fn what_a_test_says_itself_is_not_said_again() {
    let project = Project::parse("--- test.ts\nimport 'jsr:@db/sqlite@0.12.0';");
    let mut suite = project.suite("[library.mine]\nurl = 'x.so'\nenv.DENO_SQLITE_PATH = '{path}'");
    suite.tests[0].needs.push(probe_scenario::Need {
        library: probe_scenario::LibraryId::new(0),
        because: Because::Declared(probe_scenario::Span::default()),
    });
    survey(&project, &mut suite);
    assert_eq!(chains(&suite), "test.ts needs mine: \n");
}

/// What `sqlite3` comes to: its version, or that it is led.
#[track_caller]
fn check_sqlite(files: &str, expected: &str) {
    let project = Project::parse(files);
    let mut suite = project.suite("");
    let detected = survey(&project, &mut suite);
    let [library] = suite.libraries.as_slice() else { panic!("one, not {:?}", suite.libraries) };
    assert_eq!(suite.tests[0].needs.len(), 1);
    let is_led =
        matches!(&library.source, Source::Leader { artefact } if artefact.paths.is_empty());
    let unversioned: Vec<&str> =
        detected.unversioned.iter().map(|missing| missing.preset.as_str()).collect();
    let found = match &library.version {
        Some(version) => version.as_str(),
        None if is_led && unversioned == ["@db/sqlite"] && library.env.is_empty() => "led",
        None => panic!("{library:?}"),
    };
    assert_eq!((library.name.as_str(), found), ("sqlite3", expected), "{files}");
}

#[test]
fn a_library_without_a_version_is_told_and_led() {
    let project = Project::parse("--- test.ts\nimport 'jsr:@db/sqlite@^0.12';");
    let mut suite = project.suite("");
    let detected = survey(&project, &mut suite);
    assert_eq!(chains(&suite), "test.ts needs sqlite3: test.ts:1 `jsr:@db/sqlite@^0.12`\n");
    let [missing] = detected.unversioned.as_slice() else { panic!("one, not {detected:?}") };
    assert_eq!((missing.preset.as_str(), missing.library.index()), ("@db/sqlite", 0));
    assert_eq!(missing.chain[0].to_string(), "test.ts:1 `jsr:@db/sqlite@^0.12`");
}

/// A project whose `deno.json` says `lock` so, and which has these lock files with one version each.
fn locked(lock: &str, files: &[(&str, &str)]) -> String {
    let mut text = format!(
        "--- deno.json\n{{ {lock} \"imports\": {{ \"db\": \"jsr:@db/sqlite@^0.12\" }} }}\n--- a/test.ts\nimport 'db';\n"
    );
    for (name, version) in files {
        writeln!(text, "--- {name}\n{{ \"version\": \"5\", \"specifiers\": {{ \"jsr:@db/sqlite@0.12\": \"{version}\" }} }}")
            .expect("a string takes any text");
    }
    text
}

#[test]
fn deno_json_says_where_its_lock_file_is() {
    let check = |lock, files: &[_], expected| check_sqlite(&locked(lock, files), expected);
    check("", &[("deno.lock", "0.12.1")], "0.12.1");
    check("\"lock\": true,", &[("deno.lock", "0.12.1")], "0.12.1");
    check("\"lock\": { \"frozen\": true },", &[("deno.lock", "0.12.1")], "0.12.1");
    let both = [("deno.lock", "0.12.1"), ("locks/my.lock", "0.12.2")];
    check("\"lock\": \"locks/my.lock\",", &both, "0.12.2");
    check("\"lock\": { \"path\": \"./locks/my.lock\" },", &both, "0.12.2");
    check("\"lock\": \"./deno.lock\",", &both, "0.12.1");
    let elsewhere = [("deno.lock", "0.12.1"), ("locks/deno.lock", "0.12.2")];
    check("\"lock\": \"locks/deno.lock\",", &elsewhere, "0.12.2");
    // What lies there is of another time.
    check("\"lock\": false,", &both, "led");
    check("\"lock\": \"not/there.lock\",", &both, "led");
    check("", &[], "led");
}

#[test]
fn members_of_a_workspace_have_the_lock_file_of_its_root() {
    let check = |lock, at| {
        check_sqlite(
            &format!(
                "--- deno.json\n{{ {lock} \"workspace\": [\"./a\"] }}\n\
                 --- a/deno.json\n{{ \"imports\": {{ \"db\": \"jsr:@db/sqlite@^0.12\" }} }}\n--- a/test.ts\nimport 'db';\n\
                 --- {at}\n{{ \"version\": \"5\", \"specifiers\": {{ \"jsr:@db/sqlite@0.12\": \"0.12.3\" }} }}"
            ),
            "0.12.3",
        );
    };
    check("", "deno.lock");
    check("\"lock\": { \"path\": \"my.lock\" },", "my.lock");
}

#[test]
fn a_version_in_the_source_needs_no_lock_file() {
    check_sqlite("--- test.ts\nimport 'jsr:@db/sqlite@0.13.0';", "0.13.0");
    check_sqlite("--- test.ts\nimport 'jsr:@db/sqlite@0.13';", "led");
    check_sqlite("--- test.ts\nimport 'jsr:@db/sqlite';", "led");
}

#[test]
fn of_two_versions_each_is_where_its_package_looks() {
    let project = Project::parse(
        "--- a/test.ts\nimport 'jsr:@db/sqlite@0.12.0';\n--- b/test.ts\nimport 'jsr:@db/sqlite@0.13.0';",
    );
    let mut suite = project.suite("");
    survey(&project, &mut suite);
    let [first, second] = suite.libraries.as_slice() else { panic!("two") };
    for library in [first, second] {
        assert_eq!((library.env.len(), &library.to), (0, &Some(Placement::Plug)), "{library:?}");
    }
    assert_ne!(first.version, second.version);
}

#[test]
fn what_only_a_lock_file_shows_is_needed_by_the_tests_that_it_speaks_of() {
    let lock = r#"{ "version": "5", "specifiers": { "jsr:@db/sqlite@0.12": "0.12.0" } }"#;
    let playwright = r#"{ "packages": { "node_modules/playwright": { "version": "1.50.1" } } }"#;
    let check = |manifest: &str, expected: &str| {
        let project = Project::parse(&format!(
            "--- deno.json\n{{}}\n--- deno.lock\n{lock}\n--- web/package-lock.json\n{playwright}\n\
             --- a/test.ts\nimport 'https://example.org/db.ts';\n--- web/test.ts\n--- web/test_a.py\n--- other/test.js\n"
        ));
        let names: Vec<&str> = project.files.keys().map(String::as_str).collect();
        let mut suite = expand(manifest, &names).suite;
        survey(&project, &mut suite);
        assert_eq!(chains(&suite).trim_end(), expected, "{manifest}");
        suite
    };
    check(
        "[suite.a]\nkind = 'deno'\nfiles = ['a/*.ts']\n[suite.py]\nfiles = ['**/*.py']\nrun = ['x', '{file}']",
        "a/test.ts needs sqlite3: deno.lock:1 `jsr:@db/sqlite@0.12.0`",
    );
    let suite = check(
        "[suite.a]\nfiles = ['{other,web}/test.{ts,js}']\nrun = ['npx', 'x', '{file}']",
        "web/test.ts needs chromium: web/package-lock.json:1 `npm:playwright@1.50.1`",
    );
    // Nothing says that a test opens a browser, so that none is installed for it.
    assert!(matches!(suite.libraries[0].source, Source::Leader { .. }));
    check("[suite.a]\nfiles = ['a/*.ts']\nrun = ['deno', 'run', '{file}']\ndetect = false", "");
    check(
        "[library.own]\nurl = 'x.so'\nenv.DENO_SQLITE_PATH = '{path}'\n\
         [suite.a]\nfiles = ['a/*.ts']\nrun = ['deno', 'run', '{file}']\nneeds = ['own']",
        "a/test.ts needs own:",
    );
}

#[test]
fn what_one_test_is_seen_to_need_others_are_not_presumed_to() {
    check(
        r#"
--- deno.json
{}
--- deno.lock
{ "version": "5", "specifiers": { "jsr:@db/sqlite@0.12": "0.12.0", "jsr:@denosaurs/plug@1": "1.1.0" },
  "jsr": { "@db/sqlite@0.12.0": { "dependencies": ["jsr:@denosaurs/plug"] }, "@denosaurs/plug@1.1.0": {} } }
--- a/test.ts
import 'jsr:@db/sqlite@0.12';
--- b/test.ts
"#,
        "a/test.ts needs sqlite3: a/test.ts:1 `jsr:@db/sqlite@0.12` → deno.lock:1 `jsr:@db/sqlite@0.12.0`",
    );
}

#[test]
fn a_wrapper_that_no_lock_file_takes_apart_is_led() {
    check(
        "--- a.probitas/test.ts\nimport { scenario } from 'jsr:@probitas/probitas@^0';",
        "a.probitas/test.ts needs probitas-clients: a.probitas/test.ts:1 `jsr:@probitas/probitas@^0`",
    );
}

#[test]
fn detection_can_be_off() {
    let project = Project::parse("--- test.ts\nimport 'jsr:@db/sqlite@0.12.0';");
    let mut suite = project.suite("");
    suite.tests[0].limits.detect = Some(Detection::Off);
    survey(&project, &mut suite);
    assert_eq!(chains(&suite), "");
}

const PIECES: [&str; 36] = [
    "import ",
    "export ",
    "from ",
    "require(",
    "import(",
    "type ",
    "'",
    "\"",
    "`",
    "${",
    "}",
    "{",
    "(",
    ")",
    "/",
    "*",
    "//",
    "/*",
    "*/",
    "\\",
    "\n",
    "./a",
    "jsr:@db/sqlite@0.12.0",
    "npm:",
    "https://",
    "@",
    ".",
    "..",
    "=",
    "#",
    "ö",
    "🦀",
    "\"\"\"",
    "INSTALL httpfs",
    "a.b",
    ";",
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever the texts, a survey ends, and every chain begins at its test.
    #[test]
    fn any_project_can_be_surveyed(
        texts in prop::collection::vec(
            prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..30), 7
        )
    ) {
        let names = ["test.ts", "test_a.py", "a.ts", "deno.json", "package.json", "tsconfig.json", "deno.lock"];
        let files = names.iter().zip(texts).map(|(name, text)| ((*name).to_owned(), text.concat()));
        let project = Project::new(files.collect());
        let mut suite = project.suite("");
        survey(&project, &mut suite);
        for test in &suite.tests {
            for need in &test.needs {
                let Because::Detected(trace) = need.because else { continue };
                let chain = suite.findings.chain(trace);
                prop_assert_eq!(&chain[0].file, &test.name);
                prop_assert!(chain.iter().all(|link| link.line >= 1));
            }
        }
    }
}
