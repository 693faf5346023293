//! Whether a file is a program or a script, which is useless without permission to execute it. It does not know what the file is
//! used for.

use std::io;
use std::path::Path;

use super::head::{self, HEAD};
use super::{elf, macho};
use crate::files::{ReadAt, open_regular};

/// Whether the file at `path` is a program for any machine, or a script that names its interpreter.
///
/// # Errors
///
/// Fails if the file cannot be read.
pub fn is_program(path: &Path) -> io::Result<bool> {
    runs(&open_regular(path)?)
}

/// Like `is_program`, for bytes.
pub(crate) fn runs(bytes: &dyn ReadAt) -> io::Result<bool> {
    let mut buffer = [0; HEAD];
    let head = head::read(bytes, &mut buffer)?;
    if head.starts_with(elf::MAGIC) {
        elf::is_program(bytes, head)
    } else if macho::is_macho(head) {
        macho::is_program(bytes, head)
    } else {
        Ok(head.starts_with(b"#!"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes the head of a 64-bit ELF file with one program header of this kind, and a dynamic section with these flags.
    fn elf(kind: u8, segment: u8, flags: u64) -> Vec<u8> {
        let mut file = vec![0; 200];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        file[16] = kind;
        file[32] = 64;
        file[54] = 56;
        file[56] = 1;
        file[64] = segment;
        file[64 + 8] = 120;
        file[64 + 32] = 48;
        file[120..128].copy_from_slice(&0x6fff_fffb_u64.to_le_bytes());
        file[128..136].copy_from_slice(&flags.to_le_bytes());
        file
    }

    fn macho(kind: u8) -> Vec<u8> {
        let mut file = vec![0; 32];
        file[..4].copy_from_slice(&[0xcf, 0xfa, 0xed, 0xfe]);
        file[12] = kind;
        file
    }

    fn universal(kind: u8) -> Vec<u8> {
        let mut file = vec![0; 64];
        file[..8].copy_from_slice(&[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 1]);
        file[19] = 64;
        file[23] = 32;
        file.extend(macho(kind));
        file
    }

    #[test]
    fn programs_and_scripts_are_told_from_libraries_and_texts() {
        for (name, bytes, runs) in [
            ("at fixed addresses", elf(2, 1, 0), true),
            ("with an interpreter", elf(3, 3, 0), true),
            ("static, anywhere in memory", elf(3, 2, 0x0800_0000), true),
            ("a library", elf(3, 2, 0x1), false),
            ("a library without a dynamic section", elf(3, 1, 0), false),
            ("an object file", elf(1, 1, 0), false),
            ("cut", elf(3, 3, 0)[..70].to_vec(), false),
            ("cut early", elf(3, 3, 0)[..10].to_vec(), false),
            ("macOS: a program", macho(2), true),
            ("macOS: a library", macho(6), false),
            ("macOS: a bundle", macho(8), false),
            ("macOS: a universal program", universal(2), true),
            ("macOS: a universal library", universal(6), false),
            ("a script", b"#!/bin/sh".to_vec(), true),
            ("a text", b"# !/bin/sh".to_vec(), false),
            ("nothing", Vec::new(), false),
        ] {
            let file = tempfile::NamedTempFile::new().expect("a file");
            std::fs::write(file.path(), bytes).expect("write");
            assert_eq!(is_program(file.path()).expect("read"), runs, "{name}");
        }
    }
}
