//! A store that was damaged or moved.

use std::fs;

use probe_loader::How;

use crate::support::object::library as object;
use crate::support::server::Server;
use crate::support::{Scene, library};

#[test]
fn a_stored_file_that_was_damaged_is_fetched_again() {
    let scene = Scene::new();
    let content = object(5000, 1);
    let server = Server::of(content.clone());
    let library = library(&server.url("/lib.so"));
    let path = scene.import(&library).expect("import").path;
    for damaged in [&content[..3000], &object(5000, 2)] {
        fs::remove_file(&path).expect("remove");
        fs::write(&path, damaged).expect("write");
        assert_eq!(scene.import(&library).expect("import").how, How::Fetched);
        assert_eq!(fs::read(&path).expect("read"), content);
    }
    assert_eq!(server.hits(), 3);
}

#[test]
fn a_store_that_was_copied_is_hashed_and_trusted() {
    let scene = Scene::new();
    let content = object(5000, 1);
    let server = Server::of(content.clone());
    let library = library(&server.url("/lib.so"));
    let path = scene.import(&library).expect("import").path;
    fs::remove_file(&path).expect("remove");
    fs::write(&path, &content).expect("write");
    assert_eq!(scene.import(&library).expect("import").how, How::Cached);
    assert_eq!(server.hits(), 1);
}
