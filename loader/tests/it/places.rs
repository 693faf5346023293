//! Files at places outside the store: put there, adopted, mended, or left alone.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use probe_loader::{
    How, ImportCause, ImportError, ImportSource, ImportSpec, Imported, Kind, Loader, Pin, Settings,
    Sha256,
};

use crate::support::host::Listener;
use crate::support::object::{AARCH64, Elf, X86_64, library as object};
use crate::support::server::{Server, respond};
use crate::support::{Scene, files_below, library, pinned};

/// A library of a server, with a place.
struct Placed {
    scene: Scene,
    server: Server,
    content: Vec<u8>,
    library: ImportSpec,
}

impl Placed {
    fn new(kind: Kind) -> Self {
        let scene = Scene::new();
        let content = object(50_000, 1);
        let server = Server::of(content.clone());
        let library = ImportSpec {
            kind,
            to: Some(scene.path("cache/deep/libplaced.so")),
            ..library(&server.url("/lib.so"))
        };
        Self { scene, server, content, library }
    }

    fn pin(mut self) -> Self {
        let place = self.library.to.take();
        self.library = ImportSpec {
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
        placed.scene.import(&ImportSpec { to: None, ..placed.library.clone() }).expect("import");
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
        assert!(matches!(error.cause(), ImportCause::Occupied { .. }), "{name}: {error}");
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
    assert!(matches!(error.cause(), ImportCause::Changing { .. }), "{error}");
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
fn a_whole_file_at_the_place_is_adopted_without_the_network_if_it_is_pinned() {
    let placed = Placed::new(Kind::Native).pin();
    placed.put(&placed.content);
    let inode = fs::metadata(placed.place()).expect("stat").ino();
    assert_eq!(placed.import(), How::Adopted);
    assert_eq!(fs::metadata(placed.place()).expect("stat").ino(), inode);
    assert_eq!(placed.import(), How::Cached);
    assert_eq!(placed.server.hits(), 0);
    assert_eq!(placed.scene.stored().len(), 1);
}

#[test]
fn without_a_pin_a_file_at_a_plain_place_is_compared_with_what_the_origin_sends() {
    let placed = Placed::new(Kind::Native);
    placed.put(&placed.content);
    let inode = fs::metadata(placed.place()).expect("stat").ino();
    assert_eq!(placed.import(), How::Fetched);
    assert_eq!(fs::metadata(placed.place()).expect("stat").ino(), inode);
    for theirs in [object(50_000, 7), object(40_000, 7)] {
        let placed = Placed::new(Kind::Native);
        placed.put(&theirs);
        let error = placed.scene.import(&placed.library).expect_err("it is another one");
        assert!(matches!(error.cause(), ImportCause::Occupied { .. }), "{error}");
        assert_eq!(fs::read(placed.place()).expect("read"), theirs);
        assert_eq!(placed.server.hits(), 1);
    }
}

/// A place that is named by the URL, and an origin that answers as it is told.
struct Keyed {
    placed: Placed,
    answers: Arc<AtomicBool>,
}

impl Keyed {
    fn new(theirs: &[u8]) -> Self {
        let mut placed = Placed::new(Kind::Native);
        let answers = Arc::new(AtomicBool::new(true));
        let (open, content) = (Arc::clone(&answers), placed.content.clone());
        placed.server = Server::new(move |_, stream| {
            let status = if open.load(Ordering::SeqCst) { "200 OK" } else { "503 Busy" };
            respond(stream, status, &[], &content);
        });
        placed.library = ImportSpec {
            to: placed.library.to.take(),
            named_by_url: true,
            ..library(&placed.server.url("/lib.so"))
        };
        placed.put(theirs);
        Self { placed, answers }
    }

    fn import_with(&self, offline: bool, to: bool) -> Result<Imported, ImportError> {
        let settings = Settings { offline, ..self.placed.scene.settings() };
        let mut library = self.placed.library.clone();
        if !to {
            (library.to, library.named_by_url) = (None, false);
        }
        Loader::new(settings).expect("a store").import(&library, &())
    }

    #[track_caller]
    fn check(&self, offline: bool, how: How, hits: usize) {
        let imported = self.import_with(offline, true).expect("import");
        assert_eq!((imported.how, self.placed.server.hits()), (how, hits));
        let confirmed = how != How::Unconfirmed && !(offline && hits == 0);
        let digest = Sha256::of(&self.placed.content);
        assert_eq!(imported.pin.map(|pin| pin.sha256), confirmed.then_some(digest));
    }
}

#[test]
fn at_a_place_named_by_the_url_it_is_used_and_pinned_when_the_origin_has_one_of_its_size() {
    let content = object(50_000, 1);
    let keyed = Keyed::new(&content);
    let inode = fs::metadata(keyed.placed.place()).expect("stat").ino();
    keyed.check(false, How::Adopted, 1);
    keyed.check(false, How::Cached, 1);
    keyed.check(true, How::Cached, 1);
    assert_eq!(fs::metadata(keyed.placed.place()).expect("stat").ino(), inode);
    // One of another size is not what the URL gives.
    let keyed = Keyed::new(&object(40_000, 1));
    let error = keyed.import_with(false, true).expect_err("it is another one");
    assert!(matches!(error.cause(), ImportCause::Occupied { .. }), "{error}");
}

#[test]
fn what_no_origin_has_confirmed_is_used_at_its_place_alone_and_never_pinned() {
    let content = object(50_000, 1);
    let keyed = Keyed::new(&content);
    keyed.check(true, How::Unconfirmed, 0);
    keyed.check(true, How::Cached, 0);
    let error = keyed.import_with(true, false).expect_err("nobody has it");
    assert!(matches!(error.cause(), ImportCause::Offline), "{error}");
    keyed.answers.store(false, Ordering::SeqCst);
    keyed.check(false, How::Unconfirmed, 1);
    keyed.check(false, How::Unconfirmed, 2);
    keyed.answers.store(true, Ordering::SeqCst);
    keyed.check(false, How::Adopted, 3);
    keyed.check(false, How::Cached, 3);
    assert_eq!(keyed.import_with(true, false).expect("import").how, How::Cached);
}

#[test]
fn the_size_of_something_encoded_confirms_nothing() {
    let mut keyed = Keyed::new(&object(50_000, 1));
    let placed = &mut keyed.placed;
    placed.server = Server::new(|_, stream| {
        respond(stream, "200 OK", &[("Content-Encoding", "gzip")], &object(50_000, 1));
    });
    let url = placed.server.url("/lib.so");
    let to = placed.library.to.take();
    placed.library = ImportSpec { to, named_by_url: true, ..library(&url) };
    let error = keyed.import_with(false, true).expect_err("it is encoded");
    assert!(matches!(error.cause(), ImportCause::Refused(_)), "{error}");
}

#[test]
fn a_file_is_not_adopted_without_a_pin_if_that_is_not_wanted() {
    let keyed = Keyed::new(&object(50_000, 1));
    let settings = Settings { adopt_unpinned: false, ..keyed.placed.scene.settings() };
    let imported = Loader::new(settings).expect("a store").import(&keyed.placed.library, &());
    assert_eq!(imported.expect("import").how, How::Fetched);
}

#[test]
fn somebody_elses_file_is_left_alone_unless_it_may_be_replaced() {
    let other_machine = if cfg!(target_arch = "aarch64") { X86_64 } else { AARCH64 };
    let foreign = Elf { machine: other_machine, ..Elf::new(50_000, 1) }.bytes();
    for theirs in [object(40_000, 7), object(50_000, 7), object(60_000, 7), foreign] {
        let placed = Placed::new(Kind::Native).pin();
        placed.put(&theirs);
        let error = placed.scene.import(&placed.library).expect_err("it is taken");
        assert!(matches!(error.cause(), ImportCause::Occupied { .. }), "{error}");
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
    let library = ImportSpec { to: placed.library.to.clone(), ..library(&newer.url("/lib.so")) };
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
        let mut upgraded = ImportSpec { to: Some(scene.path("cache/lib.so")), ..library(&urls[1]) };
        if is_stored {
            scene.import(&library(&urls[0])).expect("import");
        } else {
            let ImportSpec { source: ImportSource::Url { sha256: Some(sha256), .. }, .. } =
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
    let library = ImportSpec { to: Some("lib.so".into()), ..placed.library };
    let error = placed.scene.import(&library).expect_err("relative");
    assert!(error.to_string().ends_with("`lib.so` is not absolute"), "{error}");
}

#[test]
fn what_a_killed_copy_left_goes_with_the_next_import_at_that_place() {
    let placed = Placed::new(Kind::Native);
    let own = Sha256::of(placed.place().as_os_str().as_encoded_bytes()).to_string();
    let left = [format!(".probe-{}", &own[..16]), format!(".probe-{}-x", &own[..16])];
    for name in &left {
        placed.scene.write(&format!("cache/deep/{name}"), "half");
    }
    placed.import();
    let beside = fs::read_dir(placed.scene.path("cache/deep")).expect("list").count();
    assert_eq!(beside, 1);
}
