//! Archives, honest and hostile.

use std::io::{Cursor, Write};

use bzip2::write::BzEncoder;
use flate2::Compression;
use flate2::write::GzEncoder;
use lzma_rust2::{XzOptions, XzWriter};
use tar::{EntryType, Header};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What is in an archive, in order.
pub(crate) enum Item<'a> {
    File(&'a str, &'a [u8]),
    /// A file that may be executed.
    Program(&'a str, &'a [u8]),
    Folder(&'a str),
    /// A symbolic link and its target.
    Link(&'a str, &'a str),
    /// A hard link and its target.
    Same(&'a str, &'a str),
    Device(&'a str),
}

/// A tar whose names are written as they are given, `../` and all.
pub(crate) fn tar(items: &[Item<'_>]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for item in items {
        let (kind, name, target, content) = match item {
            Item::File(name, content) | Item::Program(name, content) => {
                (EntryType::Regular, name, "", *content)
            }
            Item::Folder(name) => (EntryType::Directory, name, "", &b""[..]),
            Item::Link(name, target) => (EntryType::Symlink, name, *target, &b""[..]),
            Item::Same(name, target) => (EntryType::Link, name, *target, &b""[..]),
            Item::Device(name) => (EntryType::Char, name, "", &b""[..]),
        };
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_mode(if matches!(item, Item::Program(..)) { 0o755 } else { 0o644 });
        let fields = header.as_old_mut();
        fields.name[..name.len()].copy_from_slice(name.as_bytes());
        fields.linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_cksum();
        builder.append(&header, content).expect("append");
    }
    builder.into_inner().expect("a tar")
}

pub(crate) fn zip(items: &[Item<'_>]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for item in items {
        match item {
            Item::File(name, content) => {
                writer.start_file(*name, options).expect("start");
                writer.write_all(content).expect("write");
            }
            Item::Program(name, content) => {
                writer.start_file(*name, options.unix_permissions(0o755)).expect("start");
                writer.write_all(content).expect("write");
            }
            Item::Folder(name) => writer.add_directory(*name, options).expect("add"),
            Item::Link(name, target) => {
                writer.add_symlink(*name, *target, options).expect("add");
            }
            Item::Same(..) | Item::Device(_) => panic!("a zip has no such thing"),
        }
    }
    writer.finish().expect("a zip").into_inner()
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("write");
    encoder.finish().expect("a gzip file")
}

pub(crate) fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(content).expect("write");
    encoder.finish().expect("a bzip2 file")
}

pub(crate) fn xz(content: &[u8]) -> Vec<u8> {
    let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(0)).expect("a writer");
    writer.write_all(content).expect("write");
    writer.finish().expect("an xz file")
}

pub(crate) fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

/// One entry of [`raw_zip`].
#[derive(Clone, Copy)]
pub(crate) struct Packed<'a> {
    pub(crate) name: &'a str,
    /// The number of the method of compression.
    pub(crate) method: u16,
    pub(crate) flags: u16,
    /// What is stored.
    pub(crate) packed: &'a [u8],
    /// What it says that it unpacks to.
    pub(crate) size: u32,
    pub(crate) checksum: u32,
}

impl<'a> Packed<'a> {
    /// A content that says the truth about itself.
    pub(crate) fn new(name: &'a str, method: u16, packed: &'a [u8], content: &[u8]) -> Self {
        let size = u32::try_from(content.len()).expect("small");
        Self { name, method, flags: 0, packed, size, checksum: crc32fast::hash(content) }
    }
}

/// A zip of whatever entries, even what no program writes.
pub(crate) fn raw_zip(entries: &[Packed<'_>]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let length = u32::try_from(entry.packed.len()).expect("small");
        let name_length = u16::try_from(entry.name.len()).expect("short");
        // From the version that is needed to the length of what follows the name: the same in both headers.
        let mut common = Vec::new();
        for word in [20, entry.flags, entry.method, 0, 0x21] {
            common.extend_from_slice(&u16::to_le_bytes(word));
        }
        for long in [entry.checksum, length, entry.size] {
            common.extend_from_slice(&long.to_le_bytes());
        }
        common.extend_from_slice(&name_length.to_le_bytes());
        common.extend_from_slice(&[0; 2]);
        let at = u32::try_from(bytes.len()).expect("small");
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend_from_slice(&common);
        bytes.extend_from_slice(entry.name.as_bytes());
        bytes.extend_from_slice(entry.packed);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&common);
        // No comment, the first disk, no attributes.
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(entry.name.as_bytes());
    }
    let count = u16::try_from(entries.len()).expect("few").to_le_bytes();
    let at = u32::try_from(bytes.len()).expect("small").to_le_bytes();
    let size = u32::try_from(directory.len()).expect("small").to_le_bytes();
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    for part in [&count[..], &count, &size, &at, &[0; 2]] {
        bytes.extend_from_slice(part);
    }
    bytes
}

/// A tar of one sparse file, of which `data` is stored at `offset`, and the rest is a hole.
pub(crate) fn sparse_tar(name: &str, offset: u64, data: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::GNUSparse);
    header.set_size(data.len() as u64);
    header.set_mode(0o644);
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    let fields = header.as_gnu_mut().expect("a GNU header");
    fields.sparse[0].set_offset(offset);
    fields.sparse[0].set_length(data.len() as u64);
    fields.set_real_size(offset + data.len() as u64);
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, data).expect("append");
    builder.into_inner().expect("a tar")
}

/// A tar of one file, before which stands a header of this kind with this content.
pub(crate) fn tar_behind(kind: EntryType, about: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(about.len() as u64);
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, about).expect("append");
    let mut header = builder.into_inner().expect("a tar");
    // Without the two empty blocks at the end.
    header.truncate(header.len() - 1024);
    header.extend_from_slice(&tar(&[Item::File(name, content)]));
    header
}
