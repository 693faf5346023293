//! Object files made by hand: right headers, and content that fills the file to its last byte.

/// `EM_X86_64`.
pub(crate) const X86_64: u16 = 62;
/// `EM_AARCH64`.
pub(crate) const AARCH64: u16 = 183;

/// What matters of an ELF file.
pub(crate) struct Elf {
    pub(crate) machine: u16,
    /// `ET_DYN` by default.
    pub(crate) kind: u16,
    /// The length of the file.
    pub(crate) size: u64,
    /// Where the one segment ends; by default the end of the section headers.
    pub(crate) segment_end: Option<u64>,
    /// Where the section headers are; they are two, of 64 bytes each. None: no section headers.
    pub(crate) sections_at: Option<u64>,
    /// Varies the content.
    pub(crate) seed: u8,
}

/// An ELF library for the machine that runs the tests, with sections that fill the file.
pub(crate) fn library(size: u64, seed: u8) -> Vec<u8> {
    Elf::new(size, seed).bytes()
}

impl Elf {
    pub(crate) fn new(size: u64, seed: u8) -> Self {
        let machine = if cfg!(target_arch = "aarch64") { AARCH64 } else { X86_64 };
        Self { machine, kind: 3, size, segment_end: None, sections_at: Some(size - 128), seed }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = (0..self.size)
            .map(|index| (index % 251 + u64::from(self.seed) * 14) as u8 | 1)
            .collect::<Vec<_>>();
        let mut put = |at: usize, field: &[u8]| {
            let end = (at + field.len()).min(bytes.len());
            if at < end {
                bytes[at..end].copy_from_slice(&field[..end - at]);
            }
        };
        put(0, b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
        put(16, &self.kind.to_le_bytes());
        put(18, &self.machine.to_le_bytes());
        put(20, &1_u32.to_le_bytes());
        put(32, &64_u64.to_le_bytes());
        put(40, &self.sections_at.unwrap_or(0).to_le_bytes());
        put(52, &64_u16.to_le_bytes());
        put(54, &56_u16.to_le_bytes());
        put(56, &1_u16.to_le_bytes());
        put(58, &64_u16.to_le_bytes());
        put(60, &if self.sections_at.is_some() { 2_u16 } else { 0 }.to_le_bytes());
        put(62, &1_u16.to_le_bytes());
        // The one program header: PT_LOAD, from offset 0.
        put(64, &1_u32.to_le_bytes());
        put(72, &0_u64.to_le_bytes());
        put(96, &self.segment_end.unwrap_or(self.size).to_le_bytes());
        bytes
    }
}

fn filled(size: u64) -> Vec<u8> {
    (0..size).map(|index| (index % 251) as u8 | 1).collect()
}

/// `CPU_TYPE_X86_64` and `CPU_TYPE_ARM64`.
pub(crate) const MAC_X86_64: u32 = 0x0100_0007;
pub(crate) const MAC_ARM64: u32 = 0x0100_000c;

/// A 64-bit Mach-O library with one segment, which ends at `segment_end`, and a signature that fills the rest.
pub(crate) fn macho(cpu: u32, size: u64, segment_end: u64) -> Vec<u8> {
    let mut bytes = filled(size);
    let signature = (segment_end as u32, (size - segment_end) as u32);
    // Magic, processor, its kind, MH_DYLIB, two commands of 88 bytes in all, flags, reserved.
    let words = [0xfeed_facf, cpu, 0, 6, 2, 88, 0, 0]
        .into_iter()
        // LC_SEGMENT_64: name, address, size in memory; then offset and size in the file, protections, sections, flags.
        .chain([0x19, 72, 0, 0, 0, 0, 0, 0, size as u32, 0, 0, 0, segment_end as u32, 0])
        .chain([5, 5, 0, 0])
        // LC_CODE_SIGNATURE: offset and size in the file.
        .chain([0x1d, 16, signature.0, signature.1]);
    for (index, word) in words.enumerate() {
        bytes[index * 4..index * 4 + 4].copy_from_slice(&u32::to_le_bytes(word));
    }
    bytes
}

/// A 64-bit Mach-O library of one segment, with load commands that carry a text each.
pub(crate) fn macho_with(cpu: u32, texts: &[(u32, &str)]) -> Vec<u8> {
    const SIZE: u32 = 4096;

    let mut commands = Vec::new();
    let segment = [0x19, 72, 0, 0, 0, 0, 0, 0, SIZE, 0, 0, 0, SIZE, 0, 5, 5, 0, 0];
    commands.extend(segment.iter().flat_map(|word: &u32| word.to_le_bytes()));
    for (kind, text) in texts {
        // The text comes after kind, length, its offset and three words more, and fills up to eight bytes.
        let length = (24 + text.len() + 1).next_multiple_of(8);
        let words = [*kind, length as u32, 24, 2, 0x10000, 0x10000];
        let end = commands.len() + length;
        commands.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        commands.extend(text.as_bytes());
        commands.resize(end, 0);
    }
    let count = texts.len() as u32 + 1;
    let header = [0xfeed_facf, cpu, 0, 6, count, commands.len() as u32, 0, 0];
    let mut bytes = header.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
    bytes.extend(commands);
    bytes.resize(SIZE as usize, 1);
    bytes
}

/// A universal file of several slices.
pub(crate) fn universal(slices: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut header = vec![0xcafe_babe_u32, slices.len() as u32];
    let mut offset = 4096;
    for (cpu, slice) in slices {
        header.extend([*cpu, 0, offset, slice.len() as u32, 12]);
        offset += slice.len() as u32;
    }
    let mut bytes = header.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>();
    bytes.resize(4096, 0);
    bytes.extend(slices.iter().flat_map(|(_, slice)| slice));
    bytes
}

/// A PE32+ library with one section, which ends at `section_end`, and a certificate that fills the rest.
pub(crate) fn pe(machine: u16, size: u64, section_end: u64) -> Vec<u8> {
    let mut bytes = filled(size);
    let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
    put(0, b"MZ");
    put(0x3c, &128_u32.to_le_bytes());
    put(128, b"PE\0\0");
    put(132, &machine.to_le_bytes());
    put(134, &1_u16.to_le_bytes());
    put(148, &240_u16.to_le_bytes());
    // The optional header, and its certificate table.
    put(152, &0x20b_u16.to_le_bytes());
    put(152 + 112 + 32, &(section_end as u32).to_le_bytes());
    put(152 + 112 + 36, &((size - section_end) as u32).to_le_bytes());
    // The section.
    put(392 + 16, &(section_end as u32 - 512).to_le_bytes());
    put(392 + 20, &512_u32.to_le_bytes());
    bytes
}
