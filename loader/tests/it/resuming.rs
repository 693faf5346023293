//! Transfers that end early: continued where the server can, begun anew where it cannot, and never a mixture of two files.

use std::net::TcpStream;

use probe_loader::{How, Sha256};

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
    let range = [("Content-Range", "bytes 100000-299999/300000")];
    respond(stream, "206 Partial Content", &range, &object(SIZE as u64, 1)[CUT..]);
}

const RANGE: Option<&str> = Some("bytes=100000-");

#[test]
fn the_rest_is_asked_for_and_joined() {
    check(&[("ETag", "\"one\"")], rest, RANGE, 2);
}

#[test]
fn a_date_will_do_where_there_is_no_tag() {
    let second: Second = |request, stream| {
        assert_eq!(request.headers["if-range"], "Sun, 06 Nov 1994 08:49:37 GMT");
        let range = [("Content-Range", "bytes 100000-299999/300000")];
        respond(stream, "206 Partial Content", &range, &object(SIZE as u64, 1)[CUT..]);
    };
    check(&[("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT")], second, RANGE, 2);
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

#[test]
fn a_range_that_was_not_asked_for_is_not_joined() {
    for range in ["bytes 99999-299999/300000", "bytes 0-299999/300000", "nonsense"] {
        let scene = Scene::new();
        let server = Server::new(move |request, stream| {
            let content = object(SIZE as u64, 1);
            let tag = ("ETag", "\"one\"");
            match request.number {
                0 => {
                    let headers = [("Content-Length", "300000"), tag];
                    respond_raw(stream, "200 OK", &headers, &content[..CUT]);
                }
                1 => {
                    let headers = [("Content-Range", range)];
                    respond(stream, "206 Partial Content", &headers, &content[CUT..]);
                }
                _ => respond(stream, "200 OK", &[], &content),
            }
        });
        let library = library(&server.url("/lib.so"));
        let imported = scene.import(&library).expect("import");
        assert_eq!(imported.digest, Sha256::of(&object(SIZE as u64, 1)));
        assert_eq!(server.hits(), 3);
        assert_eq!(server.requests()[2].headers.get("range"), None);
    }
}

#[test]
fn a_rest_that_is_refused_or_fails_is_taken_anew() {
    let refused: Second = |_, stream| respond(stream, "416 Range Not Satisfiable", &[], b"");
    check(&[("ETag", "\"one\"")], refused, RANGE, 3);
    let failed: Second = |_, stream| respond(stream, "503 Service Unavailable", &[], b"");
    check(&[("ETag", "\"one\"")], failed, RANGE, 3);
}
