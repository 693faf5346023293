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
