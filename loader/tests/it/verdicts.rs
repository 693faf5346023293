//! What files are judged to be.

use probe_loader::{Machine, Verdict, inspect};

use crate::support::Scene;
use crate::support::object::{AARCH64, Elf, X86_64, library};

#[track_caller]
fn check(content: &[u8], expected: &str) {
    let scene = Scene::new();
    let path = scene.write("file", content);
    assert_eq!(inspect(&path).to_string(), expected);
}

fn host() -> String {
    format!("whole, {} ELF", Machine::host().architecture)
}

#[test]
fn a_library_is_whole_at_its_length_and_torn_at_every_shorter_one() {
    let scene = Scene::new();
    let whole = library(5000, 1);
    for size in 0..=whole.len() {
        let path = scene.write("lib.so", &whole[..size]);
        let verdict = inspect(&path);
        assert_eq!(verdict.is_whole(), size == whole.len(), "{size}: {verdict}");
        assert_eq!(
            verdict.is_torn(),
            size < whole.len() && !(1..4).contains(&size),
            "{size}: {verdict}"
        );
    }
}

#[test]
fn the_end_is_where_the_last_segment_or_the_section_headers_end() {
    // As a linker leaves it: the section headers last.
    let linked = Elf { segment_end: Some(3000), ..Elf::new(4000, 0) };
    check(&linked.bytes(), &host());
    check(&linked.bytes()[..3999], "torn: cut at 3999 of 4000 bytes");
    // As `patchelf` leaves it: a segment behind the section headers.
    let patched = Elf { sections_at: Some(3000), segment_end: Some(4000), ..Elf::new(4000, 0) };
    check(&patched.bytes(), &host());
    check(&patched.bytes()[..3999], "torn: cut at 3999 of 4000 bytes");
    // Stripped of its section headers.
    let stripped = Elf { sections_at: None, ..Elf::new(4000, 0) };
    check(&stripped.bytes(), &host());
    check(&stripped.bytes()[..3999], "torn: cut at 3999 of 4000 bytes");
    // Data behind all of it is nobody's business.
    let mut padded = linked.bytes();
    padded.extend([0; 100]);
    check(&padded, &host());
}

#[test]
fn reserved_space_is_torn() {
    let mut library = library(9000, 2);
    check(&vec![0; 9000], "torn: reserved but not written: it begins with zeros");
    library[16..].fill(0);
    check(&library, "torn: reserved but not written: it begins with zeros");
    let mut library = Elf::new(9000, 2).bytes();
    library[64..].fill(0);
    check(&library, "torn: reserved but not written: it begins with zeros");
}

#[test]
fn another_machine_is_named() {
    let other = if Machine::host().architecture.to_string() == "x86_64" {
        (AARCH64, "aarch64")
    } else {
        (X86_64, "x86_64")
    };
    let library = Elf { machine: other.0, ..Elf::new(4000, 0) };
    let expected = format!("made for another machine: {} ELF, not {}", other.1, Machine::host());
    check(&library.bytes(), &expected);
    // Torn counts more: it says nothing yet about the publisher.
    check(&library.bytes()[..3999], "torn: cut at 3999 of 4000 bytes");
}

#[test]
fn what_is_no_library_is_named() {
    let mut tar = vec![b'a'; 600];
    tar[257..262].copy_from_slice(b"ustar");
    for (content, expected) in [
        (&b""[..], "torn: empty"),
        (b"<!DOCTYPE html><p>sign in", "not a library but an HTML page"),
        (b"\n  <HTML>", "not a library but an HTML page"),
        (b"\xef\xbb\xbf<html>", "not a library but an HTML page"),
        (b"<?xml version='1.0'?><Error>", "not a library but an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "not a library but a Git LFS pointer"),
        (b"PK\x03\x04....", "not a library but an archive (zip)"),
        (b"\x1f\x8b\x08", "not a library but an archive (gzip)"),
        (b"\xfd7zXZ\0..", "not a library but an archive (xz)"),
        (b"\x28\xb5\x2f\xfd..", "not a library but an archive (zstd)"),
        (b"BZh91AY", "not a library but an archive (bzip2)"),
        (b"7z\xbc\xaf\x27\x1c", "not a library but an archive (7z)"),
        (&tar, "not a library but an archive (tar)"),
        (b"#!/bin/sh\n", "not a library but a script"),
        (b"Not Found", "not a library but text"),
        (b"\x01\x02\x03\x00\xff", "not a library but unknown bytes"),
        (b"!<arch>\n", "not a library but an object file that is not linked yet"),
        (
            &Elf { kind: 1, ..Elf::new(400, 0) }.bytes(),
            "not a library but an object file that is not linked yet",
        ),
    ] {
        check(content, expected);
    }
}

#[test]
fn what_cannot_be_read_is_no_library() {
    let scene = Scene::new();
    assert_eq!(inspect(&scene.path("nothing")), Verdict::Absent);
    let folder = inspect(&scene.path("."));
    assert_eq!(folder.to_string(), "not a library but a folder");
}

#[test]
fn headers_that_lie_do_no_harm() {
    let scene = Scene::new();
    let library = library(4000, 3);
    // Every byte of the headers, at its extremes.
    for at in 4..120 {
        for value in [0, 1, 0x7f, 0xff] {
            let mut damaged = library.clone();
            damaged[at..(at + 8).min(120)].fill(value);
            let verdict = inspect(&scene.write("lib.so", damaged));
            assert!(
                !matches!(verdict, Verdict::Unreadable(_) | Verdict::Absent),
                "{at}: {verdict}"
            );
        }
    }
}

#[test]
fn the_libraries_of_this_machine_are_whole() {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    for path in maps.lines().filter_map(|line| line.find('/').map(|at| &line[at..])) {
        if path.contains(".so") && !path.ends_with("(deleted)") {
            let verdict = inspect(path.as_ref());
            assert!(verdict.is_whole(), "{path}: {verdict}");
        }
    }
}
