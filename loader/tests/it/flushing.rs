//! A power failure: the content of what is published is on the disk before it gets its name, and its name before anybody is told.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::archive::{Item, zip};
use crate::support::server::Server;
use crate::support::{Scene, compiled, example, files_below};

/// One flush, as it was asked for.
struct Flush {
    inode: u64,
    size: u64,
    /// How many names the file had then.
    names: u64,
    name: PathBuf,
}

/// Imports in a process whose flushes are written down.
fn flushes(scene: &Scene, arguments: &[&str]) -> Vec<Flush> {
    let log = scene.path("flushes");
    let output = Command::new(example::folder())
        .arg(scene.path("store"))
        .args(arguments)
        .env("LD_PRELOAD", compiled::fsync_shim(&scene.path(".")))
        .env("FLUSHES", &log)
        .output()
        .expect("start");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = fs::read_to_string(log).expect("flushes");
    let flush = |line: &str| {
        let mut words = line.splitn(4, ' ');
        let mut number = || words.next().expect("a word").parse().expect("a number");
        let (inode, size, names) = (number(), number(), number());
        Flush { inode, size, names, name: words.next().expect("a name").into() }
    };
    text.lines().map(flush).collect()
}

/// Whether the file was flushed with all of its content while nobody could find it.
#[track_caller]
fn check_content(flushes: &[Flush], path: &Path) {
    let metadata = fs::metadata(path).expect("stat");
    let is_hidden =
        |flush: &Flush| flush.names == 0 || flush.name.to_string_lossy().contains("/.probe-");
    let flushed = flushes.iter().any(|flush| {
        flush.inode == metadata.ino() && flush.size == metadata.len() && is_hidden(flush)
    });
    assert!(flushed, "`{}` was given its name before it was on the disk", path.display());
}

/// Whether the directory was flushed that has the name.
#[track_caller]
fn check_name(flushes: &[Flush], path: &Path) {
    let directory = fs::metadata(path.parent().expect("a parent")).expect("stat").ino();
    let flushed = flushes.iter().any(|flush| flush.inode == directory);
    assert!(flushed, "the name of `{}` was not on the disk", path.display());
}

#[test]
fn the_content_of_a_file_is_on_the_disk_before_its_name_is() {
    let scene = Scene::new();
    let server = Server::of(vec![7; 300_000]);
    let place = scene.path("place/data");
    let flushes = flushes(&scene, &[&server.url("/data"), "", place.to_str().expect("a text")]);
    let stored = files_below(&scene.path("store/files"));
    assert_eq!(stored.len(), 1);
    for path in stored.iter().chain([&place]) {
        check_content(&flushes, path);
        check_name(&flushes, path);
    }
}

#[test]
fn the_content_of_a_folder_is_on_the_disk_before_its_name_is() {
    let scene = Scene::new();
    let large = vec![7; 300_000];
    let server = Server::of(zip(&[Item::File("a/one", &large), Item::File("a/b/two", b"2")]));
    let place = scene.path("place/a");
    let flushes = flushes(&scene, &[&server.url("/a.zip"), "a/", place.to_str().expect("a text")]);
    let files = [files_below(&scene.path("store/files")), files_below(&place)].concat();
    assert_eq!(files.len(), 4);
    for path in &files {
        check_content(&flushes, path);
        check_name(&flushes, path);
    }
    check_name(&flushes, &place);
}
