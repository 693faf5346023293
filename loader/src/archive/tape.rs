//! The tar format. It does not know compression.

use std::io::Read;

use tar::EntryType;

use super::{Entry, EntryKind, Visitor, damaged};
use crate::draft::Permission;
use crate::error::Cause;

/// Shows every entry of a tar.
pub(super) fn visit(content: &mut dyn Read, visitor: &mut Visitor<'_>) -> Result<(), Cause> {
    let mut archive = tar::Archive::new(content);
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let target = entry
            .link_name_bytes()
            .map(|target| String::from_utf8_lossy(&target).into_owned())
            .unwrap_or_default();
        let kind = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                EntryKind::File(Permission::of_mode(entry.header().mode().unwrap_or_default()))
            }
            EntryType::Directory => EntryKind::Folder,
            EntryType::Symlink => EntryKind::Link(target),
            EntryType::Link => EntryKind::Same(target),
            // Headers about the archive itself, not things in it.
            EntryType::XGlobalHeader | EntryType::XHeader => continue,
            _ => EntryKind::Special,
        };
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        visitor(&Entry { path, kind }, &mut entry)?;
    }
    Ok(())
}
