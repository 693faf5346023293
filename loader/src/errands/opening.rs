//! Opens the inputs of an import. It does not know what is in them.

use std::fs::{self, File, Metadata};
use std::path::Path;

use crate::files::{open_regular, special};
use crate::interface::ImportCause;

/// Opens a regular file as an input of an import. Refuses a folder.
///
/// # Errors
///
/// [`ImportCause::NoFile`] says what it is instead.
pub(crate) fn open_file(path: &Path) -> Result<(File, Metadata), ImportCause> {
    let check = |metadata: Metadata| match special(metadata.file_type()) {
        None if metadata.is_file() => Ok(metadata),
        found => {
            Err(ImportCause::NoFile { path: path.to_owned(), found: found.unwrap_or("a folder") })
        }
    };
    check(fs::metadata(path).map_err(ImportCause::disk("read", path))?)?;
    let file = open_regular(path).map_err(ImportCause::disk("open", path))?;
    let metadata = check(file.metadata().map_err(ImportCause::disk("read", path))?)?;
    Ok((file, metadata))
}
