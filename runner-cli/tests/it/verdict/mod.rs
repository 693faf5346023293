//! What becomes of a test whose library is torn under it, really: truncated, with holes, replaced, for another machine.
//! What is a race is run again and named; what is none fails at once.
//!
//! What can go wrong when something is loaded on Linux, and which module really produces it:
//!
//! | what the loader, the shell or the kernel says | the verdict | produced in |
//! |---|---|---|
//! | musl's `Error loading shared library …` with `Exec format error`, `No such file or directory`, `Is a directory`, `I/O error` | as of glibc's words for the same | `torn`, `races`, `real` |
//! | `file too short`, `cannot read file data`, `invalid ELF header`, no loadable segments, no dynamic section | a race where the file is torn or another one | `torn` |
//! | SIGBUS, SIGSEGV while or after loading | the same | `torn`, `races` |
//! | exit code 134, 135, 139; SIGABRT of a Java virtual machine | the same | `races`, `system` |
//! | the same words about an error page, a text, an object file, a folder | none: what it is | `real` |
//! | `cannot open shared object file: No such file or directory` | a race where a declared file is gone | `races` |
//! | the same of another machine's file, of an absent one, of a missing dependency | none: which of them | `real` |
//! | the same with `Permission denied` | none: the test may not read it | `system` |
//! | `cannot read file data: Input/output error` | none: the disk | `real` |
//! | another width, order of bytes, system, version, padding, size of entries | none: the machine, or the header | `real` |
//! | a program loaded as a library | none: it is one | `real` |
//! | `undefined symbol`, a version that is not found, `Module did not self-register` | none: built against another version | `real` |
//! | `cannot allocate memory in static TLS block` | none | `real` |
//! | `cannot enable executable stack` | none: how to link it | `system` |
//! | `Permission denied` of a program, from a shell, Python or Node | none: its mode, or the mount | `system` |
//! | `failed to map segment`, or a program that does not start, on a `noexec` mount | none: the mount | `system` |
//! | `Text file busy` | a race where a declared file is written; else the start is put off | `races`, `exhaustion` |
//! | `Exec format error`, or a script's interpreter is missing | none: what it is | `exhaustion` |
//! | `not found` of a program that is there | none: its loader is missing | `system` |
//! | `No space left on device` | none: the disk was full | `system` |
//! | Java's `UnsatisfiedLinkError` | by the words in it | `system` |
//!
//! Not produced here: `ELF load command past end of file`, which glibc 2.28 alone says, and what macOS and Windows say.
//! Unit tests of the classifier read such words.

mod exec;
pub(crate) mod fixture;
mod kills;
mod races;
mod real;
mod strangers;
mod system;
mod torn;
mod undeclared;
