//! The pictures of the graph: each is what its own reader accepts, and stays readable however much there is to show.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use roxmltree::{Document, Node};
use serde_json::Value;

use crate::graph::{project, shown};
use crate::support::Project;

/// Names that one format or another could take for more than text.
const NAMES: [&str; 30] = [
    r#"quotes "and" <marks> & back\slash #1;"#,
    "1. x",
    "12) x",
    "- x",
    "+ x",
    "* x",
    "# x",
    "> x",
    "---",
    "===",
    "end",
    "a.py::T::x[p/q]",
    "x-1. y",
    "https://example.org/x",
    "www.example.org",
    "user@example.org",
    "`code`",
    "**b** __c__ _d_ ~~e~~",
    "[x](y)",
    "a|b",
    "$$x$$",
    "fa:fa-car",
    "&amp; &#35; #35; &nbsp;",
    "%%{init}%%",
    "<br>",
    "<script>alert(1)</script>",
    "]]>",
    "{{x}}",
    "日本語のテスト",
    "اختبار",
];

/// One test of each name, with a library of its own so that no two are one box.
fn named() -> Project {
    let mut manifest = String::new();
    for (index, name) in NAMES.iter().enumerate() {
        let name = Value::from(*name);
        manifest += &format!("[library.l{index}]\nurl = 'https://example.org/{index}'\n");
        manifest += &format!("[test.{name}]\nrun = ['true']\nneeds = ['l{index}']\n");
    }
    Project::new(&manifest)
}

/// 60 suites of two tests, each with needs of its own among 100 libraries that need each other.
fn large() -> Project {
    let mut manifest = String::new();
    for index in 0..100 {
        let needs = if index % 10 == 0 { String::new() } else { format!("'l{}'", index - 1) };
        manifest += &format!("[library.l{index}]\nurl = 'https://example.org/{index}'\n");
        manifest += &format!("needs = [{needs}]\n");
    }
    for index in 0..60 {
        let needs: BTreeSet<usize> = (1..6).map(|step| index * step * 7 % 100).collect();
        let needs: Vec<String> = needs.into_iter().map(|library| format!("'l{library}'")).collect();
        manifest += &format!("[suite.s{index}]\nfiles = ['*.sh']\nrun = ['sh', '{{file}}']\n");
        manifest += &format!("needs = [{}]\n", needs.join(", "));
    }
    Project::new(&manifest).write("a.sh", "true").write("b.sh", "true")
}

fn graph(project: &Project, format: &str) -> String {
    let said = project.probe(&["graph", "--format", format]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    said.stdout
}

/// What a tool writes when it reads `input`; `None` if it is not installed. `missing` is what it says on standard error
/// where a part of it is.
#[expect(clippy::print_stderr, reason = "a check that was left out is said")]
fn read_by(tool: &mut Command, missing: &str, input: &str) -> Option<String> {
    let absent = |reason: &str| {
        let must = std::env::var_os("PROBE_CI_TOOLS").is_some_and(|value| value == "1");
        assert!(!must, "PROBE_CI_TOOLS=1 wants every tool: {reason}");
        eprintln!("not checked: {reason}");
        None
    };
    let piped = tool.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match piped.spawn() {
        Ok(child) => child,
        Err(error) => return absent(&format!("{:?}: {error}", tool.get_program())),
    };
    let mut stdin = child.stdin.take().expect("it is piped");
    // A tool without one of its parts ends before it reads; its words say so.
    let written = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("the tool ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !missing.is_empty() && stderr.contains(missing) {
        return absent(&stderr);
    }
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    written.expect("the tool reads");
    Some(String::from_utf8(output.stdout).expect("the tool writes UTF-8"))
}

/// As [`read_by`], with Graphviz: the lines of its plain format that describe `what`.
fn graphviz(input: &str, what: &str) -> Option<usize> {
    let plain = read_by(Command::new("dot").arg("-Tplain"), "", input)?;
    Some(plain.lines().filter(|line| line.split(' ').next() == Some(what)).count())
}

/// As [`read_by`], with Mermaid: the words in each box as they are painted, and the number of arrows.
fn mermaid(input: &str) -> Option<(Vec<String>, u64)> {
    let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mermaid/read.mjs");
    let read = read_by(Command::new("node").arg(reader), "ERR_MODULE_NOT_FOUND", input)?;
    let read: Value = serde_json::from_str(&read).expect("the reader writes JSON");
    let nodes = read["nodes"].as_array().expect("a list").iter();
    let nodes = nodes.map(|node| node.as_str().expect("a text").to_owned()).collect();
    Some((nodes, read["arrows"].as_u64().expect("a number")))
}

#[test]
fn dot_has_a_box_for_tests_that_nothing_tells_apart() {
    insta::assert_snapshot!("dot", shown("dot"));
}

/// Services that need a library and each other, and tests that tell them apart.
fn with_services() -> Project {
    Project::new(
        r#"[library.engine]
url = "https://example.org/engine"
[service.database]
run = ["{library.engine}", "--port={port}"]
[service.web]
run = ["web", "https://user:secret@example.org", "{port}"]
needs = ["database"]
[suite.api]
list = { run = ["seq", "3"], match = '^(?<name>.+)$' }
run = ["true", "{name}"]
needs = ["web"]
[test.rows]
run = ["true"]
needs = ["database"]
[test.free]
run = ["true"]
"#,
    )
}

#[test]
fn pictures_show_services_as_what_they_are() {
    let project = with_services();
    let dot = graph(&project, "dot");
    insta::assert_snapshot!("dot_with_services", dot);
    graphviz(&dot, "dot with services");
    insta::assert_snapshot!("mermaid_with_services", graph(&project, "mermaid"));
    let svg = graph(&project, "svg");
    let document = Document::parse(&svg).expect("it is XML");
    let groups = document.descendants().filter_map(|node| node.attribute("class"));
    assert_eq!(groups.filter(|class| class.starts_with("service ")).count(), 2);
    for words in ["5 tests, 1 library, 2 services", "and the services ready", "starts at once"] {
        assert!(svg.contains(words), "{words}");
    }
    assert!(!svg.contains("secret"), "{svg}");
}

#[test]
fn graphviz_accepts_the_dot_output() {
    assert!(graphviz(&shown("dot"), "node").is_none_or(|nodes| nodes == 7));
    assert!(graphviz(&graph(&named(), "dot"), "node").is_none_or(|nodes| nodes == 2 * NAMES.len()));
    assert!(graphviz(&graph(&large(), "dot"), "node").is_none_or(|nodes| nodes <= 80));
}

#[test]
fn mermaid_has_the_same_boxes_and_text_that_is_only_text() {
    insta::assert_snapshot!("mermaid", shown("mermaid"));
}

#[test]
fn mermaid_paints_every_name_as_it_is() {
    let Some((boxes, arrows)) = mermaid(&graph(&named(), "mermaid")) else { return };
    assert_eq!(arrows, NAMES.len() as u64);
    for name in NAMES {
        assert!(boxes.iter().any(|text| text == name), "`{name}` is not in {boxes:?}");
    }
}

#[test]
fn mermaid_is_given_no_more_than_it_draws() {
    let Some((boxes, arrows)) = mermaid(&graph(&large(), "mermaid")) else { return };
    assert!(arrows < 500, "{arrows}");
    assert!(boxes.iter().any(|text| text.starts_with("the other ")), "{boxes:?}");
}

#[test]
fn svg_stands_alone() {
    insta::assert_snapshot!("svg", shown("svg"));
    for project in [named(), large()] {
        let svg = graph(&project, "svg");
        assert_eq!(svg, graph(&project, "svg"));
        let document = Document::parse(&svg).expect("it is XML");
        for node in document.descendants().filter(Node::is_element) {
            let known = ["svg", "title", "style", "rect", "text", "path", "g"];
            assert!(known.contains(&node.tag_name().name()), "{node:?}");
            let outside = |name: &str| name.starts_with("on") || name.contains("href");
            assert!(!node.attributes().any(|attribute| outside(attribute.name())), "{node:?}");
        }
        assert!(!svg.contains("@import") && !svg.contains("url("));
    }
}

#[test]
fn svg_has_every_name_as_it_is() {
    let svg = graph(&named(), "svg");
    let document = Document::parse(&svg).expect("it is XML");
    let texts: BTreeSet<&str> = document
        .descendants()
        .filter(|node| node.attribute("class") == Some("strong"))
        .filter_map(|node| node.text())
        .collect();
    for name in NAMES {
        assert!(texts.contains(name), "`{name}` is not in {texts:?}");
    }
}

/// A box's left, top, right and bottom.
type Edges = (f64, f64, f64, f64);

fn boxes(document: &Document<'_>) -> Vec<Edges> {
    let number = |node: &Node<'_, '_>, name| -> f64 {
        node.attribute(name).and_then(|value| value.parse().ok()).expect("a number")
    };
    document
        .descendants()
        .filter(|node| node.attribute("class") == Some("box"))
        .map(|node| {
            let (x, y) = (number(&node, "x"), number(&node, "y"));
            (x, y, x + number(&node, "width"), y + number(&node, "height"))
        })
        .collect()
}

#[test]
fn svg_boxes_are_on_the_page_and_apart() {
    for project in [project(), named(), large()] {
        let svg = graph(&project, "svg");
        let document = Document::parse(&svg).expect("it is XML");
        let page: Vec<f64> = document
            .root_element()
            .attribute("viewBox")
            .expect("a viewBox")
            .split(' ')
            .map(|number| number.parse().expect("a number"))
            .collect();
        let boxes = boxes(&document);
        assert!(!boxes.is_empty());
        for (index, a) in boxes.iter().enumerate() {
            let is_inside = a.0 > 0.0 && a.1 > 0.0 && a.2 < page[2] && a.3 < page[3];
            assert!(is_inside, "{a:?} in {page:?}");
            for b in &boxes[index + 1..] {
                let is_apart = a.2 < b.0 || b.2 < a.0 || a.3 < b.1 || b.3 < a.1;
                assert!(is_apart, "{a:?} and {b:?}");
            }
        }
    }
}

#[test]
fn a_picture_of_much_folds_until_it_can_be_read_and_counts_what_it_folds() {
    let dot = graph(&large(), "dot");
    assert!(dot.lines().filter(|line| line.contains(" -> ")).count() <= 240, "{dot}");
    let labels = dot.lines().filter_map(|line| line.split("label=\"").nth(1));
    let mut tests = 0;
    for label in labels.filter(|label| label.contains(" tests")) {
        let number = label.trim_start_matches("the other ").split(' ').next();
        tests += number.and_then(|number| number.parse::<usize>().ok()).expect("a number");
    }
    assert_eq!(tests, 120);
}
