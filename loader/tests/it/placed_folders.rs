//! Folders at places outside the store: put there, mended, or left alone.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use probe_loader::{
    Condition, How, ImportCause, ImportSource, ImportSpec, Loader, Repair, Settings, Sha256, Verify,
};

use crate::support::archive::{Item, tar};
use crate::support::server::Server;
use crate::support::{Scene, compiled, example, files_below};

const TREE: [Item<'_>; 5] = [
    Item::Program("app/bin/tool", b"#!/bin/sh"),
    Item::Link("app/lib/libx.so", "libx.so.1"),
    Item::File("app/lib/libx.so.1", b"content"),
    Item::File("app/lib/more", b"more"),
    Item::Folder("app/empty/"),
];

/// A folder of an archive, with a place.
struct Placed {
    scene: Scene,
    server: Server,
    library: ImportSpec,
    place: PathBuf,
}

impl Placed {
    fn new() -> Self {
        let scene = Scene::new();
        let server = Server::of(tar(&TREE));
        let place = scene.path("cache/deep/app");
        let source = ImportSource::Url {
            url: server.url("/app.tar"),
            mirrors: Vec::new(),
            sha256: None,
            member: Some("app/".to_owned()),
        };
        let library = ImportSpec { to: Some(place.clone()), ..ImportSpec::new("app", source) };
        Self { scene, server, library, place }
    }

    #[track_caller]
    fn import(&self) -> How {
        let imported = self.scene.import(&self.library).expect("import");
        assert_eq!(imported.path, self.place);
        self.check();
        imported.how
    }

    #[track_caller]
    fn check(&self) {
        let read = |name: &str| fs::read(self.place.join(name)).expect("read");
        assert_eq!(read("lib/libx.so"), b"content");
        assert_eq!(read("lib/more"), b"more");
        assert!(self.place.join("empty").is_dir());
        assert!(!self.place.join("extra").exists());
        let mode = fs::metadata(self.place.join("bin/tool")).expect("stat").mode();
        assert_ne!(mode & 0o100, 0, "it may be executed");
        // Its users may change it, as they may any other file there.
        assert_ne!(mode & 0o200, 0);
        let beside = fs::read_dir(self.scene.path("cache/deep")).expect("list").count();
        assert_eq!(beside, 1, "nothing else is left there");
    }
}

#[test]
fn a_copy_is_put_at_the_place_and_shares_nothing_with_the_store() {
    let placed = Placed::new();
    assert_eq!(placed.import(), How::Fetched);
    let inodes = |root: &Path| {
        files_below(root).iter().map(|path| fs::metadata(path).expect("stat").ino()).collect()
    };
    let here: Vec<u64> = inodes(&placed.scene.path("store/files"));
    let there: Vec<u64> = inodes(&placed.place);
    assert!(there.iter().all(|inode| !here.contains(inode)));
    assert_eq!(placed.import(), How::Cached);
    let again: Vec<u64> = inodes(&placed.place);
    assert_eq!(again, there, "it is not put there twice");
}

#[test]
fn what_is_unfinished_at_the_place_is_replaced() {
    let damages: [&dyn Fn(&Path); 6] = [
        &|place| fs::remove_file(place.join("lib/more")).expect("remove"),
        &|place| fs::write(place.join("lib/libx.so.1"), b"cont").expect("write"),
        &|place| fs::write(place.join("lib/libx.so.1"), b"con\0\0nt").expect("write"),
        &|place| {
            fs::remove_dir_all(place).expect("remove");
            fs::create_dir(place).expect("create");
        },
        &|place| fs::remove_dir_all(place).expect("remove"),
        &|place| {
            let aside = place.with_extension("aside");
            fs::rename(place, &aside).expect("rename");
            fs::remove_dir_all(aside).expect("remove");
            symlink("/nowhere", place).expect("link");
        },
    ];
    for damage in damages {
        let placed = Placed::new();
        placed.import();
        // Nobody knows any more what was put there.
        for record in files_below(&placed.scene.path("store/places")) {
            fs::remove_file(record).expect("remove");
        }
        damage(&placed.place);
        assert_eq!(placed.import(), How::Placed);
        assert_eq!(placed.server.hits(), 1);
    }
}

#[test]
fn somebody_elses_folder_is_left_alone_unless_it_may_be_replaced() {
    let occupy: [&dyn Fn(&Path); 3] = [
        &|place| {
            fs::create_dir_all(place).expect("create");
            fs::write(place.join("extra"), b"theirs").expect("write");
        },
        &|place| {
            fs::create_dir_all(place.join("lib")).expect("create");
            fs::write(place.join("lib/libx.so.1"), b"another").expect("write");
        },
        &|place| {
            fs::create_dir_all(place.parent().expect("a parent")).expect("create");
            fs::write(place, b"a file").expect("write");
        },
    ];
    for (number, occupy) in occupy.iter().enumerate() {
        let placed = Placed::new();
        occupy(&placed.place);
        let error = placed.scene.import(&placed.library).expect_err("it is taken");
        assert!(matches!(error.cause(), ImportCause::Occupied { .. }), "{error}");
        assert!(error.help().is_some(), "{error}");
        if number < 2 {
            let settings = Settings { replace: true, ..placed.scene.settings() };
            Loader::new(settings).expect("a store").import(&placed.library, &()).expect("import");
            assert_eq!(placed.import(), How::Cached);
        }
    }
}

#[test]
fn our_own_older_folder_is_replaced_by_a_newer_one() {
    let placed = Placed::new();
    placed.import();
    let newer = Server::of(tar(&[Item::File("app/only", b"newer")]));
    let source = ImportSource::Url {
        url: newer.url("/app.tar"),
        mirrors: Vec::new(),
        sha256: None,
        member: Some("app/".to_owned()),
    };
    let library = ImportSpec { source, ..placed.library.clone() };
    placed.scene.import(&library).expect("import");
    assert_eq!(fs::read(placed.place.join("only")).expect("read"), b"newer");
    assert!(!placed.place.join("lib").exists());
}

#[test]
fn a_folder_that_is_there_already_is_left_as_it_is() {
    let placed = Placed::new();
    placed.import();
    let inode = fs::metadata(&placed.place).expect("stat").ino();
    fs::remove_dir_all(placed.scene.path("store")).expect("remove");
    assert_eq!(placed.import(), How::Fetched);
    assert_eq!(fs::metadata(&placed.place).expect("stat").ino(), inode);
}

#[test]
fn a_folder_is_watched_and_mended_at_its_place() {
    let placed = Placed::new();
    placed.import();
    let loader = placed.scene.loader();
    let seen = loader.watch(&placed.library).observe(Verify::Stamps);
    assert_eq!((&seen[0].path, &seen[0].condition), (&placed.place, &Condition::Whole));
    assert!(seen[0].facts.expect("facts").digest.is_some(), "it is known without being read");
    fs::write(placed.place.join("lib/libx.so.1"), b"cont").expect("write");
    let mended = loader.mend(&placed.library, Verify::Stamps, &());
    assert!(matches!(mended.found[0].condition, Condition::WrongDigest { .. }), "{mended:?}");
    assert!(matches!(mended.repair, Repair::Imported(_)), "{mended:?}");
    placed.check();
}

#[test]
fn what_a_killed_copy_left_goes_with_the_next_one_and_strangers_stay() {
    let placed = Placed::new();
    placed.import();
    let own = Sha256::of(placed.place.as_os_str().as_encoded_bytes()).to_string();
    let left = [
        format!(".probe-{}", &own[..16]),
        format!(".probe-{}-killed", &own[..16]),
        ".probe-stranger".to_owned(),
    ];
    let left = left.map(|name| placed.scene.path("cache/deep").join(name));
    fs::write(&left[0], "half").expect("write");
    for folder in &left[1..] {
        fs::create_dir_all(folder.join("content")).expect("create");
    }
    // Something else at that place is under way.
    let live = left[1].with_file_name(format!(".probe-{}-live", &own[..16]));
    fs::create_dir(&live).expect("create");
    let held = fs::File::open(&live).expect("open");
    held.try_lock().expect("nobody else holds it");
    fs::remove_dir_all(&placed.place).expect("remove");
    placed.scene.import(&placed.library).expect("import");
    assert_eq!(left.map(|path| path.exists()), [false, false, true]);
    assert!(live.exists(), "it is not the next one's to remove");
}

#[test]
fn where_locks_do_nothing_nobody_is_taken_for_dead() {
    let scene = Scene::new();
    let server = Server::of(tar(&TREE));
    let place = scene.path("place/app");
    let own = Sha256::of(place.as_os_str().as_encoded_bytes()).to_string();
    let other = scene.write(&format!("place/.probe-{}-x", &own[..16]), "under way");
    let output = Command::new(example::folder())
        .arg(scene.path("store"))
        .args([&server.url("/pkg.archive"), "app/"])
        .arg(&place)
        .env("LD_PRELOAD", compiled::flock_shim(&scene.path("."), "return 0;"))
        .output()
        .expect("start");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read(place.join("lib/more")).expect("read"), b"more");
    assert!(other.exists(), "its maker may live");
}
