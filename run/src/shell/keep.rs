//! Keeps the full output that was too long to show: gives its unnamed file a name in a directory of the provider.
//!
//! Never makes a run fail: if the output cannot be kept, the report does not name a file.

use std::fs::File;
use std::io::{self, Seek};
use std::path::PathBuf;

use probe_loader::Sha256;
use probe_process::Captured;
use probe_scenario::Test;

use crate::provider::Provider;
use crate::system::give_name;

/// Gives names to the long streams of an attempt that did not pass, and returns them.
pub(super) fn long_streams(
    provider: &dyn Provider,
    test: &Test,
    attempt: u32,
    output: &Captured,
) -> Vec<PathBuf> {
    let kept = output.streams().filter_map(|(name, stream)| {
        let file = stream.on_disk()?.ok()?;
        let name = format!("{}.{attempt}.{name}", slug(&test.to_string()));
        keep(provider, &name, file).ok()
    });
    kept.collect()
}

fn keep(provider: &dyn Provider, name: &str, file: &File) -> io::Result<PathBuf> {
    let kept = provider.outputs()?.join(name);
    give_name(file, &kept).or_else(|_| {
        let mut from = file.try_clone()?;
        from.rewind()?;
        io::copy(&mut from, &mut File::create_new(&kept)?).map(drop)
    })?;
    Ok(kept)
}

/// A file name for a test's name: its legible part, and a part of its digest, because two names may have the same legible part.
fn slug(name: &str) -> String {
    let is_legible =
        |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    let legible = name.chars().map(|letter| if is_legible(&letter) { letter } else { '-' });
    let digest = Sha256::of(name.as_bytes()).to_string();
    format!("{}-{}", legible.take(80).collect::<String>(), &digest[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever looks for a file of an earlier version, or from another machine, finds it.
    #[test]
    fn a_name_gives_one_file_name_everywhere() {
        assert_eq!(slug("unit a/b c.sh"), "unit-a-b-c.sh-3a2b4b76584b2da1");
        assert_ne!(slug("a/b"), slug("a-b"));
        assert_eq!(slug(&"x".repeat(200)).len(), 80 + 1 + 16);
    }
}
