//! From suites and files to tests.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::Path;

use probe_scenario::{Found, Manifest, Suite, TestId};

use crate::support::{expand, expansion_report, good};

/// Every test with what it runs, one a line; a library is shown as its name.
fn show(suite: &Suite) -> String {
    let mut shown = String::new();
    for test in &suite.tests {
        let passed = [OsString::from("<passed>")];
        let run = test.run.render(&passed, |id| Path::new(&suite.libraries[id.index()].name));
        let run: Vec<_> = run.iter().map(|argument| argument.to_string_lossy()).collect();
        write!(shown, "{test}: {}", run.join(" ")).expect("a string takes any text");
        for need in &test.needs {
            let library = &suite.libraries[need.library.index()];
            write!(shown, " +{}", library.name).expect("a string takes any text");
        }
        for after in &test.after {
            write!(shown, " after {}", suite.tests[after.index()])
                .expect("a string takes any text");
        }
        shown.push('\n');
    }
    shown
}

#[track_caller]
fn yielded(text: &str, files: &[&str]) -> String {
    let expansion = expand(text, files);
    assert_eq!(expansion.mistakes, []);
    show(&expansion.suite)
}

#[test]
fn tests_come_in_the_order_of_the_manifest_and_files_by_name() {
    let text = r#"
        [library.sqlite3]
        url = "sqlite3.so"
        [library.duckdb]
        url = "duckdb.so"

        [test.last-of-all]
        run = ["echo", "{library.sqlite3}", "{args}"]
        after = ["migrate"]

        [suite.api]
        files = ["tests/**/*.ts", "more/*.ts"]
        exclude = ["**/fixtures/**"]
        run = ["deno", "--out={file}.xml", "{file}"]
        needs = ["duckdb", "sqlite3"]

        [suite.lint]
        run = ["lint"]

        [test.migrate]
        run = ["migrate"]
    "#;
    let files = [
        "tests/b.ts",
        "tests/a/x.ts",
        "tests/fixtures/no.ts",
        "more/z.ts",
        "more/deep/no.ts",
        "README.md",
    ];
    insta::assert_snapshot!(yielded(text, &files), @r"
    last-of-all: echo sqlite3 <passed> +sqlite3 after migrate
    api more/z.ts: deno --out=more/z.ts.xml more/z.ts +sqlite3 +duckdb
    api tests/a/x.ts: deno --out=tests/a/x.ts.xml tests/a/x.ts +sqlite3 +duckdb
    api tests/b.ts: deno --out=tests/b.ts.xml tests/b.ts +sqlite3 +duckdb
    lint: lint
    migrate: migrate
    ");
}

#[test]
fn files_are_named_from_the_working_directory() {
    let text = r#"
        [suite.db]
        files = ["packages/*/tests/*.ts"]
        run = ["t", "{file}"]
        cwd = "packages/db"
    "#;
    let files = ["packages/db/tests/a.ts", "packages/web/tests/b.ts"];
    insta::assert_snapshot!(yielded(text, &files), @r"
    db packages/db/tests/a.ts: t tests/a.ts
    db packages/web/tests/b.ts: t ../web/tests/b.ts
    ");
}

#[test]
fn many_files_become_few_tests_in_batches() {
    let text = r#"
        [suite.unit]
        files = ["*.ts"]
        run = ["t", "{files}", "--"]
        batch = 2
    "#;
    insta::assert_snapshot!(yielded(text, &["c.ts", "a.ts", "b.ts"]), @r"
    unit a.ts … b.ts: t a.ts b.ts --
    unit c.ts: t c.ts --
    ");
}

#[test]
fn a_file_is_no_option_whatever_it_is_called() {
    let text = r#"
        [suite.one]
        files = ["*.py"]
        run = ["py", "{file}", "--of={file}", "-f{file}", "py '{file}'", "dir/{file}"]
        [suite.many]
        files = ["*.py"]
        run = ["py", "{files}"]
        batch = 2
        [suite.env]
        files = ["sub/*.py"]
        run = ["py"]
        env = { FILE = "{file}" }
        cwd = "sub"
    "#;
    let files = ["-cprint(1)#.py", "a.py", "sub/-x.py"];
    insta::assert_snapshot!(yielded(text, &files), @"
    one -cprint(1)#.py: py ./-cprint(1)#.py --of=./-cprint(1)#.py -f-cprint(1)#.py py './-cprint(1)#.py' dir/-cprint(1)#.py
    one a.py: py a.py --of=a.py -fa.py py 'a.py' dir/a.py
    many -cprint(1)#.py … a.py: py ./-cprint(1)#.py a.py
    env sub/-x.py: py
    ");
    let suite = expand(text, &files).suite;
    let test = suite.tests.iter().find(|test| test.suite.as_deref() == Some("env"));
    let (_, value) = &test.expect("it has a file").env[0];
    assert_eq!(value.literal(), Some("./-x.py"));
}

/// A manifest with one listed suite, and what its command printed.
fn listed(output: &str) -> (String, Manifest, Found) {
    let text = r"
        [suite.unit]
        list = { run = ['unit', '--list'], match = '^(?<name>.+): test$' }
        run = ['unit', '--exact', '{name}']
    ";
    let manifest = good(text);
    let suite = manifest.suites().next().expect("there is a suite").id;
    let mut found = Found::default();
    found.add_listing(suite, output.to_owned());
    (text.to_owned(), manifest, found)
}

#[test]
fn a_listing_command_names_the_tests() {
    let output = "a::b: test\r\nbench::x: benchmark\nα β::T[p/q]: test\n\n2 tests, 1 benchmark\n";
    let (_, manifest, found) = listed(output);
    let expansion = manifest.expand(&found);
    assert_eq!(expansion.mistakes, []);
    insta::assert_snapshot!(show(&expansion.suite), @r"
    unit a::b: unit --exact a::b
    unit α β::T[p/q]: unit --exact α β::T[p/q]
    ");
}

#[test]
fn a_listing_that_fits_nothing_is_a_mistake() {
    let check = |output| {
        let (text, manifest, found) = listed(output);
        expansion_report(&text, manifest.expand(&found))
    };
    insta::assert_snapshot!("listing-without-names", check("usage: unit [OPTIONS]\n"));
    insta::assert_snapshot!("listing-without-output", check("\n"));
    insta::assert_snapshot!("listing-with-doubles", check("a: test\nb: test\na: test\n"));
    insta::assert_snapshot!("listing-with-controls", check("a\u{1b}[31m: test\n"));
}

#[test]
fn a_suite_that_nobody_listed_is_a_mistake() {
    let text = "[suite.rust]\nkind = 'cargo'\n";
    insta::assert_snapshot!(expansion_report(text, expand(text, &[])));
}

#[test]
fn patterns_that_find_nothing_are_mistakes() {
    let text = r"
[suite.api]
files = ['tests/**/*.ts', 'test/*.js']
run = ['deno', 'test', '{file}']

[suite.web]
files = ['web/*.ts']
exclude = ['**/*.ts']
run = ['deno', 'test', '{file}']
";
    let expansion = expand(text, &["tests/a.ts", "web/b.ts"]);
    insta::assert_snapshot!(expansion_report(text, expansion));
}

#[test]
fn a_working_directory_elsewhere_cannot_name_files() {
    let text = "[suite.api]\nfiles = ['*.ts']\nrun = ['t', '{file}']\ncwd = '/tmp'\n";
    insta::assert_snapshot!(expansion_report(text, expand(text, &["a.ts"])));
}

#[test]
fn a_walk_begins_where_matches_can_be() {
    let check = |patterns: &str, expected: &[&str]| {
        let manifest = good(&format!("[suite.s]\nfiles = [{patterns}]\nrun = ['t', '{{file}}']"));
        let suite = manifest.suites().next().expect("there is a suite");
        let probe_scenario::Rule::Files(files) = suite.rule else {
            panic!("{:?} is not by files", suite.rule);
        };
        assert_eq!(files.include.bases(), expected, "for {patterns}");
    };
    check("'tests/**/*.ts'", &["tests"]);
    check("'tests/unit/a.ts', 'tests/*.ts', './src/x/*.ts'", &["src/x", "tests"]);
    check("'a/*.ts', 'ab/*.ts'", &["a", "ab"]);
    check("'a/{b,c}/*.ts'", &["a"]);
    check("'**/*.ts', 'a/*.ts'", &[""]);
    // Nothing elsewhere is a file of the project.
    check("'/etc/*.ts'", &[]);
}

#[test]
fn a_copy_comes_after_copies_of_its_own_number() {
    let text = "[test.c]\nrun = [\"c\"]\nafter = [\"b\"]\n[test.b]\nrun = [\"b\"]\n[test.a]\nrun = [\"a\"]\n";
    let mut suite = expand(text, &[]).suite;
    let c = TestId::new(0);
    let repeated = suite.repeat(&[c], 3);
    assert_eq!(repeated.iter().map(|id| id.index()).collect::<Vec<_>>(), [0, 3, 5]);
    let shown: Vec<String> = suite
        .tests
        .iter()
        .map(|test| {
            let after = test.after.iter().map(|id| suite.tests[id.index()].to_string());
            format!("{test} {}", after.collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "c@stress-1 b@stress-1",
            "b@stress-1 ",
            "a ",
            "c@stress-2 b@stress-2",
            "b@stress-2 ",
            "c@stress-3 b@stress-3",
            "b@stress-3 ",
        ]
    );
    assert!(repeated.iter().all(|&id| suite.original(id) == c));
}
