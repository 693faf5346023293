//! Where macOS puts core dumps: `kern.corefile` is a path with `%P`, `%N` and `%U` (see core(5)).

use std::path::{Path, PathBuf};

use super::Dumped;
use crate::macos;

pub(super) fn whereabouts(dumped: Dumped<'_>) -> String {
    let pattern = macos::named(c"kern.corefile").unwrap_or_default();
    let pattern = String::from_utf8_lossy(&pattern);
    let pattern = pattern.trim_end_matches('\0');
    let Dumped { program, .. } = dumped;
    match file(pattern, dumped).filter(|file| file.is_file()) {
        Some(file) => {
            let (file, program) = (file.display(), program.display());
            format!("it has left a core dump, `{file}`: `lldb --core {file} {program}` opens it")
        }
        None => format!(
            "it has left a core dump, which is not where it should be: `kern.corefile` is `{pattern}`"
        ),
    }
}

/// The file that a pattern means, unless it contains values that are not known.
fn file(pattern: &str, dumped: Dumped<'_>) -> Option<PathBuf> {
    let name = dumped.program.file_name().map(Path::new)?.display().to_string();
    let path = pattern.replace("%P", &dumped.pid.to_string()).replace("%N", &name);
    (!path.contains('%')).then(|| dumped.cwd.join(path))
}
