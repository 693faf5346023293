//! Networks as the environment describes them: what is used of it is named where it fails.

use crate::server::{Answer, Server};
use crate::support::{Project, Said};

const PROXY: &[Answer] =
    &[Answer { path: "example.org:443", status: "407 Proxy Authentication Required", body: b"" }];

const MANIFEST: &str = "[library.words]\nurl = \"https://example.org/words\"\nkind = \"data\"\n";

/// Preloads with this in the environment; it fails.
fn preload(variables: &[(&str, &str)]) -> String {
    let project = Project::new(MANIFEST);
    let mut command = project.command(&["preload"]);
    command.envs(variables.iter().copied());
    let Said { code, stderr, .. } = project.said(&command.output().expect("the binary starts"));
    assert_eq!(code, 105, "{stderr}");
    assert!(!stderr.contains("s3cret"), "{stderr}");
    stderr.split_once("PRELOAD FAIL").expect("it fails").1.to_owned()
}

#[test]
fn a_proxy_is_named_with_the_variable_that_it_comes_from() {
    let server = Server::start(PROXY);
    let url = server.url("").replace("http://", "http://me:s3cret@");
    let failure = preload(&[("https_proxy", &url)]).replace(&server.url(""), "[PROXY]");
    insta::assert_snapshot!(failure, @r"
    library words
                failed to prepare `words` from `https://example.org/words`: the proxy `[PROXY]` (from `https_proxy`) refuses: it wants a name and a password (status 407)
                correct the name and the password in `https_proxy`: `http://NAME:PASSWORD@HOST:PORT`
    ");
    assert_eq!(server.requests(), 1);
    let failure = preload(&[("ALL_PROXY", &server.url(""))]);
    assert!(failure.contains("(from `ALL_PROXY`)"), "{failure}");
    let failure = preload(&[("HTTPS_PROXY", "ftp://me:s3cret@h")]);
    assert!(failure.contains("the proxy's URL in `HTTPS_PROXY` cannot be used"), "{failure}");
}

#[test]
fn certificates_come_from_a_file_and_from_directories() {
    let failure = preload(&[("SSL_CERT_FILE", "none.pem")]);
    assert!(failure.contains("none.pem"), "{failure}");
    let failure = preload(&[("SSL_CERT_DIR", "none:.")]);
    assert!(failure.contains("/none`"), "{failure}");
}
