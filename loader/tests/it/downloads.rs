//! Downloads: what is stored, what is refused, and what is tried again.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;

use probe_loader::{
    How, ImportCause, ImportError, ImportSource, ImportSpec, Kind, Loader, NetworkLimits,
    RetryPolicy, Rewrite, Settings, Sha256,
};

use crate::support::host::Listener;
use crate::support::object::{AARCH64, Elf, X86_64, library as object};
use crate::support::server::{Server, reset, respond, respond_raw};
use crate::support::{Scene, library, pinned};

/// An error as its user sees it, with the port blotted out.
fn shown(error: &ImportError) -> String {
    let mut text = error.to_string();
    if let Some(at) = text.find("127.0.0.1:") {
        let digits = at + "127.0.0.1:".len();
        let end = text[digits..]
            .find(|character: char| !character.is_ascii_digit())
            .map_or(text.len(), |length| digits + length);
        text.replace_range(digits..end, "PORT");
    }
    match error.help() {
        Some(help) => format!("{text}\n  help: {help}"),
        None => text,
    }
}

#[test]
fn a_download_is_stored_under_its_digest_and_name_read_only_and_then_found() {
    let scene = Scene::new();
    let content = object(300_000, 1);
    let server = Server::of(content.clone());
    let library = library(&server.url("/v1/libsample%2B.so?key=1"));

    let first = scene.import(&library).expect("import");
    assert_eq!(first.how, How::Fetched);
    assert_eq!(first.digest, Sha256::of(&content));
    assert_eq!(first.size, content.len() as u64);
    assert_eq!(fs::read(&first.path).expect("read"), content);
    assert_eq!(scene.stored(), [format!("{}/libsample+.so", first.digest)]);
    let metadata = fs::metadata(&first.path).expect("stat");
    assert_eq!(metadata.mode() & 0o7777, 0o444);
    assert_eq!(fs::metadata(scene.path("store")).expect("stat").mode() & 0o7777, 0o700);
    let pin = first.pin.clone().expect("a pin");
    assert_eq!(pin.sha256, first.digest);
    assert_eq!(pin.size, first.size);
    assert_eq!(pin.url, server.url("/v1/libsample%2B.so?…"));

    let second = scene.import(&library).expect("import");
    assert_eq!(second.how, How::Cached);
    assert_eq!(second.pin, first.pin);
    assert_eq!(second.path, first.path);
    assert_eq!(fs::metadata(&second.path).expect("stat").ino(), metadata.ino());
    assert_eq!(server.hits(), 1);
}

#[test]
fn a_program_is_stored_executable_even_if_it_was_stored_otherwise() {
    let scene = Scene::new();
    // Its bytes do not tell that it is one.
    let server = Server::of(object(5000, 1));
    let as_data = ImportSpec { kind: Kind::Data, ..library(&server.url("/tool")) };
    let as_program = ImportSpec { kind: Kind::Executable, ..library(&server.url("/other/tool")) };
    let data = scene.import(&as_data).expect("import");
    assert_eq!(fs::metadata(&data.path).expect("stat").mode() & 0o777, 0o444);
    let program = scene.import(&as_program).expect("import");
    assert_eq!(program.path, data.path);
    assert_eq!(fs::metadata(&program.path).expect("stat").mode() & 0o777, 0o555);
}

#[test]
fn a_pinned_download_is_found_under_any_url() {
    let scene = Scene::new();
    let content = object(5000, 1);
    let server = Server::of(content.clone());
    scene.import(&library(&server.url("/a/lib.so"))).expect("import");
    let again = scene.import(&pinned("https://elsewhere.invalid/lib.so", &content));
    assert_eq!(again.expect("import").how, How::Cached);
    assert_eq!(server.hits(), 1);
}

#[test]
fn another_version_at_one_url_is_another_download() {
    let scene = Scene::new();
    let server = Server::new(|request, stream| {
        respond(stream, "200 OK", &[], &object(5000, request.number as u8));
    });
    let version = |version: &str| ImportSpec {
        version: Some(version.to_owned()),
        ..library(&server.url("/latest/lib.so"))
    };
    let one = scene.import(&version("1")).expect("import");
    let two = scene.import(&version("2")).expect("import");
    assert_ne!(one.digest, two.digest);
    assert_eq!(scene.import(&version("1")).expect("import").digest, one.digest);
    assert_eq!(server.hits(), 2);
}

#[test]
fn what_is_refused_says_what_it_is_and_leaves_nothing() {
    let other = if cfg!(target_arch = "aarch64") { X86_64 } else { AARCH64 };
    let foreign = Elf { machine: other, ..Elf::new(4000, 0) }.bytes();
    let cases: [(&str, Vec<u8>, &str); 7] = [
        (
            "200 OK",
            b"<!doctype html><title>Sign in</title>".to_vec(),
            "not a library but an HTML page",
        ),
        ("200 OK", b"PK\x03\x04archive".to_vec(), "not a library but an archive (zip)"),
        (
            "200 OK",
            b"version https://git-lfs.github.com/spec/v1".to_vec(),
            "not a library but a Git LFS pointer",
        ),
        ("200 OK", foreign, "made for another machine"),
        ("200 OK", object(4000, 0)[..3000].to_vec(), "torn: cut at 3000 of 4000 bytes"),
        ("200 OK", Vec::new(), "torn: empty"),
        ("404 Not Found", Vec::new(), "the server does not have it"),
    ];
    for (status, content, expected) in cases {
        let scene = Scene::new();
        let server = Server::new(move |_, stream| respond(stream, status, &[], &content));
        let error = scene.import(&library(&server.url("/lib.so"))).expect_err("refused");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.help().is_some(), "{error}");
        assert!(scene.stored().is_empty(), "{error}");
    }
}

#[test]
fn messages_name_the_library_the_place_and_the_way_out() {
    let scene = Scene::new();
    let missing = Server::new(|_, stream| respond(stream, "404 Not Found", &[], b""));
    let page = Server::of(b"<!doctype html>".to_vec());
    let wrong = Server::of(object(400, 1));
    let show = |library: &ImportSpec| shown(&scene.import(library).expect_err("refused"));
    insta::assert_snapshot!(show(&library(&missing.url("/lib.so"))), @r"
    prepare `sample` from `http://127.0.0.1:PORT/lib.so`: the server does not have it
      help: check the URL and the version in it
    ");
    insta::assert_snapshot!(show(&library(&page.url("/lib.so"))), @r"
    prepare `sample` from `http://127.0.0.1:PORT/lib.so`: not a library but an HTML page
      help: open the URL in a browser: it may want a login, or a proxy may answer in its place
    ");
    insta::assert_snapshot!(show(&pinned(&wrong.url("/lib.so?token=secret"), b"")), @r"
    prepare `sample` from `http://127.0.0.1:PORT/lib.so?…`: wrong content: sha256 `df8deb17ca6628389d01b16f6ee0ab99080cab35a243bce36e3979769114d82c`, pinned is `e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855` (after 2 attempts)
      help: if the publisher replaced the file on purpose, pin the new digest; if not, do not trust it
    ");
    insta::assert_snapshot!(show(&library("http://example.org/lib.so")), @r"
    prepare `sample` from `http://example.org/lib.so`: plain http without a pinned digest is refused
      help: use https, or pin the digest by `sha256`
    ");
    insta::assert_snapshot!(show(&library("ftp://example.org/lib.so")), @r"
    prepare `sample` from `ftp://example.org/lib.so`: only http and https URLs can be fetched
      help: use an https URL, or a local path
    ");
}

#[test]
fn transient_failures_are_tried_again_and_listed() {
    let scene = Scene::new();
    let content = object(200_000, 1);
    let server = Server::new(move |request, stream| match request.number {
        0 => respond(stream, "503 Service Unavailable", &[("Retry-After", "0")], b""),
        // More is announced than comes.
        1 => respond_raw(stream, "200 OK", &[("Content-Length", "200000")], &content[..70_000]),
        2 => {
            respond_raw(stream, "200 OK", &[("Content-Length", "200000")], &content[..70_000]);
            reset(stream);
        }
        _ => respond(stream, "200 OK", &[], &content),
    });
    let listener = Listener::default();
    let imported = scene.loader().import(&library(&server.url("/lib.so")), &listener);
    assert_eq!(imported.expect("import").how, How::Fetched);
    assert_eq!(server.hits(), 4);
    let events = listener.events();
    assert_eq!(
        events[..5],
        [
            "attempt 1",
            "retrying: the server answered with status 503",
            "release",
            "acquire",
            "attempt 2"
        ]
    );
    assert_eq!(events[5], "retrying: the transfer ended at 70000 of 200000 bytes");
    assert!(events[9].starts_with("retrying: "), "{events:?}");
}

#[test]
fn attempts_end_and_the_error_has_them_all() {
    let scene = Scene::new();
    let server = Server::new(|_, stream| respond(stream, "502 Bad Gateway", &[], b""));
    let error = scene.import(&library(&server.url("/lib.so"))).expect_err("it never works");
    assert!(matches!(error.cause(), ImportCause::Status(502)), "{error}");
    assert_eq!(error.attempts().len(), 4);
    assert!(error.attempts()[..3].iter().all(|attempt| attempt.delay.is_some()));
    assert_eq!(error.attempts()[3].delay, None);
    assert_eq!(server.hits(), 4);
}

#[test]
fn a_server_that_does_not_answer_is_a_network_failure() {
    let scene = Scene::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let closed = format!("http://{}/lib.so", listener.local_addr().expect("an address"));
    drop(listener);
    let error = scene.import(&library(&closed)).expect_err("nobody listens");
    assert!(matches!(error.cause(), ImportCause::Network(_)), "{error}");
    assert_eq!(error.attempts().len(), 4);
}

#[test]
fn a_stalled_transfer_is_given_up() {
    let scene = Scene::new();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = parking_lot::Mutex::new(released);
    let content = object(9000, 1);
    let server = Server::new(move |request, stream| {
        if request.number == 0 {
            respond_raw(stream, "200 OK", &[("Content-Length", "9000")], &content[..100]);
            // Open until the test is over.
            released.lock().recv().ok();
        } else {
            respond(stream, "200 OK", &[], &content);
        }
    });
    let stall = std::time::Duration::from_millis(50);
    let network = NetworkLimits { stall, ..NetworkLimits::default() };
    // A slow machine may stall, too.
    let retry = RetryPolicy { attempts: 1_000_000, ..scene.settings().retry };
    let loader = Loader::new(Settings { network, retry, ..scene.settings() }).expect("a store");
    let imported = loader.import(&library(&server.url("/lib.so")), &());
    assert_eq!(imported.expect("import").how, How::Fetched);
    assert!(server.hits() > 1);
    drop(release);
}

#[test]
fn a_wrong_digest_is_tried_once_more_and_stored_nowhere() {
    let scene = Scene::new();
    let server = Server::of(object(5000, 1));
    let library = pinned(&server.url("/lib.so"), &object(5000, 2));
    let error = scene.import(&library).expect_err("the content is another");
    assert!(matches!(error.cause(), ImportCause::DigestMismatch { .. }), "{error}");
    assert_eq!(server.hits(), 2);
    assert!(scene.stored().is_empty());
}

#[test]
fn a_mirror_is_asked_when_the_first_place_cannot_help() {
    let content = object(5000, 1);
    for (status, body, delayed) in [
        ("404 Not Found", Vec::new(), false),
        ("200 OK", b"<html>".to_vec(), false),
        ("200 OK", object(5000, 2), true),
        ("503 Service Unavailable", Vec::new(), true),
    ] {
        let scene = Scene::new();
        let broken = Server::new(move |_, stream| respond(stream, status, &[], &body));
        let mirror = Server::of(content.clone());
        let library = ImportSpec::new(
            "sample",
            ImportSource::Url {
                url: broken.url("/lib.so"),
                mirrors: vec![mirror.url("/lib.so")],
                sha256: Some(Sha256::of(&content)),
                member: None,
            },
        );
        let listener = Listener::default();
        let imported = scene.loader().import(&library, &listener).expect("import");
        assert_eq!(imported.how, How::Fetched);
        assert_eq!((broken.hits(), mirror.hits()), (1, 1));
        let waited = listener.events().iter().any(|event| event.starts_with("retrying"));
        assert_eq!(waited, delayed, "{status}");
    }
}

#[test]
fn a_rewritten_address_is_asked_first_and_the_library_stays_what_it_is() {
    let content = object(5000, 1);
    let scene = Scene::new();
    let (origin, mirror) = (Server::of(content.clone()), Server::of(content.clone()));
    let mut settings = scene.settings();
    settings.rewrites = vec![Rewrite { from: origin.url("/v1/"), to: mirror.url("/cache/") }];
    let loader = Loader::new(settings).expect("a loader");
    let imported = loader.import(&library(&origin.url("/v1/lib.so")), &()).expect("import");
    assert_eq!(imported.how, How::Fetched);
    assert_eq!((origin.hits(), mirror.hits()), (0, 1));
    assert_eq!(imported.pin.expect("a download").url, origin.url("/v1/lib.so"));
    loader.import(&library(&origin.url("/v2/lib.so")), &()).expect("import");
    assert_eq!((origin.hits(), mirror.hits()), (1, 1), "the mirror has only what is below /v1/");
}

#[test]
fn a_content_that_comes_encoded_unasked_is_not_taken_for_the_file() {
    let server = Server::new(|request, stream| {
        assert_eq!(request.headers["accept-encoding"], "identity");
        respond(stream, "200 OK", &[("Content-Encoding", "gzip")], b"bytes");
    });
    let data = |library| ImportSpec { kind: Kind::Data, ..library };
    let scene = Scene::new();
    let error = scene.import(&data(library(&server.url("/data.bin")))).expect_err("encoded");
    assert_eq!((error.attempts().len(), error.help().is_some()), (1, true));
    assert!(error.to_string().ends_with("in the encoding `gzip`, unasked"), "{error}");
    // Where that is what the URL names, or what is pinned, the bytes are right as they are.
    scene.import(&data(library(&server.url("/data.bin.gz")))).expect("import");
    scene.import(&data(pinned(&server.url("/data.bin"), b"bytes"))).expect("import");
}

#[test]
fn redirects_are_followed_but_not_for_ever() {
    let scene = Scene::new();
    let content = object(5000, 1);
    let server = Server::new(move |request, stream| match &*request.path {
        "/lib.so" => respond(stream, "302 Found", &[("Location", "/moved/lib.so")], b""),
        "/moved/lib.so" => respond(stream, "200 OK", &[], &content),
        path => respond(stream, "301 Moved", &[("Location", path)], b""),
    });
    let imported = scene.import(&library(&server.url("/lib.so"))).expect("import");
    assert_eq!(imported.how, How::Fetched);
    let error = scene.import(&library(&server.url("/loop"))).expect_err("a loop");
    assert!(error.to_string().ends_with("too many redirects"), "{error}");
}

#[test]
fn what_is_larger_than_allowed_is_not_fetched_to_its_end() {
    for announced in [true, false] {
        let scene = Scene::new();
        let server = Server::new(move |_, stream| {
            let headers: &[_] = if announced { &[("Content-Length", "300000")] } else { &[] };
            respond_raw(stream, "200 OK", headers, &object(300_000, 1));
        });
        let settings = Settings { max_size: 200_000, ..scene.settings() };
        let loader = Loader::new(settings).expect("a store");
        let error = loader.import(&library(&server.url("/lib.so")), &()).expect_err("too large");
        assert!(matches!(error.cause(), ImportCause::TooLarge { limit: 200_000 }), "{error}");
        assert_eq!(server.hits(), 1);
    }
}

#[test]
fn of_what_is_announced_as_larger_than_allowed_nothing_is_awaited() {
    let scene = Scene::new();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = parking_lot::Mutex::new(released);
    let server = Server::new(move |_, stream| {
        respond_raw(stream, "200 OK", &[("Content-Length", "200001")], b"");
        // Not a byte comes.
        released.lock().recv().ok();
    });
    let stall = std::time::Duration::from_millis(50);
    let network = NetworkLimits { stall, ..NetworkLimits::default() };
    let settings = Settings { max_size: 200_000, network, ..scene.settings() };
    let loader = Loader::new(settings).expect("a store");
    let error = loader.import(&library(&server.url("/lib.so")), &()).expect_err("too large");
    assert!(matches!(error.cause(), ImportCause::TooLarge { limit: 200_000 }), "{error}");
    assert_eq!(server.hits(), 1);
    drop(release);
}

#[test]
fn offline_only_the_store_is_asked() {
    let scene = Scene::new();
    let server = Server::of(object(5000, 1));
    let offline = || {
        let settings = Settings { offline: true, ..scene.settings() };
        Loader::new(settings).expect("a store")
    };
    let library = library(&server.url("/lib.so"));
    let error = offline().import(&library, &()).expect_err("not there");
    assert!(matches!(error.cause(), ImportCause::Offline), "{error}");
    scene.import(&library).expect("import");
    assert_eq!(offline().import(&library, &()).expect("import").how, How::Cached);
    assert_eq!(server.hits(), 1);
}

#[test]
fn a_download_that_is_cancelled_leaves_nothing() {
    let scene = Scene::new();
    let server = Server::of(object(300_000, 1));
    let host = Listener::cancelling_after("progress");
    let error = scene.loader().import(&library(&server.url("/lib.so")), &host);
    assert!(matches!(error.expect_err("cancelled").cause(), ImportCause::Cancelled));
    assert!(scene.stored().is_empty());
}
