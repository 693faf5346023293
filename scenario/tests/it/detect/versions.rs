//! Where the version of a library is said, and what follows where nobody says it.

use std::fmt::Write;

use probe_scenario::{Placement, Source};

use super::{Project, chains, check, survey};
use crate::support::expand;

/// What `sqlite3` comes to: its version, or that it is led.
#[track_caller]
fn check_sqlite(files: &str, expected: &str) {
    let project = Project::parse(files);
    let mut suite = project.suite("");
    let detected = survey(&project, &mut suite);
    let [library] = suite.libraries.as_slice() else { panic!("one, not {:?}", suite.libraries) };
    assert_eq!(suite.tests[0].needs.len(), 1);
    let is_led =
        matches!(&library.source, Source::Leader { artefact, .. } if artefact.paths.is_empty());
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
fn what_only_a_lock_file_shows_is_for_the_package_that_asks_for_it() {
    let lock = "lockfileVersion: '9.0'\n\npackages:\n\n  '@playwright/test@1.50.1':\n    resolution: {}\n\n  \
                playwright@1.50.1:\n    resolution: {}\n\n  puppeteer@24.0.0:\n    resolution: {}\n";
    let tree = |e2e: &str| {
        format!(
            "--- pnpm-lock.yaml\n{lock}\n--- package.json\n{{ \"devDependencies\": {{ \"vitest\": \"3\" }} }}\n\
             --- packages/e2e/package.json\n{{ \"devDependencies\": {{ \"@playwright/test\": \"^1.50\" }} }}\n\
             --- packages/e2e/test.ts\n{e2e}\n\
             --- packages/lib/package.json\n{{ \"dependencies\": {{}} }}\n--- packages/lib/test.ts\n\
             --- tools/test.ts\n"
        )
    };
    let needs = |e2e: &str, manifest: &str| {
        let project = Project::parse(&tree(e2e));
        let names: Vec<&str> = project.files.keys().map(String::as_str).collect();
        let mut suite = expand(manifest, &names).suite;
        survey(&project, &mut suite);
        let needed = suite.tests.iter().flat_map(|test| {
            let suite = &suite;
            let name =
                |need: &probe_scenario::Need| suite.libraries[need.library.index()].name.clone();
            test.needs.iter().map(move |need| format!("{}: {}", test.name, name(need)))
        });
        needed.filter(|need| !need.ends_with("puppeteer-chrome")).collect::<Vec<_>>()
    };
    let files = "[suite.a]\nfiles = ['**/test.ts']\nrun = ['npx', 'vitest', '{file}']\n";
    // Where an import shows it, that counts.
    assert_eq!(
        needs("import { test } from '@playwright/test';", files),
        ["packages/e2e/test.ts: chromium"]
    );
    // Where none does, as in a browser mode that only a configuration knows, the package that asks for it.
    assert_eq!(needs("", files), ["packages/e2e/test.ts: chromium"]);
    let whole = |cwd: &str| format!("[test.whole]\nrun = ['npm', 'test']\ncwd = '{cwd}'\n");
    for (cwd, expected) in
        [("packages/e2e", 1), ("packages/lib", 0), ("tools", 0), ("packages", 1), (".", 1)]
    {
        let manifest = format!("{files}{}", whole(cwd));
        let found = needs("import '@playwright/test';", &manifest);
        let whole = found.iter().filter(|need| need.starts_with("whole: ")).count();
        assert_eq!(whole, expected, "in {cwd}: {found:?}");
    }
}

#[test]
fn what_no_package_asks_for_may_be_brought_by_any() {
    check(
        r#"
--- package-lock.json
{ "packages": { "node_modules/puppeteer": { "version": "24.0.0" } } }
--- package.json
{ "dependencies": { "wrapper": "1" } }
--- test.js
import "wrapper";
"#,
        "test.js needs puppeteer-chrome: package-lock.json:1 `npm:puppeteer@24.0.0`",
    );
}
