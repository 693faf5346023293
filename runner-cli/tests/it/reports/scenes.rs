//! Runs in which everything happens that an event can tell, and their events as they are written.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Child;

use serde_json::Value;

use crate::server::{Answer, Server};
use crate::support::{Project, Said, wait_until};
use crate::verdict::fixture;

const PAGES: &[Answer] = &[
    Answer { path: "/busy.bin", status: "503 Service Unavailable", body: b"" },
    Answer { path: "/big.bin", status: "200 OK", body: &[7; 1 << 20] },
];

/// Most of what can happen in one run: every way for a library to come and not to come, and for a test to end.
pub(super) fn mixed() -> Project {
    let manifest = r#"
[library.built]
command = ["sh", "-c", "echo whole > built"]
paths = ["built"]
kind = "data"

[library.fetched]
url = "big.bin"
kind = "data"

[library.missing]
url = "nowhere.bin"
kind = "data"

[library.made]
leader = true
paths = ["made"]
kind = "data"

[suite.ok]
files = ["*.sh"]
run = ["sh", "{file}"]
needs = ["built", "fetched"]

[test.needy]
run = ["true"]
needs = ["missing"]

[library.left]
leader = true
paths = ["left.so"]

[test.makes]
run = ["sh", "-c", "echo > made; cp /bin/sh left.so"]
needs = ["made", "left"]

[test."odd & <ends> ]]> 日本 #1"]
run = ["sh", "-c", "printf 'a\\033[31mred\\033[0m\\000\\001\\377 & <b> ]]> \\nsecond\\n'; echo '::error::injected' >&2; exit 3"]

[test.after]
run = ["true"]
after = ["odd & <ends> ]]> 日本 #1"]

[test.flaky]
run = ["sh", "-c", "echo attempt $PROBE_ATTEMPT; test $PROBE_ATTEMPT = 2"]
retries = 1

[test.twice]
run = ["sh", "-c", "echo out; exit 7"]
retries = 1

[test.killed]
run = ["sh", "-c", "kill -SEGV $$"]

[test.slow]
run = ["sh", "-c", "sleep 0.3; until ! [ -e events.jsonl ] || grep -q test-slow events.jsonl; do sleep 0.01; done"]
slow = "20ms"

[test.late]
run = ["sleep", "1000"]
timeout = "100ms"
grace = "100ms"

[test.leaves]
run = ["sh", "-c", "sleep 1000 & exit 0"]
leaks = "report"

[test.nothing]
run = ["./no-such-program"]
"#;
    Project::new(manifest)
        .write("a.sh", "true")
        // Torn: it is moved aside.
        .write("left.so", "")
        .write("b.sh", "echo words")
        .write("big.bin", &"0123456789abcde\n".repeat(100_000))
}

/// A probe that writes its events to a file, and every other report beside it.
pub(super) struct Run<'a> {
    project: &'a Project,
    child: Child,
    file: &'static str,
}

impl<'a> Run<'a> {
    pub(super) fn start(project: &'a Project, file: &'static str, more: &[&str]) -> Self {
        let reports = reports(file, "");
        let arguments: Vec<&str> =
            ["run", "--report", &reports].into_iter().chain(more.iter().copied()).collect();
        Self { project, child: project.start(&arguments), file }
    }

    /// Waits until a line of this type is written.
    pub(super) fn wait_for(&self, kind: &str) {
        let wanted = format!("\"type\":\"{kind}\"");
        wait_until(|| self.project.read(self.file).contains(&wanted), kind);
    }

    /// What it said and told; every report can be made again of that.
    pub(super) fn end(self) -> (Said, Vec<Value>) {
        let said = self.project.end(self.child);
        assert!(self.project.path(self.file).exists(), "{}", said.stderr);
        check_rebuilt(self.project, self.file);
        (said, events(self.project, self.file))
    }
}

/// The kinds of reports, of which the first is what the others are made of.
pub(super) const KINDS: [&str; 6] = ["jsonl", "html", "junit", "svg", "tap", "trace"];

/// The file of a report of this kind beside a log.
pub(super) fn beside(log: &str, again: &str, kind: &str) -> String {
    format!("{}{again}.{kind}", log.trim_end_matches(".jsonl"))
}

/// All kinds of reports beside a log, as they are asked for.
pub(super) fn reports(log: &str, again: &str) -> String {
    KINDS.map(|kind| format!("{kind}={}", beside(log, again, kind))).join(",")
}

/// Checks that each report beside a log is the one that is made of the log alone, byte for byte.
pub(super) fn check_rebuilt(project: &Project, log: &str) {
    let said = project.probe(&["report", "--from", log, "--report", &reports(log, "-again")]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    for kind in KINDS {
        let read = |again: &str| fs::read(project.path(&beside(log, again, kind))).expect(kind);
        let (first, again) = (read(""), read("-again"));
        let differs = first.iter().zip(&again).position(|(one, other)| one != other);
        let near = |bytes: &[u8]| {
            let at = differs.unwrap_or(bytes.len());
            let from = at.saturating_sub(100);
            String::from_utf8_lossy(&bytes[from..bytes.len().min(at + 100)]).into_owned()
        };
        assert!(first == again, "{kind}: {}\n{}", near(&first), near(&again));
    }
}

/// The lines of a file, each of which is a document.
pub(super) fn events(project: &Project, file: &str) -> Vec<Value> {
    let text = project.read(file);
    assert!(text.ends_with('\n'), "the last line is whole");
    let parse = |line| serde_json::from_str(line).expect("a line is a document");
    text.lines().map(parse).collect()
}

/// The types of events.
pub(super) fn types(events: &[Value]) -> BTreeSet<&str> {
    events.iter().map(|event| event["type"].as_str().expect("a type")).collect()
}

/// One run waits for what another one imports and makes.
pub(super) fn waiting() -> Vec<Value> {
    let project = Project::new(
        r#"[library.slow]
command = ["sh", "-c", "echo > building; while ! test -e go; do sleep 0.01; done; echo > slow.bin"]
paths = ["slow.bin"]
kind = "data"

[library.made]
leader = true
paths = ["made"]
kind = "data"

[test.needs]
run = ["true"]
needs = ["slow"]

[test.makes]
run = ["sh", "-c", "echo > making; while ! test -e go; do sleep 0.01; done; echo > made"]
needs = ["made"]
"#,
    );
    let first = Run::start(&project, "first.jsonl", &["-j2"]);
    project.wait_for("building");
    project.wait_for("making");
    let second = Run::start(&project, "second.jsonl", &["-j2"]);
    second.wait_for("preload-waiting");
    second.wait_for("tests-waiting-for-leader");
    fs::write(project.path("go"), "").expect("write");
    let (said, mut events) = first.end();
    assert_eq!(said.code, 0, "{}", said.stderr);
    let (said, more) = second.end();
    assert_eq!(said.code, 0, "{}", said.stderr);
    events.extend(more);
    events
}

/// A server that is always busy, a program that is being written, a history that is none, and a signal.
pub(super) fn troubled() -> Vec<Value> {
    let server = Server::start(PAGES);
    let project = Project::new(&format!(
        r#"[library.busy]
url = "{}"
kind = "data"

[library.big]
url = "{}"
kind = "data"

[test.needs]
run = ["true"]
needs = ["busy", "big"]

[test.program]
run = ["./program"]
"#,
        server.url("/busy.bin"),
        server.url("/big.bin")
    ))
    .write(".probe/history.db", "this is not a database")
    .write("program", "#!/bin/sh\n");
    let program = project.path("program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("chmod");
    let writer = fs::File::options().append(true).open(&program).expect("open");
    let run = Run::start(&project, "events.jsonl", &["-j2"]);
    run.wait_for("test-postponed");
    drop(writer);
    run.wait_for("preload-retrying");
    run.wait_for("preload-transferred");
    run.wait_for("test-ended");
    let probe = rustix::process::Pid::from_child(&run.child);
    rustix::process::kill_process(probe, rustix::process::Signal::INT).expect("probe runs");
    let (said, events) = run.end();
    assert_eq!(said.code, 130, "{}", said.stderr);
    events
}

/// Tests that wait for another attempt when the run ends.
pub(super) fn given_up() -> Vec<Value> {
    // Their delays are seconds by then, of which they run milliseconds: of twenty, some wait.
    let project = Project::new(
        r#"[suite.again]
list = { run = ["seq", "1", "20"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "test $PROBE_ATTEMPT -lt 6 || touch sixth; exit 1", "{name}"]
retries = 100

[test.last]
run = ["sh", "-c", "while ! test -e sixth; do sleep 0.01; done; exit 1"]
"#,
    );
    let run = Run::start(&project, "events.jsonl", &["-j3", "--fail-fast"]);
    let (said, events) = run.end();
    assert_eq!(said.code, 100, "{}", said.stderr);
    events
}

/// A run that takes too long.
pub(super) fn timed_out() -> Vec<Value> {
    let project = Project::new(
        r#"[library.endless]
command = ["sleep", "1000"]
paths = ["never"]

[test.sleeps]
run = ["sleep", "1000"]

[test.needy]
run = ["true"]
needs = ["endless"]
"#,
    );
    let run = Run::start(&project, "events.jsonl", &["--run-timeout", "500ms"]);
    let (said, events) = run.end();
    assert_eq!(said.code, 100, "{}", said.stderr);
    events
}

/// A check that tests have in common, and that comes to the same whether there is a Deno or not: what it is given is no test.
pub(super) fn checked() -> Vec<Value> {
    let project = Project::new("[suite.deno]\nkind = \"deno\"\n")
        .write("a_test.ts", "(\n")
        .write("b_test.ts", "(\n");
    let (said, events) = Run::start(&project, "events.jsonl", &[]).end();
    assert_eq!(said.code, 100, "{}", said.stderr);
    events
}

/// A library that is torn under its test, and one that somebody writes to while a test is examined.
pub(super) fn raced() -> Vec<Value> {
    let once = fixture::once("torn", "truncate -s 100 $F", "./opener $F");
    let written = "test $PROBE_ATTEMPT != 1 || { chmod u+w cache/slow.so; echo > ran; while ! test -e held; do sleep 0.01; done; kill -BUS $$; }; ./opener cache/slow.so";
    let manifest = fixture::placed("torn", &once) + &fixture::placed("slow", written);
    let project = fixture::project(&manifest);
    let whole = fixture::victim();
    let run = Run::start(&project, "events.jsonl", &["-j2"]);
    project.wait_for("ran");
    let (begin, rest) = whole.split_at(whole.len() / 2);
    let mut writer = fs::File::create(project.path("cache/slow.so")).expect("truncate");
    writer.write_all(begin).expect("write");
    fs::write(project.path("held"), "").expect("write");
    run.wait_for("test-awaits");
    writer.write_all(rest).expect("write");
    drop(writer);
    let (said, events) = run.end();
    assert_eq!(said.code, 0, "{}", said.stderr);
    events
}

/// Every way of a service to end, to begin again, and to leave something undone.
pub(super) fn served() -> Vec<Value> {
    let manifest = r#"
[service.fails]
run = ["sh", "-c", "echo no; exit 1"]
ready = { output = 'never' }

[service.dies]
run = ["sh", "-c", "echo ready; until test -e crash; do sleep 0.01; done; exit 9"]
ready = { output = 'ready' }

[service.stays]
run = ["sh", "-c", "echo ready; exec sleep 1000", "{port}"]
ready = { output = 'ready' }
cleanup = ["sh", "-c", "echo it does not go; exit 4"]

[service.begins-again]
run = ["sh", "-c", "test -e again || { touch again; exit 3; }; echo ready; exec sleep 1000"]
ready = { output = 'ready' }
restart = "on-failure"

[test.blocked]
run = ["true"]
needs = ["fails"]

[test.lost]
run = ["sh", "-c", "touch crash; until grep -q service-died events.jsonl; do sleep 0.01; done; exit 1"]
needs = ["dies"]

[test.good]
run = ["true"]
needs = ["stays", "begins-again"]
"#;
    let project = Project::new(manifest);
    let (said, events) = Run::start(&project, "events.jsonl", &["-j4"]).end();
    assert_eq!(said.code, 100, "{}", said.stderr);
    events
}
