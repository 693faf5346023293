//! Lower stores: used without a trace in them, and trusted no further than their content goes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use probe_loader::{How, ImportSource, ImportSpec, Kind, Loader, Settings, Sha256, Upkeep, Verify};

use crate::support::archive::{Item, zip};
use crate::support::object::library as object;
use crate::support::server::Server;
use crate::support::{Scene, files_below, library, pinned};

/// A loader whose lower store is the one that [`Scene::import`] fills.
fn upper(scene: &Scene) -> Loader {
    let settings = Settings {
        store: scene.path("upper"),
        lower: vec![scene.path("absent"), scene.path("store")],
        ..scene.settings()
    };
    Loader::new(settings).expect("a store")
}

/// Everything below a directory, with the time of its last change of any kind.
fn state(root: &Path) -> Vec<(std::path::PathBuf, i64, i64)> {
    use std::os::unix::fs::MetadataExt;

    let mut state = files_below(root)
        .into_iter()
        .map(|path| {
            let metadata = fs::metadata(&path).expect("stat");
            (path, metadata.ctime(), metadata.ctime_nsec())
        })
        .collect::<Vec<_>>();
    state.sort();
    state
}

#[test]
fn what_a_lower_store_has_is_used_there_and_leaves_no_trace() {
    let scene = Scene::new();
    let server = Server::of(object(5000, 1));
    let library = library(&server.url("/lib.so"));
    let below = scene.import(&library).expect("import").path;
    let before = state(&scene.path("store"));
    let loader = upper(&scene);
    for _ in 0..2 {
        let imported = loader.import(&library, &()).expect("import");
        assert_eq!((imported.how, &imported.path), (How::Cached, &below));
    }
    let placed = ImportSpec { to: Some(scene.path("place/lib.so")), ..library.clone() };
    loader.import(&placed, &()).expect("import");
    assert_eq!(fs::read(scene.path("place/lib.so")).expect("read"), object(5000, 1));
    assert_eq!(loader.watch(&library).observe(Verify::Always)[0].path, below);
    assert_eq!(state(&scene.path("store")), before);
    assert_eq!(server.hits(), 1);
    // It is nothing of the upper store's.
    let upkeep = Upkeep::open(&scene.path("upper")).expect("a store");
    assert!(upkeep.list().expect("list").is_empty());
    drop(loader);
    // Without the lower store it is fetched.
    let alone = Settings { store: scene.path("upper"), ..scene.settings() };
    let alone = Loader::new(alone).expect("a store");
    assert_eq!(alone.import(&library, &()).expect("import").how, How::Fetched);
}

#[test]
fn a_lower_folder_is_used_there() {
    let scene = Scene::new();
    let server = Server::of(zip(&[Item::File("a/1", b"12"), Item::File("a/2", b"345")]));
    let source = ImportSource::Url {
        url: server.url("/a.zip"),
        mirrors: Vec::new(),
        sha256: None,
        member: Some("a/".to_owned()),
    };
    let library = ImportSpec::new("folder", source);
    let below = scene.import(&library).expect("import").path;
    let loader = upper(&scene);
    for _ in 0..2 {
        let imported = loader.import(&library, &()).expect("import");
        assert_eq!((imported.how, &imported.path), (How::Cached, &below));
    }
    let file = below.join("1");
    fs::remove_file(&file).expect("remove");
    fs::write(&file, b"21").expect("write");
    let imported = loader.import(&library, &()).expect("import");
    assert_eq!(imported.how, How::Fetched);
    assert!(imported.path.starts_with(scene.path("upper")));
}

#[test]
fn what_is_not_as_it_says_is_fetched_instead() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 5] = [
        ("other content", |path| {
            fs::remove_file(path).expect("remove");
            fs::write(path, object(5000, 2)).expect("write");
        }),
        ("cut", |path| {
            fs::remove_file(path).expect("remove");
            fs::write(path, &object(5000, 1)[..4000]).expect("write");
        }),
        ("a link to the right file", |path| {
            let target = path.with_extension("elsewhere");
            fs::rename(path, &target).expect("rename");
            std::os::unix::fs::symlink(target, path).expect("link");
        }),
        ("a pipe", |path| {
            fs::remove_file(path).expect("remove");
            crate::support::make_pipe(path);
        }),
        ("gone", |path| fs::remove_file(path).expect("remove")),
    ];
    for (name, damage) in damages {
        for seen_before in [false, true] {
            let scene = Scene::new();
            let server = Server::of(object(5000, 1));
            let library = library(&server.url("/lib.so"));
            let below = scene.import(&library).expect("import").path;
            let loader = upper(&scene);
            if seen_before {
                assert_eq!(loader.import(&library, &()).expect("import").how, How::Cached);
            }
            damage(&below);
            let imported = loader.import(&library, &()).expect("import");
            assert_eq!(imported.how, How::Fetched, "{name}");
            assert!(imported.path.starts_with(scene.path("upper")), "{name}");
        }
    }
}

#[test]
fn records_that_lie_are_not_believed() {
    let scene = Scene::new();
    let content = object(5000, 1);
    let server = Server::of(content.clone());
    let library = pinned(&server.url("/lib.so"), &content);
    scene.import(&library).expect("import");
    let other = scene.write("other.so", object(5000, 2));
    let (right, wrong) = (Sha256::of(&content).to_string(), Sha256::of(&object(5000, 2)));
    scene.write(&format!("store/files/{wrong}/lib.so"), object(5000, 2));
    let climbing = format!("../../../{}", other.file_name().expect("a name").to_string_lossy());
    for (from, to) in [
        // Another file than the pinned one, whole and with the digest that the record has.
        (format!("\"file\":\"{right}\""), format!("\"file\":\"{wrong}\"")),
        ("\"name\":\"lib.so\"".to_owned(), format!("\"name\":\"{climbing}\"")),
        ("\"format\":1".to_owned(), "\"format\":99".to_owned()),
    ] {
        let records = files_below(&scene.path("store/entries"));
        let kept = records.iter().map(|path| fs::read(path).expect("read")).collect::<Vec<_>>();
        for (path, text) in records.iter().zip(&kept) {
            let text = String::from_utf8(text.clone()).expect("text");
            assert!(text.contains(&from), "{text}");
            fs::write(path, text.replace(&from, &to)).expect("write");
        }
        let hits = server.hits();
        let imported = upper(&scene).import(&library, &()).expect("import");
        assert_eq!(fs::read(imported.path).expect("read"), content);
        assert_eq!((imported.how, server.hits()), (How::Fetched, hits + 1));
        fs::remove_dir_all(scene.path("upper")).expect("remove");
        for (path, text) in records.iter().zip(kept) {
            fs::write(path, text).expect("write");
        }
    }
}

#[test]
fn a_lower_program_that_may_not_be_executed_is_fetched() {
    let scene = Scene::new();
    let server = Server::of(b"#!/bin/sh\n".to_vec());
    let program = ImportSpec { kind: Kind::Executable, ..library(&server.url("/tool")) };
    let below = scene.import(&program).expect("import").path;
    let mode = |path: &Path| fs::metadata(path).expect("stat").permissions().mode() & 0o777;
    assert_eq!(upper(&scene).import(&program, &()).expect("import").how, How::Cached);
    fs::set_permissions(&below, PermissionsExt::from_mode(0o444)).expect("chmod");
    let imported = upper(&scene).import(&program, &()).expect("import");
    assert_eq!((imported.how, mode(&imported.path)), (How::Fetched, 0o555));
    assert_eq!(mode(&below), 0o444);
    // In one's own store, it is made executable.
    assert_eq!(scene.import(&program).expect("import").how, How::Cached);
    assert_eq!(mode(&below), 0o555);
}
