//! The header of an ELF file, in any of its four layouts. It does not know what follows from it.

use crate::machine::Architecture;

pub(in crate::verdict) const MAGIC: &[u8] = b"\x7fELF";

pub(super) const PT_LOAD: u32 = 1;
pub(super) const PT_DYNAMIC: u32 = 2;
pub(super) const ET_EXEC: u16 = 2;
pub(super) const ET_DYN: u16 = 3;

/// The byte order and field offsets of one of the four ELF layouts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) wide: bool,
    pub(super) big_endian: bool,
    /// Sizes in bytes of the file header, a program header and a section header.
    pub(super) header: usize,
    pub(super) segment: u16,
    pub(super) section: u16,
    pub(super) segment_file_offset: usize,
    pub(super) segment_file_size: usize,
    pub(super) section_size_field: usize,
}

impl Layout {
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let wide = match head.get(4)? {
            1 => false,
            2 => true,
            _ => return None,
        };
        let big_endian = match head.get(5)? {
            1 => false,
            2 => true,
            _ => return None,
        };
        Some(Self::new(wide, big_endian))
    }

    /// Returns the layout of a processor's libraries.
    pub(super) fn of_architecture(architecture: Architecture) -> Self {
        let wide = !matches!(architecture, Architecture::X86 | Architecture::Arm);
        // 64-bit PowerPC is little-endian on every current distribution.
        Self::new(wide, architecture == Architecture::S390x)
    }

    fn new(wide: bool, big_endian: bool) -> Self {
        Self {
            wide,
            big_endian,
            header: if wide { 64 } else { 52 },
            segment: if wide { 56 } else { 32 },
            section: if wide { 64 } else { 40 },
            segment_file_offset: if wide { 8 } else { 4 },
            segment_file_size: if wide { 32 } else { 16 },
            section_size_field: if wide { 32 } else { 20 },
        }
    }

    /// Returns the word size in bytes.
    pub(super) fn word_size(self) -> usize {
        if self.wide { 8 } else { 4 }
    }

    pub(super) fn u16(self, bytes: &[u8], at: usize) -> u16 {
        let bytes = [bytes[at], bytes[at + 1]];
        if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    pub(super) fn u32(self, bytes: &[u8], at: usize) -> u32 {
        let bytes = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    /// Reads a field of the machine's word size.
    pub(super) fn word(self, bytes: &[u8], at: usize) -> u64 {
        if !self.wide {
            return u64::from(self.u32(bytes, at));
        }
        let (first, second) = (u64::from(self.u32(bytes, at)), u64::from(self.u32(bytes, at + 4)));
        if self.big_endian { first << 32 | second } else { second << 32 | first }
    }
}

/// The fields of the file header that limit the file.
pub(super) struct Header {
    pub(super) kind: u16,
    pub(super) architecture: Architecture,
    pub(super) segment_offset: u64,
    pub(super) section_offset: u64,
    pub(super) segment_size: u16,
    pub(super) segment_count: u16,
    pub(super) section_size: u16,
    pub(super) section_count: u16,
}

impl Header {
    pub(super) fn read(layout: Layout, head: &[u8]) -> Self {
        // After the three words entry, phoff and shoff come flags (4 bytes) and six half words.
        let words = layout.word_size();
        let halves = 24 + 3 * words + 4;
        Self {
            kind: layout.u16(head, 16),
            architecture: architecture(layout.u16(head, 18)),
            segment_offset: layout.word(head, 24 + words),
            section_offset: layout.word(head, 24 + 2 * words),
            segment_size: layout.u16(head, halves + 2),
            segment_count: layout.u16(head, halves + 4),
            section_size: layout.u16(head, halves + 6),
            section_count: layout.u16(head, halves + 8),
        }
    }

    pub(super) fn segments_end(&self) -> u64 {
        self.segment_offset
            .saturating_add(u64::from(self.segment_count) * u64::from(self.segment_size))
    }
}

/// The `EM_` numbers of the ELF specification's machine registry.
fn architecture(number: u16) -> Architecture {
    match number {
        3 => Architecture::X86,
        21 => Architecture::PowerPc64,
        22 => Architecture::S390x,
        40 => Architecture::Arm,
        62 => Architecture::X86_64,
        183 => Architecture::Aarch64,
        243 => Architecture::Riscv64,
        258 => Architecture::LoongArch64,
        other => Architecture::Other(u32::from(other)),
    }
}
