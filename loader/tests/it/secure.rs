//! Encrypted connections: whom they are made to, and what they never fall back to.

use probe_loader::{Cause, Credential, How, ImportError, Imported, Loader, Refusal, Settings};

use crate::support::object::library as object;
use crate::support::secure::{Identity, Secure, answer};
use crate::support::server::Server;
use crate::support::{Scene, library};

/// Imports with these certificates trusted in place of the system's.
fn import(url: &str, trusted: Option<&Identity>) -> Result<Imported, ImportError> {
    let scene = Scene::new();
    let certificates = trusted.map(|identity| scene.write("trusted.pem", &identity.pem));
    let settings = Settings {
        certificates,
        credentials: vec![Credential {
            host: "localhost".to_owned(),
            user: "me".to_owned(),
            password: "secret".to_owned(),
        }],
        ..scene.settings()
    };
    Loader::new(settings).expect("a store").import(&library(url), &())
}

#[test]
fn a_server_whose_certificate_is_trusted_is_asked() {
    let identity = Identity::new(&["localhost"]);
    let server = Secure::of(&identity, object(5000, 1));
    let imported = import(&server.url("localhost", "/lib.so"), Some(&identity)).expect("import");
    assert_eq!((imported.how, imported.size), (How::Fetched, 5000));
}

#[test]
fn a_server_whose_certificate_is_not_is_refused_at_once_and_told_nothing() {
    let trusted = Identity::new(&["localhost"]);
    let expired = Identity::expired(&["localhost"]);
    for (name, identity, host, roots) in [
        ("nobody vouches for it", &trusted, "localhost", None),
        ("somebody else vouches for it", &trusted, "localhost", Some(&expired)),
        ("it is another host's", &trusted, "127.0.0.1", Some(&trusted)),
        ("it has expired", &expired, "localhost", Some(&expired)),
    ] {
        let server = Secure::of(identity, object(5000, 1));
        let error = import(&server.url(host, "/lib.so"), roots).expect_err(name);
        assert!(matches!(error.cause(), Cause::Tls(_)), "{name}: {error}");
        assert_eq!((error.attempts().len(), server.connections()), (1, 1), "{name}");
        assert!(server.requests().is_empty(), "{name}");
        assert!(error.help().is_some(), "{name}");
    }
}

#[test]
fn a_redirect_from_https_to_http_is_refused_and_not_followed() {
    let identity = Identity::new(&["localhost"]);
    let plain = Server::of(object(5000, 1));
    let location = format!("Location: {}", plain.url("/lib.so"));
    let server = Secure::new(&identity, move |_| answer("302 Found", &location, b""));
    let error = import(&server.url("localhost", "/lib.so"), Some(&identity)).expect_err("plain");
    assert!(matches!(error.cause(), Cause::Refused(Refusal::Downgrade)), "{error}");
    assert_eq!((error.attempts().len(), plain.hits()), (1, 0));
}

#[test]
fn a_redirect_to_another_host_takes_no_credentials_along_even_encrypted() {
    let identity = Identity::new(&["localhost", "127.0.0.1"]);
    let elsewhere = Secure::of(&identity, object(5000, 1));
    let location = format!("Location: {}", elsewhere.url("127.0.0.1", "/lib.so"));
    let server = Secure::new(&identity, move |_| answer("302 Found", &location, b""));
    import(&server.url("localhost", "/lib.so"), Some(&identity)).expect("import");
    let sent = |server: &Secure| {
        let requests = server.requests();
        requests.last().expect("a request").headers.get("authorization").cloned()
    };
    assert_eq!(sent(&server).as_deref(), Some("Basic bWU6c2VjcmV0"));
    assert_eq!(sent(&elsewhere), None);
}
