//! What users of a folder leave in it: caches of an interpreter, locks, sockets, notes. It is theirs: not judged, no change, and not
//! lost. What the folder was published with is judged as before.

use std::fs;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use probe_loader::{
    Change, Checked, CommandLimits, CommandLine, Condition, FileWatch, How, ImportSource,
    ImportSpec, Kind, Led, Loader, Observation, Repair, Settings, Upkeep, Verify, changes,
};

use crate::support::Scene;
use crate::support::archive::{Item, zip};
use crate::support::server::Server;

const TREE: [Item<'_>; 4] = [
    Item::File("pkg/m.py", b"v=1"),
    Item::File("pkg/sub/data", b"data"),
    Item::File("pkg/sub/.lock", b""),
    Item::Folder("pkg/empty/"),
];

fn library(server: &Server, to: Option<PathBuf>) -> ImportSpec {
    let source = ImportSource::Url {
        url: server.url("/pkg.zip"),
        mirrors: Vec::new(),
        sha256: None,
        member: Some("pkg/".to_owned()),
    };
    ImportSpec { kind: Kind::Data, to, ..ImportSpec::new("pkg", source) }
}

/// The names that users leave in a folder.
const LEFT: [&str; 5] =
    ["__pycache__/m.pyc", "sub/__pycache__/x.pyc", ".DS_Store", "empty/notes", "sub/m.lock"];

fn use_it(folder: &Path) {
    for name in LEFT {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("create");
        fs::write(path, name).expect("write");
    }
    drop(UnixListener::bind(folder.join("sub/socket")).expect("a socket"));
    // A lock is touched by everybody who takes it.
    fs::write(folder.join("sub/.lock"), "").expect("touch");
}

#[track_caller]
fn is_left(folder: &Path) {
    for name in LEFT {
        assert_eq!(fs::read_to_string(folder.join(name)).expect(name), name);
    }
}

/// Looks before and after the users.
#[track_caller]
fn check_watch(watch: &FileWatch, before: &[Observation], folder: &Path) {
    for verify in [Verify::Stamps, Verify::Always] {
        let after = watch.observe(verify);
        assert_eq!(changes(before, &after), [], "{verify:?}");
        assert!(after.iter().all(|seen| seen.condition.is_whole()), "{after:?}");
        assert_eq!(after[0].facts.expect("facts").size, 7);
    }
    let beside = watch.beside();
    assert!(beside.contains(&folder.join("__pycache__/")), "{beside:?}");
    assert!(beside.len() <= 4, "{beside:?}");
}

/// A name, and what it does to a folder.
type Damage = (&'static str, fn(&Path));

/// What may happen to a folder that is no leaving beside.
const DAMAGES: [Damage; 4] = [
    ("changed", |folder| fs::write(folder.join("m.py"), "v").expect("write")),
    ("emptied", |folder| fs::write(folder.join("sub/data"), "").expect("write")),
    ("removed", |folder| fs::remove_file(folder.join("sub/data")).expect("remove")),
    ("gone", |folder| fs::remove_dir_all(folder.join("sub")).expect("remove")),
];

fn writable(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;

    for name in ["m.py", "sub/data", "sub/.lock"] {
        let mode = fs::Permissions::from_mode(0o644);
        fs::set_permissions(folder.join(name), mode).expect("set the mode");
    }
}

#[test]
fn in_the_store_and_at_a_place_it_is_not_judged_and_stays() {
    for placed in [false, true] {
        let scene = Scene::new();
        let server = Server::of(zip(&TREE));
        let library = library(&server, placed.then(|| scene.path("vendor/pkg")));
        let folder = scene.import(&library).expect("import").path;
        if !placed {
            writable(&folder);
        }
        let loader = scene.loader();
        let watch = loader.watch(&library);
        let before = watch.observe(Verify::Stamps);
        use_it(&folder);
        check_watch(&watch, &before, &folder);
        assert!(matches!(loader.mend(&library, Verify::Always, &()).repair, Repair::Unneeded));
        for verify in [Verify::Stamps, Verify::Always] {
            let loader = Loader::new(Settings { verify, ..scene.settings() }).expect("a store");
            assert_eq!(loader.import(&library, &()).expect("import").how, How::Cached);
            assert_eq!(loader.watch(&library).observe(verify)[0].condition, Condition::Whole);
        }
        let upkeep = Upkeep::open(&scene.path("store")).expect("a store");
        for item in upkeep.list().expect("list") {
            assert!(matches!(upkeep.verify(&item).expect("verify"), Checked::Whole));
        }
        // Nobody remembers what it looked like.
        for record in crate::support::files_below(&scene.path("store/places")) {
            fs::remove_file(record).expect("remove");
        }
        assert_eq!(scene.import(&library).expect("import").how, How::Cached);
        is_left(&folder);
        assert_eq!(server.hits(), 1);
    }
}

#[test]
fn what_was_published_is_judged_as_before_and_put_back_beside_it() {
    for (name, damage) in DAMAGES {
        let scene = Scene::new();
        let server = Server::of(zip(&TREE));
        let folder = scene.path("vendor/pkg");
        let library = library(&server, Some(folder.clone()));
        let loader = scene.loader();
        loader.import(&library, &()).expect("import");
        let watch = loader.watch(&library);
        let before = watch.observe(Verify::Stamps);
        use_it(&folder);
        damage(&folder);
        let after = watch.observe(Verify::Always);
        assert_eq!(changes(&before, &after), [(&*folder, Change::Written)], "{name}");
        assert!(matches!(after[0].condition, Condition::WrongDigest { .. }), "{name}: {after:?}");
        let mended = loader.mend(&library, Verify::Stamps, &());
        assert!(matches!(mended.repair, Repair::Imported(_)), "{name}: {mended:?}");
        assert_eq!(fs::read(folder.join("m.py")).expect("read"), b"v=1");
        assert_eq!(fs::read(folder.join("sub/data")).expect("read"), b"data");
        if name != "gone" {
            is_left(&folder);
        }
        let beside = fs::read_dir(scene.path("vendor")).expect("list").count();
        assert_eq!(beside, 1, "nothing is left there");
    }
}

#[test]
fn a_newer_version_takes_it_along_and_leaves_nothing_of_the_older_one() {
    let scene = Scene::new();
    let server = Server::of(zip(&TREE));
    let folder = scene.path("vendor/pkg");
    scene.import(&library(&server, Some(folder.clone()))).expect("import");
    use_it(&folder);
    let newer = Server::of(zip(&[Item::File("pkg/n.py", b"v=2")]));
    scene.import(&library(&newer, Some(folder.clone()))).expect("import");
    is_left(&folder);
    assert_eq!(fs::read(folder.join("n.py")).expect("read"), b"v=2");
    assert!(!folder.join("m.py").exists() && !folder.join("sub/data").exists());
}

#[test]
fn somebody_elses_folder_with_nothing_of_the_library_is_no_torn_copy() {
    let scene = Scene::new();
    let server = Server::of(zip(&TREE));
    let folder = scene.path("vendor/pkg");
    fs::create_dir_all(folder.join("sub")).expect("create");
    use_it(&{
        fs::create_dir_all(folder.join("empty")).expect("create");
        folder.clone()
    });
    let error = scene.import(&library(&server, Some(folder.clone()))).expect_err("it is theirs");
    assert!(error.to_string().contains("is another folder"), "{error}");
    is_left(&folder);
}

#[test]
fn a_folder_in_a_lower_store_has_nothing_beside() {
    let scene = Scene::new();
    let server = Server::of(zip(&TREE));
    let library = library(&server, None);
    let below = scene.import(&library).expect("import").path;
    let upper = || {
        let (store, lower) = (scene.path("upper"), vec![scene.path("store")]);
        let loader = Loader::new(Settings { store, lower, ..scene.settings() }).expect("a store");
        loader.import(&library, &()).expect("import").how
    };
    assert_eq!([upper(), upper()], [How::Cached; 2]);
    // A loader of a library in the folder would find this one.
    fs::write(below.join("libc.so.6"), b"another's").expect("write");
    assert_eq!(upper(), How::Fetched);
}

/// A folder that a command or a test makes at `out/pkg`.
const MAKE: &str = "echo run >> runs; mkdir -p out/pkg/sub out/pkg/empty; printf v=1 > out/pkg/m.py; \
                    printf data > out/pkg/sub/data; : > out/pkg/sub/.lock";

#[test]
fn what_comes_beside_what_a_command_made_does_not_make_it_again() {
    for inputs in [vec![], vec!["source"]] {
        let scene = Scene::new();
        scene.write("source", "1");
        let absolute = |name: &str| scene.path(name).to_string_lossy().into_owned();
        let source = ImportSource::Command {
            command: CommandLine {
                program: "/bin/sh".into(),
                args: vec!["-c".into(), MAKE.into()],
                cwd: scene.path("."),
                env: Vec::new(),
                limits: CommandLimits::default(),
            },
            paths: vec![absolute("out/pkg")],
            inputs: inputs.into_iter().map(absolute).collect(),
        };
        let library = ImportSpec { kind: Kind::Data, ..ImportSpec::new("made", source) };
        let loader = scene.loader();
        let folder = loader.import(&library, &()).expect("import").path;
        let watch = loader.watch(&library);
        let before = watch.observe(Verify::Stamps);
        use_it(&folder);
        check_watch(&watch, &before, &folder);
        assert_eq!(loader.import(&library, &()).expect("import").how, How::Cached);
        // Its own look at what it has made is of that alone, too.
        assert_eq!(changes(&before, &loader.watch(&library).observe(Verify::Always)), []);
        fs::write(folder.join("m.py"), "v=3").expect("write");
        assert_eq!(changes(&before, &watch.observe(Verify::Stamps))[0].1, Change::Written);
        assert_eq!(loader.import(&library, &()).expect("import").how, How::Built);
        is_left(&folder);
    }
}

#[test]
fn what_comes_beside_what_a_test_made_is_no_change() {
    let scene = Scene::new();
    let library = Led {
        name: "led".to_owned(),
        project: scene.path("."),
        kind: Kind::Data,
        paths: vec![scene.path("out/pkg").to_string_lossy().into_owned()],
        inputs: Vec::new(),
    };
    let loader = scene.loader();
    let early = loader.watch_led(&library);
    let mut made = std::process::Command::new("sh");
    let made = made.args(["-c", MAKE]).current_dir(scene.path(".")).status().expect("start");
    assert!(made.success());
    let inputs = loader.led_inputs(&library, &()).expect("inputs");
    loader.remember_led(&library, inputs, &()).expect("it is there");
    // A look that began before there was anything knows it, too, and so does one that begins later.
    let before = early.observe(Verify::Stamps);
    let folder = scene.path("out/pkg");
    use_it(&folder);
    let watch = loader.watch_led(&library);
    for watch in [&early, &watch] {
        check_watch(watch, &before, &folder);
    }
    assert!(loader.is_led(&library, &()).expect("known"));
    fs::remove_file(folder.join("sub/data")).expect("remove");
    assert_eq!(changes(&before, &watch.observe(Verify::Stamps))[0].1, Change::Written);
    assert!(!loader.is_led(&library, &()).expect("known"));
}
