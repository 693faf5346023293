//! What a test depends on: its files, what they import, what configures them, and what the manifest says.

use std::os::unix::fs::symlink;
use std::process::Command;

use super::{check, committed, taken};
use crate::support::{Project, is_missing};

/// Tests of scripts: `a` goes through two files, `b` through one, `c` through none.
fn scripts() -> Project {
    let manifest = "[suite.js]\nfiles = ['**/*.test.ts']\nrun = ['node', '{file}']\n";
    Project::new(manifest)
        .write("package.json", "{}")
        .write("t/a.test.ts", "import '../src/api.ts';\n")
        .write("t/b.test.ts", "import { x } from '../src/other';\n")
        .write("t/c.test.ts", "")
        .write("src/api.ts", "export * from './db.ts';\n")
        .write("src/db.ts", "")
        .write(
            "src/other.ts",
            "import data from './data.json';\nimport icon from './icon.svg?raw';\n",
        )
        .write("src/data.json", "{}")
        .write("src/icon.svg", "")
}

#[test]
fn a_change_concerns_who_imports_it() {
    let project = committed(scripts());
    assert_eq!(taken(&project), "");
    let project = check(
        project,
        &[("src/db.ts", Some("1"))],
        "js t/a.test.ts: src/db.ts changed, which `src/api.ts` imports",
    );
    let project = check(
        project,
        &[("src/api.ts", Some("1"))],
        "js t/a.test.ts: src/api.ts changed, which it imports",
    );
    let project =
        check(project, &[("t/c.test.ts", Some("1"))], "js t/c.test.ts: t/c.test.ts changed");
    let project =
        check(project, &[("t/new.test.ts", Some(""))], "js t/new.test.ts: t/new.test.ts is new");
    // Whoever imports what is gone fails.
    let project = check(
        project,
        &[("src/db.ts", None)],
        "js t/a.test.ts: src/db.ts is gone, which `src/api.ts` imports",
    );
    // A rename, and a file that takes the place of another one.
    let project = check(
        project,
        &[("src/other.ts", None), ("src/other/index.ts", Some(""))],
        "js t/b.test.ts: src/other.ts is gone, which it imports",
    );
    let project = ["src/data.json", "src/icon.svg"].into_iter().fold(project, |project, file| {
        let expected = format!("js t/b.test.ts: {file} changed, which `src/other.ts` imports");
        check(project, &[(file, Some("2"))], &expected)
    });
    // Nobody imports it.
    check(project, &[("README.md", Some("")), ("src/nobody.ts", Some(""))], "");
}

#[test]
fn what_configures_tests_concerns_all_of_them() {
    let mut project = committed(scripts());
    for file in
        ["package.json", "package-lock.json", "tsconfig.json", "vitest.config.ts", ".env.test"]
    {
        let became = if file == "package.json" { "changed" } else { "is new" };
        let line = |name: &str| format!("js t/{name}.test.ts: {file} {became}");
        let expected = ["a", "b", "c"].map(line).join("\n");
        project = check(project, &[(file, Some("{} "))], &expected);
    }
    // Below another directory it holds for nobody here.
    project = check(project, &[("other/package.json", Some("{}")), ("poetry.lock", Some(""))], "");
    let manifest = format!("{}\n# other\n", project.read("probe.toml"));
    let line = |name: &str| format!("js t/{name}.test.ts: probe.toml changed");
    check(project, &[("probe.toml", Some(&manifest))], &["a", "b", "c"].map(line).join("\n"));
}

#[test]
fn packages_of_one_repository_know_each_other() {
    let manifest =
        "[suite.js]\nfiles = ['**/*.test.ts']\nrun = ['npx', 'vitest', 'run', '{file}']\n";
    let project = Project::new(manifest)
        .write("package.json", r#"{ "workspaces": ["packages/*"] }"#)
        .write("packages/a/package.json", r#"{ "name": "@x/a", "dependencies": { "@x/b": "*" } }"#)
        .write("packages/a/a.test.ts", "import { b } from '@x/b/sub';\n")
        .write("packages/b/package.json", r#"{ "name": "@x/b", "dependencies": { "@x/c": "*" } }"#)
        .write("packages/b/src/b.ts", "")
        .write("packages/c/package.json", r#"{ "name": "@x/c" }"#)
        .write("packages/c/c.ts", "")
        .write("packages/d/package.json", r#"{ "name": "@x/d" }"#)
        .write("packages/d/d.ts", "");
    let project = committed(project);
    let test = "js packages/a/a.test.ts";
    let project = check(
        project,
        &[("packages/b/src/b.ts", Some("1"))],
        &format!("{test}: packages/b/src/b.ts changed, which it imports"),
    );
    let project = check(
        project,
        &[("packages/c/c.ts", Some("1"))],
        &format!("{test}: packages/c/c.ts changed, which `@x/b` imports"),
    );
    check(project, &[("packages/d/d.ts", Some("1"))], "");
}

#[test]
fn of_python_what_runs_with_a_test_counts_too() {
    let manifest = "[suite.py]\nkind = 'pytest'\nfiles = ['**/test_*.py']\n";
    let project = Project::new(manifest)
        .write("one/pyproject.toml", "")
        .write("one/tests/conftest.py", "")
        .write("one/tests/test_a.py", "from lib.deep import x\n")
        .write("one/tests/test_b.py", "import os\n")
        .write("two/pyproject.toml", "")
        .write("two/src/lib/__init__.py", "")
        .write("two/src/lib/deep.py", "from . import deeper\n")
        .write("two/src/lib/deeper.py", "")
        .write("two/tests/test_c.py", "");
    let project = committed(project);
    let (a, b, c) = ("py one/tests/test_a.py", "py one/tests/test_b.py", "py two/tests/test_c.py");
    // Another project of the repository, as an editable install puts it on the path.
    let deeper = "two/src/lib/deeper.py";
    let project = check(
        project,
        &[(deeper, Some("1"))],
        &format!("{a}: {deeper} changed, which `two/src/lib/deep.py` imports"),
    );
    let project = check(
        project,
        &[("two/src/lib/deep.py", None)],
        &format!("{a}: two/src/lib/deep.py is gone, which it imports"),
    );
    let conftest = "one/tests/conftest.py";
    let project = check(
        project,
        &[(conftest, Some("1"))],
        &format!("{a}: {conftest} changed\n{b}: {conftest} changed"),
    );
    let project = check(
        project,
        &[(conftest, None)],
        &format!("{a}: {conftest} is gone\n{b}: {conftest} is gone"),
    );
    let project = check(
        project,
        &[("two/pyproject.toml", Some("x = 1"))],
        &format!("{a}: two/pyproject.toml changed\n{c}: two/pyproject.toml changed"),
    );
    check(project, &[("two/package.json", Some("{}"))], "");
}

#[test]
fn what_cannot_be_followed_is_taken_unless_the_manifest_says_what_it_depends_on() {
    let manifest = r#"[suite.open]
files = ['open/*.sh']
run = ['sh', '{file}']

[suite.said]
files = ['said/*.sh']
run = ['sh', '{file}']
inputs = ['src/**']

[suite.alone]
files = ['alone/*.sh']
run = ['sh', '{file}']
inputs = []

[test.built]
run = ['make', 'check']

[test.driver]
run = ['tools/driver.sh']
cwd = 'd'
inputs = []
env-file = 'driver.env'
"#;
    let project = Project::new(manifest)
        .write("open/a.sh", "")
        .write("said/a.sh", "")
        .write("alone/a.sh", "")
        .write("src/deep/x.c", "")
        .write("d/tools/driver.sh", "")
        .write("driver.env", "");
    let project = committed(project);
    assert_eq!(taken(&project), "");
    let unknown = |file: &str| {
        ["open open/a.sh", "built"]
            .map(|test| format!("{test}: {file} changed; probe does not know what it depends on"))
    };
    let check_known = |project: Project, file: &str, known: Option<&str>| {
        let [open, built] = unknown(file);
        let mut lines = vec![open];
        let after = known.filter(|known| known.starts_with("driver"));
        lines.extend(known.filter(|_| after.is_none()).map(str::to_owned));
        lines.push(built);
        lines.extend(after.map(str::to_owned));
        check(project, &[(file, Some("1"))], &lines.join("\n"))
    };
    let said = "said said/a.sh: src/deep/x.c changed, one of its `inputs`";
    let project = check_known(project, "src/deep/x.c", Some(said));
    let project = check_known(project, "alone/a.sh", Some("alone alone/a.sh: alone/a.sh changed"));
    let driver = "driver: d/tools/driver.sh changed, which it runs";
    let project = check_known(project, "d/tools/driver.sh", Some(driver));
    let project = check_known(project, "driver.env", Some("driver: driver.env changed"));
    // The first of several files is named.
    let project = project.write("README.md", "").write("src/deep/x.c", "2");
    let list = taken(&project);
    assert!(list.starts_with("open open/a.sh: README.md is new, and 1 more; probe"), "{list}");
    let note = project.probe(&["list", "--changed"]).stderr;
    insta::assert_snapshot!(note, @r"
    2 files have changed since HEAD and affect 3 of 5 tests
    probe does not know what 2 tests depend on: list it in `inputs`
    ");
}

#[test]
fn libraries_and_services_have_files_too() {
    let manifest = r#"[library.made]
command = ['make']
paths = ['out']
inputs = ['lib/**/*.c']

[service.web]
run = ['sh', 'web.sh']
ready = { output = 'x' }
needs = ['made']

[test.one]
run = ['true']
needs = ['web']
inputs = []

[test.two]
run = ['true']
inputs = []
"#;
    let project = Project::new(manifest).write("lib/x/a.c", "").write("web.sh", "");
    let project = committed(project);
    let library = "one  [web]: lib/x/a.c changed, of library `made`";
    let project =
        check(project, &[("lib/x/a.c", Some("1"))], &library.replace("  [web]: ", ": [web]  "));
    let project = check(
        project,
        &[("web.sh", Some("1"))],
        "one: [web]  web.sh changed, which service `web` runs",
    );
    check(project, &[("probe.lock", Some(""))], "one: [web]  probe.lock is new");
}

#[test]
fn a_link_is_followed_to_the_file_that_changed() {
    let manifest = "[suite.js]\nfiles = ['t/*.test.ts']\nrun = ['node', '{file}']\n";
    let outside = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(outside.path().join("x.ts"), "").expect("it can be written");
    let project = Project::new(manifest)
        .write("shared/a.ts", "")
        .write("real/in.ts", "")
        .write("t/b.test.ts", "import './folder/in.ts';\n")
        .write("t/c.test.ts", "import './out.ts';\n");
    symlink("../shared/a.ts", project.path("t/a.test.ts")).expect("a link");
    symlink("../real", project.path("t/folder")).expect("a link");
    symlink(outside.path().join("x.ts"), project.path("t/out.ts")).expect("a link");
    let project = committed(project);
    // Of what lies elsewhere Git knows nothing, so it is taken with any change.
    let out = format!(
        "js t/c.test.ts: `t/out.ts` is {}/x.ts, of which Git knows nothing",
        outside.path().display()
    );
    let project = check(
        project,
        &[("shared/a.ts", Some("1"))],
        &format!("js t/a.test.ts: shared/a.ts changed\n{out}"),
    );
    check(
        project,
        &[("real/in.ts", Some("1"))],
        &format!("js t/b.test.ts: real/in.ts changed, which it imports\n{out}"),
    );
}

#[test]
fn components_in_other_languages_are_taken_with_any_change() {
    let manifest = "[suite.js]\nfiles = ['*.test.ts']\nrun = ['npx', 'vitest', 'run', '{file}']\n";
    let project = Project::new(manifest)
        .write("a.test.ts", "import App from './App.vue';\n")
        .write("b.test.ts", "")
        .write("App.vue", "<script>import './x'</script>");
    let project = committed(project);
    check(
        project,
        &[("x.ts", Some(""))],
        "js a.test.ts: uses `App.vue`, whose imports are not followed",
    );
}

#[test]
fn of_cargo_a_package_counts_with_those_that_it_is_built_of() {
    if is_missing(Command::new("cargo").arg("--version")) {
        return;
    }
    let package = |name: &str, more: &str| {
        format!("[package]\nname = '{name}'\nversion = '0.1.0'\nedition = '2021'\n{more}")
    };
    let test = "#[test]\nfn works() {}\n";
    let project = Project::new("[suite.rust]\nkind = 'cargo'\nargs = ['--lib', '--workspace']\n")
        .write("Cargo.toml", "[workspace]\nmembers = ['app', 'core', 'other']\nresolver = '2'\n")
        .write(
            "app/Cargo.toml",
            &package("app", "[dev-dependencies]\ncore_x = { path = '../core' }\n"),
        )
        .write("app/src/lib.rs", test)
        .write("core/Cargo.toml", &package("core_x", ""))
        .write("core/src/lib.rs", test)
        .write("other/Cargo.toml", &package("other", ""))
        .write("other/src/lib.rs", test);
    let project = committed(project.write("ignored/x", ""));
    // Cargo writes both.
    std::fs::write(project.path(".gitignore"), "store/\n.probe/\ntarget/\n")
        .expect("it can be written");
    assert_eq!(project.probe(&["list"]).code, 0);
    super::commit(&project.path(""));
    let [app, core, other] = ["app", "core_x", "other"].map(|name| format!("rust {name} works"));
    let project = check(
        project,
        &[("core/src/lib.rs", Some("#[test]\nfn works() { }\n"))],
        &format!(
            "{app}: core/src/lib.rs changed, in a package that it depends on\n{core}: core/src/lib.rs changed"
        ),
    );
    let project = check(
        project,
        &[("other/src/data.txt", Some("")), ("README.md", Some(""))],
        &format!("{other}: other/src/data.txt is new"),
    );
    let lock = format!("{}\n# other\n", project.read("Cargo.lock"));
    let all = [app, core, other].map(|test| format!("{test}: Cargo.lock changed")).join("\n");
    check(project, &[("Cargo.lock", Some(&lock))], &all);
}
