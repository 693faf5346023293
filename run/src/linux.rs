//! What this crate needs of Linux beyond the standard library.

#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::fs::inotify::{self, ReadFlags, WatchFlags};
use rustix::fs::{AtFlags, CWD, linkat};

/// Gives an unnamed file its name; fails where that would lie in another file system.
pub(crate) fn give_name(file: &File, to: &Path) -> io::Result<()> {
    let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
    linkat(CWD, unnamed, CWD, to, AtFlags::SYMLINK_FOLLOW)?;
    Ok(())
}

/// Hears what is written in folders of this machine, by whomever. It costs those who write nothing but the telling.
pub(crate) struct Ear {
    inotify: OwnedFd,
    end: OwnedFd,
}

/// What was heard in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sound {
    /// A file was written and closed, or got its name.
    Written,
    /// A folder came.
    Folder,
}

impl Ear {
    pub(crate) fn new() -> io::Result<Self> {
        let inotify =
            inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?;
        let end = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { inotify, end })
    }

    /// Listens at one more folder, and returns by which number it is known.
    pub(crate) fn add(&self, folder: &Path) -> io::Result<i32> {
        let flags = WatchFlags::CLOSE_WRITE
            | WatchFlags::MOVED_TO
            | WatchFlags::CREATE
            | WatchFlags::ONLYDIR
            | WatchFlags::DONT_FOLLOW;
        Ok(inotify::add_watch(&self.inotify, folder, flags)?)
    }

    /// Tells what is heard until the end, and what was heard by then. Sounds that came too fast are lost.
    pub(crate) fn listen(&self, mut heard: impl FnMut(i32, Sound, &OsStr)) {
        loop {
            let is_over = {
                let mut both = [
                    PollFd::new(&self.inotify, PollFlags::IN),
                    PollFd::new(&self.end, PollFlags::IN),
                ];
                let _ = poll(&mut both, None);
                !both[1].revents().is_empty()
            };
            let mut buffer = [MaybeUninit::uninit(); 16 << 10];
            let mut reader = inotify::Reader::new(&self.inotify, &mut buffer);
            // An error says that there is nothing more.
            while let Ok(event) = reader.next() {
                let flags = event.events();
                let is_folder = flags.contains(ReadFlags::ISDIR);
                let is_written = flags.intersects(ReadFlags::CLOSE_WRITE | ReadFlags::MOVED_TO);
                let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()));
                match name {
                    Some(name) if is_folder => heard(event.wd(), Sound::Folder, name),
                    Some(name) if is_written => heard(event.wd(), Sound::Written, name),
                    _ => {}
                }
            }
            if is_over {
                return;
            }
        }
    }

    /// Ends the listening.
    pub(crate) fn end(&self) {
        let _ = rustix::io::write(&self.end, &1_u64.to_ne_bytes());
    }
}
