//! Libraries in archives: of every kind, honest, damaged and hostile.

use std::fs;

use probe_loader::{
    How, ImportCause, ImportError, ImportSource, ImportSpec, Imported, Loader, Settings, Sha256,
};

use crate::support::Scene;
use crate::support::archive::{Item, bzip2, gzip, tar, xz, zip, zstd};
use crate::support::object::library as object;
use crate::support::server::Server;

const SIZE: u64 = 40_000;

fn library() -> Vec<u8> {
    object(SIZE, 1)
}

/// The archive that most tests take the library from.
fn tree(content: &[u8]) -> [Item<'_>; 4] {
    [
        Item::Folder("pkg/"),
        Item::File("pkg/README", b"text"),
        Item::File("./pkg/lib/libx.so", content),
        Item::File("pkg/LICENSE", b"text"),
    ]
}

fn import(scene: &Scene, archive: Vec<u8>, member: &str) -> Result<Imported, ImportError> {
    let server = Server::of(archive);
    scene.import(&in_archive(&server, member))
}

fn in_archive(server: &Server, member: &str) -> ImportSpec {
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
fn check_taken(archive: Vec<u8>, member: &str) {
    let scene = Scene::new();
    let raw = Sha256::of(&archive);
    let imported = import(&scene, archive, member).expect("import");
    assert_eq!(imported.how, How::Fetched);
    assert_eq!(imported.digest, Sha256::of(&library()));
    assert_eq!(imported.size, SIZE);
    assert_eq!(fs::read(&imported.path).expect("read"), library());
    assert_eq!(imported.path.file_name().expect("a name"), "libx.so");
    // What is pinned is what was downloaded.
    assert_eq!(imported.pin.expect("a pin").sha256, raw);
}

#[track_caller]
fn check_refused(archive: Vec<u8>, member: &str, expected: &str) {
    let scene = Scene::new();
    let error = import(&scene, archive, member).expect_err("refused");
    assert!(error.to_string().contains(expected), "{error}");
    assert!(scene.stored().is_empty());
}

#[test]
fn a_member_is_taken_from_an_archive_of_every_kind() {
    let content = library();
    let tree = tree(&content);
    let tape = tar(&tree);
    for archive in [zip(&tree), tape.clone(), gzip(&tape), bzip2(&tape), xz(&tape), zstd(&tape)] {
        check_taken(archive.clone(), "pkg/lib/libx.so");
        check_taken(archive, "./pkg//lib/libx.so");
    }
}

#[test]
fn a_compressed_file_is_the_member_itself() {
    let content = library();
    for archive in [gzip(&content), bzip2(&content), xz(&content), zstd(&content)] {
        check_taken(archive, "libx.so");
    }
}

#[test]
fn streams_that_follow_each_other_are_one() {
    let content = library();
    let (first, second) = content.split_at(15_000);
    for compress in [gzip, bzip2, xz, zstd] {
        check_taken([compress(first), compress(second)].concat(), "libx.so");
    }
}

#[test]
fn links_within_the_archive_are_followed() {
    let content = library();
    let items = [
        Item::Link("lib/libx.so", "libx.so.1"),
        Item::Link("lib/libx.so.1", "../real/libx.so.1.2"),
        Item::File("real/libx.so.1.2", &content),
    ];
    check_taken(zip(&items), "lib/libx.so");
    check_taken(gzip(&tar(&items)), "lib/libx.so");
    let hard =
        [Item::File("real/libx.so.1.2", &content), Item::Same("lib/libx.so", "real/libx.so.1.2")];
    check_taken(tar(&hard), "lib/libx.so");
}

#[test]
fn members_of_one_archive_are_two_libraries() {
    let scene = Scene::new();
    let contents = [object(SIZE, 1), object(SIZE, 2)];
    let server =
        Server::of(zip(&[Item::File("a.so", &contents[0]), Item::File("b.so", &contents[1])]));
    for (member, content) in ["a.so", "b.so"].iter().zip(&contents) {
        let imported = scene.import(&in_archive(&server, member)).expect("import");
        assert_eq!(imported.digest, Sha256::of(content));
        let again = scene.import(&in_archive(&server, member)).expect("import");
        assert_eq!((again.how, again.digest), (How::Cached, imported.digest));
    }
}

#[test]
fn a_member_that_is_missing_is_answered_with_what_is_there() {
    let content = library();
    let archive = zip(&tree(&content));
    check_refused(archive.clone(), "libx.so", "the archive has `pkg/lib/libx.so` instead");
    check_refused(archive.clone(), "liby.so", "no member `liby.so`: it is not in the archive");
    check_refused(archive.clone(), "pkg", "it is a folder");
    check_refused(archive, "pkg/README", "not a library but text");
    check_refused(tar(&[]), "libx.so", "torn: reserved but not written");
}

#[test]
fn what_is_no_archive_is_named() {
    check_refused(library(), "libx.so", "no archive, but whole");
    check_refused(b"<html>".to_vec(), "libx.so", "no archive, but not a library but an HTML page");
    check_refused(b"BZh91AY&SY".to_vec(), "libx.so", "the archive cannot be unpacked");
}

#[test]
fn hostile_names_and_links_are_refused_or_never_reached() {
    let content = library();
    let file = |name| [Item::File(name, &content)];
    for name in ["../libx.so", "/libx.so", "a/../../libx.so"] {
        check_refused(tar(&file(name)), "libx.so", "it is not in the archive");
        check_refused(tar(&file(name)), name, "it is no path within an archive");
    }
    for (link, expected) in [
        (Item::Link("libx.so", "/etc/passwd"), "its link `/etc/passwd` leaves the archive"),
        (Item::Link("libx.so", "../../etc/passwd"), "leaves the archive"),
        (Item::Same("libx.so", "/etc/passwd"), "leaves the archive"),
        (Item::Link("libx.so", "libx.so"), "its links go round in circles"),
        (Item::Device("libx.so"), "it is a device"),
    ] {
        check_refused(tar(&[link]), "libx.so", expected);
    }
    let twice = [Item::File("libx.so", &content), Item::File("./libx.so", b"other")];
    check_refused(tar(&twice), "libx.so", "more than once");
    check_refused(gzip(&tar(&twice)), "libx.so", "more than once");
}

#[test]
fn damage_anywhere_is_seen() {
    let content = library();
    let tree = tree(&content);
    let archives = [
        ("zip", zip(&tree)),
        ("gzip", gzip(&tar(&tree))),
        ("bzip2", bzip2(&tar(&tree))),
        ("xz", xz(&tar(&tree))),
        ("zstd", zstd(&tar(&tree))),
    ];
    for (name, archive) in archives {
        for cut in [archive.len() / 2, archive.len() - 8, archive.len() - 1] {
            let scene = Scene::new();
            let result = import(&scene, archive[..cut].to_vec(), "pkg/lib/libx.so");
            assert!(result.is_err(), "{name} cut at {cut} of {}", archive.len());
        }
        // In the middle of the library, where only a checksum can tell.
        let mut flipped = archive.clone();
        flipped[archive.len() / 2] ^= 0x10;
        let scene = Scene::new();
        let result = import(&scene, flipped, "pkg/lib/libx.so");
        assert!(result.is_err(), "{name} with a flipped bit");
        assert!(scene.stored().is_empty());
    }
}

#[test]
fn a_wrong_or_missing_checksum_of_gzip_is_seen_behind_the_end_of_the_tar() {
    let content = library();
    let archive = gzip(&tar(&tree(&content)));
    let end = archive.len() - 8;
    check_refused(archive[..end].to_vec(), "pkg/lib/libx.so", "cannot be unpacked");
    let mut wrong = archive.clone();
    wrong[end] ^= 1;
    check_refused(wrong, "pkg/lib/libx.so", "cannot be unpacked");
    let trailing = [&archive[..], b"trailing"].concat();
    check_refused(trailing, "pkg/lib/libx.so", "cannot be unpacked");
}

#[test]
fn a_bomb_does_not_go_off() {
    let zeros = vec![0; 2 << 20];
    let file = [Item::File("libx.so", &zeros[..])];
    for bomb in [zip(&file), gzip(&tar(&file)), xz(&tar(&file)), gzip(&zeros)] {
        let scene = Scene::new();
        let settings = Settings { max_size: 1 << 20, ..scene.settings() };
        let server = Server::of(bomb);
        let loader = Loader::new(settings).expect("a store");
        let error = loader.import(&in_archive(&server, "libx.so"), &());
        let error = error.expect_err("a bomb");
        assert!(matches!(error.cause(), ImportCause::TooLarge { .. }), "{error}");
        assert_eq!(server.hits(), 1);
    }
}
