//! Files that a killed test has torn: found and mended.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::thread;
use std::time::Duration;

use probe_loader::{
    CommandLimits, CommandLine, Condition, How, ImportCause, ImportSource, ImportSpec, Kind, Led,
    Loader, Mended, Repair, Settings, Verify,
};

use crate::support::host::Listener;
use crate::support::object::library as object;
use crate::support::server::Server;
use crate::support::{Scene, library};

const SIZE: u64 = 50_000;

/// A library of a server at a place, imported.
struct Placed {
    scene: Scene,
    server: Server,
    library: ImportSpec,
}

impl Placed {
    fn new() -> Self {
        let scene = Scene::new();
        let server = Server::of(object(SIZE, 1));
        let to = Some(scene.path("cache/libx.so"));
        let library = ImportSpec { to, ..library(&server.url("/libx.so")) };
        scene.import(&library).expect("import");
        Self { scene, server, library }
    }

    fn put(&self, content: &[u8]) {
        self.scene.write("cache/libx.so", content);
    }

    fn mend(&self, verify: Verify) -> Mended {
        self.scene.loader().mend(&self.library, verify, &())
    }

    #[track_caller]
    fn check_whole(&self) {
        let path = self.library.to.as_deref().expect("a place");
        assert!(fs::read(path).expect("read") == object(SIZE, 1));
    }
}

#[test]
fn what_is_whole_is_left_alone() {
    let placed = Placed::new();
    for verify in [Verify::Stamps, Verify::Always] {
        let mended = placed.mend(verify);
        assert!(matches!(mended.repair, Repair::Unneeded), "{mended:?}");
        assert_eq!(mended.found[0].condition, Condition::Whole);
    }
}

#[test]
fn what_is_torn_or_gone_is_put_back_from_the_store() {
    let whole = object(SIZE, 1);
    let mut holes = whole.clone();
    holes[20_000..30_000].fill(0);
    let placed = Placed::new();
    let damages: [(Verify, Option<&[u8]>); 5] = [
        (Verify::Stamps, None),
        (Verify::Stamps, Some(b"")),
        (Verify::Stamps, Some(&whole[..20_000])),
        (Verify::Stamps, Some(b"<html>")),
        (Verify::Always, Some(&holes)),
    ];
    for (verify, damage) in damages {
        fs::remove_file(placed.scene.path("cache/libx.so")).expect("remove");
        if let Some(content) = damage {
            placed.put(content);
        }
        let mended = placed.mend(verify);
        assert!(!mended.found[0].condition.is_whole());
        assert!(
            matches!(&mended.repair, Repair::Imported(imported) if imported.how == How::Placed),
            "{mended:?}"
        );
        placed.check_whole();
    }
    assert_eq!(placed.server.hits(), 1);
}

#[test]
fn content_that_changed_behind_an_equal_stamp_is_mended_when_it_is_read() {
    let placed = Placed::new();
    let store = placed.scene.path("store/files").join(&placed.scene.stored()[0]);
    for (path, hits) in [(placed.scene.path("cache/libx.so"), 1), (store, 2)] {
        let metadata = fs::metadata(&path).expect("stat");
        let mut permissions = metadata.permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
        fs::set_permissions(&path, permissions).expect("chmod");
        fs::write(&path, object(SIZE, 2)).expect("write");
        File::open(&path)
            .and_then(|file| file.set_modified(metadata.modified()?))
            .expect("set the time");
        // A library without a place is the file in the store.
        let to = placed.library.to.clone().filter(|to| *to == path);
        let library = ImportSpec { to, ..placed.library.clone() };
        let loader = placed.scene.loader();
        assert!(matches!(loader.mend(&library, Verify::Stamps, &()).repair, Repair::Unneeded));
        let mended = loader.mend(&library, Verify::Always, &());
        assert!(matches!(mended.found[0].condition, Condition::WrongDigest { .. }), "{mended:?}");
        assert!(matches!(mended.repair, Repair::Imported(_)), "{mended:?}");
        assert!(fs::read(&path).expect("read") == object(SIZE, 1));
        assert_eq!(placed.server.hits(), hits);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_somebody_writes_is_awaited_within_bounds() {
    let placed = Placed::new();
    let path = placed.scene.path("cache/libx.so");
    placed.put(&object(SIZE, 1)[..20_000]);
    let inode = fs::metadata(&path).expect("stat").ino();
    let mut writer = OpenOptions::new().append(true).open(&path).expect("open");

    let hasty = Settings { lock_timeout: Duration::from_millis(30), ..placed.scene.settings() };
    let hasty = Loader::new(hasty).expect("a store").mend(&placed.library, Verify::Stamps, &());
    assert_eq!(hasty.found[0].condition, Condition::Changing);
    let Repair::Failed(error) = hasty.repair else { panic!("{hasty:?}") };
    assert!(matches!(error.cause(), ImportCause::Changing { .. }), "{error}");

    let host = Listener::default();
    let loader = placed.scene.loader();
    thread::scope(|scope| {
        let mending = scope.spawn(|| loader.mend(&placed.library, Verify::Stamps, &host));
        while !host.events().contains(&"release".to_owned()) {
            thread::yield_now();
        }
        writer.write_all(&object(SIZE, 1)[20_000..]).expect("write");
        drop(writer);
        assert!(matches!(mending.join().expect("join").repair, Repair::Imported(_)));
    });
    placed.check_whole();
    assert_eq!(fs::metadata(&path).expect("stat").ino(), inode, "it was not replaced");
}

#[test]
fn somebody_elses_whole_file_is_told_and_left() {
    let placed = Placed::new();
    placed.put(&object(60_000, 7));
    let mended = placed.mend(Verify::Always);
    assert!(matches!(mended.found[0].condition, Condition::WrongDigest { .. }), "{mended:?}");
    let Repair::Failed(error) = mended.repair else { panic!("{mended:?}") };
    assert!(matches!(error.cause(), ImportCause::Occupied { .. }), "{error}");
    assert!(error.help().is_some());
}

#[test]
fn a_command_is_run_again_for_a_torn_file_even_beside_its_own() {
    let scene = Scene::new();
    scene.write("whole.so", object(SIZE, 1));
    scene.write("input", "1");
    let text = |name: &str| scene.path(name).display().to_string();
    let command = CommandLine {
        program: "/bin/sh".into(),
        args: vec!["-c".into(), "echo >> runs; mkdir -p out; cp whole.so out/liba.so".into()],
        cwd: scene.path("."),
        env: Vec::new(),
        limits: CommandLimits::default(),
    };
    let patterns = vec![text("out/lib*.so")];
    let paths = patterns.clone();
    let source = ImportSource::Command { command, paths, inputs: vec![text("input")] };
    let library = ImportSpec::new("built", source);
    let loader = scene.loader();
    loader.import(&library, &()).expect("import");
    let runs = || fs::read_to_string(scene.path("runs")).expect("read").lines().count();
    for (name, expected) in [("out/liba.so", 2), ("out/libb.so", 3)] {
        let path = scene.write(name, &object(SIZE, 1)[..20_000]);
        // The second one is seen to come while a test runs.
        loader.saw_made(&patterns, &[(path.clone(), 20_000)]);
        let mended = loader.mend(&library, Verify::Stamps, &());
        assert!(
            matches!(&mended.repair, Repair::Imported(imported) if imported.how == How::Built),
            "{mended:?}"
        );
        assert_eq!(runs(), expected);
        assert!(fs::read(path).ok().is_none_or(|content| content == object(SIZE, 1)));
    }
    assert!(matches!(loader.mend(&library, Verify::Always, &()).repair, Repair::Unneeded));
    let users = scene.write("out/libc.so", &object(SIZE, 1)[..20_000]);
    let mended = loader.mend(&library, Verify::Stamps, &());
    assert!(matches!(mended.repair, Repair::Imported(_)), "{mended:?}");
    assert_eq!(runs(), 3);
    assert_eq!(fs::read(users).expect("it stays").len(), 20_000);
}

#[test]
fn what_a_leader_left_torn_is_moved_aside_so_that_the_next_one_makes_it() {
    let scene = Scene::new();
    let led = Led {
        name: "fast".to_owned(),
        project: scene.path("."),
        kind: Kind::Native,
        paths: vec![scene.path("build/*.so").display().to_string()],
        inputs: Vec::new(),
    };
    let loader = scene.loader();
    let torn = scene.write("build/a.so", &object(SIZE, 1)[..20_000]);
    loader.saw_made(&led.paths, &[(torn.clone(), 20_000)]);
    let users = scene.write("build/d.so", &object(SIZE, 1)[..20_000]);
    let whole = scene.write("build/b.so", object(SIZE, 1));
    let page = scene.write("build/c.so", "<html>");
    let Repair::MovedAside(aside) = loader.mend_led(&led, Verify::Stamps, &()).repair else {
        panic!("it is torn");
    };
    assert_eq!(aside.iter().map(|aside| &aside.from).collect::<Vec<_>>(), [&torn]);
    assert_eq!(fs::read(&aside[0].to).expect("it is kept").len(), 20_000);
    assert!(!torn.exists() && whole.exists() && users.exists());
    fs::remove_file(users).expect("remove");
    assert!(matches!(loader.mend_led(&led, Verify::Stamps, &()).repair, Repair::Left));
    fs::remove_file(page).expect("remove");
    assert!(matches!(loader.mend_led(&led, Verify::Stamps, &()).repair, Repair::Unneeded));
}
