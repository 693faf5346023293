//! Files at places outside the store: put there, adopted, mended, or left alone.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::thread;
use std::time::Duration;

use probe_loader::{Cause, How, Kind, Library, Loader, Pin, Settings, Source};

use crate::support::host::Listener;
use crate::support::object::{AARCH64, Elf, X86_64, library as object};
use crate::support::server::{Server, respond};
use crate::support::{Scene, files_below, library, pinned};

/// A library of a server, with a place.
struct Placed {
    scene: Scene,
    server: Server,
    content: Vec<u8>,
    library: Library,
}

impl Placed {
    fn new(kind: Kind) -> Self {
        let scene = Scene::new();
        let content = object(50_000, 1);
        let server = Server::of(content.clone());
        let library = Library {
            kind,
            to: Some(scene.path("cache/deep/libplaced.so")),
            ..library(&server.url("/lib.so"))
        };
        Self { scene, server, content, library }
    }

    fn pin(mut self) -> Self {
        let place = self.library.to.take();
        self.library = Library {
            to: place,
            kind: self.library.kind,
            ..pinned(&self.server.url("/lib.so"), &self.content)
        };
        self
    }

    fn place(&self) -> &Path {
        self.library.to.as_deref().expect("a place")
    }

    fn put(&self, content: &[u8]) {
        self.scene.write("cache/deep/libplaced.so", content);
    }

    #[track_caller]
    fn import(&self) -> How {
        let imported = self.scene.import(&self.library).expect("import");
        assert_eq!(imported.path, self.place());
        assert_eq!(fs::read(self.place()).expect("read"), self.content);
        let names = files_below(&self.scene.path("cache"));
        assert_eq!(names, [self.place()], "nothing else is left there");
        imported.how
    }
}

#[test]
fn a_copy_is_put_at_the_place_and_shares_nothing_with_the_store() {
    let placed = Placed::new(Kind::Native);
    assert_eq!(placed.import(), How::Fetched);
    let stored = placed.scene.path("store/files").join(&placed.scene.stored()[0]);
    let (there, here) =
        (fs::metadata(placed.place()).expect("stat"), fs::metadata(&stored).expect("stat"));
    assert_ne!(there.ino(), here.ino());
    assert_eq!(there.nlink(), 1);
    let inode = there.ino();
    assert_eq!(placed.import(), How::Cached);
    assert_eq!(fs::metadata(placed.place()).expect("stat").ino(), inode);
}

#[test]
fn a_writer_in_place_hurts_only_the_place_and_the_next_import_mends_it() {
    let placed = Placed::new(Kind::Native);
    placed.import();
    // What lazy loaders do: truncate, and write.
    fs::write(placed.place(), &placed.content[..20_000]).expect("write");
    assert_eq!(placed.import(), How::Placed);
    assert_eq!(placed.server.hits(), 1);
}

#[test]
fn what_is_torn_or_useless_at_the_place_is_replaced_without_a_gap() {
    let whole = object(50_000, 1);
    let cases: [(&str, Kind, &[u8]); 5] = [
        ("empty", Kind::Native, b""),
        ("cut", Kind::Native, &whole[..30_000]),
        ("reserved", Kind::Native, &[0; 50_000]),
        ("a page", Kind::Native, b"<html>"),
        ("cut data", Kind::Data, &whole[..30_000]),
    ];
    for (name, kind, content) in cases {
        let placed = Placed::new(kind).pin();
        placed.scene.import(&Library { to: None, ..placed.library.clone() }).expect("import");
        placed.put(content);
        let reader = fs::File::open(placed.place()).expect("open");
        assert_eq!(placed.import(), How::Placed, "{name}");
        // Whoever has the old file open keeps it as it was.
        assert_eq!(reader.metadata().expect("stat").len(), content.len() as u64, "{name}");
    }
}

#[test]
fn a_file_of_somebodys_own_is_left_alone_unless_the_library_was_there_before() {
    for (name, content) in [("text", b"print('mine')\n".as_slice()), ("bytes", &[7; 60_000])] {
        let placed = Placed::new(Kind::Native);
        placed.put(content);
        let error = placed.scene.import(&placed.library).expect_err(name);
        assert!(matches!(error.cause(), Cause::Occupied { .. }), "{name}: {error}");
        assert_eq!(fs::read(placed.place()).expect("read"), content, "{name}");
        fs::remove_file(placed.place()).expect("remove");
        placed.import();
        placed.put(content);
        assert_eq!(placed.import(), How::Placed, "{name}");
    }
}

#[test]
fn a_file_that_somebody_writes_is_awaited_and_never_replaced() {
    let placed = Placed::new(Kind::Native).pin();
    placed.put(&placed.content[..20_000]);
    let mut writer = OpenOptions::new().append(true).open(placed.place()).expect("open");
    let inode = writer.metadata().expect("stat").ino();
    let host = Listener::default();
    let loader = placed.scene.loader();
    thread::scope(|scope| {
        let import = scope.spawn(|| loader.import(&placed.library, &host));
        while !host.events().contains(&"release".to_owned()) {
            thread::yield_now();
        }
        writer.write_all(&placed.content[20_000..]).expect("write");
        drop(writer);
        import.join().expect("join").expect("import");
    });
    assert_eq!(fs::read(placed.place()).expect("read"), placed.content);
    assert_eq!(fs::metadata(placed.place()).expect("stat").ino(), inode);
    assert_eq!(placed.server.hits(), 0);
}

#[test]
fn a_file_that_somebody_never_ceases_to_write_is_an_error_in_time() {
    let placed = Placed::new(Kind::Native).pin();
    placed.put(&placed.content[..20_000]);
    let _writer = OpenOptions::new().append(true).open(placed.place()).expect("open");
    let settings = Settings { lock_timeout: Duration::from_millis(50), ..placed.scene.settings() };
    let loader = Loader::new(settings).expect("a store");
    let error = loader.import(&placed.library, &()).expect_err("it is busy");
    assert!(matches!(error.cause(), Cause::Changing { .. }), "{error}");
}

#[test]
fn a_symbolic_link_is_replaced_and_what_it_points_to_untouched() {
    let placed = Placed::new(Kind::Native);
    let target = placed.scene.write("elsewhere.so", object(50_000, 9));
    fs::create_dir_all(placed.place().parent().expect("a parent")).expect("create");
    symlink(&target, placed.place()).expect("link");
    assert_eq!(placed.import(), How::Fetched);
    assert!(fs::symlink_metadata(placed.place()).expect("stat").is_file());
    assert_eq!(fs::read(target).expect("read"), object(50_000, 9));
}

#[test]
fn a_whole_file_at_the_place_is_adopted_without_the_network() {
    for placed in [Placed::new(Kind::Native), Placed::new(Kind::Native).pin()] {
        placed.put(&placed.content);
        let inode = fs::metadata(placed.place()).expect("stat").ino();
        assert_eq!(placed.import(), How::Adopted);
        assert_eq!(fs::metadata(placed.place()).expect("stat").ino(), inode);
        assert_eq!(placed.import(), How::Cached);
        assert_eq!(placed.server.hits(), 0);
        assert_eq!(placed.scene.stored().len(), 1);
    }
}

#[test]
fn a_file_is_not_adopted_without_a_pin_if_that_is_not_wanted() {
    let placed = Placed::new(Kind::Native);
    placed.put(&placed.content);
    let settings = Settings { adopt_unpinned: false, ..placed.scene.settings() };
    let imported = Loader::new(settings).expect("a store").import(&placed.library, &());
    assert_eq!(imported.expect("import").how, How::Fetched);
    assert_eq!(placed.server.hits(), 1);
}

#[test]
fn somebody_elses_file_is_left_alone_unless_it_may_be_replaced() {
    let other_machine = if cfg!(target_arch = "aarch64") { X86_64 } else { AARCH64 };
    let foreign = Elf { machine: other_machine, ..Elf::new(50_000, 1) }.bytes();
    for theirs in [object(40_000, 7), object(50_000, 7), object(60_000, 7), foreign] {
        let placed = Placed::new(Kind::Native).pin();
        placed.put(&theirs);
        let error = placed.scene.import(&placed.library).expect_err("it is taken");
        assert!(matches!(error.cause(), Cause::Occupied { .. }), "{error}");
        assert_eq!(fs::read(placed.place()).expect("read"), theirs);
        let settings = Settings { replace: true, ..placed.scene.settings() };
        Loader::new(settings).expect("a store").import(&placed.library, &()).expect("import");
        assert_eq!(placed.import(), How::Cached);
    }
}

#[test]
fn our_own_older_file_is_replaced_by_a_newer_one() {
    let placed = Placed::new(Kind::Native);
    placed.import();
    let newer = Server::of(object(50_000, 2));
    let library = Library { to: placed.library.to.clone(), ..library(&newer.url("/lib.so")) };
    let imported = placed.scene.import(&library).expect("import");
    assert_eq!(imported.how, How::Fetched);
    assert_eq!(fs::read(placed.place()).expect("read"), object(50_000, 2));
}

#[test]
fn a_known_file_of_another_version_is_neither_taken_for_this_one_nor_replaced() {
    let (older, newer) = (object(50_000, 1), object(50_000, 2));
    for is_stored in [true, false] {
        let scene = Scene::new();
        let server = Server::new(move |request, stream| {
            let content =
                if request.path == "/1/lib.so" { object(50_000, 1) } else { object(50_000, 2) };
            respond(stream, "200 OK", &[], &content);
        });
        let urls = ["/1/lib.so", "/2/lib.so"].map(|path| server.url(path));
        let mut upgraded = Library { to: Some(scene.path("cache/lib.so")), ..library(&urls[1]) };
        if is_stored {
            scene.import(&library(&urls[0])).expect("import");
        } else {
            let Library { source: Source::Url { sha256: Some(sha256), .. }, .. } =
                pinned(&urls[0], &older)
            else {
                unreachable!("it is pinned")
            };
            upgraded.former = Some(Pin { url: urls[0].clone(), sha256, size: older.len() as u64 });
        }
        // As a cache of CI brings it: probe has not put it there.
        scene.write("cache/lib.so", &older);
        let error = scene.import(&upgraded).expect_err("it is another version");
        let said = format!("is another version, from `{}`", urls[0]);
        assert!(error.to_string().ends_with(&said), "{error}");
        assert_eq!(fs::read(scene.path("cache/lib.so")).expect("read"), older);
        let settings = Settings { replace: true, ..scene.settings() };
        Loader::new(settings).expect("a store").import(&upgraded, &()).expect("import");
        assert_eq!(fs::read(scene.path("cache/lib.so")).expect("read"), newer);
    }
}

#[test]
fn a_folder_at_the_place_is_left_alone() {
    let placed = Placed::new(Kind::Native);
    fs::create_dir_all(placed.place()).expect("create");
    let error = placed.scene.import(&placed.library).expect_err("it is a folder");
    assert!(error.to_string().ends_with("is no file"), "{error}");
}

#[test]
fn a_relative_place_is_refused() {
    let placed = Placed::new(Kind::Native);
    let library = Library { to: Some("lib.so".into()), ..placed.library };
    let error = placed.scene.import(&library).expect_err("relative");
    assert!(error.to_string().ends_with("`lib.so` is not absolute"), "{error}");
}
