//! Libraries that are local files.

use std::fs;

use probe_loader::{How, Library, Sha256, Source};

use crate::support::Scene;
use crate::support::object::library as object;

#[test]
fn a_local_file_is_copied_and_again_when_it_changes() {
    let scene = Scene::new();
    let path = scene.write("build/libown.so", object(5000, 1));
    let library = Library::new("own", Source::Path { path: path.clone(), sha256: None });
    let first = scene.import(&library).expect("import");
    assert_eq!(first.how, How::Fetched);
    assert_eq!(scene.import(&library).expect("import").how, How::Cached);
    fs::write(&path, object(6000, 2)).expect("write");
    let second = scene.import(&library).expect("import");
    assert_eq!(second.how, How::Fetched);
    assert_eq!(fs::read(second.path).expect("read"), object(6000, 2));
    assert_eq!(fs::read(first.path).expect("read"), object(5000, 1));
}

#[test]
fn a_local_file_must_be_there_whole_and_as_pinned() {
    let scene = Scene::new();
    let whole = object(5000, 1);
    let import = |path: &str, content: Option<&[u8]>, sha256| {
        let path = match content {
            Some(content) => scene.write(path, content),
            None => scene.path(path),
        };
        let library = Library::new("own", Source::Path { path, sha256 });
        scene.import(&library).expect_err("refused").to_string()
    };
    for (error, expected) in [
        (import("absent.so", None, None), "failed to read"),
        (import("torn.so", Some(&whole[..4000]), None), "torn: cut at 4000 of 5000 bytes"),
        (import("other.so", Some(&whole), Some(Sha256::of(b""))), "wrong content"),
    ] {
        assert!(error.contains(expected), "{error}");
    }
    assert!(scene.stored().is_empty());
}
