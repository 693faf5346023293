//! Who writes the manifest of a project, one at a time: by a lock in `.probe`. Knows neither manifest nor what is written.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::dot_probe;

/// The lock, as messages show it.
pub(crate) const LOCK: &str = ".probe/manifest.lock";

/// Its name in `.probe`.
const NAME: &str = "manifest.lock";

/// Waits until nobody else writes a manifest of the project at `root`, and keeps others from it as long as the file lives.
///
/// # Errors
///
/// There can be no lock: `.probe` is something else, or cannot be written.
pub(crate) fn lock(root: &Path) -> io::Result<File> {
    let directory = dot_probe::directory(root)?;
    if let Some(why) = dot_probe::refuses_files(root, [NAME]) {
        return Err(io::Error::other(why));
    }
    let file =
        File::options().create(true).truncate(false).write(true).open(directory.join(NAME))?;
    file.lock()?;
    Ok(file)
}
