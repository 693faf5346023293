//! PostgreSQL, Redis and a web server, as the page about services writes them, in one suite of 40 tests.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Project, Said, is_missing};

/// Tests of all three, some that need two of them, and some that need none and last longest.
const TESTS: &str = r#"
[service.web]
run = ["python3", "-m", "http.server", "{port}", "--bind", "127.0.0.1", "--directory", "{dir}"]
ready = { http = "http://127.0.0.1:{port}/" }
env = { WEB = "http://127.0.0.1:{port}" }

[suite.database]
list = { run = ["seq", "12"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "psql -qAt $DATABASE_URL -c 'create table t'$0' (x int)' && redis-cli -u $REDIS_URL incr db", "{name}"]
needs = ["postgres", "redis"]

[suite.cache]
list = { run = ["seq", "10"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "redis-cli -u $REDIS_URL set k$0 v", "{name}"]
needs = ["redis"]

[suite.pages]
list = { run = ["seq", "8"], match = '^(?<name>.+)$' }
run = ["python3", "-c", "import os, sys, urllib.request as u; u.urlopen(os.environ['WEB'])", "{name}"]
needs = ["web"]

[suite.free]
list = { run = ["seq", "10"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "sleep 1", "{name}"]
"#;

/// Which servers have what they need here; PostgreSQL's programs are in no directory of PATH on Debian.
fn path() -> Option<String> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut directories: Vec<String> =
        versions.map(|version| version.path().join("bin").display().to_string()).collect();
    directories.push(std::env::var("PATH").expect("a PATH"));
    let path = directories.join(":");
    let is_here = |words: &[&str]| {
        let mut command = Command::new(words[0]);
        !is_missing(command.args(&words[1..]).env("PATH", &path))
    };
    // All are asked, so that each that is missing is said.
    let are_here = [
        is_here(&["postgres", "--version"]),
        is_here(&["initdb", "--version"]),
        is_here(&["psql", "--version"]),
        is_here(&["redis-server", "--version"]),
        is_here(&["redis-cli", "--version"]),
        is_here(&["python3", "--version"]),
    ];
    are_here.into_iter().all(|is_here| is_here).then_some(path)
}

/// The blocks of the page that define these services.
fn services_of_the_page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/services.md");
    let page = fs::read_to_string(page).expect("the page");
    let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let wanted = |block: &&str| {
        block.starts_with("[service.postgres]\n") || block.starts_with("[service.redis]\n")
    };
    let blocks: Vec<&str> = blocks.filter(wanted).collect();
    assert_eq!(blocks.len(), 2, "the page shows both");
    blocks.concat()
}

/// Runs probe as somebody whom PostgreSQL starts for: it refuses root.
fn run(project: &Project, path: &str, words: &[&str]) -> Said {
    let root = project.path("");
    let is_root = String::from_utf8_lossy(
        &Command::new("id").arg("-u").output().expect("`id` is everywhere").stdout,
    )
    .trim()
        == "0";
    let usual = project.command(words);
    let mut command = if is_root {
        // Neither the checkout nor its target directory need be open to others.
        let binary = project.path("probe");
        fs::copy(env!("CARGO_BIN_EXE_probe"), &binary).expect("copy the binary");
        let owned = Command::new("chown").args(["-R", "postgres"]).arg(&root).status();
        assert!(owned.expect("`chown` is everywhere").success());
        fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).expect("open it");
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(binary).args(words).env_clear();
        command.current_dir(&root);
        command
    } else {
        usual
    };
    command.env("PATH", path).env("HOME", &root).env("TMPDIR", &root);
    command.env("PROBE_STORE", project.path("store"));
    project.said(&command.output().expect("it starts"))
}

#[test]
fn three_servers_start_once_and_are_gone_before_the_run_is() {
    let Some(path) = path() else { return };
    let project = Project::new(&format!("{}\n{TESTS}", services_of_the_page()));
    let said = run(&project, &path, &["run", "-j4", "--report", "jsonl=log"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains(" 40 tests run: 40 passed"), "{}", said.stderr);
    let facts: Vec<Value> = project
        .read("log")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    let place = |kind: &str, service: &str| -> usize {
        let is_it = |fact: &Value| fact["type"] == kind && fact["service"] == service;
        let found: Vec<usize> = (0..facts.len()).filter(|place| is_it(&facts[*place])).collect();
        assert_eq!(found.len(), 1, "{kind} {service}");
        found[0]
    };
    let ends = |suite: &str| -> Vec<usize> {
        let is_of = |fact: &Value| {
            fact["type"] == "test-ended"
                && fact["test"].as_str().is_some_and(|test| test.starts_with(suite))
        };
        (0..facts.len()).filter(|place| is_of(&facts[*place])).collect()
    };
    for (service, suites) in
        [("postgres", &["database"][..]), ("redis", &["database", "cache"]), ("web", &["pages"])]
    {
        let (ready, stopping) =
            (place("service-ready", service), place("service-stopping", service));
        let stopped = place("service-stopped", service);
        for end in suites.iter().flat_map(|suite| ends(suite)) {
            assert!(ready < end && end < stopping, "{service}: {ready} {end} {stopping}");
        }
        assert!(stopping < stopped && stopped < facts.len() - 1);
    }
    // Who needs nothing waits for nobody: its first tests start before any server is ready.
    let first_free = facts.iter().position(|fact| {
        fact["type"] == "test-started"
            && fact["test"].as_str().is_some_and(|test| test.starts_with("free"))
    });
    assert!(first_free.expect("they run") < place("service-ready", "postgres"));
    let left: Vec<String> = fs::read_dir(project.path(""))
        .expect("the project")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("probe-"))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "directories of services and tests are gone");
}

#[test]
fn a_server_that_is_killed_blocks_those_that_wait_and_nobody_else() {
    let Some(path) = path() else { return };
    let kills = r#"
[test.killer]
run = ["sh", "-c", "redis-cli -u $REDIS_URL shutdown nosave; sleep 0.3"]
needs = ["redis"]

[test.waiting]
run = ["sh", "-c", "redis-cli -u $REDIS_URL ping"]
needs = ["redis"]
after = ["between"]

[test.between]
run = ["sleep", "1"]

[test.apart]
run = ["sh", "-c", "psql -qAt $DATABASE_URL -c 'select 1'"]
needs = ["postgres"]
after = ["between"]
"#;
    let project = Project::new(&format!("{}\n{kills}", services_of_the_page()));
    let said = run(&project, &path, &["run", "-j4"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    assert!(said.stderr.contains(" 3 tests run: 3 passed, 1 blocked"), "{}", said.stderr);
}
