//! `doctor`: torn files are found wherever they are, and mended or moved aside.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::server::{Answer, Server};
use crate::support::{Project, Said};

const FILES: &[Answer] =
    &[Answer { path: "/words.txt", status: "200 OK", body: b"the quick brown fox" }];

/// A project with a library at a place, and one that a command makes.
fn project(server: &Server) -> Project {
    let project = Project::new(&format!(
        r#"[library.words]
url = "{}"
kind = "data"
to = "cache/words.txt"

[library.tool]
command = ["sh", "-c", "cp /proc/self/exe bin/tool"]
paths = ["bin/*"]
inputs = ["probe.toml"]
kind = "executable"
"#,
        server.url("/words.txt")
    ))
    .write("bin/README", "about the tool");
    assert_eq!(project.probe(&["preload"]).code, 0);
    project
}

/// The doctor, with the cache of Deno in the project.
fn doctor(project: &Project, arguments: &[&str]) -> Said {
    let mut command = project.command(&["doctor"]);
    command.args(arguments).env("DENO_DIR", project.path("deno"));
    project.said(&command.output().expect("the binary starts"))
}

fn cut(project: &Project, name: &str) {
    let whole = fs::read(project.path(name)).expect("read");
    fs::remove_file(project.path(name)).expect("remove");
    fs::write(project.path(name), &whole[..100]).expect("write");
}

const PLUG: &str = "deno/plug/https/example.org";

#[test]
fn a_healthy_project_has_nothing_to_mend() {
    let server = Server::start(FILES);
    let project = project(&server);
    let said = doctor(&project, &[]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    insta::assert_snapshot!(said.stdout, @"3 files looked at, all whole");
}

#[test]
fn every_cache_is_looked_at_and_nothing_is_changed_unasked() {
    let server = Server::start(FILES);
    let project = project(&server)
        .write("cache/words.txt", "")
        .write(&format!("{PLUG}/aa.so"), "")
        .write(&format!("{PLUG}/aa.metadata.json"), "{")
        .write(&format!("{PLUG}/bb.so"), "<!DOCTYPE html><html>")
        .write(&format!("{PLUG}/cc.wasm"), "not native, but whole");
    cut(&project, "bin/tool");
    let folder = fs::read_dir(project.path("store/files")).expect("list").next();
    let stored = folder.expect("a folder").expect("a folder").path().join("words.txt");
    fs::set_permissions(&stored, fs::Permissions::from_mode(0o644)).expect("make it writable");
    fs::write(&stored, "the quick").expect("damage it");

    let found = doctor(&project, &[]);
    assert_eq!(found.code, 1);
    let (before, after) = found.stdout.split_once("cut at 100 of ").expect("it is cut");
    let (_, after) = after.split_once(" bytes").expect("its length is said");
    insta::assert_snapshot!(format!("{before}[CUT]{after}"), @"
    [ROOT]/store/files/9ecb36561341d18eb65484e833efea61edc74b84cf5e6ae1b81c63533e25fc8f/words.txt: another content: sha256 `4fd42448514fc4c22a0632735612f7ebdead3cf1080d6654a7873906fc20567c`, not `9ecb36561341d18eb65484e833efea61edc74b84cf5e6ae1b81c63533e25fc8f` (the store)
    [ROOT]/cache/words.txt: torn: empty (library words)
    [ROOT]/bin/tool: torn: [CUT] (library tool)
    [ROOT]/deno/plug/https/example.org/aa.so: torn: empty (Deno's plug cache)
    [ROOT]/deno/plug/https/example.org/bb.so: not a library but an HTML page (Deno's plug cache)
    5 files looked at, 5 damaged: `probe doctor --fix` mends or moves aside
    ");
    assert_eq!(doctor(&project, &[]).stdout, found.stdout, "nothing has changed");

    let mended = doctor(&project, &["--fix"]);
    assert_eq!(mended.code, 0, "{}", mended.stdout);
    let lines =
        mended.stdout.lines().filter(|line| line.starts_with("  ") || line.contains("looked"));
    let lines = lines.map(|line| line.split("/store/damaged/").next().expect("a line"));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
      moved aside: [ROOT]
      mended
      moved aside: [ROOT]
      moved aside: [ROOT]
      moved aside: [ROOT]
    5 files looked at, 5 damaged, none left so
    ");
    assert_eq!(project.read("cache/words.txt"), "the quick brown fox");
    assert_eq!(project.read(&format!("{PLUG}/cc.wasm")), "not native, but whole");
    assert!(!project.path("bin/tool").exists(), "its command makes it anew");
    let after = doctor(&project, &[]);
    assert_eq!(after.code, 0, "{}", after.stdout);
    assert_eq!(project.probe(&["preload"]).code, 0);
}

#[test]
fn what_cannot_be_mended_is_left_and_said() {
    let server = Server::start(FILES);
    let project = project(&server).write("cache/words.txt", "somebody's own words");
    let said = doctor(&project, &["--fix"]);
    assert_eq!(said.code, 1);
    insta::assert_snapshot!(said.stdout, @"
    [ROOT]/cache/words.txt: another file: sha256 `9b8b61ca570620b4b699bac03c77b89ab872d710a158169b153453ddecb50fd5`, not `9ecb36561341d18eb65484e833efea61edc74b84cf5e6ae1b81c63533e25fc8f` (library words)
      left as it is: `[ROOT]/cache/words.txt` holds another file: sha256 `9b8b61ca570620b4b699bac03c77b89ab872d710a158169b153453ddecb50fd5`, expected is `9ecb36561341d18eb65484e833efea61edc74b84cf5e6ae1b81c63533e25fc8f`
      `--replace` puts the library in its place; or move it away; or, if it is the right one, pin its digest
    3 files looked at, 1 damaged, 1 left so
    ");
    assert_eq!(project.read("cache/words.txt"), "somebody's own words");
}

#[test]
fn caches_of_the_user_are_looked_at_without_a_manifest() {
    let project = Project::new("").write(&format!("{PLUG}/aa.so"), "");
    fs::remove_file(project.path("probe.toml")).expect("remove");
    let said = doctor(&project, &[]);
    assert_eq!(said.code, 1);
    insta::assert_snapshot!(said.stdout, @"
    [ROOT]/deno/plug/https/example.org/aa.so: torn: empty (Deno's plug cache)
    1 file looked at, 1 damaged: `probe doctor --fix` mends or moves aside
    ");
}

#[test]
fn the_help_says_what_is_mended() {
    insta::assert_snapshot!("help_doctor", Project::new("").probe(&["doctor", "-h"]).stdout);
}
