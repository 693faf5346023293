//! From sources, import maps and lock files to needs, each with its chain of links.

mod runners;
mod versions;

use std::collections::BTreeMap;
use std::fmt::Write;

use probe_scenario::{
    Because, Detected, Detection, ProjectFile, ProjectFiles, ProjectTree, Recogniser, Suite, Survey,
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
