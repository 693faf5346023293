//! Looks at a library's files, and what differs between two of them.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::SystemTime;

use probe_loader::{
    Change, CommandLimits, CommandLine, Condition, ImportSource, ImportSpec, Kind, Observation,
    Sha256, Verify, changes,
};

use crate::support::Scene;
use crate::support::archive::{Item, zip};
use crate::support::object::library as object;
use crate::support::server::Server;
use crate::support::{library, pinned};

const SIZE: u64 = 50_000;
/// When no test has written anything.
const LONG_AGO: SystemTime = SystemTime::UNIX_EPOCH;

/// A library with a place, imported.
struct Watched {
    scene: Scene,
    library: ImportSpec,
    place: PathBuf,
}

impl Watched {
    fn new(kind: Kind) -> Self {
        let scene = Scene::new();
        let content = object(SIZE, 1);
        let server = Server::of(content.clone());
        let place = scene.path("cache/libx.so");
        let library = ImportSpec {
            kind,
            to: Some(place.clone()),
            ..pinned(&server.url("/libx.so"), &content)
        };
        scene.import(&library).expect("import");
        Self { scene, library, place }
    }

    fn observe(&self, verify: Verify) -> Observation {
        let mut seen = self.scene.loader().watch(&self.library).observe(verify);
        assert_eq!(seen.len(), 1);
        seen.remove(0)
    }
}

#[test]
fn a_whole_file_is_known_by_its_stamp_without_being_read() {
    let watched = Watched::new(Kind::Native);
    let seen = watched.observe(Verify::Stamps);
    let metadata = fs::metadata(&watched.place).expect("stat");
    assert_eq!(seen.condition, Condition::Whole);
    assert_eq!(seen.whole_size, Some(SIZE));
    let facts = seen.facts.expect("it is there");
    assert_eq!(facts.size, SIZE);
    assert_eq!(facts.modified, metadata.modified().expect("a time"));
    assert_eq!(facts.digest, Some(Sha256::of(&object(SIZE, 1))));
    // Touched, nothing is known of the content any more, until it is read.
    File::open(&watched.place).and_then(|file| file.set_modified(LONG_AGO)).expect("touch");
    for (verify, digest) in [(Verify::Stamps, None), (Verify::Always, facts.digest)] {
        let touched = watched.observe(verify);
        assert_eq!(touched.condition, Condition::Whole);
        assert_eq!(touched.facts.expect("it is there").digest, digest);
    }
}

#[test]
fn every_condition_of_a_place_is_told() {
    let whole = object(SIZE, 1);
    let mut holes = whole.clone();
    holes[20_000..30_000].fill(0);
    let (right, other) = (Sha256::of(&whole), object(SIZE, 2));
    let wrong =
        |found: &[u8]| format!("another file: sha256 `{}`, not `{right}`", Sha256::of(found));
    let cases: [(Kind, Option<&[u8]>, &str, &str); 9] = [
        (Kind::Native, None, "absent", "absent"),
        (Kind::Native, Some(b""), "torn: empty", "torn: empty"),
        (
            Kind::Native,
            Some(&whole[..20_000]),
            "torn: cut at 20000 of 50000 bytes",
            "torn: cut at 20000 of 50000 bytes",
        ),
        (
            Kind::Data,
            Some(&whole[..20_000]),
            "torn: cut at 20000 of 50000 bytes",
            "torn: cut at 20000 of 50000 bytes",
        ),
        (
            Kind::Native,
            Some(b"<html>"),
            "not a library but an HTML page",
            "not a library but an HTML page",
        ),
        // Only the content tells.
        (Kind::Native, Some(&holes), "whole", &wrong(&holes)),
        (Kind::Native, Some(&other), "whole", &wrong(&other)),
        (
            Kind::Native,
            Some(&object(40_000, 1)),
            &format!("another file: its size is not that of sha256 `{right}`"),
            &wrong(&object(40_000, 1)),
        ),
        (Kind::Native, Some(&whole), "whole", "whole"),
    ];
    for (kind, content, quick, thorough) in cases {
        let watched = Watched::new(kind);
        fs::remove_file(&watched.place).expect("remove");
        if let Some(content) = content {
            fs::write(&watched.place, content).expect("write");
        }
        for (verify, expected) in [(Verify::Stamps, quick), (Verify::Always, thorough)] {
            let seen = watched.observe(verify);
            assert_eq!(seen.condition.to_string(), expected, "{verify:?}");
            assert_eq!(seen.facts.is_some(), content.is_some());
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_somebody_writes_is_changing() {
    let watched = Watched::new(Kind::Native);
    fs::write(&watched.place, &object(SIZE, 1)[..20_000]).expect("write");
    let writer = OpenOptions::new().append(true).open(&watched.place).expect("open");
    let seen = watched.observe(Verify::Always);
    assert_eq!(seen.condition, Condition::Changing);
    assert_eq!((seen.facts.expect("facts").size, seen.whole_size), (20_000, Some(SIZE)));
    drop(writer);
    assert!(matches!(watched.observe(Verify::Stamps).condition, Condition::Torn(_)));
}

#[test]
fn a_pipe_at_the_place_is_not_waited_for() {
    let watched = Watched::new(Kind::Native);
    fs::remove_file(&watched.place).expect("remove");
    crate::support::make_pipe(&watched.place);
    assert!(matches!(watched.observe(Verify::Always).condition, Condition::Unfit(_)));
}

/// Something that happens to a place between two looks.
type Damage<'a> = &'a dyn Fn(&Watched);

#[test]
fn changes_are_seen_and_a_new_link_is_none() {
    let rewrite = |watched: &Watched| fs::write(&watched.place, object(SIZE, 1)).expect("write");
    let damage: [(Damage<'_>, Option<Change>); 5] = [
        (&|_| {}, None),
        // It changes the status of the file, and nothing of it.
        (
            &|watched| {
                fs::hard_link(&watched.place, watched.scene.path("link")).expect("link");
                fs::set_permissions(&watched.place, PermissionsExt::from_mode(0o600))
                    .expect("chmod");
            },
            None,
        ),
        (&rewrite, Some(Change::Written)),
        (
            &|watched| {
                let copy = watched.scene.write("copy", object(SIZE, 1));
                fs::rename(copy, &watched.place).expect("rename");
            },
            Some(Change::Replaced),
        ),
        (&|watched| fs::remove_file(&watched.place).expect("remove"), Some(Change::Vanished)),
    ];
    for (damage, expected) in damage {
        let watched = Watched::new(Kind::Native);
        File::open(&watched.place).and_then(|file| file.set_modified(LONG_AGO)).expect("touch");
        let loader = watched.scene.loader();
        let watch = loader.watch(&watched.library);
        let before = watch.observe(Verify::Stamps);
        damage(&watched);
        for verify in [Verify::Stamps, Verify::Always] {
            let after = watch.observe(verify);
            let changes = changes(&before, &after);
            let expected = expected.map(|change| (watched.place.as_path(), change));
            assert_eq!(changes, Vec::from_iter(expected));
        }
    }
}

#[test]
fn what_a_command_leaves_is_watched_as_soon_as_it_is_there() {
    let scene = Scene::new();
    let pattern = scene.path("out/lib*.so").display().to_string();
    let command = CommandLine {
        program: "/bin/false".into(),
        args: Vec::new(),
        cwd: scene.path("."),
        env: Vec::new(),
        limits: CommandLimits::default(),
    };
    let source =
        ImportSource::Command { command, paths: vec![pattern.clone()], inputs: Vec::new() };
    let loader = scene.loader();
    let watch = loader.watch(&ImportSpec::new("built", source));
    let before = watch.observe(Verify::Stamps);
    assert_eq!(before.len(), 1);
    assert_eq!((&before[0].path, &before[0].condition), (&pattern.into(), &Condition::Absent));
    let whole = scene.write("out/liba.so", object(SIZE, 1));
    let torn = scene.write("out/libb.so", &object(SIZE, 1)[..SIZE as usize - 1]);
    let after = watch.observe(Verify::Stamps);
    let conditions = after.iter().map(|seen| seen.condition.to_string()).collect::<Vec<_>>();
    assert_eq!(conditions, ["whole", "torn: cut at 49999 of 50000 bytes"]);
    let appeared = [whole.as_path(), torn.as_path()].map(|path| (path, Change::Appeared));
    assert_eq!(changes(&before, &after), appeared);
}

#[test]
fn a_library_without_a_place_is_watched_in_the_store() {
    let scene = Scene::new();
    let server = Server::of(object(SIZE, 1));
    let library = library(&server.url("/lib.so"));
    let loader = scene.loader();
    assert!(loader.watch(&library).observe(Verify::Always).is_empty());
    let path = loader.import(&library, &()).expect("import").path;
    let seen = loader.watch(&library).observe(Verify::Always);
    assert_eq!((&seen[0].path, &seen[0].condition), (&path, &Condition::Whole));
}

#[test]
fn a_folder_is_watched_by_all_that_is_in_it() {
    let scene = Scene::new();
    let server = Server::of(zip(&[Item::File("a/one", b"1"), Item::File("a/b/two", b"2")]));
    let library = ImportSpec::new(
        "x",
        ImportSource::Url {
            url: server.url("/x.zip"),
            mirrors: Vec::new(),
            sha256: None,
            member: Some("a/".to_owned()),
        },
    );
    let loader = scene.loader();
    let imported = loader.import(&library, &()).expect("import");
    let watch = loader.watch(&library);
    let before = watch.observe(Verify::Stamps);
    let digest = Some(imported.digest);
    assert_eq!(before[0].condition, Condition::Whole);
    let facts = before[0].facts.expect("facts");
    assert_eq!((facts.size, facts.digest), (2, digest));
    assert_eq!(watch.observe(Verify::Always)[0].facts.expect("facts").digest, digest);

    let file = imported.path.join("b/two");
    fs::remove_file(&file).expect("remove");
    fs::write(&file, b"3").expect("write");
    let after = watch.observe(Verify::Always);
    assert!(matches!(after[0].condition, Condition::WrongDigest { found: Some(_), .. }));
    assert_eq!(changes(&before, &after), [(imported.path.as_path(), Change::Written)]);
    fs::remove_file(&file).expect("remove");
    let cut = watch.observe(Verify::Stamps);
    assert!(matches!(cut[0].condition, Condition::WrongDigest { found: None, .. }));
}
