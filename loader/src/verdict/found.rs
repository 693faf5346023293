//! What a file is if it is not a library, by its first bytes. It does not know whether that is a
//! mistake.

use std::fmt;

/// What probe found instead of a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundInstead {
    /// A web page: often a login form or a proxy's message.
    Html,
    /// A Git LFS pointer instead of the file.
    LfsPointer,
    /// An archive or a compressed file.
    Archive(ArchiveKind),
    /// A script that names its interpreter.
    Script,
    /// An object file that must be linked before it can be loaded.
    Relocatable,
    /// An object file whose header contradicts itself.
    Malformed(&'static str),
    /// Text.
    Text,
    /// Bytes that probe does not recognise.
    Unknown,
    /// A folder.
    Directory,
    /// A pipe, a socket or a device; probe does not open it.
    Special,
}

impl FoundInstead {
    /// Whether a failed transfer leaves such a file: a server's message instead of the file, or a
    /// library that is damaged from its header on.
    pub(crate) const fn is_left_by_transfers(self) -> bool {
        matches!(self, Self::Html | Self::LfsPointer | Self::Malformed(_))
    }
}

/// The archives that probe recognises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveKind {
    /// zip, whl, jar and the like.
    Zip,
    /// gzip: a file or a tar.
    Gzip,
    /// xz: a file or a tar.
    Xz,
    /// Zstandard: a file or a tar.
    Zstd,
    /// bzip2: a file or a tar.
    Bzip2,
    /// 7-Zip.
    SevenZip,
    /// tar, not compressed.
    Tar,
    /// RAR.
    Rar,
    /// LZ4: a file or a tar.
    Lz4,
    /// lzip: a file or a tar.
    Lzip,
    /// Unix compress: a file or a tar.
    Compress,
    /// A Debian package.
    Deb,
    /// An RPM package.
    Rpm,
    /// A Windows cabinet.
    Cabinet,
}

impl ArchiveKind {
    /// Whether probe can take a file from it.
    #[must_use]
    pub const fn is_readable(self) -> bool {
        match self {
            Self::Zip | Self::Gzip | Self::Xz | Self::Zstd | Self::Bzip2 | Self::Tar => true,
            Self::SevenZip
            | Self::Rar
            | Self::Lz4
            | Self::Lzip
            | Self::Compress
            | Self::Deb
            | Self::Rpm
            | Self::Cabinet => false,
        }
    }
}

/// Recognises the beginning of a file that is not an ELF file.
pub(super) fn recognise(head: &[u8]) -> FoundInstead {
    const MAGIC: [(&[u8], FoundInstead); 17] = [
        (b"PK\x03\x04", FoundInstead::Archive(ArchiveKind::Zip)),
        (b"PK\x05\x06", FoundInstead::Archive(ArchiveKind::Zip)),
        (b"\x1f\x8b", FoundInstead::Archive(ArchiveKind::Gzip)),
        (b"\xfd7zXZ\0", FoundInstead::Archive(ArchiveKind::Xz)),
        (b"\x28\xb5\x2f\xfd", FoundInstead::Archive(ArchiveKind::Zstd)),
        (b"BZh", FoundInstead::Archive(ArchiveKind::Bzip2)),
        (b"7z\xbc\xaf\x27\x1c", FoundInstead::Archive(ArchiveKind::SevenZip)),
        (b"Rar!\x1a\x07", FoundInstead::Archive(ArchiveKind::Rar)),
        (b"\x04\x22\x4d\x18", FoundInstead::Archive(ArchiveKind::Lz4)),
        (b"LZIP", FoundInstead::Archive(ArchiveKind::Lzip)),
        (b"\x1f\x9d", FoundInstead::Archive(ArchiveKind::Compress)),
        (b"!<arch>\ndebian", FoundInstead::Archive(ArchiveKind::Deb)),
        (b"\xed\xab\xee\xdb", FoundInstead::Archive(ArchiveKind::Rpm)),
        (b"MSCF\0\0\0\0", FoundInstead::Archive(ArchiveKind::Cabinet)),
        (b"version https://git-lfs", FoundInstead::LfsPointer),
        (b"#!", FoundInstead::Script),
        (b"!<arch>\n", FoundInstead::Relocatable),
    ];
    if let Some((_, found)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *found;
    }
    if head.get(257..262) == Some(b"ustar") {
        return FoundInstead::Archive(ArchiveKind::Tar);
    }
    if is_markup(head) {
        return FoundInstead::Html;
    }
    // A character may be cut at the end of what was read.
    let text = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    if text && !head.contains(&0) { FoundInstead::Text } else { FoundInstead::Unknown }
}

/// A web page begins with white space, a byte order mark, a doctype, a comment or a tag.
fn is_markup(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let lower =
        head.trim_ascii_start().iter().take(16).map(u8::to_ascii_lowercase).collect::<Vec<_>>();
    let openings: [&[u8]; 6] = [b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<!--"];
    openings.iter().any(|opening| lower.starts_with(opening))
}

impl fmt::Display for ArchiveKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zip => "zip",
            Self::Gzip => "gzip",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::SevenZip => "7z",
            Self::Tar => "tar",
            Self::Rar => "rar",
            Self::Lz4 => "lz4",
            Self::Lzip => "lzip",
            Self::Compress => "compress",
            Self::Deb => "deb",
            Self::Rpm => "rpm",
            Self::Cabinet => "cab",
        })
    }
}

impl fmt::Display for FoundInstead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Html => f.write_str("an HTML page"),
            Self::LfsPointer => f.write_str("a Git LFS pointer"),
            Self::Archive(kind) => write!(f, "an archive ({kind})"),
            Self::Script => f.write_str("a script"),
            Self::Relocatable => f.write_str("an object file that is not linked yet"),
            Self::Malformed(format) => write!(f, "a malformed {format} file"),
            Self::Text => f.write_str("text"),
            Self::Unknown => f.write_str("unknown bytes"),
            Self::Directory => f.write_str("a folder"),
            Self::Special => f.write_str("a pipe, a socket or a device"),
        }
    }
}
