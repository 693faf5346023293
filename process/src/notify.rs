//! Receives a service's own report that it is ready: a datagram with `READY=1` to the socket in NOTIFY_SOCKET, by systemd's
//! protocol. Ignores senders that are not processes of the service. Does not know what follows from the report.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;

use crate::census::{self, Life};
use crate::process_id::ProcessId;
use crate::service::Reins;

/// The variable with the address to which a program sends `READY=1`.
pub const NOTIFY_SOCKET: &str = "NOTIFY_SOCKET";

/// How long a process without an environment may take to end. Most take no time; on a busy machine one waits for its turn.
const ENDING: Duration = Duration::from_secs(1);
/// The time between two looks at it.
const PAUSE: Duration = Duration::from_millis(1);
/// Longer than any real notice.
const MOST: usize = 4 << 10;

/// The socket on which a service reports that it is ready.
#[derive(Debug)]
pub struct Notify {
    socket: system::Socket,
    address: OsString,
    /// The socket's file, removed at the end; `None` for an abstract address.
    file: Option<PathBuf>,
    /// The last status text of the service.
    status: Option<String>,
}

impl Notify {
    /// Opens a socket at this path, or at an abstract address if the path is too long for a socket.
    ///
    /// # Errors
    ///
    /// Fails if neither can be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        match system::Socket::at(path) {
            Ok(socket) => {
                let file = Some(path.to_owned());
                Ok(Self { socket, address: path.into(), file, status: None })
            }
            Err(error) if system::is_too_long(path) => {
                let name = format!("probe-notify-{:032x}", rand::random::<u128>());
                // Report the error of the path, because the user can choose another one.
                let socket = system::Socket::named(&name).map_err(|_| error)?;
                Ok(Self { socket, address: format!("@{name}").into(), file: None, status: None })
            }
            Err(error) => Err(error),
        }
    }

    /// The value for NOTIFY_SOCKET.
    pub fn address(&self) -> OsString {
        self.address.clone()
    }

    /// Reads what has arrived, and returns whether the service with these reins has reported that it is ready. Does not wait for
    /// datagrams.
    pub fn is_ready(&mut self, reins: &Reins) -> bool {
        // Before it runs, no process of it can have sent anything.
        reins.group().is_some_and(|group| self.has_said_so(group))
    }

    fn has_said_so(&mut self, group: ProcessId) -> bool {
        let mut buffer = [0; MOST];
        let mut is_ready = false;
        while let Ok(Some(notice)) = self.socket.receive(&mut buffer) {
            if !notice.sender.is_some_and(|sender| self.knows(sender, group)) {
                continue;
            }
            let text = String::from_utf8_lossy(&buffer[..notice.length]);
            let said = Said::of(&text);
            is_ready |= said.is_ready;
            if let Some(status) = said.status {
                self.status = Some(status.to_owned());
            }
        }
        is_ready
    }

    /// Whether a sender is a process of the service: in its group, or with the address in its environment. For a sender that
    /// has ended, only the user can be checked.
    fn knows(&self, sender: Sender, group: ProcessId) -> bool {
        let Some(pid) = sender.pid else { return false };
        if census::entry(pid).is_some_and(|entry| entry.group == Some(group)) {
            return true;
        }
        let mut variable = OsString::from(format!("{NOTIFY_SOCKET}="));
        variable.push(&self.address);
        let environment = census::settled_environment(pid);
        if census::says(&environment, &variable.to_string_lossy()) {
            return true;
        }
        let is_there = || census::entry(pid).is_some_and(|entry| entry.life == Life::Alive);
        // While a process ends, it has no environment any more, and is not yet an ended one.
        let asked = Instant::now();
        while environment.is_empty() && is_there() && asked.elapsed() < ENDING {
            thread::sleep(PAUSE);
        }
        !is_there() && sender.is_same_user
    }

    /// The last status text of the service.
    pub fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }
}

impl Drop for Notify {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // The directory around the file is removed, too.
            let _ = std::fs::remove_file(file);
        }
    }
}

/// The sender of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sender {
    /// `None` for a process that this one cannot see.
    pid: Option<ProcessId>,
    /// Whether the sender's user is this process's own or root.
    is_same_user: bool,
}

/// A notice. Its text is in the buffer.
#[derive(Clone, Copy, Debug)]
struct Notice {
    length: usize,
    sender: Option<Sender>,
}

/// The fields of a notice that probe reads.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said<'t> {
    is_ready: bool,
    status: Option<&'t str>,
}

impl<'t> Said<'t> {
    fn of(text: &'t str) -> Self {
        let mut said = Self::default();
        for line in text.lines() {
            match line.split_once('=') {
                Some(("READY", "1")) => said.is_ready = true,
                Some(("STATUS", status)) => said.status = Some(status),
                _ => {}
            }
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_read_line_by_line() {
        let said = |is_ready, status| Said { is_ready, status };
        for (text, expected) in [
            ("READY=1", said(true, None)),
            ("STATUS=half way\nREADY=1\nMAINPID=7\n", said(true, Some("half way"))),
            ("READY=0", said(false, None)),
            ("STATUS=READY=1", said(false, Some("READY=1"))),
            ("xREADY=1\n READY=1", said(false, None)),
            ("", said(false, None)),
        ] {
            assert_eq!(Said::of(text), expected, "{text}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn who_is_of_the_group_is_heard_and_nobody_else() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let deep = directory.path().join("long".repeat(40));
        let mine = census::entry(ProcessId::mine()).and_then(|entry| entry.group);
        let mine = mine.expect("this process is in a group");
        for path in [directory.path().join("socket"), deep.join("socket")] {
            let mut notify = Notify::open(&path).expect("a socket");
            assert!(!notify.has_said_so(mine), "nothing was said");
            let address = notify.address();
            let say = |text: &str| system::say(&address, text.as_bytes()).expect("it is sent");
            say("READY=1");
            let stranger = ProcessId::from_number(1).expect("it is not 0");
            assert!(!notify.has_said_so(stranger), "it is none of that group");
            say("STATUS=half way");
            assert!(!notify.has_said_so(mine));
            assert_eq!(notify.status(), Some("half way"));
            say("noise");
            say("STATUS=done\nREADY=1");
            assert!(notify.has_said_so(mine));
            assert_eq!(notify.status(), Some("done"));
            drop(notify);
            assert!(!path.exists());
        }
    }
}
