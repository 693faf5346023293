//! The upkeep of a store: what is listed, checked and pruned, and what is kept.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use fslock::LockFile;
use probe_loader::{
    Checked, CommandLimits, CommandLine, How, ImportCause, ImportSource, ImportSpec, Loader,
    Machine, Settings, Shape, StoreError, StoreItem, System, Upkeep, Usage, store_key,
};

use crate::support::archive::{Item, zip};
use crate::support::host::Listener;
use crate::support::object::library as object;
use crate::support::server::Server;
use crate::support::{Scene, library};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn upkeep(scene: &Scene) -> Upkeep {
    Upkeep::open(&scene.path("store")).expect("a store")
}

fn list(scene: &Scene) -> Vec<StoreItem> {
    upkeep(scene).list().expect("list")
}

fn names(items: &[StoreItem]) -> Vec<&str> {
    items.iter().map(|item| item.name.as_str()).collect()
}

/// Imports a library of that name with a loader that ends at once.
fn import(scene: &Scene, server: &Server, name: &str) -> PathBuf {
    let library =
        ImportSpec { name: name.to_owned(), ..library(&server.url(&format!("/{name}.so"))) };
    scene.import(&library).expect("import").path
}

/// Another content for every path.
fn server() -> Server {
    Server::new(|request, stream| {
        let seed = request.path.bytes().fold(0, u8::wrapping_add);
        crate::support::server::respond(stream, "200 OK", &[], &object(5000, seed));
    })
}

/// The only file of a directory of the store that is no sidecar of another.
fn only_file(scene: &Scene, directory: &str) -> PathBuf {
    let mut files = fs::read_dir(scene.path("store").join(directory))
        .expect("list")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_none())
        .collect::<Vec<_>>();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

/// Makes everything in the store unused for that long.
fn age(scene: &Scene, age: Duration) {
    for entry in fs::read_dir(scene.path("store/usage")).expect("list") {
        set_time(&entry.expect("an entry").path(), SystemTime::now() - age);
    }
}

fn set_time(path: &Path, time: SystemTime) {
    File::open(path).and_then(|file| file.set_modified(time)).expect("set the time");
}

#[test]
fn a_list_says_what_is_there_where_it_came_from_and_who_used_it_when() {
    let scene = Scene::new();
    let server = server();
    let archive = Server::of(zip(&[Item::File("a/1", b"12"), Item::File("a/2", b"345")]));
    let settings = Settings {
        command: "probe run".to_owned(),
        project: Some("/home/me/project".into()),
        ..scene.settings()
    };
    let loader = Loader::new(settings).expect("a store");
    let file = loader.import(&library(&server.url("/lib.so?key=1")), &()).expect("import");
    let source = ImportSource::Url {
        url: archive.url("/a.zip"),
        mirrors: Vec::new(),
        sha256: None,
        member: Some("a/".to_owned()),
    };
    let folder = loader.import(&ImportSpec::new("folder", source), &()).expect("import");
    let items = list(&scene);
    assert_eq!(names(&items), ["a", "lib.so"]);
    assert_eq!((items[0].shape, items[0].size), (Shape::Folder, 5));
    assert_eq!((items[1].shape, items[1].size), (Shape::File, 5000));
    assert_eq!((&items[0].path, items[0].digest), (&folder.path, folder.digest));
    assert_eq!((&items[1].path, items[1].digest), (&file.path, file.digest));
    assert_eq!(items[1].origins, [server.url("/lib.so?…")]);
    let usage = Usage {
        library: "sample".to_owned(),
        command: "probe run".to_owned(),
        project: Some("/home/me/project".into()),
    };
    assert_eq!(items[1].usage, Some(usage));
}

#[test]
fn a_use_is_written_down_once_a_day() {
    let scene = Scene::new();
    let server = server();
    import(&scene, &server, "a");
    let used = only_file(&scene, "usage");
    for (age, fresh) in [(DAY / 2, false), (DAY * 2, true)] {
        let then = SystemTime::now() - age;
        set_time(&used, then);
        import(&scene, &server, "a");
        assert_eq!(list(&scene)[0].last_used > then + DAY / 4, fresh, "{age:?}");
    }
}

#[test]
fn what_nobody_used_for_long_is_pruned_with_all_that_is_known_of_it() {
    let scene = Scene::new();
    let server = server();
    import(&scene, &server, "old");
    age(&scene, DAY * 31);
    import(&scene, &server, "new");
    let pruned = upkeep(&scene).prune(DAY * 30, "").expect("prune");
    assert_eq!(names(&pruned.removed), ["old.so"]);
    assert_eq!((pruned.bytes(), pruned.in_use, pruned.recent), (5000, 0, 1));
    assert_eq!(names(&list(&scene)), ["new.so"]);
    for (directory, left) in [("files", 1), ("usage", 1), ("entries", 2), ("holds", 0)] {
        let entries = fs::read_dir(scene.path("store").join(directory)).expect("list");
        assert_eq!(entries.count(), left, "{directory}");
    }
    assert!(!scene.path("store/pruning").exists());
    import(&scene, &server, "old");
    assert_eq!(server.hits(), 3);
}

#[test]
fn what_a_live_loader_has_used_is_kept_and_what_a_dead_one_has_is_not() {
    let scene = Scene::new();
    let server = server();
    import(&scene, &server, "a");
    let loader = scene.loader();
    let path = loader.import(&library(&server.url("/b.so")), &()).expect("import").path;
    // What a killed loader leaves: nobody has the lock on it.
    let digests = list(&scene).into_iter().map(|item| item.digest.to_string());
    scene.write("store/holds/dead", digests.collect::<Vec<_>>().join("\n") + "\n");
    let pruned = upkeep(&scene).prune(Duration::ZERO, "").expect("prune");
    assert_eq!((names(&pruned.removed), pruned.in_use), (vec!["a.so"], 1));
    assert!(path.exists() && !scene.path("store/holds/dead").exists());
    drop(loader);
    let pruned = upkeep(&scene).prune(Duration::ZERO, "").expect("prune");
    assert_eq!(names(&pruned.removed), ["b.so"]);
}

#[test]
fn an_import_waits_while_the_store_is_pruned_and_one_prune_excludes_another() {
    let scene = Scene::new();
    let server = server();
    import(&scene, &server, "a");
    // The store's first prune, so that its lock is the new file.
    let locks = || {
        let entries = fs::read_dir(scene.path("store/locks")).expect("list");
        entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>()
    };
    let before = locks();
    upkeep(&scene).prune(DAY, "").expect("prune");
    let path = locks()
        .into_iter()
        .find(|path| path.extension().is_none() && !before.contains(path))
        .expect("the lock of the prune");
    let mut lock = LockFile::open(&path).expect("open");
    assert!(lock.try_lock().expect("lock"));
    let marker = scene.write("store/pruning", "");

    let refused = upkeep(&scene).prune(DAY, "").expect_err("another one prunes");
    assert!(matches!(refused, StoreError::Pruning { .. }), "{refused}");
    let hasty = Settings { lock_timeout: Duration::from_millis(30), ..scene.settings() };
    let library = library(&server.url("/a.so"));
    let error = Loader::new(hasty).expect("a store").import(&library, &()).expect_err("hasty");
    assert!(matches!(error.cause(), ImportCause::LockTimeout { .. }), "{error}");

    let host = Listener::default();
    let loader = scene.loader();
    thread::scope(|scope| {
        let import = scope.spawn(|| loader.import(&library, &host));
        while !host.events().contains(&"release".to_owned()) {
            thread::yield_now();
        }
        fs::remove_file(&marker).expect("remove");
        assert_eq!(import.join().expect("join").expect("import").how, How::Cached);
    });
    // Once it holds what it uses, it waits no more.
    fs::write(&marker, "").expect("write");
    loader.import(&library, &()).expect("import");
}

#[test]
fn what_a_killed_prune_leaves_stops_nobody() {
    let scene = Scene::new();
    let server = server();
    import(&scene, &server, "a");
    let marker = scene.write("store/pruning", "");
    // Moved out of sight, and not removed yet.
    let half = scene.write("store/files/.probe-half/pruned/b.so", "");
    set_time(half.parent().and_then(Path::parent).expect("a folder"), SystemTime::UNIX_EPOCH);
    import(&scene, &server, "a");
    assert!(!marker.exists());
    assert_eq!(server.hits(), 1);
    upkeep(&scene).prune(DAY, "").expect("prune");
    assert!(!half.exists());
}

#[test]
fn imports_beside_prunes_always_end_with_a_whole_file_that_stays() {
    const IMPORTS: usize = 60;

    let scene = Scene::new();
    let server = server();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let pruning = scope.spawn(|| {
            let mut removed = 0;
            while !over.load(Ordering::SeqCst) {
                match upkeep(&scene).prune(Duration::ZERO, "") {
                    Ok(pruned) => removed += pruned.removed.len(),
                    // An import clears what it takes for the rest of a killed prune, and has the lock for a moment.
                    Err(StoreError::Pruning { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            removed
        });
        let imports = (0..2).map(|_| {
            scope.spawn(|| {
                for _ in 0..IMPORTS {
                    let loader = scene.loader();
                    let library = library(&server.url("/lib.so"));
                    let path = loader.import(&library, &()).expect("import").path;
                    for _ in 0..20 {
                        assert_eq!(fs::metadata(&path).expect("it stays").len(), 5000);
                    }
                }
            })
        });
        imports.collect::<Vec<_>>().into_iter().for_each(|import| import.join().expect("join"));
        over.store(true, Ordering::SeqCst);
        assert!(pruning.join().expect("join") > 0, "something was pruned meanwhile");
    });
}

#[test]
fn a_check_moves_aside_what_is_damaged_and_the_next_import_fetches_it() {
    let scene = Scene::new();
    let server = server();
    let whole = import(&scene, &server, "a");
    let damaged = import(&scene, &server, "b");
    fs::set_permissions(&damaged, PermissionsExt::from_mode(0o600)).expect("chmod");
    fs::write(&damaged, object(5000, 9)).expect("write");
    let upkeep = upkeep(&scene);
    for item in upkeep.list().expect("list") {
        match upkeep.verify(&item).expect("verify") {
            Checked::Whole => assert_eq!(item.path, whole),
            Checked::Damaged { found, moved_to } => {
                assert_eq!(item.path, damaged);
                assert_eq!(found, probe_loader::Sha256::of(&object(5000, 9)));
                assert_eq!(fs::read(moved_to).expect("read"), object(5000, 9));
                assert!(matches!(upkeep.verify(&item).expect("verify"), Checked::Gone));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(import(&scene, &server, "b"), damaged);
    assert_eq!(server.hits(), 3);
    // It goes with the next prune for which it is old enough.
    upkeep.prune(DAY, "").expect("prune");
    assert_eq!(fs::read_dir(scene.path("store/damaged")).expect("list").count(), 1);
    upkeep.prune(Duration::ZERO, "").expect("prune");
    assert_eq!(fs::read_dir(scene.path("store/damaged")).expect("list").count(), 0);
}

/// A library of every source, in a project.
fn libraries(scene: &Scene, project: &str) -> Vec<ImportSpec> {
    scene.write(&format!("{project}/lib.so"), object(500, 1));
    scene.write(&format!("{project}/input"), "1");
    let path = |name: &str| scene.path(project).join(name);
    let text = |name: &str| path(name).display().to_string();
    let command = CommandLine {
        program: "make".into(),
        args: vec![text("Makefile").into()],
        cwd: scene.path(project),
        env: Vec::new(),
        limits: CommandLimits::default(),
    };
    let built = ImportSource::Command {
        command,
        paths: vec![text("out/*.so")],
        inputs: vec![text("inp*")],
    };
    vec![
        library("https://example.org/lib.so"),
        ImportSpec::new(
            "local",
            ImportSource::Path { path: path("lib.so"), sha256: None, member: None },
        ),
        ImportSpec::new("built", built),
    ]
}

#[test]
fn a_key_changes_with_all_that_decides_what_is_stored_and_with_nothing_else() {
    let scene = Scene::new();
    let key = |libraries: &[ImportSpec], project: &str| {
        store_key(libraries, Machine::host(), &scene.path(project)).expect("a key")
    };
    let one = libraries(&scene, "one");
    let first = key(&one, "one");
    let mut reversed = libraries(&scene, "two");
    reversed.reverse();
    reversed[2].to = Some("/anywhere".into());
    assert_eq!(key(&reversed, "two"), first);

    let versioned = ImportSpec { version: Some("2".to_owned()), ..one[0].clone() };
    assert_ne!(key(&[versioned, one[1].clone(), one[2].clone()], "one"), first);
    assert_ne!(key(&one[..2], "one"), first);
    let other = Machine { system: System::Windows, ..Machine::host() };
    assert_ne!(store_key(&one, other, &scene.path("one")).expect("a key"), first);
    scene.write("one/lib.so", object(500, 2));
    let second = key(&one, "one");
    assert_ne!(second, first);
    scene.write("one/input", "2");
    assert_ne!(key(&one, "one"), second);
    fs::remove_file(scene.path("one/input")).expect("remove");
    let error = store_key(&one, Machine::host(), &scene.path("one")).expect_err("no input");
    assert!(matches!(error.cause(), ImportCause::NothingMatched { .. }), "{error}");
}
