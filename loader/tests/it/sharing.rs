//! Many that want one library at once: threads of a loader, and loaders of a store.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use fslock::LockFile;
use parking_lot::Mutex;
use probe_loader::{Host, How, ImportCause, ImportEvent, ImportSpec, Loader, Settings, StoreError};

use crate::support::host::Listener;
use crate::support::object::library as object;
use crate::support::server::{Server, respond};
use crate::support::{Scene, library};

/// The lock file of the one library that the store has seen.
fn lock_file(scene: &Scene) -> std::path::PathBuf {
    let mut locks = std::fs::read_dir(scene.path("store/locks"))
        .expect("list")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_none())
        .collect::<Vec<_>>();
    assert_eq!(locks.len(), 1);
    locks.remove(0)
}

/// Imports with several loaders at once, and several threads each.
fn import_at_once(scene: &Scene, library: &ImportSpec, loaders: usize, threads: usize) -> Vec<How> {
    let hows = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..loaders {
            let hows = &hows;
            scope.spawn(move || {
                let loader = scene.loader();
                thread::scope(|scope| {
                    for _ in 0..threads {
                        scope.spawn(|| {
                            let imported = loader.import(library, &()).expect("import");
                            hows.lock().push(imported.how);
                        });
                    }
                });
            });
        }
    });
    hows.into_inner()
}

#[test]
fn threads_and_loaders_share_one_download() {
    let scene = Scene::new();
    let content = object(500_000, 1);
    let server = Server::of(content);
    let library =
        ImportSpec { to: Some(scene.path("place/lib.so")), ..library(&server.url("/lib.so")) };
    let hows = import_at_once(&scene, &library, 8, 4);
    assert_eq!(server.hits(), 1);
    assert_eq!(hows.iter().filter(|how| **how == How::Fetched).count(), 1);
    assert_eq!(hows.len(), 32);
    assert!(hows.iter().all(|how| matches!(how, How::Fetched | How::FetchedByOther | How::Cached)));
}

#[test]
fn waiting_threads_get_the_failure_of_the_one_that_tried() {
    let scene = Scene::new();
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let server = Server::new(move |_, stream| {
        released.lock().recv().ok();
        respond(stream, "404 Not Found", &[], b"");
    });
    let loader = scene.loader();
    let library = library(&server.url("/lib.so"));
    let waiting = Listener::default();
    thread::scope(|scope| {
        let first = scope.spawn(|| loader.import(&library, &()).is_err());
        server.wait_for_hits(1);
        let second = scope.spawn(|| loader.import(&library, &waiting).is_err());
        while !waiting.events().contains(&"release".to_owned()) {
            thread::yield_now();
        }
        drop(release);
        assert!(first.join().expect("join"));
        assert!(second.join().expect("join"));
    });
    assert_eq!(server.hits(), 1);
}

#[test]
fn when_the_one_that_tried_is_cancelled_another_one_goes_on() {
    let scene = Scene::new();
    let server = Server::of(object(300_000, 1));
    let loader = scene.loader();
    let library = library(&server.url("/lib.so"));

    /// Gives up in the middle of the transfer, once another thread waits for it.
    struct Quitter<'a>(&'a Listener);
    impl Host for Quitter<'_> {
        fn tell(&self, event: &ImportEvent<'_>) {
            if matches!(event, ImportEvent::Progress { .. }) {
                while !self.0.events().contains(&"release".to_owned()) {
                    thread::yield_now();
                }
            }
        }
        fn cancelled(&self) -> bool {
            self.0.events().contains(&"release".to_owned())
        }
    }

    let patient = Listener::default();
    thread::scope(|scope| {
        let quitter = scope.spawn(|| loader.import(&library, &Quitter(&patient)));
        server.wait_for_hits(1);
        let imported = loader.import(&library, &patient).expect("import");
        assert_eq!(imported.how, How::Fetched);
        let quit = quitter.join().expect("join").expect_err("it gave up");
        assert!(matches!(quit.cause(), ImportCause::Cancelled), "{quit}");
    });
    assert_eq!(server.hits(), 2);
    assert!(patient.events().contains(&"acquire".to_owned()));
}

#[test]
fn an_import_within_an_import_of_the_same_library_is_an_error() {
    struct Recursive<'a>(&'a Loader, &'a ImportSpec, Mutex<Option<String>>);
    impl Host for Recursive<'_> {
        fn tell(&self, event: &ImportEvent<'_>) {
            if matches!(event, ImportEvent::Attempt { .. }) {
                let error = self.0.import(self.1, &()).expect_err("re-entered");
                *self.2.lock() = Some(error.to_string());
            }
        }
    }
    let scene = Scene::new();
    let server = Server::of(object(5000, 1));
    let loader = scene.loader();
    let library = library(&server.url("/lib.so"));
    let host = Recursive(&loader, &library, Mutex::new(None));
    loader.import(&library, &host).expect("import");
    let error = host.2.into_inner().expect("an error");
    assert!(error.ends_with("this thread is preparing it already"), "{error}");
}

/// A library whose lock somebody holds and never gives back.
fn stuck() -> (Scene, Server, ImportSpec, LockFile) {
    let scene = Scene::new();
    let server = Server::of(object(5000, 1));
    let library = library(&server.url("/lib.so"));
    let settings = Settings { command: "probe run".to_owned(), ..scene.settings() };
    let loader = Loader::new(settings).expect("a store");
    loader.import(&library, &()).expect("import");
    let mut lock = LockFile::open(&lock_file(&scene)).expect("open");
    assert!(lock.try_lock().expect("lock"));
    (scene, server, library, lock)
}

#[test]
fn a_wait_is_announced_and_ends_with_the_name_of_the_holder() {
    let (scene, server, library, _lock) = stuck();
    std::fs::remove_dir_all(scene.path("store/entries")).expect("remove");
    let host = Listener::cancelling_after("waiting");
    let error = scene.impatient().import(&library, &host).expect_err("it gives up");
    assert!(matches!(error.cause(), ImportCause::Cancelled), "{error}");
    assert_eq!(host.events(), ["release", "waiting for probe run"]);

    let settings = Settings { lock_timeout: Duration::from_millis(60), ..scene.settings() };
    let loader = Loader::new(settings).expect("a store");
    let error = loader.import(&library, &()).expect_err("the lock is held");
    let ImportCause::LockTimeout { holder: Some(holder), waited } = error.cause() else {
        panic!("{error}")
    };
    assert_eq!(holder.pid, std::process::id());
    assert!(*waited >= Duration::from_millis(60));
    assert!(error.to_string().contains(&format!("process {} on ", holder.pid)), "{error}");
    assert_eq!(server.hits(), 1);
}

#[test]
fn a_wait_is_announced_once() {
    /// Gives up when it has been asked a few times.
    #[derive(Default)]
    struct Patient(Listener, AtomicU32);
    impl Host for Patient {
        fn tell(&self, event: &ImportEvent<'_>) {
            self.0.tell(event);
        }
        fn cancelled(&self) -> bool {
            self.1.fetch_add(1, Ordering::SeqCst) > 5
        }
    }

    let (scene, _server, library, _lock) = stuck();
    std::fs::remove_dir_all(scene.path("store/entries")).expect("remove");
    let host = Patient::default();
    let error = scene.impatient().import(&library, &host).expect_err("it gives up");
    assert!(matches!(error.cause(), ImportCause::Cancelled), "{error}");
    assert_eq!(host.0.events(), ["waiting for probe run"]);
}

#[test]
fn who_gives_up_when_it_is_its_turn_begins_nothing() {
    /// Gives up when it would go on.
    #[derive(Default)]
    struct Late(Listener, AtomicBool);
    impl Host for Late {
        fn tell(&self, event: &ImportEvent<'_>) {
            self.0.tell(event);
        }
        fn release(&self) {
            self.0.release();
        }
        fn acquire(&self) {
            self.1.store(true, Ordering::SeqCst);
        }
        fn cancelled(&self) -> bool {
            self.1.load(Ordering::SeqCst)
        }
    }

    let (scene, server, library, lock) = stuck();
    std::fs::remove_dir_all(scene.path("store/entries")).expect("remove");
    let (loader, host) = (scene.loader(), Late::default());
    thread::scope(|scope| {
        let import = scope.spawn(|| loader.import(&library, &host));
        while !host.0.events().contains(&"release".to_owned()) {
            thread::yield_now();
        }
        drop(lock);
        let error = import.join().expect("join").expect_err("it gives up");
        assert!(matches!(error.cause(), ImportCause::Cancelled), "{error}");
    });
    assert_eq!(server.hits(), 1, "that of the one before");
}

#[test]
fn a_stuck_holder_does_not_hold_up_what_is_there() {
    let (scene, _server, library, _lock) = stuck();
    // Gone when the import begins, and there again while it waits for the lock.
    let (entries, aside) = (scene.path("store/entries"), scene.path("aside"));
    std::fs::rename(&entries, &aside).expect("rename");
    let loader = scene.loader();
    std::fs::remove_dir(&entries).expect("remove");
    let host = Listener::default();
    thread::scope(|scope| {
        let import = scope.spawn(|| loader.import(&library, &host));
        while host.events().is_empty() {
            thread::yield_now();
        }
        std::fs::rename(&aside, &entries).expect("rename");
        let imported = import.join().expect("join").expect("import");
        assert_eq!(imported.how, How::FetchedByOther);
        assert!(imported.waited > Duration::ZERO);
    });
}

#[test]
fn a_wait_can_be_cancelled() {
    let (scene, _server, library, _lock) = stuck();
    std::fs::remove_dir_all(scene.path("store/entries")).expect("remove");
    let host = Listener::cancelling_after("release");
    let error = scene.loader().import(&library, &host).expect_err("cancelled");
    assert!(matches!(error.cause(), ImportCause::Cancelled), "{error}");
}

#[test]
fn a_store_that_cannot_be_trusted_is_refused() {
    let refuse =
        |path: std::path::PathBuf| Loader::new(Settings::new(path)).err().expect("refused");
    let scene = Scene::new();
    assert!(matches!(refuse("store".into()), StoreError::Relative { .. }));
    assert!(matches!(refuse(scene.write("file", "")), StoreError::Disk { .. }));
    let elsewhere = scene.path("elsewhere");
    std::fs::create_dir(&elsewhere).expect("create");
    std::fs::create_dir(scene.path("store")).expect("create");
    std::os::unix::fs::symlink(&elsewhere, scene.path("store/locks")).expect("link");
    assert!(matches!(refuse(scene.path("store")), StoreError::NoDirectory { .. }));
}

#[test]
fn others_lose_the_right_to_write_to_a_store() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    let scene = Scene::new();
    let root = scene.path("store");
    std::fs::create_dir(&root).expect("create");
    std::fs::set_permissions(&root, PermissionsExt::from_mode(0o777)).expect("chmod");
    scene.loader();
    assert_eq!(std::fs::metadata(&root).expect("stat").mode() & 0o777, 0o755);
}
