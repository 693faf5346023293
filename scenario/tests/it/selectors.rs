//! Which tests a selection means.

use probe_scenario::{Found, Selection, Selector, Suite, quoted_value};

use crate::support::{expand, good};

fn suite() -> Suite {
    let expansion = expand(
        r#"
        [library.sqlite3]
        url = "sqlite3.so"
        [library.duckdb]
        url = "duckdb.so"
        needs = ["sqlite3"]

        [suite.api]
        files = ["*.ts"]
        run = ["t", "{file}"]
        tags = ["smoke", "api/v2"]
        needs = ["duckdb"]

        [suite.lint]
        run = ["lint"]

        [test."file::read, fast"]
        run = ["read"]
        needs = ["sqlite3"]
        after = ["Übung"]

        [test."Übung"]
        run = ["true"]
        tags = ["slow"]
        after = ["seed"]

        [test.seed]
        run = ["true"]
        "#,
        &["a.ts", "ab.ts"],
    );
    assert_eq!(expansion.mistakes, []);
    expansion.suite
}

fn selected(selectors: &[&str], words: &[&str]) -> Vec<String> {
    let selectors = selectors.iter().map(|text| text.parse().expect("it is a selector"));
    let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
    let suite = suite();
    let ids = Selection::new(selectors.collect(), &words).of(&suite);
    ids.iter().map(|id| suite.tests[id.index()].to_string()).collect()
}

const ALL: [&str; 6] = ["api a.ts", "api ab.ts", "lint", "file::read, fast", "Übung", "seed"];

#[test]
fn nothing_asked_for_means_all() {
    assert_eq!(selected(&[], &[]), ALL);
}

#[test]
fn a_term_looks_at_its_kind() {
    let check = |selector: &str, expected: &[&str]| {
        assert_eq!(selected(&[selector], &[]), expected, "for `{selector}`");
    };
    check("a.ts", &["api a.ts"]);
    check("name:b.ts", &["api ab.ts"]);
    check("api a", &["api a.ts", "api ab.ts"]);
    check("tag:SMOKE", &["api a.ts", "api ab.ts"]);
    check("tag:=slow", &["Übung"]);
    check("tag:=slo", &[]);
    check("suite:li", &["lint"]);
    check("file:ab", &["api ab.ts"]);
    check("library:=sqlite3", &["api a.ts", "api ab.ts", "file::read, fast"]);
    check("library:duck", &["api a.ts", "api ab.ts"]);
    check("übung", &["Übung"]);
}

#[test]
fn an_exact_name_may_have_its_suite_before_it() {
    assert_eq!(selected(&["=a.ts"], &[]), ["api a.ts"]);
    assert_eq!(selected(&["name:=API A.TS"], &[]), ["api a.ts"]);
    assert_eq!(selected(&["=.ts"], &[]), [""; 0]);
}

#[test]
fn a_prefix_is_a_kind_only_if_it_is_one_and_has_one_colon() {
    assert_eq!(selected(&["file::read"], &[]), ["file::read, fast"]);
    assert_eq!(selected(&["kind:read"], &[]), [""; 0]);
}

#[test]
fn a_prefix_that_is_nearly_a_kind_is_an_error() {
    for text in ["!tags:smoke", "Tag:smoke", "lint,suit:api", "libary:=duckdb", "nam:a"] {
        assert!(text.parse::<Selector>().is_err(), "for `{text}`");
    }
    insta::assert_snapshot!(
        "!tags:smoke".parse::<Selector>().expect_err("it is no kind"),
        @"there is no kind `tags`: did you mean `tag:smoke`? kinds are `name`, `tag`, `suite`, `file`, `library`; a name that begins so is `name:tags:smoke`"
    );
    for text in ["tags::smoke", "name:tags:smoke", "http://x", "a:b", "=tag:smoke"] {
        assert!(text.parse::<Selector>().is_ok(), "for `{text}`");
    }
}

#[test]
fn what_fits_no_test_is_told_with_what_is_near() {
    let unmatched = |selectors: &[&str], words: &[&str]| {
        let selectors = selectors.iter().map(|text| text.parse().expect("it is a selector"));
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let unmatched = Selection::new(selectors.collect(), &words).unmatched(&suite());
        unmatched.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(unmatched(&["a.ts,!tag:slow", "library:sqlite3", "suite:=lint"], &["seed"]), "");
    insta::assert_snapshot!(
        unmatched(
            &["!tag:smke", "library:=sqlite", "suite:apis,nope", "file:ac.ts", "=sed", "tag:v3"],
            &["lit", "nope"]
        ),
        @"
    no test's name contains `lit`: did you mean `lint`?
    no test's name contains `nope`
    no test's tag contains `smke`: did you mean `smoke`?
    no needed library's name is `sqlite`: did you mean `sqlite3`?
    no suite's name contains `apis`: did you mean `api`?
    no test's file contains `ac.ts`: did you mean `a.ts`?
    no test's name is `sed`: did you mean `seed`?
    no test's tag contains `v3`: did you mean `api/v2`?
    "
    );
}

#[test]
fn the_name_of_a_copy_means_its_test() {
    for (selector, expected) in [
        ("seed@stress-12", &["seed"][..]),
        ("=seed@stress-1", &["seed"]),
        ("=ed@stress-1", &[]),
        ("ed@stress-1", &["seed"]),
        ("a@stress-1", &[]),
        ("seed@stress-", &[]),
        ("@stress-1", &[]),
        ("tag:slow@stress-1", &[]),
    ] {
        assert_eq!(selected(&[selector], &[]), expected, "for `{selector}`");
    }
    assert_eq!(selected(&[], &["api a.ts@stress-3"]), ["api a.ts"]);
}

#[test]
fn commas_mean_and_repetition_means_or_and_an_exclamation_mark_means_not() {
    let check = |selectors: &[&str], expected: &[&str]| {
        assert_eq!(selected(selectors, &[]), expected, "for {selectors:?}");
    };
    check(&["suite:api,!name:ab"], &["api a.ts"]);
    check(&["tag:smoke, tag:slow"], &[]);
    check(&["tag:slow", "=lint"], &["lint", "Übung"]);
    check(&["!suite:api,!tag:slow"], &["lint", "file::read, fast", "seed"]);
}

#[test]
fn words_are_literal_and_narrow_what_selectors_mean() {
    assert_eq!(selected(&[], &["READ, fast", "lint"]), ["lint", "file::read, fast"]);
    assert_eq!(selected(&[], &["tag:slow"]), [""; 0]);
    assert_eq!(selected(&["suite:api"], &["ab", "lint"]), ["api ab.ts"]);
}

#[test]
fn every_printable_name_can_be_selected_exactly() {
    let names = [
        "add[1,2]",
        "add[1,2,3]",
        ",",
        ",,a",
        "a,",
        "!a",
        "!",
        "=a",
        "==",
        "a=b",
        "a:b",
        "tag:a",
        "::a",
        "name:=a",
        "tags:a",
        "\"",
        "\"a\"",
        "\"a\",\"b\"",
        "a\"b",
        "a\\,b\\",
        "'a'",
        " a",
        "a ",
        "  ",
        "\u{a0}a",
        "a\u{3000}",
        "$HOME `x` *",
        "-a",
        "--",
        "#a",
        "a b, c",
        "ß,ẞ",
        "\\",
        "@stress-",
        "a@stress-x, b",
        "ἈΣ, Σ",
    ];
    let mut suite = Suite::default();
    let model = expand("[test.model]\nrun = ['t']\n", &[]).suite.tests.remove(0);
    for name in names {
        let mut test = model.clone();
        test.name = name.to_owned();
        suite.tests.push(test);
    }
    for (index, name) in names.iter().enumerate() {
        let value = quoted_value(name);
        for text in [format!("name:={value}"), format!("={value}"), format!("={value} , !tag:x")] {
            let selector: Selector = text.parse().unwrap_or_else(|error| panic!("{error}"));
            let found = Selection::new(vec![selector], &[]).of(&suite);
            let found: Vec<usize> = found.iter().map(|id| id.index()).collect();
            assert_eq!(found, [index], "for `{text}`");
        }
    }
}

#[test]
fn a_quoted_value_is_taken_as_it_is() {
    assert_eq!(selected(&["\"read, fast\""], &[]), ["file::read, fast"]);
    assert_eq!(selected(&["!name:\"d, f\",!suite:\"api\" , !=lint"], &[]), ["Übung", "seed"]);
    assert_eq!(selected(&["\"tag:slow\""], &[]), [""; 0]);
    for text in ["\"a", "=\"a\"b", "name:=\"a\"\"", "a,\"b\" c,d"] {
        assert!(text.parse::<Selector>().is_err(), "for `{text}`");
    }
    insta::assert_snapshot!(
        "seed,name:=\"a, b".parse::<Selector>().expect_err("a quote is missing"),
        @r#"the quotes of `name:="a, b` do not enclose its value: a value that begins with `"` goes to the next `"`, and `""` is a quote in it"#
    );
}

#[test]
fn an_empty_part_is_an_error() {
    for text in ["", "a,,b", "tag:", "!", "=", "tag:=", "a,", "\"\"", "a,=\"\""] {
        assert!(text.parse::<Selector>().is_err(), "for `{text}`");
    }
    insta::assert_snapshot!(
        "tag:,a".parse::<Selector>().expect_err("a value is missing"),
        @"selector `tag:,a` has an empty part; write `[!][kind:][=]value` between commas"
    );
}

#[test]
fn a_test_brings_those_that_it_comes_after() {
    let suite = suite();
    let read: Selector = "read".parse().expect("it is a selector");
    let ids = Selection::new(vec![read], &[]).of(&suite);
    let ids = suite.with_prerequisites(&ids);
    let names: Vec<String> = ids.iter().map(|id| suite.tests[id.index()].to_string()).collect();
    assert_eq!(names, ["file::read, fast", "Übung", "seed"]);
}

#[test]
fn a_test_brings_those_that_run_finally_after_it() {
    let check = |selected: &str, expected: &[&str]| {
        let test = |name: &str, more: &str| format!("[test.{name}]\nrun = ['x']\n{more}\n");
        let manifest = [
            // Before what it comes after.
            test("report", "after = ['down']\nfinally = true"),
            test("down", "after = ['use', 'unit']\nfinally = true"),
            test("up", ""),
            test("use", "after = ['up']"),
            test("free", ""),
            "[suite.unit]\nfiles = ['*.sh']\nrun = ['sh', '{file}']\n".to_owned(),
            test("last", "after = ['report']"),
        ];
        let mut found = Found::default();
        found.add_files(["a.sh".to_owned(), "b.sh".to_owned()]);
        let mut suite = good(&manifest.concat()).expand(&found).suite;
        let selector: Selector = format!("={selected}").parse().expect("it is a selector");
        let ids = Selection::new(vec![selector], &[]).of(&suite);
        let all = suite.with_prerequisites(&ids);
        suite.wait_only_for(&all);
        let shown = all.iter().map(|id| {
            let test = &suite.tests[id.index()];
            let after = test.after.iter().map(|id| format!(" < {}", suite.tests[id.index()]));
            format!("{test}{}", after.collect::<String>())
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected, "for {selected}");
    };
    check("free", &["free"]);
    check("up", &["up"]);
    check("use", &["report < down", "down < use", "up", "use < up"]);
    check("a.sh", &["report < down", "down < unit a.sh", "unit a.sh"]);
    // Alone it has nothing to wait for.
    check("down", &["report < down", "down"]);
    check("last", &["report", "last < report"]);
}

#[test]
fn a_suite_that_no_selector_can_mean_need_not_be_listed() {
    let manifest = good(
        "[library.sqlite3]\nurl = 'sqlite3.so'\n[library.duckdb]\nurl = 'duckdb.so'\nneeds = ['sqlite3']\n\
         [suite.unit]\nlist = { run = ['l'], match = '(?<name>.+)' }\nrun = ['t', '{name}']\n\
         tags = ['smoke']\nneeds = ['duckdb']\nenv = { A = 'a', B = '{name}' }\n",
    );
    let unit = manifest.suites().next().expect("there is a suite").id;
    let outline = manifest.outline(unit);
    assert_eq!(outline.env.len(), 1, "a variable that has the name in it is none of all tests");
    let suite = Suite { libraries: manifest.libraries.clone(), ..Suite::default() };
    let check = |selectors: &[&str], expected: bool| {
        let read = selectors.iter().map(|text| text.parse().expect("it is a selector"));
        let may = Selection::new(read.collect(), &["any".to_owned()]).may_mean(&suite, &outline);
        assert_eq!(may, expected, "for {selectors:?}");
    };
    check(&[], true);
    check(&["suite:unit"], true);
    check(&["suite:=uni"], false);
    check(&["!suite:unit"], false);
    check(&["tag:smoke,!tag:slow"], true);
    check(&["tag:slow"], false);
    check(&["library:sqlite3"], true);
    check(&["!library:duckdb"], false);
    check(&["file:a"], false);
    check(&["name:a", "suite:other"], true);
    check(&["name:a,suite:other"], false);
    check(&["!name:a"], true);
}
