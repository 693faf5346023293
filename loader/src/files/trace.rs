//! What was at a path, by stamps alone: cheap enough to take before each step that makes something, and exact enough to show
//! later what is new or changed. It does not know contents, or which process made them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::stamp::Stamp;

/// A file, or a folder with everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Trace {
    File(Stamp),
    /// By paths relative to the folder; a folder in it has no stamp.
    Folder(BTreeMap<PathBuf, Option<Stamp>>),
}

impl Trace {
    /// Looks at a path. Follows a link at the path itself, but none below it. `None` if nothing is there.
    pub(crate) fn of(path: &Path) -> io::Result<Option<Self>> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !metadata.is_dir() {
            return Ok(Some(Self::File(Stamp::of(&metadata))));
        }
        let mut entries = BTreeMap::new();
        list(path, Path::new(""), &mut entries)?;
        Ok(Some(Self::Folder(entries)))
    }

    /// Returns what is new or changed at `path` since `before`: the path itself, or parts of a folder. A new folder stands for
    /// everything in it.
    pub(crate) fn news(before: Option<&Self>, path: &Path) -> io::Result<Vec<PathBuf>> {
        let Some(now) = Self::of(path)? else { return Ok(Vec::new()) };
        let (then, now) = match (before, &now) {
            (Some(before), now) if before == now => return Ok(Vec::new()),
            (Some(Self::Folder(then)), Self::Folder(now)) => (then, now),
            _ => return Ok(vec![path.to_owned()]),
        };
        let mut news: Vec<PathBuf> = Vec::new();
        for (entry, stamp) in now {
            let is_known = then.get(entry) == Some(stamp);
            // A folder comes before what is in it.
            let is_covered = news.iter().any(|new| path.join(entry).starts_with(new));
            if !is_known && !is_covered {
                news.push(path.join(entry));
            }
        }
        Ok(news)
    }
}

fn list(
    root: &Path,
    below: &Path,
    entries: &mut BTreeMap<PathBuf, Option<Stamp>>,
) -> io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            // Files appear and vanish while another tool works.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let path = below.join(entry.file_name());
        let stamp = (!metadata.is_dir()).then(|| Stamp::of(&metadata));
        entries.insert(path.clone(), stamp);
        if metadata.is_dir() {
            list(root, &path, entries)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_and_what_changed_is_told_part_by_part() {
        let scratch = tempfile::tempdir().expect("directory");
        let root = scratch.path().join("folder");
        fs::create_dir_all(root.join("old")).expect("create");
        fs::write(root.join("old/same"), "1").expect("write");
        fs::write(root.join("old/changed"), "1").expect("write");
        assert_eq!(Trace::news(None, &root).expect("look"), std::slice::from_ref(&root));
        let before = Trace::of(&root).expect("look");
        assert_eq!(Trace::news(before.as_ref(), &root).expect("look"), [] as [PathBuf; 0]);
        fs::write(root.join("old/changed"), "other").expect("write");
        fs::create_dir(root.join("new")).expect("create");
        fs::write(root.join("new/a"), "1").expect("write");
        assert_eq!(
            Trace::news(before.as_ref(), &root).expect("look"),
            [root.join("new"), root.join("old/changed")]
        );
        let file = root.join("old/same");
        let before = Trace::of(&file).expect("look");
        assert_eq!(Trace::news(before.as_ref(), &file).expect("look"), [] as [PathBuf; 0]);
        fs::remove_file(&file).expect("remove");
        assert_eq!(Trace::news(before.as_ref(), &file).expect("look"), [] as [PathBuf; 0]);
    }
}
