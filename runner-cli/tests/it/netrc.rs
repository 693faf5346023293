//! Passwords from a netrc file: they reach their host, nobody else, and no message.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::server::{Answer, Server};
use crate::support::{Project, Said};

const FILES: &[Answer] = &[
    Answer { path: "/words.txt", status: "200 OK", body: b"the quick brown fox" },
    Answer { path: "/closed.txt", status: "403 Forbidden", body: b"no" },
];

/// `me:s3cret`, as it is sent.
const SENT: &str = "Basic bWU6czNjcmV0";

/// Preloads with this netrc file, of this mode.
fn preload(server: &Server, path: &str, netrc: &str, mode: u32) -> Said {
    let manifest = format!("[library.words]\nurl = \"{}\"\nkind = \"data\"\n", server.url(path));
    let project = Project::new(&manifest).write("netrc", netrc);
    fs::set_permissions(project.path("netrc"), fs::Permissions::from_mode(mode)).expect("set");
    let mut command = project.command(&["preload"]);
    command.env("NETRC", project.path("netrc"));
    let said = project.said(&command.output().expect("the binary starts"));
    assert!(!said.stderr.contains("s3cret") && !said.stderr.contains(SENT), "{}", said.stderr);
    said
}

fn warnings(said: &Said) -> String {
    let warnings = said.stderr.lines().filter(|line| line.contains("warning"));
    warnings.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_password_goes_to_its_host_alone() {
    for (machine, sent) in [("127.0.0.1", true), ("example.org", false), ("localhost", false)] {
        let server = Server::start(FILES);
        let netrc = format!("machine {machine} login me password s3cret\n");
        let said = preload(&server, "/words.txt", &netrc, 0o600);
        assert_eq!((said.code, warnings(&said).as_str()), (0, ""), "{}", said.stderr);
        let heads = server.heads();
        assert_eq!(heads.len(), 1);
        assert_eq!(heads[0].contains(SENT), sent, "{machine}: {heads:?}");
    }
}

#[test]
fn a_refused_password_is_in_no_message() {
    let server = Server::start(FILES);
    let said = preload(&server, "/closed.txt", "machine 127.0.0.1 login me password s3cret", 0o600);
    assert_eq!(said.code, 105);
    assert!(server.heads().iter().all(|head| head.contains(SENT)));
    let (_, failure) = said.stderr.split_once("PRELOAD FAIL").expect("it fails");
    insta::assert_snapshot!(failure, @"
    library words
                failed to prepare `words` from `http://127.0.0.1:PORT/closed.txt`: the server answered with status 403 (after 2 attempts)
                the server wants credentials, or refuses this machine
    ");
}

#[test]
fn a_file_that_others_can_read_is_named_if_it_matters() {
    let server = Server::start(FILES);
    let said = preload(&server, "/words.txt", "machine 127.0.0.1 login me password s3cret", 0o644);
    insta::assert_snapshot!(warnings(&said), @"warning: others can read the password for `127.0.0.1` in `[ROOT]/netrc`: `chmod 600` it");
    assert!(server.heads()[0].contains(SENT), "it is used all the same");
    let said =
        preload(&server, "/words.txt", "machine example.org login me password s3cret", 0o644);
    assert_eq!(warnings(&said), "");
}

#[test]
fn a_file_with_a_mistake_is_used_up_to_it_and_its_words_are_not_shown() {
    let server = Server::start(FILES);
    let netrc = "machine 127.0.0.1 login me password s3cret\nmachine h password\ns3cret s3cret";
    let said = preload(&server, "/words.txt", netrc, 0o600);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(warnings(&said), @"warning: `[ROOT]/netrc` is used up to line 3: a word that means nothing there");
    assert!(server.heads()[0].contains(SENT));
}

#[test]
fn a_file_that_is_named_and_missing_is_said() {
    let server = Server::start(FILES);
    let manifest =
        format!("[library.words]\nurl = \"{}\"\nkind = \"data\"\n", server.url("/words.txt"));
    let project = Project::new(&manifest);
    let mut command = project.command(&["preload"]);
    command.env("NETRC", "none");
    let said = project.said(&command.output().expect("the binary starts"));
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(warnings(&said), @"warning: no password of `[ROOT]/none` is used: No such file or directory (os error 2)");
}
