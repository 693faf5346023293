//! The version tables of an ELF file: which versions of other libraries it needs, and which it defines. The constants are from
//! the "Symbol Versioning" chapter of the Linux Standard Base. It does not know symbols.

use std::io;

use super::layout::Layout;
use crate::files::ReadAt;

/// No library has more versions: glibc has about fifty.
const MOST: usize = 1024;

/// One of the two tables: its position in the file, and its number of entries.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Table {
    pub(super) at: Option<u64>,
    pub(super) count: u64,
}

/// Returns the needed versions: for each, where a library's name and the version are in the string table.
pub(super) fn wanted(
    bytes: &dyn ReadAt,
    layout: Layout,
    table: &Table,
) -> io::Result<Vec<(u64, u64)>> {
    // vn_version, vn_cnt: 2 bytes each; vn_file, vn_aux, vn_next: 4 each. vna_hash, vna_flags, vna_other, vna_name, vna_next.
    let mut found = Vec::new();
    walk(bytes, layout, table, 12, |at, entry| {
        let (count, library) = (layout.u16(entry, 2), u64::from(layout.u32(entry, 4)));
        let first = at.saturating_add(u64::from(layout.u32(entry, 8)));
        let versions = Table { at: Some(first), count: u64::from(count) };
        walk(bytes, layout, &versions, 12, |_, version| {
            found.push((library, u64::from(layout.u32(version, 8))));
            Ok(found.len() < MOST)
        })?;
        Ok(found.len() < MOST)
    })?;
    Ok(found)
}

/// Returns where the names of the defined versions are.
pub(super) fn defined(bytes: &dyn ReadAt, layout: Layout, table: &Table) -> io::Result<Vec<u64>> {
    // vd_version, vd_flags, vd_ndx, vd_cnt: 2 bytes each; vd_hash, vd_aux, vd_next: 4 each. vda_name, vda_next.
    let mut found = Vec::new();
    walk(bytes, layout, table, 16, |at, entry| {
        let mut name = [0; 4];
        let first = at.saturating_add(u64::from(layout.u32(entry, 12)));
        if bytes.fill_at(&mut name, first)? == name.len() {
            found.push(u64::from(layout.u32(&name, 0)));
        }
        Ok(found.len() < MOST)
    })?;
    Ok(found)
}

/// Visits the entries of a table. The distance to the next entry is at the end of each entry, after `next` bytes.
fn walk(
    bytes: &dyn ReadAt,
    layout: Layout,
    table: &Table,
    next: usize,
    mut visit: impl FnMut(u64, &[u8]) -> io::Result<bool>,
) -> io::Result<()> {
    let Some(mut at) = table.at else { return Ok(()) };
    let mut entry = [0; 20];
    let entry = &mut entry[..next + 4];
    for _ in 0..table.count.min(MOST as u64) {
        if bytes.fill_at(entry, at)? < entry.len() || !visit(at, entry)? {
            break;
        }
        match layout.u32(entry, next) {
            0 => break,
            distance => at = at.saturating_add(u64::from(distance)),
        }
    }
    Ok(())
}
