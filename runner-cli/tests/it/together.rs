//! Several runs at the same moment on one empty store.

use crate::server::{Answer, Server};
use crate::support::Project;

const FILES: &[Answer] =
    &[Answer { path: "/data.bin", status: "200 OK", body: b"the quick brown fox" }];

#[test]
fn eight_runs_import_each_library_once_in_all() {
    let server = Server::start(FILES);
    let project = Project::new(&format!(
        r#"[library.built]
command = ["sh", "-c", "echo built >> log; sleep 0.3; echo x > built.txt"]
paths = ["built.txt"]
inputs = ["built.in"]
kind = "data"

[library.fetched]
url = "{}"
kind = "data"
to = "cache/fetched.txt"

[suite.needy]
files = ["needy-*.sh"]
run = ["sh", "{{file}}"]
needs = ["built", "fetched"]
"#,
        server.url("/data.bin")
    ))
    .write("built.in", "1");
    let script = "test -s built.txt && grep -q quick cache/fetched.txt";
    let project =
        (0..4).fold(project, |project, index| project.write(&format!("needy-{index}.sh"), script));
    let runs: Vec<_> = (0..8).map(|_| project.start(&["run", "-j4"])).collect();
    let said: Vec<_> = runs.into_iter().map(|run| project.end(run)).collect();
    for run in &said {
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let count = |words: &str| said.iter().filter(|run| run.stderr.contains(words)).count();
    assert_eq!(project.read("log"), "built\n");
    assert_eq!(server.requests(), 1);
    assert_eq!((count("built: built,"), count("fetched: fetched,")), (1, 1));
    let others = count("built: another process built it meanwhile") + count("built: already there");
    assert_eq!(others, 7, "the others say that they waited or found it");
}
