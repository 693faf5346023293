//! `--report svg`: a picture that any viewer shows, whatever the tests are called and however many there are.

use roxmltree::Document;

use crate::support::Project;

/// The picture of a run of this manifest, which ends with that code.
fn picture(manifest: &str, code: i32) -> String {
    let said = Project::new(manifest).probe(&["run", "-j2", "--report", "svg=-"]);
    assert_eq!(said.code, code, "{}", said.stderr);
    said.stdout
}

#[test]
fn a_picture_of_a_run_stands_alone_and_says_what_came_of_it() {
    let svg = picture(
        r#"[library.words]
command = ["sh", "-c", "echo one > words"]
paths = ["words"]
kind = "data"

[library.gone]
command = ["false"]
paths = ["gone"]

[test."good <&> \"quoted\""]
run = ["sleep", "0.1"]
needs = ["words"]

[test.bad]
run = ["false"]

[test.blocked]
run = ["true"]
needs = ["gone"]
"#,
        100,
    );
    let document = Document::parse(&svg).expect("it is XML");
    let texts: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
    for text in ["Libraries", "words", "gone", "Tests", "slot 0", "failed", "passed"] {
        assert!(texts.contains(&text), "{text}: {texts:?}");
    }
    assert!(texts.iter().any(|text| text.contains("3 tests, 1 failed, 2 libraries")), "{texts:?}");
    assert!(texts.iter().any(|text| text.contains("good <&>")), "{texts:?}");
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let known = ["svg", "title", "style", "rect", "text", "path"];
        assert!(known.contains(&node.tag_name().name()), "{:?}", node.tag_name());
    }
    assert!(!svg.contains("url(") && !svg.contains("@import"), "{svg}");
    assert!(svg.contains("prefers-color-scheme: dark"), "{svg}");
}

#[test]
fn a_picture_of_many_tests_is_not_larger_than_can_be_seen() {
    let list = "[suite.many]\nlist = { run = [\"seq\", \"400\"], match = '^(?<name>.+)$' }\nrun = [\"true\", \"{name}\"]\n";
    let svg = picture(list, 0);
    Document::parse(&svg).expect("it is XML");
    assert!(svg.len() < 60_000, "{}", svg.len());
    assert!(svg.contains("400 tests, none failed"), "{svg}");
}

#[test]
fn a_run_of_nothing_has_a_picture() {
    let project = Project::new(
        "[test.a]\nrun = [\"true\"]\n[library.l]\ncommand = [\"false\"]\npaths = [\"l\"]\n[test.b]\nrun = [\"true\"]\nneeds = [\"l\"]\n",
    );
    let said = project.probe(&["run", "b", "--report", "svg=-"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    Document::parse(&said.stdout).expect("it is XML");
    assert!(said.stdout.contains("1 test, 0 ran, none failed, 1 library"), "{}", said.stdout);
}
