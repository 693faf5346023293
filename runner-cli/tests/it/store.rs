//! `store`: where it is, what is in it, what is damaged and what may go.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::server::{Answer, Server};
use crate::support::{Project, wait_until};

const FILES: &[Answer] = &[
    Answer { path: "/words.txt", status: "200 OK", body: b"the quick brown fox" },
    Answer { path: "/more.txt", status: "200 OK", body: b"jumps over the lazy dog" },
];

fn project(server: &Server) -> Project {
    let library = |name: &str| {
        format!(
            "[library.{name}]\nurl = \"{}\"\nkind = \"data\"\n",
            server.url(&format!("/{name}.txt"))
        )
    };
    Project::new(&format!("{}{}", library("words"), library("more")))
}

/// Replaces the contents of a file of the store, which is read-only.
fn damage(project: &Project, name: &str, content: &str) {
    let file = files(project).into_iter().find(|path| path.ends_with(name)).expect("it is stored");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("make it writable");
    fs::write(&file, content).expect("damage it");
}

fn files(project: &Project) -> Vec<std::path::PathBuf> {
    let folders = fs::read_dir(project.path("store/files")).expect("list").flatten();
    let files = folders.flat_map(|folder| fs::read_dir(folder.path()).expect("list").flatten());
    files.map(|file| file.path()).collect()
}

#[test]
fn the_store_is_listed_for_people_and_for_programs() {
    let server = Server::start(FILES);
    let project = project(&server);
    insta::assert_snapshot!(project.probe(&["store", "dir"]).stdout, @"[ROOT]/store");
    insta::assert_snapshot!(project.probe(&["store", "list"]).stdout, @"0 items, 0 B");
    assert_eq!(project.probe(&["preload"]).code, 0);
    insta::assert_snapshot!(project.probe(&["store", "list"]).stdout, @"
    23 B  today  9f49419fe62d  more.txt   http://127.0.0.1:PORT/more.txt
    19 B  today  9ecb36561341  words.txt  http://127.0.0.1:PORT/words.txt
    2 items, 42 B
    ");
    let said = project.probe(&["store", "list", "--format", "json"]);
    let mut document: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    for item in document["items"].as_array_mut().expect("items") {
        assert!(item["last_used"].as_u64().is_some_and(|seconds| seconds > 1_700_000_000));
        item["last_used"] = "[SECONDS]".into();
    }
    insta::assert_snapshot!(format!("{document:#}"), @r#"
    {
      "version": 1,
      "items": [
        {
          "name": "more.txt",
          "sha256": "9f49419fe62de977cc68f8084a524bff52c7b90eca659459b8bf55bb3ba12957",
          "path": "[ROOT]/store/files/9f49419fe62de977cc68f8084a524bff52c7b90eca659459b8bf55bb3ba12957/more.txt",
          "kind": "file",
          "size": 23,
          "last_used": "[SECONDS]",
          "library": "more",
          "command": "probe preload",
          "project": null,
          "origins": [
            "http://127.0.0.1:PORT/more.txt"
          ]
        },
        {
          "name": "words.txt",
          "sha256": "9ecb36561341d18eb65484e833efea61edc74b84cf5e6ae1b81c63533e25fc8f",
          "path": "[ROOT]/store/files/9ecb36561341d18eb65484e833efea61edc74b84cf5e6ae1b81c63533e25fc8f/words.txt",
          "kind": "file",
          "size": 19,
          "last_used": "[SECONDS]",
          "library": "words",
          "command": "probe preload",
          "project": null,
          "origins": [
            "http://127.0.0.1:PORT/words.txt"
          ]
        }
      ]
    }
    "#);
}

#[test]
fn damage_is_found_moved_aside_and_fetched_anew() {
    let server = Server::start(FILES);
    let project = project(&server);
    assert_eq!(project.probe(&["preload"]).code, 0);
    insta::assert_snapshot!(project.probe(&["store", "verify"]).stdout, @"2 items whole");
    damage(&project, "words.txt", "the quick brown cat");
    let said = project.probe(&["store", "verify"]);
    assert_eq!(said.code, 1);
    let (before, _) = said.stdout.split_once("; moved to [ROOT]/store/damaged/").expect("moved");
    insta::assert_snapshot!(before, @"[ROOT]/store/files/9ecb36561341d18eb65484e833efea61edc74b84cf5e6ae1b81c63533e25fc8f/words.txt: damaged: sha256 `04069b42a637cb8897cab6b3e56a99f1fc2b1ca60750dfd3961ca4d7925c675e`");
    insta::assert_snapshot!(said.stdout.lines().last().expect("a sum"), @"1 item whole, 1 not");
    let again = project.probe(&["store", "verify", "--format", "json"]);
    assert_eq!(again.code, 0);
    let document: serde_json::Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!(document["items"][0]["state"], "whole");
    assert_eq!(project.probe(&["preload"]).code, 0);
    assert_eq!(server.requests(), 3);
}

#[test]
fn only_what_was_not_used_lately_is_removed() {
    let server = Server::start(FILES);
    let project = project(&server);
    assert_eq!(project.probe(&["preload"]).code, 0);
    insta::assert_snapshot!(project.probe(&["store", "prune"]).stdout, @"0 items removed, 0 B freed; 0 in use and 2 used lately are kept");
    let said = project.probe(&["store", "prune", "--older-than", "0s"]);
    insta::assert_snapshot!(said.stdout, @"
    removed more.txt (23 B, 9f49419fe62d)
    removed words.txt (19 B, 9ecb36561341)
    2 items removed, 42 B freed; 0 in use and 0 used lately are kept
    ");
    assert_eq!(files(&project), [] as [std::path::PathBuf; 0]);
    let said = project.probe(&["store", "prune", "--older-than", "0d", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(document["bytes"], 0);
    assert_eq!(project.probe(&["store", "prune", "--older-than", "soon"]).code, 2);
}

#[test]
fn what_a_command_uses_is_kept_while_it_runs() {
    let server = Server::start(FILES);
    let project = project(&server);
    let script = "echo started > started; while ! test -e go-on; do sleep 0.01; done; cat $PROBE_LIBRARY_WORDS";
    let child = project.start(&["exec", "--needs", "words", "--", "sh", "-c", script]);
    project.wait_for("started");
    let said = project.probe(&["store", "prune", "--older-than", "0s"]);
    insta::assert_snapshot!(said.stdout, @"0 items removed, 0 B freed; 1 in use and 0 used lately are kept");
    fs::write(project.path("go-on"), "now").expect("write");
    let said = project.end(child);
    assert_eq!((said.code, said.stdout.as_str()), (0, "the quick brown fox"), "{}", said.stderr);
    wait_until(|| project.probe(&["store", "prune", "--older-than", "0s"]).code == 0, "the end");
    assert_eq!(files(&project).len(), 0);
}

#[test]
fn the_key_changes_with_what_the_libraries_will_be() {
    let server = Server::start(FILES);
    let project = project(&server);
    let key = |project: &Project| {
        let said = project.probe(&["store", "key"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(said.stdout.len(), 64, "{}", said.stdout);
        said.stdout
    };
    let first = key(&project);
    assert_eq!(key(&project), first);
    assert_eq!(project.probe(&["lock"]).code, 0);
    let pinned = key(&project);
    assert_ne!(pinned, first, "a pin says what the file is");
    let manifest = project.read("probe.toml") + "[test.none]\nrun = [\"true\"]\n";
    let project = project.write("probe.toml", &manifest);
    assert_eq!(key(&project), pinned, "tests are not in the store");
}

#[test]
fn the_help_says_what_each_action_does() {
    let project = Project::new("");
    insta::assert_snapshot!("help_store", project.probe(&["store", "-h"]).stdout);
    insta::assert_snapshot!("help_store_prune", project.probe(&["store", "prune", "-h"]).stdout);
}
