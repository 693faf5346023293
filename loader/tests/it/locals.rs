//! Libraries that are local files.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use probe_loader::{
    Host, How, ImportCause, ImportEvent, ImportSource, ImportSpec, Kind, Loader, Settings, Sha256,
};

use crate::support::Scene;
use crate::support::archive::{Item, tar};
use crate::support::object::library as object;

#[test]
fn a_local_file_is_copied_and_again_when_it_changes() {
    let scene = Scene::new();
    let path = scene.write("build/libown.so", object(5000, 1));
    let library = ImportSpec::new(
        "own",
        ImportSource::Path { path: path.clone(), sha256: None, member: None },
    );
    let first = scene.import(&library).expect("import");
    assert_eq!(first.how, How::Fetched);
    assert_eq!(scene.import(&library).expect("import").how, How::Cached);
    fs::write(&path, object(6000, 2)).expect("write");
    let second = scene.import(&library).expect("import");
    assert_eq!(second.how, How::Fetched);
    assert_eq!(fs::read(second.path).expect("read"), object(6000, 2));
    assert_eq!(fs::read(first.path).expect("read"), object(5000, 1));
}

/// Writes other bytes to a file, as many, whenever it is asked something, until an attempt has failed.
struct Writer {
    path: PathBuf,
    written: AtomicU8,
    failures: Mutex<Vec<String>>,
}

impl Host for Writer {
    fn tell(&self, event: &ImportEvent<'_>) {
        if let ImportEvent::Retrying { cause, .. } = event {
            self.failures.lock().push((*cause).to_owned());
        }
    }

    fn cancelled(&self) -> bool {
        if self.failures.lock().is_empty() {
            let written = self.written.fetch_add(1, Ordering::SeqCst);
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(written.into());
            fs::write(&self.path, object(5000, written)).expect("write");
            let file = OpenOptions::new().write(true).open(&self.path).expect("open");
            file.set_modified(time).expect("set the time");
        }
        false
    }
}

#[test]
fn a_local_file_that_changes_while_it_is_copied_is_copied_anew() {
    let scene = Scene::new();
    let path = scene.write("build/libown.so", object(5000, 200));
    let source = ImportSource::Path { path: path.clone(), sha256: None, member: None };
    let host = Writer { path: path.clone(), written: 0.into(), failures: Mutex::default() };
    let imported = scene.loader().import(&ImportSpec::new("own", source), &host).expect("import");
    let failures = host.failures.into_inner();
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert!(failures[0].ends_with("keeps changing"), "{failures:?}");
    assert_eq!(fs::read(imported.path).expect("read"), fs::read(path).expect("read"));
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
        let library = ImportSpec::new("own", ImportSource::Path { path, sha256, member: None });
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

#[test]
fn members_of_a_local_archive_are_taken_and_again_when_it_changes() {
    let scene = Scene::new();
    let items = |seed: u8| {
        let one = object(5000, seed);
        tar(&[Item::File("app/one.so", &one), Item::File("app/more", b"more")])
    };
    let archive = scene.write("app.tar", items(1));
    let member = |member: &str, sha256| {
        let source =
            ImportSource::Path { path: archive.clone(), sha256, member: Some(member.to_owned()) };
        ImportSpec::new("own", source)
    };
    for seed in [1, 2] {
        fs::write(&archive, items(seed)).expect("write");
        let file = scene.import(&member("app/one.so", None)).expect("import");
        assert_eq!((file.how, file.digest), (How::Fetched, Sha256::of(&object(5000, seed))));
        let pinned = member("app/", Some(Sha256::of(&items(seed))));
        let folder = scene.import(&pinned).expect("import");
        assert_eq!(folder.how, How::Fetched);
        assert_eq!(fs::read(folder.path.join("one.so")).expect("read"), object(5000, seed));
        assert_eq!(scene.import(&pinned).expect("import").how, How::Cached);
        assert_eq!(scene.import(&member("app/one.so", None)).expect("import").how, How::Cached);
    }
    let wrong = member("app/more/", None);
    let error = scene.import(&wrong).expect_err("no folder").to_string();
    assert!(error.contains("it is no folder"), "{error}");
    let error = scene.import(&member("app/", Some(Sha256::of(b"")))).expect_err("another");
    assert!(error.to_string().contains("wrong content"), "{error}");
}

#[test]
fn what_is_no_file_is_named_at_once_and_not_waited_for() {
    let scene = Scene::new();
    let pipe = scene.path("pipe");
    crate::support::make_pipe(&pipe);
    let _listener = UnixListener::bind(scene.path("socket")).expect("a socket");
    let link = scene.path("link");
    symlink(&pipe, &link).expect("a link");
    for (path, expected) in [
        (pipe, "is a pipe, and no file"),
        (link, "is a pipe, and no file"),
        (scene.path("socket"), "is a socket, and no file"),
        (scene.path("."), "is a folder, and no file"),
        (PathBuf::from("/dev/zero"), "is a device, and no file"),
        #[cfg(target_os = "linux")]
        (PathBuf::from("/proc/self/status"), "is made up by the system, and no file"),
    ] {
        for member in [None, Some("x".to_owned())] {
            let source = ImportSource::Path { path: path.clone(), sha256: None, member };
            let library = ImportSpec { kind: Kind::Data, ..ImportSpec::new("own", source) };
            let error = scene.import(&library).expect_err("no file");
            assert!(error.to_string().contains(expected), "{error}");
            assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
            assert_eq!((error.attempts().len(), error.help().is_some()), (1, true));
        }
    }
}

#[test]
fn the_limit_of_downloads_holds_for_local_files_too() {
    let scene = Scene::new();
    // A hole: nobody reads it to its end.
    let path = scene.write("large", b"");
    OpenOptions::new().write(true).open(&path).expect("open").set_len(1 << 40).expect("extend");
    let library = |path| ImportSpec {
        kind: Kind::Data,
        ..ImportSpec::new("own", ImportSource::Path { path, sha256: None, member: None })
    };
    let error = scene.import(&library(path)).expect_err("too large");
    assert!(matches!(error.cause(), ImportCause::TooLarge { .. }), "{error}");
    let settings = Settings { max_size: 5, ..scene.settings() };
    let loader = Loader::new(settings).expect("a store");
    loader.import(&library(scene.write("five", b"12345")), &()).expect("import");
    let error = loader.import(&library(scene.write("six", b"123456")), &()).expect_err("too large");
    assert!(matches!(error.cause(), ImportCause::TooLarge { limit: 5 }), "{error}");
}
