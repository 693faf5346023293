//! Archives that no honest program writes, and those of kinds that are not read: refused by name, at once, and before anything
//! large is written or held in memory.

use std::fs;
use std::io::Write;

use lzma_rust2::{LzmaOptions, LzmaWriter};
use probe_loader::{ImportCause, ImportError, ImportSource, ImportSpec, Imported, Kind, Sha256};
use tar::EntryType;

use crate::support::Scene;
use crate::support::archive::{
    Item, Packed, bzip2, gzip, raw_zip, sparse_tar, tar, tar_behind, xz, zip, zstd,
};
use crate::support::server::Server;

const CONTENT: &[u8] = b"some content, some content, some content";

fn in_archive(server: &Server, member: Option<&str>) -> ImportSpec {
    let source = ImportSource::Url {
        url: server.url("/pkg.archive"),
        mirrors: Vec::new(),
        sha256: None,
        member: member.map(str::to_owned),
    };
    ImportSpec { kind: Kind::Data, ..ImportSpec::new("x", source) }
}

fn import(scene: &Scene, archive: Vec<u8>, member: &str) -> Result<Imported, ImportError> {
    scene.import(&in_archive(&Server::of(archive), Some(member)))
}

#[track_caller]
fn check_taken(archive: Vec<u8>, member: &str) {
    let scene = Scene::new();
    let imported = import(&scene, archive, member).expect("import");
    assert_eq!(imported.digest, Sha256::of(CONTENT));
}

/// It is refused at the first attempt, with this in its message, and with a way out.
#[track_caller]
fn check_refused(archive: Vec<u8>, member: &str, expected: &str) {
    let scene = Scene::new();
    let server = Server::of(archive);
    let error = scene.import(&in_archive(&server, Some(member))).expect_err("refused");
    assert!(error.to_string().contains(expected), "{error}");
    assert!(error.help().is_some(), "{error}");
    assert_eq!((server.hits(), error.attempts().len()), (1, 1), "{error}");
    let left = fs::read_dir(scene.path("store/files")).expect("list").count();
    assert_eq!(left, 0, "nothing is left");
}

#[test]
fn every_method_of_a_zip_that_programs_write_is_read() {
    let length = u16::try_from(CONTENT.len()).expect("short");
    // One block that is not compressed is the same for both variants of Deflate.
    let stored = [&[1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), CONTENT].concat();
    let options = LzmaOptions::with_preset(0);
    let mut writer = LzmaWriter::new_no_header(Vec::new(), &options, false).expect("a writer");
    writer.write_all(CONTENT).expect("write");
    let props = writer.props();
    let stream = writer.finish().expect("a stream");
    let dictionary = options.dict_size.to_le_bytes();
    let lzma = [&[9, 20, 5, 0, props][..], &dictionary, &stream].concat();
    for (method, packed) in [
        (0, CONTENT.to_vec()),
        (8, stored.clone()),
        (9, stored),
        (12, bzip2(CONTENT)),
        (14, lzma),
        (93, zstd(CONTENT)),
        (95, xz(CONTENT)),
    ] {
        let entry = Packed::new("lib/x", method, &packed, CONTENT);
        check_taken(raw_zip(&[entry]), "lib/x");
        let scene = Scene::new();
        let wrong = Packed { checksum: entry.checksum ^ 1, ..entry };
        let error = import(&scene, raw_zip(&[wrong]), "lib/x").expect_err("a wrong checksum");
        assert!(matches!(error.cause(), ImportCause::Archive { .. }), "{method}: {error}");
        let folder = import(&Scene::new(), raw_zip(&[entry]), "lib/").expect("import");
        assert_eq!(folder.size, CONTENT.len() as u64, "{method}");
    }
}

#[test]
fn what_cannot_be_read_of_an_archive_is_said_at_once_and_only_where_it_is_wanted() {
    let good = Packed::new("good", 0, CONTENT, CONTENT);
    let ppmd = Packed::new("bad", 98, CONTENT, CONTENT);
    let secret = Packed { flags: 1, ..Packed::new("bad", 0, CONTENT, CONTENT) };
    for (bad, expected) in [
        (ppmd, "`bad`: it is compressed by zip's method 98 (Ppmd)"),
        (secret, "`bad`: it is encrypted"),
    ] {
        check_refused(raw_zip(&[bad, good]), "bad", expected);
        check_refused(raw_zip(&[bad, good]), "./", "it is");
        check_taken(raw_zip(&[bad, good]), "good");
    }
    for (name, head) in [
        ("7z", &b"7z\xbc\xaf\x27\x1c"[..]),
        ("rar", b"Rar!\x1a\x07\x01\0"),
        ("lz4", b"\x04\x22\x4d\x18"),
    ] {
        let archive = [head, &[0; 600]].concat();
        check_refused(archive.clone(), "x", &format!("probe does not know the format {name}"));
        // Nobody is told to name a file in it.
        let library =
            ImportSpec { kind: Kind::Native, ..in_archive(&Server::of(archive.clone()), None) };
        let server = Server::of(archive);
        let library = ImportSpec { source: in_archive(&server, None).source, ..library };
        let error = Scene::new().import(&library).expect_err("no library");
        let help = error.help().expect("a way out");
        assert!(!help.contains("`member`") && help.contains("`command`"), "{name}: {help}");
        assert_eq!(error.attempts().len(), 1);
    }
}

#[test]
fn holes_are_no_content_and_a_file_of_them_is_a_bomb_before_it_is_written() {
    let bomb = sparse_tar("x", (64 << 30) - 1, b"x");
    assert!(bomb.len() < 10_000);
    let expected = "it unpacks to over 512 MiB, and over 20 times its size";
    check_refused(bomb.clone(), "x", expected);
    check_refused(bomb.clone(), "./", expected);
    check_refused(gzip(&bomb), "x", expected);
    let size = u32::MAX;
    let lying = Packed { size, ..Packed::new("x", 8, CONTENT, CONTENT) };
    check_refused(raw_zip(&[lying]), "x", expected);
    // An honest one is taken with its holes.
    let scene = Scene::new();
    let imported = import(&scene, sparse_tar("x", 5000, CONTENT), "x").expect("import");
    assert_eq!(imported.digest, Sha256::of(&[&[0; 5000], CONTENT].concat()));
    // Beside it, nobody minds.
    let whole = tar(&[Item::File("y", CONTENT)]);
    check_taken([&bomb[..bomb.len() - 1024], &whole].concat(), "y");
}

#[test]
fn a_sparse_file_of_pax_is_named_and_its_map_never_taken_for_its_content() {
    let pax = |key: &str, value: &str| {
        let length = key.len() + value.len() + 5;
        format!("{length} {key}={value}\n")
    };
    let about = pax("GNU.sparse.name", "./real/x") + &pax("GNU.sparse.major", "1");
    let archive =
        tar_behind(EntryType::XHeader, about.as_bytes(), "GNUSparseFile.7/x", b"1\n0\n5\n");
    check_refused(archive.clone(), "real/x", "it is a sparse file in the format of PAX");
    check_refused(archive, "./", "it is a sparse file in the format of PAX");
}

#[test]
fn what_is_said_of_a_file_besides_its_content_is_bounded() {
    let expected = "it says more than 1024 KiB of one file besides its content";
    let long = vec![b'a'; 3 << 20];
    for kind in [EntryType::GNULongName, EntryType::GNULongLink, EntryType::XHeader] {
        let archive = tar_behind(kind, &long, "x", CONTENT);
        check_refused(archive.clone(), "x", expected);
        check_refused(zstd(&archive), "./", expected);
        // A content in front of it makes no room for it.
        let first = tar(&[Item::File("first", &long)]);
        check_refused([&first[..first.len() - 1024], &archive].concat(), "x", expected);
    }
    let name = "a/".repeat(3000);
    let archive = tar_behind(EntryType::GNULongName, name.as_bytes(), "x", CONTENT);
    check_refused(archive, "./", "a name that begins with `a/a/a/");
    let name = "a".repeat(300);
    let archive = tar_behind(EntryType::GNULongName, name.as_bytes(), "x", CONTENT);
    check_refused(archive, "./", "is too long");
    let name = ["long"; 40].join("/");
    let archive = tar_behind(EntryType::GNULongName, name.as_bytes(), "x", CONTENT);
    check_taken(archive, &name);
}

#[test]
fn folders_have_a_bound_on_their_depth_and_links_on_their_targets() {
    let deep = "a/".repeat(260) + "x";
    let archive = tar_behind(EntryType::GNULongName, deep.as_bytes(), "x", CONTENT);
    check_refused(archive.clone(), "./", "is too long");
    check_taken(archive, &deep);
    let target = "a/".repeat(3000);
    let mut link = tar(&[Item::Link("x", "y")]);
    link.truncate(link.len() - 1024);
    let archive = tar_behind(EntryType::GNULongLink, target.as_bytes(), "y", CONTENT);
    let start = archive.len() - tar(&[Item::File("y", CONTENT)]).len();
    let long = [&archive[..start], &link, &archive[start..]].concat();
    check_refused(long, "./", "the target of the link `x` is too long");
}

#[test]
fn two_members_of_one_name_are_refused_wherever_they_are_wanted() {
    let entry = |name, content| Packed::new(name, 0, content, content);
    let twice = raw_zip(&[entry("lib/x", CONTENT), entry("lib/x", b"other"), entry("y", CONTENT)]);
    check_refused(twice.clone(), "lib/x", "`lib/x`: it is in the archive more than once");
    check_refused(twice.clone(), "lib/", "more than once");
    check_taken(twice, "y");
    // The same name in another spelling.
    for other in ["./lib/x", "lib//x", "lib/./x"] {
        for archive in [
            zip(&[Item::File("lib/x", CONTENT), Item::File(other, b"other")]),
            tar(&[Item::File("lib/x", CONTENT), Item::File(other, b"other")]),
        ] {
            check_refused(archive.clone(), "lib/x", "more than once");
            check_refused(archive, "lib/", "more than once");
        }
    }
    // Folders may be mentioned as often as somebody likes.
    let folders = raw_zip(&[entry("lib/", b""), entry("lib/", b""), entry("lib/x", CONTENT)]);
    assert_eq!(import(&Scene::new(), folders, "lib/").expect("import").size, 40);
}
