//! Services: what is open in their values, and who needs whom.

use std::path::Path;

use probe_scenario::{Found, LibraryId, Ready, ServiceGround, ServiceId, ServiceStop};

use crate::support::good;

const TWO: &str = r#"
[library.engine]
url = "engine"

[library.plugin]
url = "plugin"
needs = ["engine"]

[service.database]
run = ["{library.engine}", "-p", "{port}", "-a{port:admin}", "-d={dir}/data"]
needs = ["plugin"]
env = { URL = "db://127.0.0.1:{port}", ADMIN = "{port:admin}" }

[service.web]
run = ["web"]
needs = ["database"]
ready = { output = 'on (?<port>\d+)' }
env = { WEB = "http://127.0.0.1:{port}/" }

[test.a]
run = ["a"]
needs = ["web"]
"#;

#[test]
fn values_are_filled_in_when_a_service_starts() {
    let manifest = good(TWO);
    let [database, web] = &manifest.services[..] else { panic!("there are two") };
    assert_eq!(database.ports, ["", "admin"]);
    let ground = ServiceGround {
        ports: vec![20_001, 20_002],
        directory: "/tmp/d".into(),
        caught: vec![("port".to_owned(), "7".to_owned())],
        ..ServiceGround::default()
    };
    let path = Path::new("/store/engine");
    let words: Vec<_> = database.run.iter().map(|text| text.render(&ground, |_| path)).collect();
    assert_eq!(words, ["/store/engine", "-p", "20001", "-a20002", "-d=/tmp/d/data"]);
    let [(name, value), _] = &database.env[..] else { panic!("there are two") };
    assert_eq!(name, "URL");
    assert_eq!(value.render(&ground, |_| path), "db://127.0.0.1:20001");
    // Without `ready` it is its port that tells.
    let Ready::Tcp(at) = &database.ready else { panic!("{:?}", database.ready) };
    assert_eq!(at.render(&ground, |_| path), "20001");
    // What its output names comes before its own port.
    assert_eq!(web.env[0].1.render(&ground, |_| path), "http://127.0.0.1:7/");
    assert!(web.ports.is_empty());
}

#[test]
fn it_is_known_what_must_be_there_before_a_test_and_a_service() {
    let suite = good(TWO).expand(&Found::default()).suite;
    let [database, web] = [0, 1].map(ServiceId::new);
    let test = &suite.tests[0];
    assert_eq!(suite.services_before(test), [database, web]);
    assert_eq!(suite.services_behind(web), [database]);
    assert_eq!(suite.libraries_of_service(database), [0, 1].map(LibraryId::new));
    assert!(suite.libraries_before(test).is_empty(), "these are no libraries of the test");
}

#[test]
fn what_stops_a_service_knows_its_process_and_what_its_output_names() {
    let manifest = good(
        r#"
[service.web]
run = ["web", "--port=0", "{port:admin}"]
ready = { output = 'on (?<port>\d+)' }
stop = { run = ["web", "stop", "{port}", "{port:admin}", "{pid}", "{dir}"] }
cleanup = ["rm", "{dir}/x"]
"#,
    );
    let ServiceStop::Command(words) = &manifest.services[0].stop else { panic!("it is one") };
    let ground = ServiceGround {
        ports: vec![20_001],
        directory: "/d".into(),
        caught: vec![("port".to_owned(), "7".to_owned())],
        pid: Some(44),
        ..ServiceGround::default()
    };
    let path = Path::new("");
    let words: Vec<_> = words.iter().map(|text| text.render(&ground, |_| path)).collect();
    assert_eq!(words, ["web", "stop", "7", "20001", "44", "/d"]);
    assert_eq!(manifest.services[0].cleanup[1].render(&ground, |_| path), "/d/x");
}
