//! Encrypted connections: whom they are made to, and what they never fall back to.

use probe_loader::{
    Credential, How, ImportCause, ImportError, Imported, Loader, Refusal, Settings,
};

use crate::support::object::library as object;
use crate::support::secure::{Identity, Secure, answer};
use crate::support::server::Server;
use crate::support::{Scene, library};

/// Imports with these certificates trusted in place of the system's.
fn import(url: &str, trusted: Option<&Identity>) -> Result<Imported, ImportError> {
    let scene = Scene::new();
    let certificates = trusted.map(|identity| scene.write("trusted.pem", &identity.pem));
    let certificates = certificates.into_iter().collect();
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
    let early = Identity::early(&["localhost"]);
    let authority = Identity::authority(&["localhost"]);
    let mut told = Vec::new();
    for (name, identity, host, roots) in [
        ("nobody vouches for it", &trusted, "localhost", None),
        ("somebody else vouches for it", &trusted, "localhost", Some(&expired)),
        ("it is another host's", &trusted, "127.0.0.1", Some(&trusted)),
        ("it has expired", &expired, "localhost", Some(&expired)),
        ("it is not good yet", &early, "localhost", Some(&early)),
        ("it is an authority's", &authority, "localhost", Some(&authority)),
    ] {
        let server = Secure::of(identity, object(5000, 1));
        let error = import(&server.url(host, "/lib.so"), roots).expect_err(name);
        assert!(matches!(error.cause(), ImportCause::Certificate { .. }), "{name}: {error}");
        assert_eq!((error.attempts().len(), server.connections()), (1, 1), "{name}");
        assert!(server.requests().is_empty(), "{name}");
        let help = error.help().expect("a way out");
        let help = match help.split_once("of the authority to `") {
            Some((start, _)) => format!("{start}of the authority to `[FILE]`"),
            None => help,
        };
        told.push(format!("{name}:\n{}\n{help}", error.cause()));
    }
    // What can be done is another thing for each.
    insta::assert_snapshot!(told.join("\n\n"), @r"
    nobody vouches for it:
    no trusted connection: nobody who is trusted here vouches for the server's certificate
    if a proxy or your organisation signs for it, name the authority's certificate by SSL_CERT_FILE, or a directory with it by SSL_CERT_DIR, or add it to the system's

    somebody else vouches for it:
    no trusted connection: nobody who is trusted here vouches for the server's certificate
    what SSL_CERT_FILE and SSL_CERT_DIR name counts in place of the system's certificates: add that of the authority to `[FILE]`

    it is another host's:
    no trusted connection: the server's certificate is for `localhost` alone
    correct the host in the URL; or a proxy or a login page answers in its place

    it has expired:
    no trusted connection: the server's certificate expired on Mon, 01 Jan 2001 00:00:00 GMT
    check this machine's clock; if it is right, the server's owner must renew it: try a mirror

    it is not good yet:
    no trusted connection: the server's certificate is not valid before Fri, 01 Jan 2100 00:00:00 GMT
    check this machine's clock: it may be behind

    it is an authority's:
    no trusted connection: the server's certificate is self-signed, or that of an authority, which cannot stand for a server
    let the server have a certificate that this authority has signed (`basicConstraints = CA:FALSE`), and name the authority's own by SSL_CERT_FILE
    ");
}

#[test]
fn certificates_are_trusted_that_a_directory_has_among_other_files() {
    let identity = Identity::new(&["localhost"]);
    let scene = Scene::new();
    scene.write("certificates/README", "no certificate");
    scene.write("certificates/0a1b2c3d.0", &identity.pem);
    let server = Secure::of(&identity, object(5000, 1));
    for certificates in
        [vec![scene.path("certificates")], vec![scene.path("absent"), scene.path("certificates")]]
    {
        let settings = Settings { certificates, ..Scene::new().settings() };
        let loader = Loader::new(settings).expect("a store");
        let imported = loader.import(&library(&server.url("localhost", "/lib.so")), &());
        assert_eq!(imported.expect("import").how, How::Fetched);
    }
    std::fs::create_dir(scene.path("empty")).expect("create");
    let settings = Settings { certificates: vec![scene.path("empty")], ..scene.settings() };
    let loader = Loader::new(settings).expect("a store");
    let error = loader.import(&library(&server.url("localhost", "/lib.so")), &());
    let error = error.expect_err("no certificates").to_string();
    assert!(error.contains("no certificate in `") && error.contains("empty`"), "{error}");
}

#[test]
fn a_redirect_from_https_to_http_is_refused_and_not_followed() {
    let identity = Identity::new(&["localhost"]);
    let plain = Server::of(object(5000, 1));
    let location = format!("Location: {}", plain.url("/lib.so"));
    let server = Secure::new(&identity, move |_| answer("302 Found", &location, b""));
    let error = import(&server.url("localhost", "/lib.so"), Some(&identity)).expect_err("plain");
    assert!(matches!(error.cause(), ImportCause::Refused(Refusal::Downgrade)), "{error}");
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
