//! `probe.lock`: who writes it, who goes by it, and what is said where it does not fit.

use std::fs;

use crate::server::{Answer, Server};
use crate::support::{Project, Said};

/// `EM_X86_64` and `EM_AARCH64`.
const X86_64: u8 = 62;
const AARCH64: u8 = 183;

/// The shortest library of Linux: an ELF header, and one program header whose segment ends with the file.
const fn library(machine: u8) -> [u8; 120] {
    let mut bytes = [0; 120];
    let head = *b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0";
    let mut at = 0;
    while at < head.len() {
        bytes[at] = head[at];
        at += 1;
    }
    bytes[18] = machine;
    bytes[20] = 1;
    // The program headers: where, of which size, how many.
    bytes[32] = 64;
    bytes[52] = 64;
    bytes[54] = 56;
    bytes[56] = 1;
    // PT_LOAD, of the whole file.
    bytes[64] = 1;
    bytes[96] = 120;
    bytes
}

const LINUX: [u8; 120] = library(X86_64);
const ARM: [u8; 120] = library(AARCH64);

const FILES: &[Answer] = &[
    Answer { path: "/words.txt", status: "200 OK", body: b"the quick brown fox" },
    Answer { path: "/more.txt", status: "200 OK", body: b"jumps over the lazy dog" },
    Answer { path: "/x86_64.so", status: "200 OK", body: &LINUX },
    Answer { path: "/aarch64.so", status: "200 OK", body: &ARM },
];

/// What is at the same place after the publisher has replaced it.
const REPLACED: &[Answer] =
    &[Answer { path: "/words.txt", status: "200 OK", body: b"the slow brown fox" }];

fn words(server: &Server, path: &str) -> String {
    format!("[library.words]\nurl = \"{}\"\nkind = \"data\"\n", server.url(path))
}

/// A project with one library and one test that needs it.
fn project(server: &Server) -> Project {
    Project::new(&format!(
        "{}\n[test.reads]\nrun = [\"true\"]\nneeds = [\"words\"]\n",
        words(server, "/words.txt")
    ))
}

/// The lock file, with the server's port replaced.
fn locked(project: &Project, server: &Server) -> String {
    project.read("probe.lock").replace(&server.url(""), "http://127.0.0.1:PORT")
}

fn in_ci(project: &Project, value: &str, arguments: &[&str]) -> Said {
    project.said(&project.command(arguments).env("CI", value).output().expect("the binary starts"))
}

#[test]
fn the_first_import_pins_and_says_so_and_the_second_says_nothing() {
    let server = Server::start(FILES);
    let project = project(&server);
    let first = project.probe(&["run"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    insta::assert_snapshot!(first.stderr.lines().last().expect("it says something"), @"      PINNED words: in `probe.lock`, to be committed");
    insta::assert_snapshot!(locked(&project, &server), @r#"
    # What the libraries downloaded when they were pinned. Written by `probe lock`, to be committed.
    version = 1

    [[pin]]
    library = "words"
    platform = "linux-x86_64"
    url = "http://127.0.0.1:PORT/words.txt"
    size = 19
    sha256 = "9ecb36561341d18eb65484e833efea61edc74b84cf5e6ae1b81c63533e25fc8f"
    "#);
    let second = project.probe(&["run"]);
    assert!(!second.stderr.contains("PINNED"), "{}", second.stderr);
    assert_eq!(server.requests(), 1);
}

#[test]
fn in_ci_nothing_is_pinned_and_a_warning_says_how() {
    let server = Server::start(FILES);
    for (value, records) in
        [("true", false), ("1", false), ("", true), ("0", true), ("False", true)]
    {
        let project = project(&server);
        let said = in_ci(&project, value, &["exec", "--", "true"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(!project.read("probe.lock").is_empty(), records, "CI={value}");
        if value == "true" {
            insta::assert_snapshot!(said.stderr, @"
                 WARNING `probe.lock` does not pin `words`, so what the server sends, or a cache has kept of it, is trusted: run `probe lock`, and commit `probe.lock`
                FETCHING                  words: `http://127.0.0.1:PORT/words.txt`
                 PRELOAD [   TIME ] (1/1) words: fetched, 19 B
            ");
        }
    }
}

#[test]
fn locked_is_an_error_where_nothing_is_pinned() {
    let server = Server::start(FILES);
    let project = project(&server);
    let said = project.probe(&["run", "--locked"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × `probe.lock` does not pin `words`
    help: run `probe lock`, and commit `probe.lock`
    ");
    assert_eq!(project.probe(&["exec", "--locked", "--", "true"]).code, 96);
    assert_eq!(server.requests(), 0);

    assert_eq!(project.probe(&["lock"]).code, 0);
    assert_eq!(project.probe(&["run", "--locked"]).code, 0);
    assert_eq!(project.probe(&["exec", "--locked", "--", "true"]).code, 0);
}

#[test]
fn a_pin_for_another_url_is_missing() {
    let server = Server::start(FILES);
    let project = project(&server);
    assert_eq!(project.probe(&["lock"]).code, 0);
    let project = project.write("probe.toml", &words(&server, "/more.txt"));
    let said = project.probe(&["exec", "--locked", "--", "true"]);
    assert_eq!(said.code, 96);
    insta::assert_snapshot!(said.stderr, @"
    × `probe.lock` does not pin `words` (only for another URL)
    help: run `probe lock`, and commit `probe.lock`
    ");
    assert_eq!(project.probe(&["lock", "--check"]).code, 96);
    assert_eq!(project.probe(&["exec", "--", "true"]).code, 0);
    assert_eq!(project.probe(&["lock", "--check"]).code, 0);
}

#[test]
fn what_the_manifest_pins_itself_needs_no_lock_file() {
    let server = Server::start(FILES);
    let digest = "9ecb36561341d18eb65484e833efea61edc74b84cf5e6ae1b81c63533e25fc8f";
    let manifest = format!("{}sha256 = \"{digest}\"\n", words(&server, "/words.txt"));
    let project = Project::new(&manifest);
    let said = project.probe(&["exec", "--locked", "--", "true"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(project.probe(&["exec", "--", "true"]).code, 0);
    assert_eq!(project.read("probe.lock"), "");
}

#[test]
fn a_file_that_was_replaced_is_refused_until_it_is_pinned_anew() {
    let before = Server::start(FILES);
    let project = project(&before);
    assert_eq!(project.probe(&["lock"]).code, 0);
    // The same pin, as if the same server now sent something else.
    let after = Server::start(REPLACED);
    let pinned = project.read("probe.lock").replace(&before.url(""), &after.url(""));
    let manifest = format!(
        "{}\n[test.reads]\nrun = [\"true\"]\nneeds = [\"words\"]\n",
        words(&after, "/words.txt")
    );
    let project = project.write("probe.lock", &pinned).write("probe.toml", &manifest);
    fs::remove_dir_all(project.path("store")).expect("forget what was fetched");

    let refused = project.probe(&["exec", "--", "true"]);
    assert_eq!(refused.code, 105);
    // How long was waited is random.
    let lines = refused.stderr.lines().filter(|line| !line.contains("RETRYING"));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
        FETCHING                  words: `http://127.0.0.1:PORT/words.txt`
    PRELOAD FAIL library words
                 failed to prepare `words` from `http://127.0.0.1:PORT/words.txt`: wrong content: sha256 `b4fdce96cbe4c271500228de56f235119458487f6e7a7c00dcc6978ca8394e3b`, pinned is `9ecb36561341d18eb65484e833efea61edc74b84cf5e6ae1b81c63533e25fc8f` (after 2 attempts)
                 `probe.lock` pins it: if the publisher replaced the file on purpose, run `probe lock --update words`; if not, do not trust it
    ");
    let unchanged = project.probe(&["lock"]);
    insta::assert_snapshot!(unchanged.stderr, @"      LOCKED probe.lock: pins 1 download");
    let said = project.probe(&["lock", "--update", "words"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.stderr, @"
    FETCHING words: linux-x86_64, `http://127.0.0.1:PORT/words.txt`
      PINNED words: linux-x86_64, 18 B
      LOCKED probe.lock: pins 1 download
    ");
    assert_eq!(project.probe(&["exec", "--locked", "--", "true"]).code, 0);
}

/// A library with a file for each of two platforms, both pinned from here.
fn two_platforms(server: &Server, arm: &str) -> Project {
    Project::new(&format!(
        "[run]\nplatforms = [\"linux-x86_64\", \"linux-aarch64\", \"macos-aarch64\"]\n\n\
         [library.engine]\nurl = {{ linux-x86_64 = \"{}\", linux-aarch64 = \"{}\" }}\n\n\
         [test.uses]\nrun = [\"true\"]\nneeds = [\"engine\"]\n",
        server.url("/x86_64.so"),
        server.url(arm),
    ))
}

#[test]
fn lock_pins_every_platform_and_checks_what_the_files_are_for() {
    let server = Server::start(FILES);
    let project = two_platforms(&server, "/aarch64.so");
    assert_eq!(project.probe(&["lock", "--check"]).code, 96);
    assert_eq!(server.requests(), 0);
    let said = project.probe(&["lock"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    // Downloads begin in any order.
    let lines = said.stderr.lines().filter(|line| !line.contains("FETCHING"));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
    SKIPPED engine: no URL for macos-aarch64
     PINNED engine: linux-x86_64, 120 B
     PINNED engine: linux-aarch64, 120 B
     LOCKED probe.lock: pins 2 downloads
    ");
    insta::assert_snapshot!(locked(&project, &server), @r#"
    # What the libraries downloaded when they were pinned. Written by `probe lock`, to be committed.
    version = 1

    [[pin]]
    library = "engine"
    platform = "linux-aarch64"
    url = "http://127.0.0.1:PORT/aarch64.so"
    size = 120
    sha256 = "b7d84ae6bdd21756f4fe6028f8c108d363c6b63ea4d39a9ef5e0817da6c48a30"

    [[pin]]
    library = "engine"
    platform = "linux-x86_64"
    url = "http://127.0.0.1:PORT/x86_64.so"
    size = 120
    sha256 = "515e70b6d6821e47362b48c3adf15c92dd60617b837977d2eeca582ff84ff552"
    "#);
    assert_eq!(project.probe(&["lock", "--check"]).code, 0);
    assert_eq!(project.probe(&["lock"]).code, 0);
    assert_eq!(server.requests(), 2);
}

#[test]
fn a_file_for_another_platform_is_not_pinned_but_the_others_are() {
    let server = Server::start(FILES);
    let project = two_platforms(&server, "/x86_64.so");
    let said = project.probe(&["lock"]);
    assert_eq!(said.code, 105);
    let lines = said.stderr.lines().filter(|line| !line.contains("FETCHING"));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
     SKIPPED engine: no URL for macos-aarch64
    PIN FAIL engine: linux-aarch64
             failed to prepare `engine` from `http://127.0.0.1:PORT/x86_64.so`: made for another machine: x86_64 ELF, not linux-aarch64
             use the URL of the file for this platform
      PINNED engine: linux-x86_64, 120 B
      LOCKED probe.lock: pins 1 of 2 downloads
    ");
    assert_eq!(project.read("probe.lock").matches("[[pin]]").count(), 1);
    insta::assert_snapshot!(project.probe(&["lock", "--check"]).stderr, @"
    × `probe.lock` is out of date: `engine` is not pinned for linux-aarch64
    help: run `probe lock`, and commit what it writes
    ");
}

#[test]
fn pins_of_what_the_manifest_has_no_longer_are_dropped_and_others_kept() {
    let server = Server::start(FILES);
    let project = project(&server);
    assert_eq!(project.probe(&["lock"]).code, 0);
    let digest = "0".repeat(64);
    let pin = |library: &str, platform: &str, url: &str| {
        format!(
            "\n[[pin]]\nlibrary = \"{library}\"\nplatform = \"{platform}\"\nurl = \"{url}\"\nsize = 1\n\
             sha256 = \"{digest}\"\n"
        )
    };
    let text = project.read("probe.lock")
        + &pin("gone", "linux-x86_64", "https://example.org/gone")
        // Pinned on a colleague's machine, and the manifest still says the same of it.
        + &pin("words", "macos-aarch64", &server.url("/words.txt"))
        + &pin("words", "windows-x86_64", "https://example.org/former")
        // By a newer probe.
        + &pin("words", "freebsd-riscv64", "https://example.org/words");
    let project = project.write("probe.lock", &text);
    insta::assert_snapshot!(project.probe(&["lock", "--check"]).stderr, @"
    × `probe.lock` is out of date: the pin of `gone` for linux-x86_64 is left over; the pin of `words` for windows-x86_64 is left over
    help: run `probe lock`, and commit what it writes
    ");
    insta::assert_snapshot!(project.probe(&["lock"]).stderr, @"
    DROPPED gone: linux-x86_64, which the project does not have any more
    DROPPED words: windows-x86_64, which the project does not have any more
     LOCKED probe.lock: pins 1 download
    ");
    let kept = project.read("probe.lock");
    assert_eq!(kept.matches("[[pin]]").count(), 3, "{kept}");
    assert!(kept.contains("macos-aarch64") && kept.contains("freebsd-riscv64"), "{kept}");
}

#[test]
fn a_lock_file_that_cannot_be_used_is_shown_with_its_places() {
    let server = Server::start(FILES);
    let project = project(&server);
    assert_eq!(project.probe(&["lock"]).code, 0);
    let text = locked(&project, &server);
    let pin = &text[text.find("[[pin]]").expect("a pin")..];
    for (name, text) in [
        (
            "conflict",
            format!("version = 1\n\n<<<<<<< HEAD\n{pin}=======\n{pin}>>>>>>> their branch\n"),
        ),
        ("newer", text.replace("version = 1", "version = 2")),
        ("duplicate", format!("{text}\n{pin}")),
        ("digest", text.replace("sha256 = \"", "sha256 = \"x")),
        ("garbage", "\u{1}\u{2} no TOML at all".to_owned()),
    ] {
        let project = Project::new(&words(&server, "/words.txt")).write("probe.lock", &text);
        let said = project.probe(&["exec", "--", "true"]);
        assert_eq!(said.code, 96, "{}", said.stderr);
        insta::assert_snapshot!(format!("lock_file_{name}"), said.stderr);
        assert_eq!(project.probe(&["lock"]).code, 96);
        assert_eq!(project.read("probe.lock"), text, "it is left as it is");
    }
    let project = Project::new(&words(&server, "/words.txt"));
    fs::write(project.path("probe.lock"), b"version = 1\n\xff\xfe").expect("write");
    insta::assert_snapshot!("lock_file_encoding", project.probe(&["exec", "--", "true"]).stderr);
}

#[test]
fn a_lock_file_that_cannot_be_written_does_not_fail_the_run() {
    let server = Server::start(FILES);
    // Somebody merges while the libraries are imported.
    let project = Project::new(&format!(
        "{}\n[library.merge]\ncommand = [\"sh\", \"-c\", \"echo '<<<<<<< HEAD' > probe.lock; echo x > made\"]\n\
         paths = [\"made\"]\nkind = \"data\"\n",
        words(&server, "/words.txt")
    ));
    let said = project.probe(&["exec", "--", "true"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let warning = said.stderr.lines().filter(|line| line.contains("WARNING"));
    insta::assert_snapshot!(warning.collect::<Vec<_>>().join("\n"), @"     WARNING `words` could not be pinned: `probe.lock` cannot be used: the marks of an unfinished merge");
}

#[test]
fn the_help_says_what_is_pinned() {
    insta::assert_snapshot!("help_lock", Project::new("").probe(&["lock", "-h"]).stdout);
}

#[test]
fn a_file_in_the_place_of_a_download_is_pinned_only_when_its_origin_has_confirmed_it() {
    let server = Server::start(FILES);
    let placed = |to: &str| format!("{}to = \"{to}\"\n", words(&server, "/words.txt"));
    // What a cache has restored of another version.
    let project = Project::new(&placed("cache/words.txt")).write("cache/words.txt", "older");
    let said = project.probe(&["preload"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    assert!(said.stderr.contains("holds another file"), "{}", said.stderr);
    assert_eq!((server.requests(), project.read("probe.lock").as_str()), (1, ""));

    let project = Project::new(&placed("plug"));
    let probe = |arguments: &[&str]| {
        let mut command = project.command(&[&["preload"], arguments].concat());
        project.said(&command.env("DENO_DIR", project.path("deno")).output().expect("start"))
    };
    assert_eq!(probe(&[]).code, 0);
    fs::remove_dir_all(project.path("store")).expect("remove");
    fs::remove_file(project.path("probe.lock")).expect("remove");
    let said = probe(&["--offline"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("not pinned: its origin could not be asked"), "{}", said.stderr);
    assert_eq!((server.requests(), project.read("probe.lock").as_str()), (2, ""));
    let said = probe(&[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("found in place,"), "{}", said.stderr);
    assert!(project.read("probe.lock").contains("words.txt"));
}
