//! Folders of archives: taken whole, or not at all.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime};

use probe_loader::{How, ImportCause, ImportSource, ImportSpec, Kind, Loader, Settings};

use crate::support::archive::{Item, gzip, tar, xz, zip, zstd};
use crate::support::object::Elf;
use crate::support::server::Server;
use crate::support::{Scene, example};

const TREE: [Item<'_>; 6] = [
    Item::Folder("pkg/"),
    Item::File("pkg/README", b"text"),
    Item::Program("./pkg/app/bin/tool", b"#!/bin/sh"),
    Item::Link("pkg/app/lib/libx.so", "../data/libx.so.1"),
    Item::File("pkg/app/data/libx.so.1", b"content"),
    Item::Folder("pkg/app/empty/"),
];

fn folder(server: &Server, member: &str) -> ImportSpec {
    ImportSpec::new(
        "x",
        ImportSource::Url {
            url: server.url("/pkg.archive"),
            mirrors: Vec::new(),
            sha256: None,
            member: Some(member.to_owned()),
        },
    )
}

#[track_caller]
fn check_whole(path: &Path) {
    assert_eq!(path.file_name().expect("a name"), "app");
    assert_eq!(fs::read(path.join("lib/libx.so")).expect("read"), b"content");
    assert!(path.join("empty").is_dir());
    assert!(!path.join("README").exists());
    for (name, mode) in [("bin/tool", 0o555), ("data/libx.so.1", 0o444)] {
        let metadata = fs::metadata(path.join(name)).expect("stat");
        assert_eq!(metadata.permissions().mode() & 0o7777, mode, "{name}");
    }
}

#[track_caller]
fn check_refused(archive: Vec<u8>, member: &str, expected: &str) {
    let scene = Scene::new();
    let server = Server::of(archive);
    let error = scene.import(&folder(&server, member)).expect_err("refused");
    assert!(error.to_string().contains(expected), "{error}");
    let left = fs::read_dir(scene.path("store/files")).expect("list").count();
    assert_eq!(left, 0, "nothing is left");
}

fn unfinished(scene: &Scene) -> Vec<PathBuf> {
    fs::read_dir(scene.path("store/files"))
        .expect("list")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.to_string_lossy().contains(".probe-"))
        .collect()
}

#[test]
fn a_folder_is_taken_from_an_archive_of_every_kind_and_is_the_same() {
    let mut digests = Vec::new();
    for archive in [zip(&TREE), tar(&TREE), gzip(&tar(&TREE)), xz(&tar(&TREE)), zstd(&tar(&TREE))] {
        let scene = Scene::new();
        let server = Server::of(archive);
        let imported = scene.import(&folder(&server, "pkg/app/")).expect("import");
        assert_eq!((imported.how, imported.size), (How::Fetched, 16));
        check_whole(&imported.path);
        assert!(unfinished(&scene).is_empty());
        digests.push(imported.digest);
    }
    digests.dedup();
    assert_eq!(digests.len(), 1, "{digests:?}");
}

#[test]
fn hard_links_within_the_folder_are_kept() {
    let scene = Scene::new();
    let items = [Item::File("a/one", b"content"), Item::Same("a/b/two", "a/one")];
    let server = Server::of(tar(&items));
    let imported = scene.import(&folder(&server, "a/")).expect("import");
    assert_eq!(fs::read(imported.path.join("b/two")).expect("read"), b"content");
}

#[test]
fn hostile_entries_are_refused_by_name() {
    for (item, expected) in [
        (Item::File("../x", b"x"), "the name `../x` in the archive leads upwards"),
        (Item::File("a/../../x", b"x"), "`a/../../x` in the archive leads upwards"),
        (Item::File("/etc/x", b"x"), "the name `/etc/x` in the archive is absolute"),
        (Item::Link("a/l", "/etc/passwd"), "the link `a/l` to `/etc/passwd` leaves it"),
        (Item::Link("a/l", "../x"), "the link `a/l` to `../x` leaves it"),
        (Item::Link("a/b/l", "c/../../../x"), "leaves it"),
        (Item::Same("a/l", "/etc/passwd"), "the name `/etc/passwd` in the archive is absolute"),
        (Item::Same("a/l", "outside"), "the link `a/l` to `outside` leaves it"),
        (Item::Device("a/null"), "`a/null` is a device"),
        (Item::File("a/./good", b"x"), "`a/./good` is in the archive more than once"),
        (Item::File("a/good/x", b"x"), "`good` is a folder and something else"),
    ] {
        let items = [Item::File("outside", b"x"), Item::File("a/good", b"x"), item];
        check_refused(tar(&items), "a/", expected);
    }
    let through = [Item::Link("a/l", "b"), Item::Folder("a/b/"), Item::File("a/l/x", b"x")];
    check_refused(tar(&through), "a/", "`l` is a folder and something else");
    check_refused(zip(&through), "a/", "`l` is a folder and something else");
}

#[test]
fn what_is_no_folder_with_files_is_named() {
    let items = [Item::File("f", b"x"), Item::Folder("empty/"), Item::Link("l", "empty")];
    for (member, expected) in [
        ("missing/", "no member `missing/`: it is not in the archive"),
        ("f/", "it is no folder"),
        ("empty/", "there is no file in it"),
        ("l/", "it is a link to `empty`"),
        ("../f/", "it is no path within an archive"),
    ] {
        check_refused(tar(&items), member, expected);
    }
    check_refused(gzip(b"content"), "f/", "a compressed file without folders");
}

#[test]
fn damage_anywhere_is_seen() {
    for archive in [zip(&TREE), gzip(&tar(&TREE)), xz(&tar(&TREE)), zstd(&tar(&TREE))] {
        for cut in [archive.len() / 2, archive.len() - 1] {
            check_refused(archive[..cut].to_vec(), "pkg/app/", "");
        }
    }
}

#[test]
fn files_are_a_bomb_together_even_when_they_are_empty() {
    let zeros = vec![0; 600 << 10];
    let large = [Item::File("a/1", &zeros), Item::File("a/2", &zeros)];
    let names = (0..2100).map(|number| format!("a/{number}")).collect::<Vec<_>>();
    let empty = names.iter().map(|name| Item::File(name, b"")).collect::<Vec<_>>();
    for bomb in [zip(&large), gzip(&tar(&large)), zip(&empty)] {
        let scene = Scene::new();
        let server = Server::of(bomb);
        let loader = Loader::new(Settings { max_size: 1 << 20, ..scene.settings() });
        let error = loader.expect("a store").import(&folder(&server, "a/"), &());
        let error = error.expect_err("a bomb");
        assert!(matches!(error.cause(), ImportCause::TooLarge { .. }), "{error}");
        assert!(unfinished(&scene).is_empty());
    }
}

#[test]
fn a_folder_is_trusted_by_its_listing_and_mended_when_that_differs() {
    let scene = Scene::new();
    let server = Server::of(zip(&TREE));
    let library = folder(&server, "pkg/app/");
    let path = scene.import(&library).expect("import").path;
    assert_eq!(scene.import(&library).expect("import").how, How::Cached);
    let file = path.join("data/libx.so.1");
    // The same content under another stamp is read, and trusted.
    let mode = fs::metadata(&file).expect("stat").permissions();
    fs::remove_file(&file).expect("remove");
    fs::write(&file, b"content").expect("write");
    fs::set_permissions(&file, mode).expect("set the mode");
    assert_eq!(scene.import(&library).expect("import").how, How::Cached);
    assert_eq!(server.hits(), 1);
    let damages: [&dyn Fn(); 2] = [&|| fs::remove_file(&file).expect("remove"), &|| {
        fs::remove_file(&file).expect("remove");
        fs::write(&file, b"CONTENT").expect("write");
    }];
    for damage in damages {
        damage();
        let again = scene.import(&library).expect("import");
        assert_eq!((again.how, &again.path), (How::Fetched, &path));
        check_whole(&path);
        assert!(unfinished(&scene).is_empty());
    }
}

#[test]
fn importers_at_once_publish_once() {
    let scene = Scene::new();
    let server = Server::of(gzip(&tar(&TREE)));
    let library = folder(&server, "pkg/app/");
    let hows = thread::scope(|scope| {
        let imports = (0..8)
            .map(|_| scope.spawn(|| scene.import(&library).expect("import").how))
            .collect::<Vec<_>>();
        imports.into_iter().map(|import| import.join().expect("join")).collect::<Vec<_>>()
    });
    assert_eq!(hows.iter().filter(|how| **how == How::Fetched).count(), 1, "{hows:?}");
    assert_eq!(server.hits(), 1);
    assert_eq!(fs::read_dir(scene.path("store/files")).expect("list").count(), 1);
}

#[test]
fn what_a_killed_extraction_leaves_is_not_trusted_and_goes_in_time() {
    const SIGXFSZ: i32 = 25;

    let scene = Scene::new();
    let large = vec![0; 4 << 20];
    let server = Server::of(gzip(&tar(&[Item::File("a/1", b"x"), Item::File("a/2", &large)])));
    // The kernel kills whoever writes a file beyond the limit: in the middle of the second file.
    let killed = Command::new("sh")
        .args(["-c", "ulimit -c 0; ulimit -f 1000; exec \"$0\" \"$@\""])
        .arg(example::folder())
        .arg(scene.path("store"))
        .arg(server.url("/pkg.archive"))
        .arg("a/")
        .status()
        .expect("start");
    assert_eq!(killed.signal(), Some(SIGXFSZ), "{killed}");
    let left = unfinished(&scene);
    assert_eq!(left.len(), 1);
    assert!(left[0].join("content/1").exists());
    // It is old by the time of the next import.
    let long_ago = SystemTime::now() - Duration::from_secs(3 * 24 * 60 * 60);
    File::open(&left[0]).and_then(|left| left.set_modified(long_ago)).expect("set the time");
    let imported = scene.import(&folder(&server, "a/")).expect("import");
    assert_eq!(imported.how, How::Fetched);
    assert_eq!(fs::read(imported.path.join("2")).expect("read"), large);
    assert!(unfinished(&scene).is_empty());
}

#[test]
fn programs_and_scripts_may_be_executed_whatever_the_archive_says() {
    let program = Elf { kind: 2, ..Elf::new(5000, 1) }.bytes();
    let items = [
        Item::File("a/program", &program),
        Item::File("a/b/script", b"#!/bin/sh"),
        Item::File("a/b/text", b"text"),
        Item::File("a/lib.so", &crate::support::object::library(5000, 1)),
    ];
    for archive in [zip(&items), tar(&items)] {
        let scene = Scene::new();
        let server = Server::of(archive);
        let mode = |path: &Path| fs::metadata(path).expect("stat").permissions().mode() & 0o111;
        let place = scene.path("place/a");
        let stored = scene.import(&folder(&server, "a/")).expect("import").path;
        let placed = ImportSpec { to: Some(place), ..folder(&server, "a/") };
        let placed = scene.import(&placed).expect("import").path;
        for (name, executable) in
            [("program", true), ("b/script", true), ("b/text", false), ("lib.so", false)]
        {
            for path in [&stored, &placed] {
                assert_eq!(mode(&path.join(name)) != 0, executable, "{name}");
            }
            if name == "b/text" {
                continue;
            }
            // The same of one file, as whatever it is declared.
            for kind in [Kind::Native, Kind::Data, Kind::Executable] {
                if (name, kind) == ("b/script", Kind::Native) {
                    continue;
                }
                let place = scene.path(&format!("{kind:?}/{name}"));
                for to in [None, Some(place)] {
                    let library = folder(&server, &format!("a/{name}"));
                    let path =
                        scene.import(&ImportSpec { kind, to, ..library }).expect("import").path;
                    let executable = executable || kind == Kind::Executable;
                    assert!(!executable || mode(&path) != 0, "{name} as {kind:?}");
                }
            }
        }
    }
}
