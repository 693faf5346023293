//! What may be secret in a URL, in every output: user and password, query and fragment.

use std::fs;

use crate::support::Project;

/// A library from a URL with secrets, one whose command has another, and a test that needs both.
const MANIFEST: &str = r#"[library.a]
url = "http://me:SECRET1@127.0.0.1:1/l.so?token=SECRET2#SECRET3"
mirrors = ["http://127.0.0.1:1/mirror?SECRET4"]

[library.b]
command = ["sh", "-c", "exit 1 # curl https://me:SECRET5@example.org/b?SECRET6"]
paths = ["b.so"]

[suite.t]
files = ["*.ts"]
run = ["true", "{file}"]
needs = ["a", "b"]
"#;

fn project(manifest: &str) -> Project {
    let imports = "import 'https://me:SECRET7@example.org/x.ts?SECRET8';\n";
    Project::new(manifest).write("t.ts", imports)
}

fn check(text: &str, what: &str) {
    let found = text.find("SECRET").map(|at| &text[at.saturating_sub(60)..text.len().min(at + 20)]);
    assert_eq!(found, None, "{what}");
}

#[test]
fn no_report_of_a_run_has_secrets() {
    let project = project(MANIFEST);
    let reports = ["html", "junit", "jsonl", "svg", "tap", "trace"];
    let mut words = vec!["run".to_owned(), "--offline".to_owned(), "-v".to_owned()];
    for report in reports {
        words.extend(["--report".to_owned(), format!("{report}=report.{report}")]);
    }
    let mut command = project.command(&words);
    let summary = project.path("summary.md");
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
    let said = project.said(&command.output().expect("the binary starts"));
    assert_eq!(said.code, 105, "{}", said.stderr);
    check(&said.stderr, "standard error");
    check(&said.stdout, "standard output");
    for report in reports {
        let text = project.read(&format!("report.{report}"));
        assert!(
            text.contains("127.0.0.1:1") || ["svg", "tap", "trace"].contains(&report),
            "{report}"
        );
        check(&text, report);
    }
    check(&project.read("summary.md"), "the summary of the job");
    let history = fs::read(project.path(".probe/history.db")).expect("a history");
    check(&String::from_utf8_lossy(&history), "the history");
}

#[test]
fn no_other_command_shows_secrets() {
    let project = project(MANIFEST);
    for words in [
        &["graph"][..],
        &["graph", "--format", "order"],
        &["graph", "--format", "json"],
        &["graph", "--format", "svg"],
        &["graph", "--format", "dot"],
        &["graph", "--format", "mermaid"],
        &["graph", "--why", "t.ts"],
        &["list", "--needs"],
        &["list", "--format", "json"],
        &["preload", "--offline"],
        &["exec", "--offline", "--", "true"],
        &["lock", "--check"],
        &["doctor"],
        &["store", "key"],
        &["run", "--mirror", "ftp://me:SECRET@example.org/=x"],
    ] {
        let said = project.probe(words);
        assert_ne!(said.code, 101, "{words:?}");
        check(&said.stdout, &format!("{words:?}"));
        check(&said.stderr, &format!("{words:?}"));
    }
    let mut command = project.command(&["run"]);
    command.env("PROBE_MIRROR", "https://me:SECRET@example.org/");
    let said = project.said(&command.output().expect("the binary starts"));
    assert_eq!(said.code, 2);
    check(&said.stderr, "a variable");
}

#[test]
fn what_is_quoted_of_a_manifest_has_no_secrets() {
    let broken = [
        "url = \"http://me:SECRET@example.org/l.so?SECRET\"\nkinds = \"data\"",
        "url = \"ftp://me:SECRET@example.org/l.so?SECRET\"",
        "url = \"https://me:SECRET/l.so\"\nsha256 = \"https://me:SECRET@example.org\"",
        "url = \"https://me:SECRET@example.org/{nothing}?SECRET\"",
        "url = \"https://me:SECRET@example.org/a b?SECRET\"",
        "url = \"https://me:SECRET@example.org/",
        "url = { linux = \"https://me:SECRET@example.org/\", linus = \"https://h/?SECRET\" }",
    ];
    let shown: Vec<String> = broken
        .iter()
        .map(|library| {
            let said = Project::new(&format!("[library.a]\n{library}\n")).probe(&["run"]);
            assert_eq!(said.code, 96, "{}", said.stderr);
            check(&said.stderr, library);
            said.stderr
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
    let lock = "version = 1\n\n[[pin]]\nurl = \"https://h/?SECRET\"\nsha256 = \"x\"\n";
    let said = Project::new(MANIFEST).write("t.ts", "").write("probe.lock", lock).probe(&["run"]);
    assert_eq!(said.code, 96, "{}", said.stderr);
    check(&said.stderr, "probe.lock");
}
