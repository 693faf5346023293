//! What files are judged to be.

use probe_loader::{Architecture, FileVerdict, Machine, System, inspect, inspect_for};

use crate::support::Scene;
use crate::support::object::{
    AARCH64, Elf, MAC_ARM64, MAC_X86_64, X86_64, library, macho, pe, universal,
};

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

/// The space was reserved, and the end never written: what the headers point at is zeros.
#[test]
fn a_file_whose_end_was_never_written_is_torn() {
    let (sections, dynamic) = (
        "torn: reserved but not all written: its table of sections is nothing but zeros",
        "torn: reserved but not all written: its dynamic section is nothing but zeros",
    );
    let mut library = Elf::new(90_000, 2).bytes();
    library[8192..].fill(0);
    check(&library, sections);
    // The first entry is zeros in every file.
    let mut library = Elf::new(9000, 2).bytes();
    library[9000 - 128..9000 - 64].fill(0);
    check(&library, &host());

    // Without sections: a second program header, of the dynamic section.
    let mut library = Elf { sections_at: None, ..Elf::new(9000, 2) }.bytes();
    library[56] = 2;
    library[120..176].fill(0);
    library[120] = 2;
    library[128..136].copy_from_slice(&8000_u64.to_le_bytes());
    library[152..160].copy_from_slice(&160_u64.to_le_bytes());
    check(&library, &host());
    library[8000..8160].fill(0);
    check(&library, dynamic);
    // What somebody has stripped of both is whole, whatever its content.
    library[152..160].fill(0);
    check(&library, &host());

    let last = "torn: reserved but not all written: its last table is nothing but zeros";
    let mut library = macho(MAC_ARM64, 9000, 8000);
    library[5000..].fill(0);
    check_format(machine(System::MacOs, Architecture::Aarch64), &library, last);
    let mut library = pe(0x8664, 9000, 8000);
    library[5000..].fill(0);
    check_format(machine(System::Windows, Architecture::X86_64), &library, last);
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
    assert_eq!(inspect(&scene.path("nothing")), FileVerdict::Absent);
    let folder = inspect(&scene.path("."));
    assert_eq!(folder.to_string(), "not a library but a folder");
}

#[test]
fn headers_that_lie_do_no_harm() {
    let scene = Scene::new();
    let libraries = [
        library(4000, 3),
        macho(MAC_ARM64, 4000, 3000),
        universal(&[(MAC_ARM64, macho(MAC_ARM64, 4000, 3000))]),
        pe(0x8664, 4000, 3000),
    ];
    // Every byte of the headers, at its extremes.
    for library in libraries {
        for at in 4..440 {
            for value in [0, 1, 0x7f, 0xff] {
                let mut damaged = library.clone();
                damaged[at..at + 8].fill(value);
                let verdict = inspect(&scene.write("lib.so", damaged));
                assert!(
                    !matches!(verdict, FileVerdict::Unreadable(_) | FileVerdict::Absent),
                    "{at}: {verdict}"
                );
            }
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

fn machine(system: System, architecture: Architecture) -> Machine {
    Machine { system, architecture }
}

/// A file of another system's format is whole at its length, and torn at every other of some.
#[track_caller]
fn check_format(machine: Machine, content: &[u8], expected: &str) {
    let scene = Scene::new();
    let judge = |content: &[u8]| inspect_for(&scene.write("file", content), machine);
    assert_eq!(judge(content).to_string(), expected);
    for size in (4..content.len()).step_by(97).chain([content.len() - 1]) {
        let verdict = judge(&content[..size]);
        assert!(verdict.is_torn(), "{size}: {verdict}");
    }
}

#[test]
fn a_macho_library_ends_with_its_signature_or_its_last_segment() {
    let mac = machine(System::MacOs, Architecture::Aarch64);
    let library = macho(MAC_ARM64, 5000, 4000);
    check_format(mac, &library, "whole, aarch64 Mach-O");
    check_format(mac, &macho(MAC_ARM64, 5000, 5000), "whole, aarch64 Mach-O");
    check_format(
        machine(System::MacOs, Architecture::X86_64),
        &library,
        "made for another machine: aarch64 Mach-O, not macos-x86_64",
    );
    check_format(
        machine(System::Linux, Architecture::Aarch64),
        &library,
        "made for another machine: aarch64 Mach-O, not linux-aarch64",
    );
}

#[test]
fn of_a_universal_library_the_slice_for_the_machine_counts_and_all_must_be_there() {
    let slices = [MAC_X86_64, MAC_ARM64].map(|cpu| (cpu, macho(cpu, 5000, 4000)));
    let library = universal(&slices);
    for (architecture, name) in
        [(Architecture::X86_64, "x86_64"), (Architecture::Aarch64, "aarch64")]
    {
        let machine = machine(System::MacOs, architecture);
        check_format(machine, &library, &format!("whole, {name} Mach-O"));
    }
    check_format(
        machine(System::MacOs, Architecture::Aarch64),
        &universal(&slices[..1]),
        "made for another machine: x86_64 Mach-O, not macos-aarch64",
    );
}

#[test]
fn a_java_class_is_no_universal_library() {
    // The same magic, then the version of the format: 52 is Java 8.
    check(b"\xca\xfe\xba\xbe\0\0\0\x34rest", "not a library but unknown bytes");
}

#[test]
fn a_pe_library_ends_with_its_certificates_or_its_last_section() {
    let windows = machine(System::Windows, Architecture::X86_64);
    check_format(windows, &pe(0x8664, 5000, 4000), "whole, x86_64 PE");
    check_format(windows, &pe(0x8664, 5000, 5000), "whole, x86_64 PE");
    check_format(
        windows,
        &pe(0xaa64, 5000, 4000),
        "made for another machine: aarch64 PE, not windows-x86_64",
    );
}
