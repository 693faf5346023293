//! Lock files: what is read, what is refused, and what many writers at once come to.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread;

use probe_loader::{ImportCause, Loader, Pin, Pins, PinsError, Settings, Sha256};
use proptest::prelude::*;

use crate::support::Scene;

fn pin(url: &str, content: &[u8]) -> Pin {
    Pin { url: url.to_owned(), sha256: Sha256::of(content), size: content.len() as u64 }
}

fn sample() -> Pins {
    let mut pins = Pins::default();
    pins.insert("zlib", "linux-x86_64", &pin("https://example.org/libz.so", b"z"));
    pins.insert("duckdb", "macos-aarch64", &pin("https://example.org/d.dylib?v=1", b"dd"));
    pins.insert("duckdb", "linux-x86_64", &pin("https://me:word@example.org/d.so", b"d"));
    pins
}

#[test]
fn the_text_is_sorted_and_holds_no_password() {
    insta::assert_snapshot!(sample(), @r#"
    # What the libraries downloaded when they were pinned. Written by `probe lock`, to be committed.
    version = 1

    [[pin]]
    library = "duckdb"
    platform = "linux-x86_64"
    url = "https://example.org/d.so"
    size = 1
    sha256 = "18ac3e7343f016890c510e93f935261169d9e3f565436429830faf0934f4f8e4"

    [[pin]]
    library = "duckdb"
    platform = "macos-aarch64"
    url = "https://example.org/d.dylib?v=1"
    size = 2
    sha256 = "9b7ecc6eeb83abf9ade10fe38865df4499be3568dcc507ae2ec3b44989cb0093"

    [[pin]]
    library = "zlib"
    platform = "linux-x86_64"
    url = "https://example.org/libz.so"
    size = 1
    sha256 = "594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06"
    "#);
}

#[test]
fn a_pin_for_another_url_is_none() {
    let pins = sample();
    for (library, platform, url, found) in [
        ("duckdb", "linux-x86_64", "https://example.org/d.so", true),
        ("duckdb", "linux-x86_64", "https://other:secret@example.org/d.so", true),
        ("duckdb", "linux-x86_64", "https://example.org/e.so", false),
        ("duckdb", "macos-aarch64", "https://example.org/d.dylib?v=1", true),
        ("duckdb", "macos-aarch64", "https://example.org/d.dylib?v=2", false),
        ("duckdb", "windows-x86_64", "https://example.org/d.so", false),
        ("duck", "linux-x86_64", "https://example.org/d.so", false),
    ] {
        assert_eq!(
            pins.find(library, platform, url).is_some(),
            found,
            "{library} {platform} {url}"
        );
    }
}

/// What is wrong with a text: the line, what stands there, and the flaw.
fn flaws(text: &str) -> String {
    let flaws = Pins::parse(text.as_bytes()).expect_err("the text is flawed");
    let told = flaws.iter().map(|flaw| {
        let line = text[..flaw.span.start].split('\n').count();
        format!("line {line}, {:?}: {}", &text[flaw.span.clone()], flaw.kind)
    });
    told.collect::<Vec<_>>().join("\n")
}

const GOOD: &str = "library = 'a'\nplatform = 'p'\nurl = 'u'\nsize = 1\n\
    sha256 = '18ac3e7343f016890c510e93f935261169d9e3f565436429830faf0934f4f8e4'\n";

#[test]
fn every_flaw_is_named_with_its_place() {
    insta::assert_snapshot!(flaws("version = 1\nnonsense"), @r#"line 2, "": key with no value, expected `=`"#);
    insta::assert_snapshot!(flaws(""), @r#"line 1, "": no `version`"#);
    insta::assert_snapshot!(flaws("version = 2\nanything = 'else'\n"), @r#"line 1, "2": version 2, which only a newer probe can read"#);
    insta::assert_snapshot!(flaws("version = '1'\npin = 3\nextra = 1"), @r#"
    line 1, "'1'": `version` takes the number 1
    line 2, "3": `pin` takes a list of tables
    line 3, "extra": unknown key `extra`
    "#);
    insta::assert_snapshot!(flaws(&format!("version = 1\n[[pin]]\n{GOOD}[[pin]]\n{GOOD}")), @r#"line 8, "[[pin]]": a second pin of `a` for `p`"#);
    insta::assert_snapshot!(flaws("version = 1\n[[pin]]\nlibrary = 3\nsize = -1\nsha256 = 'abc'\nsize_ = 2"), @r#"
    line 2, "[[pin]]": a pin without `platform`
    line 2, "[[pin]]": a pin without `url`
    line 3, "3": `library` takes a string
    line 4, "-1": `size` takes a number of bytes
    line 5, "'abc'": no SHA-256 digest: that has 64 hexadecimal digits
    line 6, "size_": unknown key `size_`
    "#);
    insta::assert_snapshot!(
        flaws("version = 1\n<<<<<<< HEAD\n[[pin]]\n=======\n[[pin]]\n>>>>>>> feature\n"),
        @r#"
    line 2, "<<<<<<< HEAD": the marks of an unfinished merge
    line 4, "=======": the marks of an unfinished merge
    line 6, ">>>>>>> feature": the marks of an unfinished merge
    "#
    );
    let cut = Pins::parse(b"version = 1\n# \xff").expect_err("not UTF-8");
    assert_eq!(cut[0].span, 14..15);
}

#[test]
fn line_ends_of_windows_are_read() {
    let text = sample().to_string().replace('\n', "\r\n");
    assert_eq!(Pins::parse(text.as_bytes()), Ok(sample()));
}

#[test]
fn a_file_that_does_not_exist_pins_nothing() {
    let scene = Scene::new();
    let pins = Pins::read(&scene.path("probe.lock")).expect("nothing to read");
    assert_eq!(pins, Pins::default());
}

#[test]
fn writers_at_once_lose_nothing() {
    const WRITERS: usize = 8;
    const ROUNDS: usize = 5;

    let scene = Scene::new();
    let path = scene.path("probe.lock");
    thread::scope(|threads| {
        for writer in 0..WRITERS {
            let (scene, path) = (&scene, &path);
            threads.spawn(move || {
                // A loader of its own, as if it were a process.
                let loader = scene.loader();
                for round in 0..ROUNDS {
                    let name = format!("library-{writer}-{round}");
                    let add =
                        |pins: &mut Pins| pins.insert(&name, "any", &pin("https://h/f", b"f"));
                    assert!(loader.update_pins(path, add).expect("pinned"));
                    // Whatever is there at any moment is whole.
                    Pins::read(path).expect("whole");
                }
            });
        }
    });
    assert_eq!(Pins::read(&path).expect("whole").iter().count(), WRITERS * ROUNDS);
    let names = fs::read_dir(path.parent().expect("a parent")).expect("list");
    assert_eq!(names.count(), 2, "the lock file, the store, and no temporary file");
}

#[test]
fn a_file_that_needs_no_change_is_not_touched() {
    let scene = Scene::new();
    let text = format!("# mine\n{}", sample());
    let path = scene.write("probe.lock", &text);
    let inode = fs::metadata(&path).expect("stat").ino();
    let same = |pins: &mut Pins| {
        pins.insert("zlib", "linux-x86_64", &pin("https://example.org/libz.so", b"z"));
    };
    assert!(!scene.loader().update_pins(&path, same).expect("read"));
    assert_eq!(fs::read_to_string(&path).expect("read"), text);
    assert_eq!(fs::metadata(&path).expect("stat").ino(), inode);
}

#[test]
fn a_flawed_file_is_left_as_it_is() {
    let scene = Scene::new();
    let path = scene.write("probe.lock", "<<<<<<< HEAD\n");
    let error = scene.loader().update_pins(&path, |pins| pins.remove("a", "b"));
    assert!(matches!(error, Err(PinsError::Flawed { flaws, .. }) if flaws.len() == 1));
    assert_eq!(fs::read_to_string(&path).expect("read"), "<<<<<<< HEAD\n");
}

#[test]
fn a_linked_file_stays_where_it_is() {
    let scene = Scene::new();
    let real = scene.write("elsewhere/pins", "version = 1\n");
    let path = scene.path("probe.lock");
    std::os::unix::fs::symlink(&real, &path).expect("link");
    add_one(&scene.loader(), &path).expect("pinned");
    assert!(fs::symlink_metadata(&path).expect("stat").is_symlink());
    assert_eq!(Pins::read(&real).expect("whole").iter().count(), 1);
}

#[test]
fn a_directory_that_does_not_exist_is_named() {
    let scene = Scene::new();
    let error = add_one(&scene.loader(), &scene.path("none/probe.lock")).expect_err("no directory");
    assert!(
        matches!(error, PinsError::Failed(ImportCause::Disk { action: "write", .. })),
        "{error}"
    );
}

fn add_one(loader: &Loader, path: &Path) -> Result<bool, PinsError> {
    loader.update_pins(path, |pins| pins.insert("a", "b", &pin("https://h/f", b"f")))
}

#[test]
fn who_holds_the_lock_for_too_long_is_named() {
    let scene = Scene::new();
    let path = scene.path("probe.lock");
    let settings = Settings { lock_timeout: std::time::Duration::ZERO, ..scene.settings() };
    let impatient = Loader::new(settings).expect("a store");
    let within = |_: &mut Pins| {
        let error = add_one(&impatient, &path).expect_err("it is locked");
        assert!(
            matches!(error, PinsError::Failed(ImportCause::LockTimeout { holder: Some(_), .. })),
            "{error}"
        );
    };
    scene.loader().update_pins(&path, within).expect("nothing to do");
}

fn any_pins() -> impl Strategy<Value = Pins> {
    let entry = (any::<String>(), any::<String>(), any::<String>(), any::<[u8; 8]>(), any::<u32>());
    prop::collection::vec(entry, 0..8).prop_map(|entries| {
        let mut pins = Pins::default();
        for (library, platform, url, content, size) in entries {
            let sha256 = Sha256::of(&content);
            pins.insert(&library, &platform, &Pin { url, sha256, size: size.into() });
        }
        pins
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_as_it_was(pins in any_pins()) {
        prop_assert_eq!(Pins::parse(pins.to_string().as_bytes()), Ok(pins));
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        check_spans(&bytes);
    }

    #[test]
    fn no_damage_makes_reading_panic(at in 0_usize..700, cut in 0_usize..40, by in ".{0,8}") {
        let mut bytes = sample().to_string().into_bytes();
        let at = at.min(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, by.into_bytes());
        check_spans(&bytes);
    }
}

/// Whatever is wrong, it is within the text.
fn check_spans(bytes: &[u8]) {
    if let Err(flaws) = Pins::parse(bytes) {
        assert!(!flaws.is_empty());
        for flaw in flaws {
            assert!(flaw.span.start <= flaw.span.end && flaw.span.end <= bytes.len(), "{flaw:?}");
        }
    }
}

#[test]
fn what_is_secret_in_a_url_and_no_part_of_the_file_is_not_pinned() {
    let pin = |url: &str| Pin { url: url.to_owned(), sha256: Sha256::of(b"x"), size: 1 };
    let mut pins = Pins::default();
    pins.insert("a", "linux", &pin("https://me:secret@example.org/a?b=c#secret"));
    let text = pins.to_string();
    assert!(text.contains("\"https://example.org/a?b=c\"") && !text.contains("secret"), "{text}");
    for (url, is_for) in [
        ("https://example.org/a?b=c", true),
        ("https://other@example.org/a?b=c#x", true),
        ("https://example.org/a?b=d", false),
    ] {
        assert_eq!(pins.find("a", "linux", url).is_some(), is_for, "{url}");
    }
    assert!(pin("https://example.org/a#old").is_for("https://example.org/a#new"));
}
