//! Transfers that go wrong once: each is noticed by what it is, and the next one is whole.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use probe_loader::{How, ImportCause, Loader, RetryPolicy, Settings};

use crate::support::archive::gzip;
use crate::support::host::Listener;
use crate::support::object::library as object;
use crate::support::server::{Server, reset, respond, respond_raw};
use crate::support::{Scene, library, pinned};

const SIZE: usize = 50_000;

type Fault = fn(&mut TcpStream, &[u8]);

/// What servers and networks do, and what it must be taken for.
const FAULTS: [(&str, Fault, &str); 8] = [
    (
        "the body is shorter than announced",
        |stream, whole| {
            respond_raw(stream, "200 OK", &[("Content-Length", "50000")], &whole[..20_000]);
        },
        "the transfer ended at 20000 of 50000 bytes",
    ),
    (
        "the whole body is announced as longer",
        |stream, whole| respond_raw(stream, "200 OK", &[("Content-Length", "50001")], whole),
        "the transfer ended at 50000 of 50001 bytes",
    ),
    (
        "the body ends early, and nobody said how long it is",
        |stream, whole| respond_raw(stream, "200 OK", &[], &whole[..20_000]),
        "torn: cut at 20000 of 50000 bytes",
    ),
    (
        "a chunk is cut",
        |stream, whole| {
            respond_raw(stream, "200 OK", &[("Transfer-Encoding", "chunked")], b"c350\r\n");
            stream.write_all(&whole[..20_000]).ok();
        },
        "network failure",
    ),
    (
        "the last chunk is missing",
        |stream, whole| {
            respond_raw(stream, "200 OK", &[("Transfer-Encoding", "chunked")], b"c350\r\n");
            stream.write_all(whole).ok();
        },
        "network failure",
    ),
    (
        "the connection is reset",
        |stream, whole| {
            respond_raw(stream, "200 OK", &[("Content-Length", "50000")], &whole[..20_000]);
            reset(stream);
        },
        "",
    ),
    (
        "nothing comes at all",
        |stream, _| {
            stream.flush().ok();
        },
        "network failure",
    ),
    (
        "the server asks to come back at a time that has passed",
        |stream, _| {
            let headers = [("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")];
            respond(stream, "503 Service Unavailable", &headers, b"");
        },
        "the server answered with status 503",
    ),
];

#[test]
fn every_fault_is_noticed_and_the_next_transfer_is_taken() {
    for (name, fault, expected) in FAULTS {
        for pin in [false, true] {
            let scene = Scene::new();
            let content = object(SIZE as u64, 1);
            let whole = content.clone();
            let server = Server::new(move |request, stream| match request.number {
                0 => fault(stream, &whole),
                _ => respond(stream, "200 OK", &[], &whole),
            });
            let url = server.url("/lib.so");
            let library = if pin { pinned(&url, &content) } else { library(&url) };
            let host = Listener::default();
            let imported = scene.loader().import(&library, &host).expect(name);
            assert_eq!((imported.how, imported.size), (How::Fetched, SIZE as u64), "{name}");
            // Without a digest, a length that is smaller than before is believed when it is said twice.
            let shrinks = name.ends_with("announced as longer") && !pin;
            assert_eq!(server.hits(), if shrinks { 3 } else { 2 }, "{name}");
            let noticed = host.events().into_iter().find(|event| event.starts_with("retrying"));
            let noticed = noticed.expect(name);
            // Cut where its length is not known, pinned bytes are told by their digest.
            let expected =
                if pin && expected.starts_with("torn") { "wrong content" } else { expected };
            assert!(noticed.contains(expected), "{name}: {noticed}");
        }
    }
}

#[test]
fn a_body_that_is_compressed_unasked_is_named() {
    let scene = Scene::new();
    let packed = gzip(&object(SIZE as u64, 1));
    let server = Server::new(move |request, stream| {
        assert_eq!(request.headers["accept-encoding"], "identity");
        respond(stream, "200 OK", &[("Content-Encoding", "gzip")], &packed);
    });
    let error = scene.import(&library(&server.url("/lib.so"))).expect_err("compressed");
    assert!(error.to_string().ends_with("in the encoding `gzip`, unasked"), "{error}");
    assert_eq!(server.hits(), 1);
}

#[test]
fn a_server_that_asks_for_more_patience_than_there_is_ends_it_at_once() {
    for wish in ["99999999", "61", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let scene = Scene::new();
        let server = Server::new(move |_, stream| {
            respond(stream, "503 Service Unavailable", &[("Retry-After", wish)], b"");
        });
        let retry = RetryPolicy { deadline: Duration::from_secs(30), ..scene.settings().retry };
        let loader = Loader::new(Settings { retry, ..scene.settings() }).expect("a store");
        let error = loader.import(&library(&server.url("/lib.so")), &()).expect_err("busy");
        assert!(matches!(error.cause(), ImportCause::Paused { status: 503, .. }), "{error}");
        assert_eq!((error.attempts().len(), server.hits()), (1, 1));
    }
}
