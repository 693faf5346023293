//! What loaders say when they cannot load a file: the table of messages, as they were seen on Linux (glibc 2.28 to 2.43,
//! musl 1.2) and are known from macOS, Windows, interpreters and archive readers.
//!
//! A message alone proves nothing: "file too short" is what a torn library gives, and what an error page of nine bytes
//! gives for ever. Does not look at files, and does not decide anything.

/// What a message says about the file that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// It was not all there when it was loaded, or is none: the file itself must tell.
    Incomplete,
    /// It, or something that it needs, was not found.
    NotFound,
    /// Somebody had it open for writing when it was to be executed.
    Busy,
    /// It was made for another machine or another width of pointers.
    WrongMachine,
    /// Its header contradicts what the loader expects.
    Malformed,
    /// It may not be read or executed.
    NotPermitted,
    /// Its content could not be mapped as code.
    NotMapped,
    /// It is no library.
    NotALibrary,
    /// It lacks something that another file expects of it, or expects something that is not there.
    WrongVersion,
    /// It wants its stack to be executable, and may not have that.
    ExecutableStack,
    /// The process has no room for what it asks for.
    NoRoom,
    /// It is a program or a script, and what is to run it was not found.
    NoInterpreter,
    /// The disk could not read it.
    Disk,
    /// The disk was full when it was written.
    DiskFull,
}

/// One message of a loader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// The words that the message is known by.
    pub(crate) text: &'static str,
    /// The words that stand before these in the line, where others say these of anything; empty where nobody does.
    before: &'static str,
    pub(crate) sort: Sort,
    /// Programs say these words about other things as well: they count only in a line that names the file.
    pub(crate) ambiguous: bool,
}

const fn known(text: &'static str, sort: Sort) -> Message {
    Message { text, before: "", sort, ambiguous: false }
}

/// What musl says of a library: the reason is the system's, as programs print it of any file.
const fn musl(reason: &'static str, sort: Sort) -> Message {
    Message { text: reason, before: "Error loading shared library ", sort, ambiguous: false }
}

const fn ambiguous(text: &'static str) -> Message {
    Message { text, before: "", sort: Sort::Incomplete, ambiguous: true }
}

/// Of two that fit one line, the first counts: the longer form stands before the shorter one.
pub(crate) const MESSAGES: [Message; 66] = [
    // glibc and musl.
    known("cannot read file data: Is a directory", Sort::NotALibrary),
    known("cannot read file data: Input/output error", Sort::Disk),
    known("cannot read file data", Sort::Incomplete),
    known("file too short", Sort::Incomplete),
    known("invalid ELF header", Sort::Incomplete),
    known("object file has no loadable segments", Sort::Incomplete),
    known("object file has no dynamic section", Sort::Incomplete),
    known("ELF load command past end of file", Sort::Incomplete),
    known("Exec format error", Sort::Incomplete),
    known("cannot open shared object file: Permission denied", Sort::NotPermitted),
    known("cannot open shared object file", Sort::NotFound),
    musl("No such file or directory", Sort::NotFound),
    musl("Permission denied", Sort::NotPermitted),
    musl("Operation not permitted", Sort::NotMapped),
    musl("Is a directory", Sort::NotALibrary),
    musl("I/O error", Sort::Disk),
    musl("Out of memory", Sort::NoRoom),
    known("Text file busy", Sort::Busy),
    known("ETXTBSY", Sort::Busy),
    known("wrong ELF class", Sort::WrongMachine),
    known("ELF file data encoding not", Sort::Malformed),
    known("ELF file OS ABI invalid", Sort::Malformed),
    known("ELF file ABI version invalid", Sort::Malformed),
    known("ELF file version", Sort::Malformed),
    known("nonzero padding in e_ident", Sort::Malformed),
    known("ELF file's phentsize not the expected size", Sort::Malformed),
    known("only ET_DYN and ET_EXEC can be loaded", Sort::NotALibrary),
    known("cannot dynamically load executable", Sort::NotALibrary),
    known("cannot dynamically load position-independent executable", Sort::NotALibrary),
    known("failed to map segment from shared object", Sort::NotMapped),
    known("undefined symbol", Sort::WrongVersion),
    known("symbol not found", Sort::WrongVersion),
    known("not found (required by", Sort::WrongVersion),
    known("Module did not self-register", Sort::WrongVersion),
    known("cannot allocate memory in static TLS block", Sort::NoRoom),
    known("cannot enable executable stack", Sort::ExecutableStack),
    // Shells, of a program that is there; the second one also of a program that is not.
    known("cannot execute: required file not found", Sort::NoInterpreter),
    known(": not found", Sort::NoInterpreter),
    // The system, to whoever writes a file.
    known("No space left on device", Sort::DiskFull),
    known("Disk quota exceeded", Sort::DiskFull),
    // macOS.
    known("truncated mach-o error", Sort::Incomplete),
    known("which is past end of file", Sort::Incomplete),
    known("slice extends beyond end of file", Sort::Incomplete),
    known("not a mach-o file", Sort::Incomplete),
    known("incompatible architecture", Sort::WrongMachine),
    known("library load disallowed by system policy", Sort::NotPermitted),
    known("not valid for use in process", Sort::NotPermitted),
    known("Library not loaded", Sort::NotFound),
    known("Symbol not found", Sort::WrongVersion),
    // Windows by way of .NET, whose texts are localised and whose numbers are not.
    known("BadImageFormatException", Sort::Incomplete),
    known("0x8007000B", Sort::Incomplete),
    // The Java virtual machine, which catches SIGBUS and SIGSEGV and aborts.
    known("A fatal error has been detected by the Java Runtime", Sort::Incomplete),
    // Readers of archives.
    known("End-of-central-directory signature not found", Sort::Incomplete),
    known("No valid central directory found", Sort::Incomplete),
    known("Could not find EOCD", Sort::Incomplete),
    known("zip END header not found", Sort::Incomplete),
    known("Compressed file ended before the end-of-stream marker was reached", Sort::Incomplete),
    known("Unexpected end of ZLIB input stream", Sort::Incomplete),
    known("xz: data is truncated or corrupt", Sort::Incomplete),
    ambiguous("unexpected end of file"),
    ambiguous("Unexpected end of zip"),
    ambiguous("unexpected end of data"),
    ambiguous("premature eof"),
    ambiguous("incomplete frame"),
    ambiguous("failed to unpack"),
    ambiguous("invalid gzip header"),
];

/// The message in a line of output, and where its words begin.
pub(crate) fn find(line: &str) -> Option<(Message, usize)> {
    MESSAGES.iter().find_map(|message| {
        let at = line.find(message.before)? + message.before.len();
        Some((*message, at + line[at..].find(message.text)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_hides_a_longer_one_behind_it() {
        for (index, message) in MESSAGES.iter().enumerate() {
            let line = format!("{}{}", message.before, message.text);
            let (found, at) = find(&line).expect("it is in the table");
            assert_eq!(
                (found, at),
                (*message, message.before.len()),
                "row {index} is never reached"
            );
        }
    }
}
