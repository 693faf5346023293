//! A power failure, by the order of system calls: content is on the disk before it gets a name, and the name is afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::archive::{Item, zip};
use crate::support::calls::{Act, Call, record};
use crate::support::server::Server;
use crate::support::{Scene, example, files_below};

/// Whether something was flushed between two calls.
fn is_flushed(calls: &[Call], path: &Path, since: usize, until: usize) -> bool {
    let flushes = calls.iter().filter(|call| call.act == Act::Flush(path.to_owned()));
    flushes.into_iter().any(|call| since < call.begun && call.ended < until)
}

/// Checks the file at `path`, which has its name by itself or in a folder.
#[track_caller]
fn check(calls: &[Call], path: &Path) {
    let named = calls.iter().rev().find_map(|call| match &call.act {
        Act::Name { from, to } => Some((call, from, to, path.strip_prefix(to).ok()?)),
        _ => None,
    });
    let (naming, from, to, inner) = named.expect("it gets its name in one step");
    let hidden = from.join(inner);
    // Where a name must be replaced, it has a passing one first.
    let unnamed = calls.iter().find_map(|call| match &call.act {
        Act::Name { from, to } if *to == hidden => Some(from),
        _ => None,
    });
    let content = unnamed.unwrap_or(&hidden);

    let changes = calls.iter().filter(|call| call.act == Act::Change(content.clone()));
    let changed = changes.map(|call| call.ended).max().expect("it is written");
    let shown = path.display();
    assert!(
        is_flushed(calls, content, changed, naming.begun),
        "the content of `{shown}` was not on the disk when it got its name: {calls:#?}"
    );
    for folder in hidden.ancestors().skip(1).take_while(|folder| folder.starts_with(from)) {
        let made = calls
            .iter()
            .filter(|call| matches!(&call.act, Act::Make(inner) if inner.parent() == Some(folder)));
        let made = made.map(|call| call.ended).max().expect("it is filled");
        assert!(
            is_flushed(calls, folder, made, naming.begun),
            "`{}` was not on the disk when `{shown}` got its name: {calls:#?}",
            folder.display()
        );
    }
    assert!(
        is_flushed(calls, to.parent().expect("a parent"), naming.ended, usize::MAX),
        "the name of `{shown}` was not on the disk at the end: {calls:#?}"
    );
}

/// Checks that the store's new folders are on the disk in the end.
#[track_caller]
fn check_shelves(scene: &Scene, calls: &[Call]) {
    let files = scene.path("store/files");
    let mut shelves = 0;
    for call in calls {
        if let Act::Make(shelf) = &call.act
            && shelf.parent() == Some(&files)
            && !shelf.to_string_lossy().contains("/.probe-")
        {
            shelves += 1;
            assert!(is_flushed(calls, &files, call.ended, usize::MAX), "{calls:#?}");
        }
    }
    assert_eq!(shelves, 1);
}

/// An import from a server, to a place.
struct Import<'a> {
    scene: &'a Scene,
    url: String,
    member: &'a str,
    place: PathBuf,
}

impl Import<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(example::folder());
        command.arg(self.scene.path("store")).args([&*self.url, self.member]).arg(&self.place);
        command
    }

    /// `None` where nothing can be recorded.
    fn record(&self) -> Option<Vec<Call>> {
        record(&self.command(), &self.scene.path("calls"))
    }

    fn stored(&self) -> Vec<PathBuf> {
        files_below(&self.scene.path("store/files"))
    }
}

/// What replaces a whole file of the store.
fn damage(path: &Path) {
    fs::remove_file(path).expect("remove");
    fs::write(path, "damaged").expect("write");
}

#[test]
fn a_file_is_on_the_disk_before_its_name_is_in_the_store_and_at_its_place() {
    let content = vec![7; 300_000];
    let server = Server::of(content.clone());
    // There may be nothing, or what a transfer has begun.
    for beginning in [None, Some(&content[..1000])] {
        let scene = Scene::new();
        let place = scene.path("place/data");
        if let Some(beginning) = beginning {
            scene.write("place/data", beginning);
        }
        let import = Import { scene: &scene, url: server.url("/data"), member: "", place };
        let Some(calls) = import.record() else { return };
        let stored = import.stored();
        assert_eq!(stored.len(), 1);
        check(&calls, &stored[0]);
        check(&calls, &import.place);
        check_shelves(&scene, &calls);
        // In place of what has been damaged.
        damage(&stored[0]);
        let Some(calls) = import.record() else { return };
        assert_eq!(fs::read(&stored[0]).expect("read"), content);
        check(&calls, &stored[0]);
    }
}

#[test]
fn a_folder_is_on_the_disk_before_its_name_is_in_the_store_and_at_its_place() {
    let large = vec![7; 300_000];
    let server = Server::of(zip(&[Item::File("a/one", &large), Item::File("a/b/c/two", b"2")]));
    for beginning in [None, Some(&large[..1000])] {
        let scene = Scene::new();
        let place = scene.path("place/a");
        if let Some(beginning) = beginning {
            scene.write("place/a/one", beginning);
        }
        let import = Import { scene: &scene, url: server.url("/a.zip"), member: "a/", place };
        let Some(calls) = import.record() else { return };
        let stored = import.stored();
        let files = [stored.clone(), files_below(&import.place)].concat();
        assert_eq!(files.len(), 4);
        for path in &files {
            check(&calls, path);
        }
        check_shelves(&scene, &calls);
        damage(&stored[0]);
        let Some(calls) = import.record() else { return };
        for path in &stored {
            assert_ne!(fs::read(path).expect("read"), b"damaged");
            check(&calls, path);
        }
    }
}

#[test]
fn pins_are_on_the_disk_before_they_replace_others() {
    let scene = Scene::new();
    let file = scene.path("probe.lock");
    for library in ["one", "two"] {
        let mut command = Command::new(example::pin());
        command.arg(scene.path("store")).arg(&file).args([library, "https://example.org/lib.so"]);
        let Some(calls) = record(&command, &scene.path("calls")) else { return };
        let text = fs::read_to_string(&file).expect("the lock file");
        assert!(text.contains(&format!("library = \"{library}\"")), "{text}");
        check(&calls, &file);
    }
}
