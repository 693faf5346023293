//! Archives, honest and hostile.

use std::io::{Cursor, Write};

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

pub(crate) fn xz(content: &[u8]) -> Vec<u8> {
    let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(0)).expect("a writer");
    writer.write_all(content).expect("write");
    writer.finish().expect("an xz file")
}

pub(crate) fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}
