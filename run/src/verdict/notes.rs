//! Explains a loader's message by the file that it names: its header, its file system, its absence. Reads only the file's head,
//! and decides nothing.

use std::path::{Path, PathBuf};

use probe_loader::{
    FileVerdict, FoundInstead, Verify, inspect, is_program, linkage, longest_zeros,
};
use probe_process::is_noexec;

use super::evidence::{Evidence, LibraryEvidence};
use super::messages::Sort;
use super::said::{Said, Wants};
use super::symptom::Symptom;
use crate::flaw::absent_interpreter;
use crate::system::mode;

/// A run of zeros that is worth a word, in bytes: tables of zeros are shorter as a rule.
const LONG: u64 = 16 * 1024;

/// Versions of what comes with the system: the C and C++ libraries.
const SYSTEM: [&str; 4] = ["GLIBC", "GLIBCXX", "CXXABI", "GCC"];

/// A sentence for each message that a file can explain; none twice.
pub(crate) fn explain(evidence: &Evidence) -> Vec<String> {
    let mut notes: Vec<String> = untold(evidence).collect();
    notes.extend(hollow(evidence));
    for said in &evidence.words.said {
        if let Some(wants) = &said.wants {
            let note = unmet(evidence, said, wants);
            if !notes.contains(&note) {
                notes.push(note);
            }
            continue;
        }
        let note = match locate(evidence, said) {
            Place::At(path) if said.message.sort == Sort::NotExecuted => {
                explain_permission(evidence, &path)
            }
            Place::At(path) => explain_file(said.message.sort, &path),
            Place::Bare(name) if said.message.sort == Sort::NotFound => {
                Some(explain_dependency(evidence, name))
            }
            Place::Bare(_) | Place::Nowhere => None,
        };
        if let Some(note) = note
            && !notes.contains(&note)
        {
            notes.push(note);
        }
    }
    notes
}

/// Files in a library's folder that were not published with it, if a symptom makes that worth a note.
pub(crate) fn beside(evidence: &Evidence) -> Option<String> {
    evidence.symptom.as_ref()?;
    let beside = evidence.libraries.iter().flat_map(|library| library.watched.beside());
    let beside: Vec<String> = beside.map(|path| format!("`{}`", path.display())).collect();
    let names = beside.join(", ");
    (!beside.is_empty())
        .then(|| format!("not judged, since no library was published with it: {names}"))
}

/// Files that were written during an attempt whose output does not show a race.
fn untold(evidence: &Evidence) -> impl Iterator<Item = String> {
    let libraries = evidence.symptom.is_none().then_some(&evidence.libraries).into_iter().flatten();
    libraries
        .flat_map(|library| {
            let was_there = |path: &Path| {
                library.before.iter().any(|seen| seen.path == path && seen.facts.is_some())
            };
            library.touched().filter(move |seen| was_there(&seen.path))
        })
        .map(|seen| {
            format!(
                "`{}` was written or replaced meanwhile, and is whole now: nothing that is known of this failure points at it",
                seen.path.display()
            )
        })
}

/// What a file requires of another one, and what that one has on this machine. Neither is damaged.
fn unmet(evidence: &Evidence, said: &Said, wants: &Wants) -> String {
    let who = match locate(evidence, said) {
        Place::At(path) => path.display().to_string(),
        Place::Bare(name) => name.to_owned(),
        Place::Nowhere => String::new(),
    };
    let Wants { version, of } = wants;
    let name = Path::new(of).file_name().map_or(of.as_str().into(), |name| name.to_string_lossy());
    let family = version.rsplit_once('_').map_or(version.as_str(), |(family, _)| family);
    let has = linkage(&evidence.resolve(of)).ok();
    let has = has.and_then(|linkage| newest(&linkage.defines, family));
    let has = match &has {
        Some(newest) => format!("has {newest} at most"),
        None => "has none such".to_owned(),
    };
    if SYSTEM.contains(&family) {
        format!(
            "`{who}` wants {version} of `{name}`, and the one of this machine {has}: take a build of it for older systems, or run the tests on a newer one"
        )
    } else {
        format!(
            "`{who}` wants {version} of `{name}`, which {has}: it was built against another version"
        )
    }
}

/// The newest of a family of versions: `GLIBC_2.36` of those that begin with `GLIBC_` and a number.
fn newest(versions: &[String], family: &str) -> Option<String> {
    let number = |version: &&String| -> Option<Vec<u32>> {
        let number = version.strip_prefix(family)?.strip_prefix('_')?;
        number.split('.').map(|part| part.parse().ok()).collect()
    };
    let numbered = versions.iter().filter_map(|version| Some((number(&version)?, version)));
    numbered.max().map(|(_, version)| version.clone())
}

/// Files with long runs of zeros in the loaded parts, after a death that such a file may cause: perhaps the space was reserved
/// and never written.
fn hollow(evidence: &Evidence) -> Vec<String> {
    if !evidence.symptom.as_ref().is_some_and(Symptom::is_of_memory) {
        return Vec::new();
    }
    let declared =
        evidence.libraries.iter().flat_map(|library| library.watched.look(Verify::Stamps));
    let declared = declared.map(|file| file.path).filter(|path| path.is_file());
    let named = evidence.words.libraries.iter().map(|name| evidence.resolve(name));
    let mut paths: Vec<PathBuf> = declared.chain(named).collect();
    paths.dedup();
    paths
        .iter()
        .filter_map(|path| {
            let zeros = longest_zeros(path).ok().flatten().filter(|zeros| zeros.length >= LONG)?;
            Some(format!(
                "`{}` has {} bytes of zeros from byte {} on, in what is loaded of it: they were perhaps never written",
                path.display(),
                zeros.length,
                zeros.offset
            ))
        })
        .collect()
}

/// Where the file is that a message names.
enum Place<'a> {
    At(PathBuf),
    /// A name without a directory, and no library of the test has such a file.
    Bare(&'a str),
    Nowhere,
}

fn locate<'a>(evidence: &Evidence, said: &'a Said) -> Place<'a> {
    let Some(name) = said.file.as_deref() else { return Place::Nowhere };
    if name.contains('/') {
        return Place::At(evidence.resolve(name));
    }
    let files = evidence.libraries.iter().flat_map(|library| &library.after);
    let same = |path: &Path| path.file_name().is_some_and(|file| file == name);
    match files.map(|file| &file.path).find(|path| same(path)) {
        Some(path) => Place::At(path.clone()),
        None => Place::Bare(name),
    }
}

/// A library that is named without a directory is sought by the system's loader, on behalf of another one.
fn explain_dependency(evidence: &Evidence, name: &str) -> String {
    let files = evidence.libraries.iter().flat_map(|library| library.watched.look(Verify::Stamps));
    let printed = evidence.words.libraries.iter().map(PathBuf::from);
    let needs = |path: &PathBuf| {
        linkage(path).is_ok_and(|linkage| linkage.needed.iter().any(|needed| needed == name))
    };
    match files.map(|file| file.path).chain(printed).find(needs) {
        Some(path) => format!(
            "`{name}`, which `{}` needs, is not where the system's loader looks",
            path.display()
        ),
        None => format!("`{name}` is not where the system's loader looks"),
    }
}

/// Why the system does not execute a file that can be read and is a program; of anything else the words may be about anything.
fn explain_permission(evidence: &Evidence, path: &Path) -> Option<String> {
    if !is_program(path).is_ok_and(|is_program| is_program) {
        return None;
    }
    let (file, mode) = (path.display(), mode(&path.metadata().ok()?));
    if mode & 0o111 != 0 {
        return is_noexec(path).then(|| {
            format!(
                "`{file}` is on a file system that is mounted `noexec`, where nothing can be executed: put it elsewhere, by `to`, or the store by `--store`"
            )
        });
    }
    let of_library = |library: &LibraryEvidence| {
        let seen = library.watched.look(Verify::Stamps);
        seen.iter().any(|seen| path.starts_with(&seen.path))
    };
    let owner = evidence.libraries.iter().find(|library| of_library(library));
    let way_out = match owner.and_then(|library| library.watched.without_permission()) {
        Some(name) => format!("say `kind = \"executable\"` in `[library.{name}]`"),
        None => "give it that, by `chmod +x`, where it is made".to_owned(),
    };
    Some(format!(
        "`{file}` is a program without permission to be executed (mode {mode:04o}): {way_out}"
    ))
}

/// | the file | the message | the note |
/// |---|---|---|
/// | absent | not found | it is not there |
/// | for another machine, no library, torn | – | what it is |
/// | whole | not found | it is there, and something that it needs is not, or it came too late |
/// | whole | wrong machine | the process is for another machine |
/// | whole | malformed | the loader does not accept its header |
/// | whole | not mapped | its file system is mounted `noexec`; or nothing |
/// | whole, or unreadable | not permitted | it may not be read |
/// | whole | no library | it is a program |
/// | whole | wrong version | it expects something else than is there |
/// | whole | busy | somebody had it open for writing |
/// | whole | executable stack | it asks for one |
/// | a program or a script | no interpreter | which one, if that is absent |
/// | – | disk | the disk cannot read it |
/// | – | disk full | it was written to a full disk |
/// | whole | anything else | nothing: that it is whole is said already |
fn explain_file(sort: Sort, path: &Path) -> Option<String> {
    let file = path.display();
    match (inspect(path), sort) {
        (_, Sort::Disk) => Some(format!("the disk cannot read `{file}`")),
        (_, Sort::DiskFull) => {
            Some(format!("the disk was full when `{file}` was written: it may not be all there"))
        }
        (_, Sort::NoInterpreter) => absent_interpreter(path)
            .map(|why| format!("`{file}` is there, and cannot be run: {why}")),
        // Only its mode and its mount tell, which are looked at elsewhere.
        (_, Sort::NotExecuted) => None,
        (FileVerdict::Absent, Sort::NotFound) => Some(format!("`{file}` is not there")),
        (FileVerdict::Absent, _) => None,
        (FileVerdict::Unreadable(kind), _) => Some(format!("`{file}` cannot be read: {kind}")),
        // With the wrong order of bytes, its numbers look as those of an object file do.
        (
            FileVerdict::Whole(_) | FileVerdict::NotALibrary(FoundInstead::Relocatable),
            Sort::Malformed,
        ) => Some(format!("`{file}` has a header that this loader does not accept")),
        (
            verdict @ (FileVerdict::WrongMachine { .. }
            | FileVerdict::NotALibrary(_)
            | FileVerdict::Torn(_)),
            _,
        ) => Some(format!("`{file}` is {verdict}")),
        (FileVerdict::Whole(_), Sort::NotFound) => Some(format!(
            "`{file}` is there and whole: something that it needs is not, or it came after it was looked for"
        )),
        (FileVerdict::Whole(object), Sort::WrongMachine) => Some(format!(
            "`{file}` is whole, {object}: the process that loads it is for another machine"
        )),
        (FileVerdict::Whole(_), Sort::NotMapped) if is_noexec(path) => Some(format!(
            "`{file}` is on a file system that is mounted `noexec`, where nothing can be loaded from"
        )),
        (FileVerdict::Whole(_), Sort::NotPermitted) => {
            Some(format!("`{file}` is whole, and the test may not read it"))
        }
        (FileVerdict::Whole(_), Sort::NotALibrary) => {
            Some(format!("`{file}` is a program, which cannot be loaded as a library"))
        }
        (FileVerdict::Whole(_), Sort::WrongVersion) => Some(format!(
            "`{file}` is whole: it was built against another version of what it is used with"
        )),
        (FileVerdict::Whole(_), Sort::Busy) => {
            Some(format!("`{file}` was open for writing when it was to be executed"))
        }
        (FileVerdict::Whole(_), Sort::ExecutableStack) => Some(format!(
            "`{file}` asks for an executable stack, which is refused here: link it with `-z noexecstack`"
        )),
        (
            FileVerdict::Whole(_),
            Sort::Incomplete | Sort::NotMapped | Sort::NoRoom | Sort::Crashed,
        ) => None,
    }
}
