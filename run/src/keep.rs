//! Keeps the whole of output that was too long to show: linked out of its unnamed file into a directory that the provider
//! makes.
//!
//! Never able to fail a run: what cannot be kept is only not named.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use probe_process::Captured;
use probe_scenario::Test;
use rustix::fs::{AtFlags, CWD, linkat};

use crate::provider::Provider;
use crate::stage::Stage;

/// Gives names to the long streams of an attempt that did not pass, and returns them.
pub(super) fn long_streams(
    stage: &Stage<'_>,
    test: &Test,
    attempt: u32,
    output: &Captured,
) -> Vec<PathBuf> {
    let kept = output.streams().filter_map(|(name, stream)| {
        let file = stream.on_disk()?.ok()?;
        let name = format!("{}.{attempt}.{name}", slug(&test.to_string()));
        keep(stage.provider, &name, file).ok()
    });
    kept.collect()
}

fn keep(provider: &dyn Provider, name: &str, file: &File) -> io::Result<PathBuf> {
    let kept = provider.outputs()?.join(name);
    link(file, &kept).or_else(|_| copy(file, &kept))?;
    Ok(kept)
}

/// Gives an unnamed file its name; fails where it lies in another file system.
fn link(file: &File, to: &Path) -> io::Result<()> {
    let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
    linkat(CWD, unnamed, CWD, to, AtFlags::SYMLINK_FOLLOW)?;
    Ok(())
}

fn copy(file: &File, to: &Path) -> io::Result<()> {
    use std::io::Seek;
    let mut from = file.try_clone()?;
    from.rewind()?;
    io::copy(&mut from, &mut File::create_new(to)?)?;
    Ok(())
}

/// A file name for a test's name: what is legible of it, and a hash, since two names may leave the same.
fn slug(name: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let legible: String = name
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-') {
                letter
            } else {
                '-'
            }
        })
        .take(80)
        .collect();
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    format!("{legible}-{:016x}", hasher.finish())
}
