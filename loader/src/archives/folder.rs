//! Extracts one folder of an archive into an empty directory. It does not know formats, or what happens to the directory.
//!
//! No path of an archive is used unchanged. Every name is checked, its folders are made here, and links are made last, so that
//! nothing is ever written through a link.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::archive::Archive;
use super::bound::{Bounded, damaged};
use super::entry::{Entry, EntryKind};
use super::member::{copy, normal};

use super::failure::ArchiveFailure;
use crate::digest::Hashing;
use crate::files::{Item, Listing, Permission};
use crate::platform;
use crate::verdict::runs;

/// What an entry counts toward a bomb's limit in addition to its name and content, in bytes, because empty files are not free:
/// the header of a tar.
const ENTRY: u64 = 512;
/// The longest path on Linux, and the longest name in it, in bytes.
const LONGEST_PATH: usize = 4095;
const LONGEST_NAME: usize = 255;
/// The maximum number of parts of a path: honest ones have some dozens.
const DEEPEST: usize = 256;
/// The maximum total length of names and link targets, in bytes: enough for half a million files. They are held in memory.
const LONGEST_NAMES: u64 = 64 << 20;

/// Whether `member` is a folder: it ends with a slash.
pub(crate) fn is_folder(member: &str) -> bool {
    member.ends_with('/')
}

/// Extracts the folder `member` into the empty directory `to`, flushes it to the disk, and returns its content.
///
/// Keeps links that stay inside the folder.
///
/// # Errors
///
/// Fails if there is no such folder, if it is empty, if the archive is damaged, or if it contains something that no honest
/// archive has.
pub(crate) fn take_folder(
    archive: Archive<'_>,
    member: &str,
    to: &Path,
) -> Result<Listing, ArchiveFailure> {
    let Some(wanted) = normal(member) else {
        let cause = "it is no path within an archive".to_owned();
        return Err(ArchiveFailure::Member { member: member.to_owned(), cause });
    };
    let mut extraction = Extraction {
        member,
        wanted,
        to,
        seen: false,
        listing: Listing::default(),
        names: 0,
        budget: archive.budget(),
    };
    archive.visit(&mut |entry, content| extraction.take(entry, content))?;
    extraction.finish()
}

struct Extraction<'a> {
    member: &'a str,
    /// The parts of the member's path.
    wanted: Vec<String>,
    to: &'a Path,
    /// Whether the archive has this folder.
    seen: bool,
    listing: Listing,
    /// The total length of all names, in bytes.
    names: u64,
    /// The remaining limit for all files together.
    budget: Bounded<io::Empty>,
}

impl Extraction<'_> {
    fn take(&mut self, entry: &Entry, content: &mut dyn Read) -> Result<(), ArchiveFailure> {
        let name = &entry.path;
        if name.is_empty() {
            return Err(self.refuse("it is a compressed file without folders".to_owned()));
        }
        let path = self.checked(name)?;
        let Some(inner) = path.strip_prefix(self.wanted.as_slice()) else {
            return Ok(());
        };
        if inner.is_empty() {
            return self.take_root(&entry.kind);
        }
        self.take_names(entry)?;
        self.budget.spend(ENTRY + name.len() as u64).map_err(damaged)?;
        self.budget.expect(entry)?;
        self.seen = true;
        for end in 1..inner.len() {
            self.take_parent(inner[..end].join("/"))?;
        }
        let path = inner.join("/");
        if entry.kind == EntryKind::Folder {
            return self.take_parent(path);
        }
        if self.listing.get(&path).is_some() {
            return Err(self.refuse(format!("`{name}` is in the archive more than once")));
        }
        let item = match &entry.kind {
            EntryKind::File(permission) => self.write(&path, *permission, content)?,
            EntryKind::Link(target) if stays(inner.len() - 1, target) => {
                Item::Link { target: target.clone() }
            }
            EntryKind::Link(target) => {
                return Err(self.refuse(format!("the link `{name}` to `{target}` leaves it")));
            }
            EntryKind::Same(target) => self.link(name, &path, target)?,
            EntryKind::Unreadable(reason) => {
                return Err(ArchiveFailure::Unreadable { cause: format!("`{name}`: {reason}") });
            }
            EntryKind::Folder | EntryKind::Special => {
                return Err(self.refuse(format!("`{name}` is a device or the like")));
            }
        };
        self.listing.insert(path, item);
        Ok(())
    }

    /// Counts what is held in memory for an entry.
    fn take_names(&mut self, entry: &Entry) -> Result<(), ArchiveFailure> {
        let target = match &entry.kind {
            EntryKind::Link(target) | EntryKind::Same(target) => target.as_str(),
            _ => "",
        };
        if target.len() > LONGEST_PATH {
            return Err(self.refuse(format!("the target of the link `{}` is too long", entry.path)));
        }
        // A name of many parts makes as many folders, each with a name of its own.
        let parts = entry.path.split('/').count() as u64;
        self.names += parts * entry.path.len() as u64 + target.len() as u64;
        if self.names > LONGEST_NAMES {
            let mebibytes = LONGEST_NAMES >> 20;
            let cause = format!("its names have more than {mebibytes} MiB");
            return Err(ArchiveFailure::Unreadable { cause });
        }
        Ok(())
    }

    fn take_root(&mut self, kind: &EntryKind) -> Result<(), ArchiveFailure> {
        match kind {
            EntryKind::Folder => {
                self.seen = true;
                Ok(())
            }
            EntryKind::Link(target) => {
                Err(self.refuse(format!("it is a link to `{target}`, which is the one to name")))
            }
            EntryKind::File(_)
            | EntryKind::Same(_)
            | EntryKind::Special
            | EntryKind::Unreadable(_) => Err(self.refuse("it is no folder".to_owned())),
        }
    }

    /// Makes a folder, unless it exists already.
    fn take_parent(&mut self, path: String) -> Result<(), ArchiveFailure> {
        match self.listing.get(&path) {
            Some(Item::Folder) => return Ok(()),
            Some(_) => return Err(self.refuse(format!("`{path}` is a folder and something else"))),
            None => {}
        }
        self.budget.spend(ENTRY + path.len() as u64).map_err(damaged)?;
        let folder = self.to.join(&path);
        let made = platform::create_folder(&folder, 0o700);
        made.map_err(|error| self.not_created(&path, error))?;
        self.listing.insert(path, Item::Folder);
        Ok(())
    }

    fn write(
        &mut self,
        path: &str,
        permission: Permission,
        content: &mut dyn Read,
    ) -> Result<Item, ArchiveFailure> {
        let place = self.to.join(path);
        let failed = |error| ArchiveFailure::disk("write", &place)(error);
        let file =
            platform::create_file(&place, 0o600).map_err(|error| self.not_created(path, error))?;
        let Bounded { rest, bomb, .. } = self.budget;
        let mut content = Bounded { inner: content, rest, bomb };
        let mut out = Hashing::new(file);
        copy(&mut content, &mut out, &failed)?;
        let size = rest - content.rest;
        self.budget.rest = content.rest;
        let digest = out.digest();
        let file = out.into_inner();
        // Zips without modes are common, and so are programs in them.
        let permission = match permission {
            Permission::Read if runs(&file).map_err(failed)? => Permission::Execute,
            permission => permission,
        };
        // Neither a umask nor the archive decides who may read it.
        file.set_permissions(platform::permissions(permission.stored_mode())).map_err(failed)?;
        platform::flush(&file).map_err(failed)?;
        Ok(Item::File { digest, size, permission })
    }

    /// Makes another name for an earlier file of the folder.
    fn link(&self, name: &str, path: &str, target: &str) -> Result<Item, ArchiveFailure> {
        let source = self.checked(target)?;
        let source = source.strip_prefix(self.wanted.as_slice()).map(|inner| inner.join("/"));
        let item = source.as_ref().and_then(|source| self.listing.get(source));
        let (Some(source), Some(item @ Item::File { .. })) = (source.as_ref(), item) else {
            return Err(self.refuse(format!("the link `{name}` to `{target}` leaves it")));
        };
        let place = self.to.join(path);
        fs::hard_link(self.to.join(source), &place)
            .map_err(|error| self.not_created(path, error))?;
        Ok(item.clone())
    }

    /// Makes the links, and flushes every folder after its content.
    fn finish(self) -> Result<Listing, ArchiveFailure> {
        if self.listing.is_bare() {
            let cause =
                if self.seen { "there is no file in it" } else { "it is not in the archive" };
            return Err(self.refuse(cause.to_owned()));
        }
        for (path, item) in self.listing.iter() {
            if let Item::Link { target } = item {
                let place = self.to.join(path);
                platform::link(target, &place).map_err(|error| self.not_created(path, error))?;
            }
        }
        for (path, item) in self.listing.iter().rev() {
            if *item == Item::Folder {
                sync(&self.to.join(path))?;
            }
        }
        sync(self.to)?;
        Ok(self.listing)
    }

    /// Makes the failure for something that cannot be created. Two names that differ in the archive may be the same here, for
    /// example in upper and lower case, or with another Unicode composition.
    fn not_created(&self, path: &str, error: io::Error) -> ArchiveFailure {
        match error.kind() {
            io::ErrorKind::AlreadyExists => self.refuse(format!(
                "`{path}` has the same name as another thing in it, on this file system"
            )),
            _ => ArchiveFailure::disk("create", &self.to.join(path))(error),
        }
    }

    /// Returns the parts of a name, if it stays inside the archive.
    fn checked(&self, name: &str) -> Result<Vec<String>, ArchiveFailure> {
        let problem = if name.len() > LONGEST_PATH
            || name.split('/').count() > DEEPEST
            || name.split('/').any(|part| part.len() > LONGEST_NAME)
        {
            // Nor is it good for a message.
            let shown: String = name.chars().take(40).collect();
            let shown = shown.escape_debug();
            return Err(self.refuse(format!("a name that begins with `{shown}` is too long")));
        } else if name.starts_with('/') {
            "is absolute"
        } else if name.split('/').any(|part| part == "..") {
            "leads upwards"
        } else if name.contains(['\0', char::REPLACEMENT_CHARACTER]) {
            "is no UTF-8 text"
        } else {
            return Ok(normal(name).unwrap_or_default());
        };
        Err(self.refuse(format!("the name `{}` in the archive {problem}", name.escape_debug())))
    }

    fn refuse(&self, cause: String) -> ArchiveFailure {
        ArchiveFailure::Member { member: self.member.to_owned(), cause }
    }
}

/// Whether a link at a depth of `depth` folders stays inside. Steps upward are allowed only at the beginning: after a name, which
/// can be another link, it is unknown where they lead.
fn stays(depth: usize, target: &str) -> bool {
    let is_step = |part: &&str| !matches!(*part, "" | ".");
    let mut parts = target.split('/').filter(is_step).peekable();
    let mut steps = 0;
    while parts.next_if_eq(&"..").is_some() {
        steps += 1;
    }
    !target.is_empty()
        && !target.starts_with('/')
        && !target.contains('\0')
        && steps <= depth
        && parts.all(|part| part != "..")
}

fn sync(folder: &Path) -> Result<(), ArchiveFailure> {
    let flush = || platform::flush(&File::open(folder)?);
    flush().map_err(ArchiveFailure::disk("flush", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_bound_together() {
        let to = tempfile::tempdir().expect("a directory");
        let budget = Bounded::new(io::empty(), 1, u64::MAX);
        let mut extraction = Extraction {
            member: "pkg/",
            wanted: Vec::new(),
            to: to.path(),
            seen: false,
            listing: Listing::default(),
            names: LONGEST_NAMES - 10,
            budget,
        };
        for (path, fits) in [("a/b/c", false), ("ab", true), ("c/d", true), ("e/f", false)] {
            let kind = EntryKind::Link("x".to_owned());
            let entry = Entry { path: path.to_owned(), kind, size: None };
            assert_eq!(extraction.take(&entry, &mut io::empty()).is_ok(), fits, "{path}");
            if !fits {
                extraction.names = LONGEST_NAMES - 10;
            }
        }
    }

    #[test]
    fn names_that_are_one_on_a_file_system_are_refused_as_that() {
        let to = tempfile::tempdir().expect("a directory");
        // What a file system has that takes `a` and `A` for one.
        fs::write(to.path().join("A"), b"").expect("write");
        let listing = Listing::default();
        let budget = Bounded::new(io::empty(), 1, u64::MAX);
        let (member, wanted) = ("pkg/", Vec::new());
        let mut extraction =
            Extraction { member, wanted, to: to.path(), seen: false, listing, names: 0, budget };
        for kind in [EntryKind::File(Permission::Read), EntryKind::Folder] {
            let entry = Entry { path: "A".to_owned(), kind, size: None };
            let error = extraction.take(&entry, &mut io::empty()).expect_err("it is there");
            let ArchiveFailure::Member { cause, .. } = error else { panic!("{error:?}") };
            assert!(cause.contains("`A` has the same name as"), "{cause}");
        }
    }

    #[test]
    fn a_link_stays_if_it_climbs_first_and_no_higher_than_the_folder() {
        for (depth, target, expected) in [
            (0, "a", true),
            (0, "./a/b", true),
            (0, "..", false),
            (1, "..", true),
            (1, "../a", true),
            (1, "../../a", false),
            (2, ".././../a", true),
            (2, "a/../b", false),
            (2, "/a", false),
            (2, "", false),
        ] {
            assert_eq!(stays(depth, target), expected, "{target}");
        }
    }
}
