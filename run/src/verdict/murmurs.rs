//! The words of programs that find a cache which another process is filling, without a loader's message.
//!
//! Programs also use each of them in a hundred other cases. They count only if several tests failed at once while files
//! appeared in one folder. Even then it is a suspicion, and nothing runs again because of it. Does not look at files.

use std::sync::LazyLock;

use probe_process::Sieve;

use super::said::is_delimiter;

/// Words of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Murmur {
    /// The words.
    pub text: &'static str,
    /// Whether they count without the name of a file: words about fetching, unpacking or locking.
    pub is_plain: bool,
}

const fn plain(text: &'static str) -> Murmur {
    Murmur { text, is_plain: true }
}

const fn of_a_file(text: &'static str) -> Murmur {
    Murmur { text, is_plain: false }
}

/// Upper and lower case are equal. More specific words stand first.
pub(super) const MURMURS: [Murmur; MURMUR_COUNT] = [
    // Archives that are still being written, or were unpacked by two at once.
    plain("end of central directory"),
    plain("end-of-central-directory"),
    plain("is not a zip file"),
    plain("not a zip archive"),
    plain("BadZipFile"),
    plain("Bad CRC-32"),
    plain("invalid stored block lengths"),
    plain("incorrect header check"),
    plain("incorrect data check"),
    plain("unexpected end of file"),
    plain("Unexpected EOF in archive"),
    plain("unexpected end of data"),
    plain("Truncated input file"),
    plain("TAR_BAD_ARCHIVE"),
    plain("corrupt archive"),
    plain("corrupted zip"),
    // What was fetched twice into one file.
    plain("checksum mismatch"),
    plain("hash mismatch"),
    plain("integrity checksum failed"),
    // Locks that do not exclude.
    plain("Cannot unlock"),
    plain("is not locked by this process"),
    plain("Lock file is already being held"),
    plain("already being downloaded"),
    // Who comes while a folder is unpacked: `@puppeteer/browsers`.
    of_a_file("exists but the executable"),
    // Compilers and linkers that write to one name.
    of_a_file("ld returned 1"),
    of_a_file("cannot open output file"),
    of_a_file("file format not recognized"),
    of_a_file("does not define module export function"),
    of_a_file("file truncated"),
    // The system, Node and Python of any file.
    of_a_file("Text file busy"),
    of_a_file("ETXTBSY"),
    of_a_file("ENOENT"),
    of_a_file("No such file or directory"),
    of_a_file("EEXIST"),
    of_a_file("File exists"),
    of_a_file("ENOTEMPTY"),
    of_a_file("Directory not empty"),
    of_a_file("EBUSY"),
    of_a_file("Permission denied"),
    of_a_file("EACCES"),
];

/// How many there are.
const MURMUR_COUNT: usize = 40;

static WORDS: LazyLock<Sieve> = LazyLock::new(|| {
    let words: Vec<&str> = MURMURS.iter().map(|murmur| murmur.text).collect();
    Sieve::new(&words, |_, _| true)
});

/// The words in a line of output: of several, those that stand first in the table.
pub(super) fn find(line: &str) -> Option<Murmur> {
    WORDS.hits(line).map(|(word, _)| word).min().map(|word| MURMURS[word])
}

/// The absolute paths in a line.
pub(super) fn paths(line: &str) -> impl Iterator<Item = &str> {
    line.split(is_delimiter)
        .map(|part| part.trim_end_matches(['.', '!']))
        .filter(|part| part.starts_with('/') && part[1..].contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_real_packages_say_is_heard() {
        for (line, text, is_plain, path) in [
            (
                "Error: End-of-central-directory signature not found. Either not a zip file, or file is truncated.",
                "end-of-central-directory",
                true,
                None,
            ),
            (
                "Cannot unlock file \"/c/mongodb-binaries/7.0.lock\", because it is not locked by this process",
                "Cannot unlock",
                true,
                Some("/c/mongodb-binaries/7.0.lock"),
            ),
            (
                "Error: ENOENT: no such file or directory, rename '/c/x.tgz.downloading' -> '/c/x.tgz'",
                "ENOENT",
                false,
                Some("/c/x.tgz.downloading"),
            ),
            (
                "Error: The browser folder (/c/chrome/linux-1) exists but the executable (/c/chrome/linux-1/chrome) is missing",
                "exists but the executable",
                false,
                Some("/c/chrome/linux-1"),
            ),
            ("collect2: error: ld returned 1 exit status", "ld returned 1", false, None),
            ("zipfile.BadZipFile: File is not a zip file", "is not a zip file", true, None),
        ] {
            let murmur = find(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((murmur.text, murmur.is_plain), (text, is_plain), "{line}");
            assert_eq!(paths(line).next(), path, "{line}");
        }
        assert_eq!(find("assertion failed: left == right"), None);
    }
}
