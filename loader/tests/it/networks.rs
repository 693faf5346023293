//! Networks as people have them: proxies, credentials, certificates.

use std::io::{self, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use probe_loader::{
    Credential, How, ImportCause, ImportSource, ImportSpec, Loader, Proxies, ProxyAddress, Refusal,
    Settings, Sha256,
};

use crate::support::object::library as object;
use crate::support::server::{Server, read_request, respond};
use crate::support::{Scene, library, pinned};

fn loader(scene: &Scene, change: impl FnOnce(&mut Settings)) -> Loader {
    let mut settings = scene.settings();
    change(&mut settings);
    Loader::new(settings).expect("a store")
}

#[test]
fn a_proxy_is_asked_unless_the_host_is_exempt() {
    let scene = Scene::new();
    let origin = Server::of(object(5000, 1));
    let proxy = Server::new(|_, stream| respond(stream, "407 Proxy Authentication", &[], b""));
    let library = library(&origin.url("/lib.so"));
    let proxies = |bypass: &[&str]| Proxies {
        http: Some(proxy.url("").into()),
        https: None,
        bypass: bypass.iter().map(ToString::to_string).collect(),
    };
    let through = loader(&scene, |settings| settings.proxies = proxies(&[]));
    through.import(&library, &()).expect_err("the proxy refuses");
    assert!(proxy.hits() > 0);
    assert_eq!(origin.hits(), 0);
    let around = loader(&scene, |settings| settings.proxies = proxies(&["127.0.0.1"]));
    assert_eq!(around.import(&library, &()).expect("import").how, How::Fetched);
    assert_eq!(origin.hits(), 1);
}

#[test]
fn a_proxy_that_is_none_is_named() {
    let scene = Scene::new();
    let http = Some("nonsense://".to_owned().into());
    let loader =
        loader(&scene, |settings| settings.proxies = Proxies { http, ..Proxies::default() });
    let error = loader.import(&library("http://127.0.0.1:1/lib.so"), &()).expect_err("no proxy");
    assert!(matches!(error.cause(), ImportCause::Refused(Refusal::Proxy { .. })), "{error}");
}

#[test]
fn credentials_go_to_their_host_and_no_redirect_takes_them_along() {
    let elsewhere = Server::of(object(5000, 1));
    // The same machine by another name is another host.
    let target = elsewhere.url("/lib.so").replace("127.0.0.1", "localhost");
    let origin = Server::new(move |_, stream| {
        respond(stream, "302 Found", &[("Location", &target)], b"");
    });
    let own = origin.url("/lib.so").replace("http://", "http://you:secret@");
    for (url, header) in
        [(origin.url("/lib.so"), "Basic bWU6d29yZA=="), (own, "Basic eW91OnNlY3JldA==")]
    {
        let scene = Scene::new();
        let loader = loader(&scene, |settings| {
            settings.credentials = vec![Credential {
                host: "127.0.0.1".to_owned(),
                user: "me".to_owned(),
                password: "word".to_owned(),
            }];
        });
        let imported = loader.import(&library(&url), &()).expect("import");
        let sent = |server: &Server| {
            let requests = server.requests();
            requests.last().expect("a request").headers.get("authorization").cloned()
        };
        assert_eq!(sent(&origin).as_deref(), Some(header));
        assert_eq!(sent(&elsewhere), None);
        let pin = imported.pin.expect("a pin");
        assert_eq!(pin.url, origin.url("/lib.so"));
    }
}

#[test]
fn a_password_is_in_no_message() {
    let scene = Scene::new();
    let server = Server::new(|_, stream| respond(stream, "500 Oops", &[], b""));
    let url = server.url("/lib.so?token=secret").replace("http://", "http://me:secret@");
    let error = scene.import(&library(&url)).expect_err("it never works");
    let told = format!("{error} {error:?} {:?} {:?}", error.help(), error.attempts());
    assert!(!told.contains("secret"), "{told}");
    let credential = Credential { host: "h".into(), user: "me".into(), password: "secret".into() };
    assert!(!format!("{credential:?}").contains("secret"));
}

#[test]
fn certificates_that_cannot_be_read_are_named_when_they_are_needed() {
    let scene = Scene::new();
    let server = Server::of(object(5000, 1));
    let library = library(&server.url("/lib.so"));
    for (file, expected) in [
        (scene.path("absent.pem"), "absent.pem"),
        (scene.write("empty.pem", "no certificate"), "no certificate in `"),
    ] {
        let loader = loader(&scene, |settings| settings.certificates = vec![file]);
        let error = loader.import(&library, &()).expect_err("no certificates").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_server_without_encryption_is_not_trusted_by_https() {
    let scene = Scene::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}/lib.so", listener.local_addr().expect("an address"));
    let server = thread::spawn(move || {
        // What web servers say to encryption on the port for plain requests.
        let (mut stream, _) = listener.accept().expect("a client");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").expect("write");
        io::copy(&mut stream, &mut io::sink()).ok();
    });
    let error = scene.import(&library(&url)).expect_err("no encryption");
    assert!(matches!(error.cause(), ImportCause::Tls(_)), "{error}");
    assert_eq!(error.attempts().len(), 1, "it is not tried again");
    server.join().expect("join");
}

/// All proxies are this one, which a variable names.
fn through(url: &str) -> Proxies {
    let address = ProxyAddress { url: url.to_owned(), origin: Some("all_proxy".to_owned()) };
    Proxies { http: Some(address.clone()), https: Some(address), bypass: Vec::new() }
}

/// What is said of an import through a proxy, and in how many attempts.
fn failure_through(proxy: &str, url: &str) -> (String, usize) {
    let scene = Scene::new();
    let loader = loader(&scene, |settings| settings.proxies = through(proxy));
    let error = loader.import(&pinned(url, b"x"), &()).expect_err("no way through");
    let told = format!("{}\n{}", error.cause(), error.help().expect("a way out"));
    assert!(!format!("{error:?} {told} {:?}", error.attempts()).contains("secret"), "{told}");
    (told, error.attempts().len())
}

#[test]
fn a_proxy_that_does_not_answer_is_named_and_not_the_server() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    for url in ["https://example.org/lib.so", "http://example.org/lib.so"] {
        for scheme in ["http", "socks5"] {
            let (told, _) = failure_through(&format!("{scheme}://me:secret@{address}"), url);
            let named = format!("the proxy `{scheme}://{address}` (from `all_proxy`) cannot be");
            assert!(told.starts_with(&named), "{told}");
            assert!(told.contains("correct `all_proxy`") && told.contains("`no_proxy`"), "{told}");
        }
    }
}

#[test]
fn a_proxy_that_wants_a_name_is_asked_once() {
    let proxy = Server::new(|_, stream| respond(stream, "407 Proxy Authentication", &[], b""));
    for url in ["https://example.org/lib.so", "http://example.org/lib.so"] {
        let (told, attempts) = failure_through(&proxy.url(""), url);
        assert_eq!(attempts, 1, "{told}");
        assert!(told.contains("(from `all_proxy`) refuses: it wants a name and"), "{told}");
        assert!(told.contains("put a name and a password into `all_proxy`"), "{told}");
        let with_name = proxy.url("").replace("http://", "http://me:secret@");
        let (told, attempts) = failure_through(&with_name, url);
        assert_eq!(attempts, 1, "{told}");
        assert!(told.contains("correct the name and the password in `all_proxy`"), "{told}");
    }
    let closing = Server::new(|_, stream| respond(stream, "403 Forbidden", &[], b""));
    let (told, _) = failure_through(&closing.url(""), "https://example.org/lib.so");
    assert!(told.contains("(from `all_proxy`) does not connect: status 403"), "{told}");
}

/// More patience than any server asks for.
fn patient(settings: &mut Settings) {
    settings.retry.deadline = Duration::from_secs(1_000_000);
}

/// A status, headers and a body; what is told of them, and how many attempts they end.
type Limit = (&'static str, Vec<(&'static str, &'static str)>, &'static [u8], &'static str, usize);

#[test]
fn a_rate_limit_is_told_with_its_end_and_not_tried_before() {
    // By the server's own clock, which is not this machine's.
    const DATE: (&str, &str) = ("Date", "Fri, 15 Jan 2027 08:00:00 GMT");
    const RESET: &str = "1800001800";
    let rows: [Limit; 6] = [
        (
            "403 Forbidden",
            vec![DATE, ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", RESET)],
            b"",
            "a rate limit of the server (status 403): nothing more for 30 min, until ",
            1,
        ),
        (
            "429 Too Many Requests",
            vec![("Retry-After", "3600")],
            b"",
            "a rate limit of the server (status 429): nothing more for 60 min, until ",
            1,
        ),
        (
            "429 Too Many Requests",
            vec![("RateLimit-Reset", "61")],
            b"",
            "(status 429): nothing more for 61 s, until ",
            1,
        ),
        (
            "503 Service Unavailable",
            vec![("Retry-After", "86400")],
            b"",
            "the server answered with status 503: nothing for 24 h, until ",
            1,
        ),
        (
            "403 Forbidden",
            vec![],
            b"{\"message\": \"You have exceeded a secondary rate limit\"}",
            "a rate limit of the server (status 403), which says no end of it",
            2,
        ),
        ("403 Forbidden", vec![], b"no", "the server answered with status 403", 2),
    ];
    for (status, headers, body, expected, attempts) in rows {
        let scene = Scene::new();
        let server = Server::new(move |_, stream| respond(stream, status, &headers, body));
        let error = loader(&scene, patient)
            .import(&library(&server.url("/lib.so")), &())
            .expect_err("nothing more");
        assert!(error.cause().to_string().contains(expected), "{error}");
        assert!(error.help().is_some(), "{error}");
        assert_eq!((error.attempts().len(), server.hits()), (attempts, attempts), "{error}");
    }
}

#[test]
fn a_mirror_is_asked_at_once_when_the_first_place_wants_to_be_left_alone() {
    for wait in ["3600", "30"] {
        let scene = Scene::new();
        let limited = Server::new(move |_, stream| {
            respond(stream, "429 Too Many Requests", &[("Retry-After", wait)], b"");
        });
        let mirror = Server::of(object(5000, 1));
        let source = ImportSource::Url {
            url: limited.url("/lib.so"),
            mirrors: vec![mirror.url("/lib.so")],
            sha256: Some(Sha256::of(&object(5000, 1))),
            member: None,
        };
        let imported = loader(&scene, patient).import(&ImportSpec::new("sample", source), &());
        assert_eq!(imported.expect("import").how, How::Fetched);
        assert_eq!((limited.hits(), mirror.hits()), (1, 1));
    }
}

#[test]
fn what_github_allows_with_a_token_is_named_for_its_hosts_alone() {
    // A tunnel to a host that limits everybody.
    let proxy = Server::new(|_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").expect("write");
        read_request(stream).expect("a request");
        respond(stream, "429 Too Many Requests", &[("Retry-After", "3600")], b"");
    });
    for (host, expected) in
        [("api.github.com", true), ("github.com", true), ("github.com.example.org", false)]
    {
        let (told, attempts) = failure_through(&proxy.url(""), &format!("http://{host}/lib.so"));
        assert_eq!((told.contains("GITHUB_TOKEN"), attempts), (expected, 1), "{told}");
    }
}

#[test]
fn credentials_that_are_refused_do_not_close_what_is_open_to_everybody() {
    let known = || Credential {
        host: "127.0.0.1".to_owned(),
        user: "me".to_owned(),
        password: "stale".to_owned(),
    };
    let open = Server::new(|request, stream| {
        if request.headers.contains_key("authorization") {
            respond(stream, "401 Unauthorized", &[], b"bad credentials");
        } else {
            respond(stream, "200 OK", &[], &object(5000, 1));
        }
    });
    let scene = Scene::new();
    let with_known = loader(&scene, |settings| settings.credentials = vec![known()]);
    let imported = with_known.import(&library(&open.url("/lib.so")), &()).expect("import");
    assert_eq!((imported.how, open.hits()), (How::Fetched, 2));
    let closed = Server::new(|request, stream| {
        let known = request.headers.contains_key("authorization");
        let status = if known { "401 Unauthorized" } else { "404 Not Found" };
        respond(stream, status, &[], b"");
    });
    let error = with_known.import(&library(&closed.url("/lib.so")), &()).expect_err("closed");
    assert!(matches!(error.cause(), ImportCause::Status(401)), "{error}");
}
