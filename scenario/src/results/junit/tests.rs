//! Tests of JUnit's XML as its writers write it, and as an attacker might.

use std::fmt::Write;

use super::*;
use crate::results::Tally;

/// The result of each test, one per line, and the counts.
fn shown(text: &str) -> String {
    let results = read_junit(text.as_bytes());
    let Tally { passed, failed, skipped } = results.tally;
    let mut shown = format!("{passed} passed, {failed} failed, {skipped} skipped\n");
    for subtest in &results.subtests {
        let _ = write!(shown, "{:?} {}", subtest.came, subtest.label());
        if !subtest.message.is_empty() {
            let _ = write!(shown, ": {}", subtest.message);
        }
        if let Some(took) = subtest.took {
            let _ = write!(shown, " in {took:?}");
        }
        if let Some(file) = &subtest.file {
            let _ = write!(shown, " at {file}:{}", subtest.line.unwrap_or(0));
        }
        shown.push('\n');
        for line in subtest.text.lines() {
            let _ = writeln!(shown, "  | {line}");
        }
    }
    if let Some(flaw) = results.flaw {
        let _ = writeln!(shown, "{flaw}");
    }
    shown
}

#[test]
fn pytest() {
    let text = r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="1" skipped="1" tests="3" time="0.042" timestamp="2026-11-29T17:00:00.000000+00:00" hostname="h"><testcase classname="test_a.TestX" name="test_good[a&lt;b]" time="0.001" /><testcase classname="test_a" name="test_bad" time="0.002"><failure message="AssertionError: assert 1 == 2&#10; +  where 1 = f()">def test_bad():
&gt;       assert f() == 2
E       AssertionError: assert 1 == 2</failure></testcase><testcase classname="test_a" name="test_skip" time="0.000"><skipped type="pytest.skip" message="no docker">/p/test_a.py:9: no docker</skipped></testcase></testsuite></testsuites>"#;
    insta::assert_snapshot!(shown(text), @"
    1 passed, 1 failed, 1 skipped
    Passed test_a.TestX test_good[a<b] in 1ms
    Failed test_a test_bad: AssertionError: assert 1 == 2 in 2ms
      | def test_bad():
      | >       assert f() == 2
      | E       AssertionError: assert 1 == 2
    Skipped test_a test_skip: no docker in 0ns
      | /p/test_a.py:9: no docker
    ");
}

#[test]
fn others() {
    let go = r#"<testsuites tests="2" failures="1" errors="0" time="0.3"><testsuite tests="2" failures="1" time="0.003000" name="example.org/m"><properties><property name="go.version" value="go1.26"/></properties><testcase classname="example.org/m" name="TestA/sub" time="0.010000"></testcase><testcase classname="example.org/m" name="TestB" time="1,000.5"><failure message="Failed" type="">=== RUN   TestB
    m_test.go:9: no&#xA;</failure></testcase></testsuite></testsuites>"#;
    let gtest = r#"<testsuites tests="3" failures="0" disabled="1" errors="0" time="0." name="AllTests"><testsuite name="Suite" tests="3"><testcase name="Good" file="/p/t.cc" line="5" status="run" result="completed" time="0." classname="Suite" /><testcase name="DISABLED_Off" status="notrun" result="suppressed" time="0." classname="Suite" /><testcase name="Skips" status="run" result="skipped" classname="Suite"><skipped message="/p/t.cc:9&#x0A;not here"><![CDATA[/p/t.cc:9
not here]]></skipped></testcase></testsuite></testsuites>"#;
    let jest = r#"<testsuites name="jest tests" tests="1" failures="0" errors="1"><testsuite name="undefined" errors="1" failures="0" tests="1"/><testsuite name="a"><testcase classname="a b" name="a b" time="0.001"/></testsuite></testsuites>"#;
    let surefire = r#"<testsuite name="org.T" tests="1" errors="1"><testcase name="t" classname="org.T"><system-out>noise</system-out><error type="java.lang.NullPointerException"><![CDATA[at org.T.t(T.java:3)]]></error><system-err>more</system-err></testcase></testsuite>"#;
    insta::assert_snapshot!([go, gtest, jest, surefire].map(shown).concat(), @"
    1 passed, 1 failed, 0 skipped
    Passed example.org/m TestA/sub in 10ms
    Failed example.org/m TestB: Failed in 1000.5s
      | === RUN   TestB
      |     m_test.go:9: no
    1 passed, 0 failed, 2 skipped
    Passed Suite Good in 0ns at /p/t.cc:5
    Skipped Suite DISABLED_Off in 0ns
    Skipped Suite Skips: /p/t.cc:9
      | /p/t.cc:9
      | not here
    1 passed, 1 failed, 0 skipped
    Passed a b in 1ms
    0 passed, 1 failed, 0 skipped
    Failed org.T t: java.lang.NullPointerException
      | at org.T.t(T.java:3)
    ");
}

#[test]
fn what_is_torn_or_something_else_is_read_as_far_as_it_goes() {
    let torn = r#"<testsuites><testsuite name="s"><testcase name="a"/><testcase name="b"><failure message="m">tex"#;
    let texts = [
        torn,
        &torn[..torn.len() - 10],
        r#"<testsuites><testsuite name="s"><testcase name="a"/>"#,
        r#"<testsuites><testsuite name="s"></testsuites>"#,
        "<html><body>404</body></html>",
        "",
        "  \n",
        "no XML at all",
        "{\"json\": true}",
        "<testsuites/>",
    ];
    insta::assert_snapshot!(texts.map(shown).concat(), @"
    1 passed, 0 failed, 0 skipped
    Passed s a
    its results are cut off
    1 passed, 0 failed, 0 skipped
    Passed s a
    its results are cut off
    1 passed, 0 failed, 0 skipped
    Passed s a
    its results are cut off
    0 passed, 0 failed, 0 skipped
    its results are no JUnit XML: ill-formed document: expected `</testsuite>`, but `</testsuites>` was found
    0 passed, 0 failed, 0 skipped
    its results are no JUnit XML: they begin with `<html>`
    0 passed, 0 failed, 0 skipped
    its results are empty
    0 passed, 0 failed, 0 skipped
    its results are empty
    0 passed, 0 failed, 0 skipped
    its results are no XML
    0 passed, 0 failed, 0 skipped
    its results are no XML
    0 passed, 0 failed, 0 skipped
    ");
}

#[test]
fn no_entity_grows_and_none_names_a_file() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]><testsuite name="&b;"><testcase name="&b;" classname="c"><failure message="&f;">&b;&f;&amp;&#65;&#0;</failure></testcase></testsuite>"#;
    insta::assert_snapshot!(shown(bomb), @"
    0 passed, 1 failed, 0 skipped
    Failed c &b;: &f;
      | &b;&f;&A&#0;
    ");
}

#[test]
fn depth_numbers_and_lengths_have_a_bound() {
    let deep = format!("<testsuites>{}", "<a>".repeat(100_000));
    assert_eq!(
        shown(&deep),
        "0 passed, 0 failed, 0 skipped\nits results are nested 64 elements deep\n"
    );
    let many: String = (0..50_000).map(|n| format!("<testcase name=\"{n}\"/>")).collect();
    let results = read_junit(format!("<testsuite>{many}</testsuite>").as_bytes());
    assert_eq!((results.tally.passed, results.flaw), (50_000, None));
    assert!(results.subtests.len() < 10_000 && results.left_out > 40_000);
    let long = "x".repeat(1 << 20);
    let attributes: String = (0..20_000).map(|n| format!(" a{n}=\"\"")).collect();
    let text = format!(
        "<testsuite><testcase name=\"{long}\"{attributes}><failure message=\"{long}\">{long}</failure></testcase></testsuite>"
    );
    let results = read_junit(text.as_bytes());
    assert_eq!(results.flaw, None);
    let [subtest] = &results.subtests[..] else { panic!("{}", results.subtests.len()) };
    assert!(subtest.name.len() < 600 && subtest.message.len() < 400 && subtest.text.len() < 20_000);
}

#[test]
fn what_a_terminal_obeys_is_shown_and_what_a_url_hides_is_hidden() {
    let text = "<testsuite><testcase name=\"a&#27;[2J&#10;b\" classname=\"\u{7}c\"><failure message=\"GET https://u:p@h/?t=1\">\u{1b}[31mred https://u:p@h/</failure></testcase></testsuite>";
    insta::assert_snapshot!(shown(text), @r#"
    0 passed, 1 failed, 0 skipped
    Failed \u{7}c a\u{1b}[2J\nb: GET https://…@h/?…
      | [31mred https://…@h/
    "#);
}
