//! Transfers that end early: continued where the server can, begun anew where it cannot, and never a mixture of two files.

use std::io::Write;
use std::net::TcpStream;

use probe_loader::{How, ImportCause, ImportSpec, Kind, Sha256};

use crate::support::host::Listener;
use crate::support::object::library as object;
use crate::support::server::{Request, Server, respond, respond_raw};
use crate::support::{Scene, library};

const SIZE: usize = 300_000;
const CUT: usize = 100_000;

/// What a server does with the second request.
type Second = fn(&Request, &mut TcpStream);

/// Imports from a server that ends the first transfer early, having sent `headers`.
#[track_caller]
fn check(headers: &'static [(&str, &str)], second: Second, range: Option<&str>, requests: usize) {
    let scene = Scene::new();
    let server = Server::new(move |request, stream| match request.number {
        0 => {
            let mut all = vec![("Content-Length", "300000")];
            all.extend_from_slice(headers);
            respond_raw(stream, "200 OK", &all, &object(SIZE as u64, 1)[..CUT]);
        }
        1 => second(request, stream),
        _ => respond(stream, "200 OK", &[], &object(SIZE as u64, 1)),
    });
    let imported = scene.import(&library(&server.url("/lib.so"))).expect("import");
    assert_eq!(imported.how, How::Fetched);
    let digests = [1, 2].map(|seed| Sha256::of(&object(SIZE as u64, seed)));
    assert!(digests.contains(&imported.digest), "not a mixture");
    let seen = server.requests();
    assert_eq!(seen.len(), requests);
    assert_eq!(seen[1].headers.get("range").map(String::as_str), range);
}

fn rest(request: &Request, stream: &mut TcpStream) {
    assert_eq!(request.headers["if-range"], "\"one\"");
    let headers = [("Content-Range", "bytes 100000-299999/300000"), ("ETag", "\"one\"")];
    respond(stream, "206 Partial Content", &headers, &object(SIZE as u64, 1)[CUT..]);
}

const RANGE: Option<&str> = Some("bytes=100000-");

#[test]
fn the_rest_is_asked_for_and_joined() {
    check(&[("ETag", "\"one\"")], rest, RANGE, 2);
}

#[test]
fn a_date_of_long_ago_will_do_where_there_is_no_tag() {
    const DATE: (&str, &str) = ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    let second: Second = |request, stream| {
        assert_eq!(request.headers["if-range"], DATE.1);
        let headers = [("Content-Range", "bytes 100000-299999/300000"), DATE];
        respond(stream, "206 Partial Content", &headers, &object(SIZE as u64, 1)[CUT..]);
    };
    check(&[DATE, ("Date", "Sun, 06 Nov 1994 09:49:37 GMT")], second, RANGE, 2);
    let whole: Second = |_, stream| respond(stream, "200 OK", &[], &object(SIZE as u64, 1));
    check(&[DATE, ("Date", "Sun, 06 Nov 1994 08:49:38 GMT")], whole, None, 2);
    check(&[DATE], whole, None, 2);
}

#[test]
fn a_weak_tag_or_none_is_not_resumed() {
    let whole: Second = |_, stream| respond(stream, "200 OK", &[], &object(SIZE as u64, 1));
    check(&[], whole, None, 2);
    check(&[("ETag", "W/\"one\"")], whole, None, 2);
}

#[test]
fn a_file_that_changed_meanwhile_is_taken_anew() {
    let other: Second = |_, stream| {
        respond(stream, "200 OK", &[("ETag", "\"two\"")], &object(SIZE as u64, 2));
    };
    check(&[("ETag", "\"one\"")], other, RANGE, 2);
}

/// Data, of which nothing but its length tells whether it is whole.
fn data(url: &str) -> ImportSpec {
    ImportSpec { kind: Kind::Data, ..library(url) }
}

/// What a server does with the request of this number; `content` is the whole file.
type Turn = fn(usize, &mut TcpStream, &[u8]);

/// Imports data from a server that does wrong twice; the third answer is another file, whole.
#[track_caller]
fn check_begun_anew(name: &str, turn: Turn) {
    let scene = Scene::new();
    let one = vec![1; SIZE];
    let server = Server::new(move |request, stream| match request.number {
        0 | 1 => turn(request.number, stream, &one),
        _ => respond(stream, "200 OK", &[("ETag", "\"two\"")], &vec![2; SIZE]),
    });
    let imported = scene.import(&data(&server.url("/data.bin"))).expect(name);
    assert_eq!(imported.digest, Sha256::of(&vec![2; SIZE]), "{name}");
    assert_eq!(server.hits(), 3, "{name}");
}

/// The first third of the file.
fn begin(stream: &mut TcpStream, content: &[u8]) {
    let headers = [("Content-Length", "300000"), ("ETag", "\"one\"")];
    respond_raw(stream, "200 OK", &headers, &content[..CUT]);
}

#[test]
fn what_does_not_belong_to_the_beginning_is_never_joined_to_it() {
    const ONE: (&str, &str) = ("ETag", "\"one\"");
    const REST: (&str, &str) = ("Content-Range", "bytes 100000-299999/300000");
    let rows: [(&str, &[(&str, &str)]); 12] = [
        ("another tag", &[REST, ("ETag", "\"two\"")]),
        ("a weak tag", &[REST, ("ETag", "W/\"one\"")]),
        ("no tag", &[REST]),
        ("an overlap", &[ONE, ("Content-Range", "bytes 99999-299999/300000")]),
        ("a gap", &[ONE, ("Content-Range", "bytes 100001-299999/300000")]),
        ("all of it", &[ONE, ("Content-Range", "bytes 0-299999/300000")]),
        ("another total", &[ONE, ("Content-Range", "bytes 100000-199999/200000")]),
        ("no total", &[ONE, ("Content-Range", "bytes 100000-299999/*")]),
        ("not to the end", &[ONE, ("Content-Range", "bytes 100000-199999/300000")]),
        ("no range", &[ONE]),
        ("nonsense", &[ONE, ("Content-Range", "nonsense")]),
        ("an encoding", &[ONE, REST, ("Content-Encoding", "gzip")]),
    ];
    for (name, headers) in rows {
        let scene = Scene::new();
        let server = Server::new(move |request, stream| match request.number {
            0 => begin(stream, &vec![1; SIZE]),
            1 => respond_raw(stream, "206 Partial Content", headers, &vec![2; SIZE - CUT]),
            _ => respond(stream, "200 OK", &[], &vec![2; SIZE]),
        });
        let imported = scene.import(&data(&server.url("/data.bin"))).expect(name);
        assert_eq!(imported.digest, Sha256::of(&vec![2; SIZE]), "{name}");
        assert_eq!(server.requests()[2].headers.get("range"), None, "{name}");
        assert_eq!(server.hits(), 3, "{name}");
    }
}

#[test]
fn a_rest_of_another_length_than_announced_is_never_joined() {
    const HEADERS: [(&str, &str); 2] =
        [("Content-Range", "bytes 100000-299999/300000"), ("ETag", "\"one\"")];
    // More: nothing of it is kept, and what would come for ever is cut off.
    let scene = Scene::new();
    let server = Server::new(|request, stream| match request.number {
        0 => begin(stream, &vec![1; SIZE]),
        1 => {
            respond_raw(stream, "206 Partial Content", &HEADERS, b"");
            while stream.write_all(&[1; 10_000]).is_ok() {}
        }
        _ => respond(stream, "200 OK", &[("ETag", "\"two\"")], &vec![2; SIZE]),
    });
    let host = Listener::default();
    let imported = scene.loader().import(&data(&server.url("/data.bin")), &host).expect("import");
    assert_eq!(imported.digest, Sha256::of(&vec![2; SIZE]));
    let seen = server.requests();
    assert_eq!((seen.len(), seen[2].headers.get("range")), (3, None));
    let told = host.events();
    assert!(told.iter().any(|event| event.ends_with("more came than was announced")), "{told:?}");
    // Nobody but the range says how long it is: the end of the connection is no error.
    let scene = Scene::new();
    let server = Server::new(|request, stream| match request.headers.get("range") {
        None => begin(stream, &vec![1; SIZE]),
        Some(range) => {
            let from = range.trim_start_matches("bytes=").trim_end_matches('-');
            let range = format!("bytes {from}-299999/300000");
            let headers = [("Content-Range", &*range), ("ETag", "\"one\"")];
            respond_raw(stream, "206 Partial Content", &headers, &vec![1; 50_000]);
        }
    });
    let error = scene.import(&data(&server.url("/data.bin"))).expect_err("it never is whole");
    assert!(matches!(error.cause(), ImportCause::Short { received: 250_000, .. }), "{error}");
    assert_eq!(error.attempts().len(), 4, "no more attempts than without a beginning");
    assert!(scene.stored().is_empty());
}

#[test]
fn what_ends_before_the_length_of_an_earlier_answer_is_not_whole() {
    // Neither a length nor chunks: only the earlier answer tells that it was cut.
    check_begun_anew("a cut at an unknown length", |number, stream, content| match number {
        0 => begin(stream, content),
        _ => respond_raw(stream, "200 OK", &[("ETag", "\"one\"")], &content[..200_000]),
    });
    check_begun_anew("one tag, two lengths", |number, stream, content| match number {
        0 => begin(stream, content),
        _ => respond(stream, "200 OK", &[("ETag", "\"one\"")], &content[..200_000]),
    });
    // A file that has become shorter is taken when that is said again.
    let scene = Scene::new();
    let server = Server::new(|request, stream| match request.number {
        0 => respond_raw(stream, "200 OK", &[("Content-Length", "300000")], &[1; CUT]),
        _ => respond(stream, "200 OK", &[], &[2; 200_000]),
    });
    let imported = scene.import(&data(&server.url("/data.bin"))).expect("import");
    assert_eq!((imported.size, server.hits()), (200_000, 3));
}

#[test]
fn what_says_that_it_is_whole_or_another_file_is_not_measured_by_an_earlier_answer() {
    let seconds: [(&str, Second); 2] = [
        ("a whole body in chunks", |_, stream| {
            respond_raw(stream, "200 OK", &[("Transfer-Encoding", "chunked")], b"30d40\r\n");
            stream.write_all(&[&*vec![2; 200_000], b"\r\n0\r\n\r\n"].concat()).ok();
        }),
        ("another tag", |_, stream| {
            respond(stream, "200 OK", &[("ETag", "\"two\"")], &vec![2; 200_000]);
        }),
    ];
    for (name, second) in seconds {
        let scene = Scene::new();
        let server = Server::new(move |request, stream| match request.number {
            0 => begin(stream, &vec![1; SIZE]),
            _ => second(request, stream),
        });
        let imported = scene.import(&data(&server.url("/data.bin"))).expect(name);
        assert_eq!((imported.size, server.hits()), (200_000, 2), "{name}");
    }
}

#[test]
fn a_mirror_does_not_go_on_with_what_another_place_began() {
    let scene = Scene::new();
    let mirror = Server::new(|_, stream| {
        let headers = [("Content-Range", "bytes 100000-299999/300000"), ("ETag", "\"one\"")];
        respond(stream, "206 Partial Content", &headers, &vec![2; SIZE - CUT]);
    });
    let elsewhere = mirror.url("/data.bin");
    let server = Server::new(move |request, stream| match request.number {
        0 => begin(stream, &vec![1; SIZE]),
        1 => respond(stream, "302 Found", &[("Location", &elsewhere)], b""),
        _ => respond(stream, "200 OK", &[], &vec![1; SIZE]),
    });
    let imported = scene.import(&data(&server.url("/data.bin"))).expect("import");
    assert_eq!(imported.digest, Sha256::of(&vec![1; SIZE]));
    assert_eq!((server.hits(), mirror.hits()), (3, 1));
}

#[test]
fn a_rest_that_is_refused_or_fails_is_taken_anew() {
    for status in ["416 Range Not Satisfiable", "412 Precondition Failed", "501 Not Implemented"] {
        let scene = Scene::new();
        let server = Server::new(move |request, stream| match request.number {
            0 => begin(stream, &vec![1; SIZE]),
            1 => respond(stream, status, &[], b""),
            _ => respond(stream, "200 OK", &[], &vec![1; SIZE]),
        });
        let imported = scene.import(&data(&server.url("/data.bin"))).expect(status);
        assert_eq!((imported.size, server.hits()), (SIZE as u64, 3), "{status}");
    }
    let failed: Second = |_, stream| respond(stream, "503 Service Unavailable", &[], b"");
    check(&[("ETag", "\"one\"")], failed, RANGE, 3);
}
