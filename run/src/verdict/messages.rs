//! What loaders print when they cannot load a file: a table of messages, as seen on Linux (glibc 2.28 to 2.43, musl 1.2) and as
//! known from macOS, Windows, interpreters and archive readers.
//!
//! A message alone proves nothing: both a torn library and an error page of nine bytes cause "file too short". A message about
//! a crash proves even less. Does not look at files, and decides nothing.

use std::sync::LazyLock;

use probe_process::Sieve;

use super::murmurs::MURMURS;
use super::said;

/// What a message says about the file that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The file was incomplete when it was loaded, or is no library. Only the file itself can tell.
    Incomplete,
    /// The file, or something that it needs, was not found.
    NotFound,
    /// Another process had it open for writing when it should be executed.
    Busy,
    /// It was made for another machine or another width of pointers.
    WrongMachine,
    /// Its header contradicts what the loader expects.
    Malformed,
    /// It may not be read or executed.
    NotPermitted,
    /// It may not be executed, or another operation is not permitted. The system prints the same text for both.
    NotExecuted,
    /// Its content could not be mapped as code.
    NotMapped,
    /// It is no library.
    NotALibrary,
    /// It lacks something that another file expects of it, or it expects something that is missing.
    WrongVersion,
    /// It requires an executable stack, which is not permitted.
    ExecutableStack,
    /// The process has no room for what it asks for.
    NoRoom,
    /// It is a program or a script, and its interpreter was not found.
    NoInterpreter,
    /// The disk could not read it.
    Disk,
    /// The disk was full when it was written.
    DiskFull,
    /// A process crashed, as another process reports. Names no file.
    Crashed,
}

/// One message of a loader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// The words that identify the message.
    pub text: &'static str,
    /// Words that must stand before them in the line, because programs use `text` for other things, too; otherwise empty.
    before: &'static str,
    pub sort: Sort,
    /// Whether programs use these words about other things, too. Then they count only in a line that names the file.
    pub ambiguous: bool,
}

const fn known(text: &'static str, sort: Sort) -> Message {
    Message { text, before: "", sort, ambiguous: false }
}

/// A message of musl about a library. The reason is the system's text, which programs print of any file.
const fn musl(reason: &'static str, sort: Sort) -> Message {
    Message { text: reason, before: "Error loading shared library ", sort, ambiguous: false }
}

const fn ambiguous(text: &'static str) -> Message {
    Message { text, before: "", sort: Sort::Incomplete, ambiguous: true }
}

/// A message about a crashed process, from itself or from its parent.
const fn crash(text: &'static str) -> Message {
    Message { text, before: "", sort: Sort::Crashed, ambiguous: false }
}

/// Upper and lower case are equal. If several messages fit one line, the first one counts. So a longer form stands before a
/// shorter one, and a specific message before a general one.
pub(crate) const MESSAGES: [Message; MESSAGE_COUNT] = [
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
    // Shells, about a program that exists; the second one also about a program that does not.
    known("cannot execute: required file not found", Sort::NoInterpreter),
    known(": not found", Sort::NoInterpreter),
    // The system, about anything that is not permitted, also in the languages of glibc's catalogues; and Node.
    known("Permission denied", Sort::NotExecuted),
    known("EACCES", Sort::NotExecuted),
    known("Keine Berechtigung", Sort::NotExecuted),
    known("Permission non accordée", Sort::NotExecuted),
    known("Permiso denegado", Sort::NotExecuted),
    known("Permesso negato", Sort::NotExecuted),
    known("Permissão negada", Sort::NotExecuted),
    // The system, to a process that writes a file.
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
    // Windows through .NET. Its texts are localised, its numbers are not.
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
    // Crashes. The names of the signals are what Cargo, Node, nextest, Jest and Python's `subprocess` print.
    crash("SIGBUS"),
    crash("SIGSEGV"),
    crash("SIGILL"),
    crash("SIGTRAP"),
    crash("SIGFPE"),
    crash("SIGABRT"),
    // The system's words for the signals, as shells, make, Go, Ruby, R and Python's `faulthandler` print them.
    crash("bus error"),
    crash("segmentation fault"),
    crash("segmentation violation"),
    crash("segfault"),
    crash("illegal instruction"),
    crash("trace/breakpoint trap"),
    crash("trace/BPT trap"),
    crash("floating point exception"),
    crash("abort trap"),
    crash("signal: abort"),
    crash("core dumped"),
    crash("Signal: BUS"),
    crash("Signal: SEGV"),
    // The same words in the languages of glibc's catalogues.
    crash("Speicherzugriffsfehler"),
    crash("Bus-Zugriffsfehler"),
    crash("Ungültiger Maschinenbefehl"),
    crash("Erreur de segmentation"),
    crash("Erreur du bus"),
    crash("Erreur de bus"),
    crash("Instruction non permise"),
    crash("Violación de segmento"),
    crash("Fallo de segmentación"),
    crash("Error del bus"),
    crash("Errore di segmentazione"),
    crash("Errore di bus"),
    crash("Falha de segmentação"),
    crash("Erro de barramento"),
    crash("Segmentatiefout"),
    crash("Busfout"),
    crash("Segmenteringsfel"),
    crash("Bussfel"),
    crash("Naruszenie ochrony pamięci"),
    crash("Błąd szyny"),
    crash("Neoprávněný přístup do paměti"),
    crash("Chyba sběrnice"),
    crash("Ошибка сегментирования"),
    crash("Ошибка шины"),
    crash("段错误"),
    crash("总线错误"),
    crash("セグメンテーション違反"),
    crash("バスエラー"),
    // Runtimes that catch the signals.
    crash("fatal error has been detected by"),
    crash("Fatal Python error"),
    crash("unexpected fault address"),
    crash("AddressSanitizer"),
    crash("access violation"),
    crash("AccessViolationException"),
    crash("0xC0000005"),
    crash("0xC0000006"),
    crash("0xC000001D"),
    // Runners that lost a worker.
    crash("crashed"),
    crash("Not properly terminated"),
    crash("died with"),
    crash("died unexpectedly"),
    crash("exited unexpectedly"),
    crash("terminated unexpectedly"),
    crash("terminated abruptly"),
    crash("terminated by another process"),
    crash("without properly saying goodbye"),
    crash("BrokenProcessPool"),
    crash("TerminatedWorkerError"),
    crash("WorkerLostError"),
    crash("child process exceptions"),
    crash("Call retries were exceeded"),
    crash("Channel closed"),
    crash("ERR_IPC_CHANNEL_CLOSED"),
    crash("Subprocess ended without sending result"),
    crash("Subprocess aborted"),
    crash("Child aborted"),
];

/// The number of messages.
const MESSAGE_COUNT: usize = 147;

/// The numbers of the signals of crashes, and the messages about them.
const NUMBERS: [(i32, [Message; 3]); 6] = [
    number(4, "exit code 132", "exit code -4", "signal 4"),
    number(5, "exit code 133", "exit code -5", "signal 5"),
    number(6, "exit code 134", "exit code -6", "signal 6"),
    number(7, "exit code 135", "exit code -7", "signal 7"),
    number(8, "exit code 136", "exit code -8", "signal 8"),
    number(11, "exit code 139", "exit code -11", "signal 11"),
];

const fn number(
    signal: i32,
    code: &'static str,
    negative: &'static str,
    name: &'static str,
) -> (i32, [Message; 3]) {
    (signal, [crash(code), crash(negative), crash(name)])
}

/// Words before such a number. In a stream that is too long for memory, probe searches for these words.
const BEFORE_NUMBERS: [&str; 16] = [
    "exit code",
    "exit status",
    "exit value",
    "exitcode",
    "exit_code",
    "exitstatus",
    "exited with",
    "exit with",
    "returncode",
    "return code",
    "returned",
    "wstat",
    "signal",
    "error 13",
    "status 13",
    "code 13",
];

/// The search words, in this order: the words of messages, the words before numbers, the suffixes of libraries, and other words
/// about caches.
static WORDS: LazyLock<Sieve> = LazyLock::new(|| {
    let messages = MESSAGES.iter().map(Message::sought);
    let murmurs = MURMURS.iter().map(|murmur| murmur.text);
    let words = messages.chain(BEFORE_NUMBERS).chain(said::SUFFIXES).chain(murmurs);
    let words: Vec<&str> = words.collect();
    Sieve::new(&words, is_telling)
});

/// The words to search for in the output of tests, however long it is.
pub fn sought() -> &'static Sieve {
    &WORDS
}

/// Whether the line with this word must be read, judging by the text behind the word.
fn is_telling(word: usize, behind: &[u8]) -> bool {
    match word.checked_sub(MESSAGES.len()) {
        None => true,
        Some(number) => match BEFORE_NUMBERS.get(number) {
            Some(word) => {
                let behind = String::from_utf8_lossy(&behind[..behind.len().min(12)]);
                find_number(&format!("{word}{behind}")).is_some()
            }
            None if number >= BEFORE_NUMBERS.len() + said::SUFFIXES.len() => true,
            None => behind.first().is_none_or(|byte| !byte.is_ascii_alphanumeric()),
        },
    }
}

impl Message {
    /// The words that identify its line.
    fn sought(&self) -> &'static str {
        if self.before.is_empty() { self.text } else { self.before }
    }
}

/// Finds the message in a line of output, and where its words begin.
pub(crate) fn find(line: &str) -> Option<(Message, usize)> {
    let (mut first, mut is_numbered) = (None, false);
    for (word, at) in WORDS.hits(line) {
        let Some(message) = MESSAGES.get(word) else {
            is_numbered = true;
            continue;
        };
        let at = match message.before {
            "" => Some(at),
            before => {
                line[at + before.len()..].find(message.text).map(|rest| at + before.len() + rest)
            }
        };
        if let Some(at) = at
            && first.is_none_or(|found| (word, at) < found)
        {
            first = Some((word, at));
        }
    }
    let found = first.map(|(word, at)| (MESSAGES[word], at));
    found.or_else(|| if is_numbered { find_number(line) } else { None })
}

/// Finds a number in a line that says which signal ended a process: `Error 135`, `exit status -7`, `(signal 11)`.
fn find_number(line: &str) -> Option<(Message, usize)> {
    const CODES: [&str; 11] = [
        "code",
        "status",
        "value",
        "with",
        "wstat",
        "error",
        "returned",
        "exited",
        "return",
        "exit",
        "exitstatus",
    ];

    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + start;
        let end = bytes[start..].iter().position(|byte| !byte.is_ascii_digit());
        at = end.map_or(bytes.len(), |end| start + end);
        let Ok(number) = line[start..at].parse::<i32>() else { continue };
        let is_between = |letter: char| letter.is_whitespace() || ":='\"`([{<#*".contains(letter);
        let before = line[..start].trim_end_matches(is_between);
        let (before, is_negative) = match before.strip_suffix('-') {
            Some(rest) => (rest.trim_end_matches(is_between), true),
            None => (before, false),
        };
        let follows = |word: &str| {
            let from = before.len().checked_sub(word.len());
            from.is_some_and(|from| before.as_bytes()[from..].eq_ignore_ascii_case(word.as_bytes()))
        };
        let is_code = CODES.iter().copied().any(follows);
        for (signal, [code, negative, name]) in NUMBERS {
            match is_negative {
                true if is_code && number == signal => return Some((negative, start)),
                false if is_code && number == 128 + signal => return Some((code, start)),
                false if follows("signal") && number == signal => return Some((name, start)),
                _ => {}
            }
        }
    }
    None
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
