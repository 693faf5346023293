//! The compression methods of a zip. Unpacks those that the zip reader cannot unpack, or only without a memory limit.

use std::io::{self, BufReader, Cursor, Read};

use lzma_rust2::{LzmaReader, XzReader};
use zip::CompressionMethod;
use zip::read::ZipFile;

use crate::archives::bound::XZ_MEMORY;
use crate::archives::zstd;

/// The methods that the zip reader unpacks.
const READERS: [CompressionMethod; 4] = [
    CompressionMethod::STORE,
    CompressionMethod::DEFLATE,
    CompressionMethod::DEFLATE64,
    CompressionMethod::BZIP2,
];
/// The methods that are unpacked here. The number 20 stood for Zstandard for a while.
const OWN: [CompressionMethod; 4] = [
    CompressionMethod::LZMA,
    CompressionMethod::XZ,
    CompressionMethod::ZSTD,
    CompressionMethod::ZSTD_DEPRECATED,
];

/// Whether [`open`] unpacks this method.
pub(super) fn is_own(method: CompressionMethod) -> bool {
    OWN.contains(&method)
}

/// Returns why a content cannot be read, if it cannot.
pub(super) fn obstacle<R: Read>(raw: &ZipFile<'_, R>) -> Option<String> {
    let method = raw.compression();
    if raw.encrypted() {
        return Some("it is encrypted".to_owned());
    }
    if READERS.contains(&method) || OWN.contains(&method) {
        return None;
    }
    #[expect(deprecated, reason = "a method that nothing is known of has only its number")]
    let number = method.to_u16();
    Some(format!("it is compressed by zip's method {number} ({method}), which probe does not know"))
}

/// Unpacks the content of an entry that was opened in its stored form.
pub(super) fn open<'a, R: Read>(raw: ZipFile<'a, R>) -> io::Result<Box<dyn Read + 'a>> {
    let (method, size, expected) = (raw.compression(), raw.size(), raw.crc32());
    let packed = BufReader::new(raw);
    let inner: Box<dyn Read + 'a> = if method == CompressionMethod::LZMA {
        Box::new(lzma(packed, size)?)
    } else if method == CompressionMethod::XZ {
        Box::new(XzReader::new_mem_limit(packed, true, XZ_MEMORY))
    } else {
        Box::new(zstd::Frames::new(packed))
    };
    Ok(Box::new(Checked { inner, rest: size, hasher: crc32fast::Hasher::new(), expected }))
}

/// Converts the beginning of an LZMA stream in a zip to the head of a separate LZMA file, which has the same fields in another
/// order.
fn lzma(mut packed: impl Read, size: u64) -> io::Result<impl Read> {
    let mut head = [0; 9];
    packed.read_exact(&mut head)?;
    if head[2..4] != [5, 0] {
        return Err(io::Error::other("LZMA properties of an unknown length"));
    }
    let file_head = [&head[4..], &size.to_le_bytes()].concat();
    LzmaReader::new_mem_limit(Cursor::new(file_head).chain(packed), XZ_MEMORY, None)
}

/// A content whose length and checksum are known.
struct Checked<'a> {
    inner: Box<dyn Read + 'a>,
    rest: u64,
    hasher: crc32fast::Hasher,
    expected: u32,
}

impl Read for Checked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        let rest = self.rest.checked_sub(count as u64);
        self.rest = rest.ok_or_else(|| io::Error::other("a content is longer than announced"))?;
        if count == 0 && !buffer.is_empty() {
            if self.rest > 0 {
                return Err(io::Error::other("a content is shorter than announced"));
            }
            if self.hasher.clone().finalize() != self.expected {
                return Err(io::Error::other("the checksum is wrong"));
            }
        }
        Ok(count)
    }
}
