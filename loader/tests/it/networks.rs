//! Networks as people have them: proxies, credentials, certificates.

use std::io::{self, Write};
use std::net::TcpListener;
use std::thread;

use probe_loader::{Cause, Credential, How, Loader, Proxies, Refusal, Settings};

use crate::support::object::library as object;
use crate::support::server::{Server, respond};
use crate::support::{Scene, library};

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
        http: Some(proxy.url("")),
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
    let http = Some("nonsense://".to_owned());
    let loader =
        loader(&scene, |settings| settings.proxies = Proxies { http, ..Proxies::default() });
    let error = loader.import(&library("http://127.0.0.1:1/lib.so"), &()).expect_err("no proxy");
    assert!(matches!(error.cause(), Cause::Refused(Refusal::Proxy)), "{error}");
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
        let loader = loader(&scene, |settings| settings.certificates = Some(file));
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
    assert!(matches!(error.cause(), Cause::Tls(_)), "{error}");
    assert_eq!(error.attempts().len(), 1, "it is not tried again");
    server.join().expect("join");
}
