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

/// Gives an unnamed file a name. Fails if the name is on another file system.
pub(crate) fn give_name(file: &File, to: &Path) -> io::Result<()> {
    let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
    linkat(CWD, unnamed, CWD, to, AtFlags::SYMLINK_FOLLOW)?;
    Ok(())
}

/// Reports writes in folders of this machine, by any process. Writers lose only the time for the notification.
pub(crate) struct Ear {
    inotify: OwnedFd,
    end: OwnedFd,
}

/// An event in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sound {
    /// A file was written and closed, or got its name.
    Written,
    /// A folder was created.
    Folder,
}

impl Ear {
    pub(crate) fn new() -> io::Result<Self> {
        let inotify =
            inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?;
        let end = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { inotify, end })
    }

    /// Adds a folder, and returns its number.
    pub(crate) fn add(&self, folder: &Path) -> io::Result<i32> {
        let flags = WatchFlags::CLOSE_WRITE
            | WatchFlags::MOVED_TO
            | WatchFlags::CREATE
            | WatchFlags::ONLYDIR
            | WatchFlags::DONT_FOLLOW;
        Ok(inotify::add_watch(&self.inotify, folder, flags)?)
    }

    /// Calls `heard` for each event until the end, and for those before the end. Events that arrive too fast are lost.
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
            // An error says that no more events are there.
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
