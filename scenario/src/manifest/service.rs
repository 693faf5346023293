//! Services as the caller runs them: programs that run while tests use them. Knows no process, and no port in use.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use regex::Regex;

use crate::text::word::words;
use crate::{LibraryId, Need, ServiceId, Span};

/// One `[service.NAME]`.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name: `[a-z0-9][a-z0-9_.-]*`. No library has the same name.
    pub name: String,
    /// The program and its arguments.
    pub run: Vec<ServiceText>,
    /// How probe knows that it is ready.
    pub ready: Ready,
    /// The libraries that must be ready before it starts. By id, each once.
    pub needs: Vec<Need>,
    /// The services that must be ready before it starts. By id, each once.
    pub services: Vec<ServiceNeed>,
    /// Variables for the tests and services that need it, in the order of the text.
    pub env: Vec<(String, ServiceText)>,
    /// The names of its ports: empty for `{port}`, `admin` for `{port:admin}`.
    pub ports: Vec<String>,
    /// Its working directory, relative to the manifest's directory. `None` is the manifest's directory.
    pub cwd: Option<ServiceText>,
    /// How long it may take to become ready.
    pub start_timeout: Duration,
    /// How probe asks it to end.
    pub stop: ServiceStop,
    /// The command to run after it has ended, in any case. Empty if there is none.
    pub cleanup: Vec<ServiceText>,
    /// How many there are: one for the run, for each slot, or for each attempt.
    pub per: ServicePer,
    /// Whether it starts again after it has died.
    pub restart: Restart,
    /// How much of its output appears below failures.
    pub log: ServiceLog,
    /// Whether it serves one run or the whole machine.
    pub scope: ServiceScope,
    /// The place of its name.
    pub span: Span,
    /// The 1-based line of its name.
    pub line: usize,
}

/// How probe knows that a service is ready.
#[derive(Clone, Debug)]
pub enum Ready {
    /// It accepts connections at this address: `HOST:PORT`, or a port of this machine.
    Tcp(ServiceText),
    /// It answers a request to this URL with 2xx.
    Http(ServiceText),
    /// It prints a match of this. Named groups are placeholders in its `env`.
    Output(Regex),
    /// It sends `READY=1` to the socket in NOTIFY_SOCKET.
    Notify,
    /// This program exits with 0.
    Command(Vec<ServiceText>),
}

/// How probe asks a service to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceStop {
    /// A signal to its process group.
    Signal(StopSignal),
    /// A program.
    Command(Vec<ServiceText>),
}

impl ServiceStop {
    /// The signal for its process group, if a command does not end it or cannot run.
    #[must_use]
    pub fn signal(&self) -> StopSignal {
        match self {
            Self::Signal(signal) => *signal,
            Self::Command(_) => StopSignal::Term,
        }
    }
}

/// A service that must be ready first, and the place that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceNeed {
    /// The service.
    pub service: ServiceId,
    /// The place of its name.
    pub span: Span,
}

words! {
    /// A signal that asks a service to end.
    StopSignal "signal" {
        /// `SIGTERM`.
        Term = "TERM",
        /// `SIGINT`.
        Int = "INT",
        /// `SIGQUIT`.
        Quit = "QUIT",
        /// `SIGHUP`.
        Hup = "HUP",
        /// `SIGUSR1`.
        Usr1 = "USR1",
        /// `SIGUSR2`.
        Usr2 = "USR2",
        /// `SIGKILL`: ends it without asking.
        Kill = "KILL",
    }
}

words! {
    /// How many instances of a service there are. Each choice has a shorter lifetime than the one before.
    ServicePer "owner of a service" {
        /// One for the run.
        Run = "run",
        /// One for each slot.
        Slot = "slot",
        /// One for each attempt of a test.
        Test = "test",
    }
}

words! {
    /// Whether a service starts again after it has died.
    Restart "way to restart" {
        /// No.
        Never = "never",
        /// Yes, a few times.
        OnFailure = "on-failure",
    }
}

words! {
    /// Who shares a service.
    ServiceScope "scope" {
        /// The tests of one run.
        Run = "run",
        /// All runs of one user and one project on this machine.
        Machine = "machine",
    }
}

words! {
    /// How much of a service's output appears below the failure of a test that needs it.
    ServiceLog "way with a log" {
        /// Its last lines.
        Tail = "tail",
        /// Nothing.
        Never = "never",
    }
}

/// A value of a service. Its placeholders are filled in when the service starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceText {
    pieces: Vec<ServicePiece>,
}

/// A part of a [`ServiceText`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ServicePiece {
    Literal(String),
    Library(LibraryId),
    /// By its place among the service's ports.
    Port(usize),
    /// The service's own directory.
    Directory,
    /// A named group of its output.
    Caught(String),
    /// The number of its process.
    Pid,
}

/// The values for a service's placeholders, known once it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceGround {
    /// The ports, in the order of [`Service::ports`].
    pub ports: Vec<u16>,
    /// The service's own directory.
    pub directory: std::path::PathBuf,
    /// The named groups of its output, with their values.
    pub caught: Vec<(String, String)>,
    /// Variables for the tests and services that need it, once it is ready.
    pub variables: Vec<(OsString, OsString)>,
    /// A note for the user, if the service runs outside the run.
    pub note: Option<String>,
    /// Its process id while it runs.
    pub pid: Option<u32>,
}

impl ServiceText {
    pub(crate) fn new(pieces: Vec<ServicePiece>) -> Self {
        Self { pieces }
    }

    /// Fills in the placeholders. `path_of` gives each library's path.
    #[must_use]
    pub fn render<'p>(
        &self,
        ground: &ServiceGround,
        path_of: impl Fn(LibraryId) -> &'p Path,
    ) -> OsString {
        let mut rendered = OsString::new();
        for piece in &self.pieces {
            match piece {
                ServicePiece::Literal(text) => rendered.push(text),
                ServicePiece::Library(library) => rendered.push(path_of(*library)),
                ServicePiece::Port(place) => rendered.push(ground.ports[*place].to_string()),
                ServicePiece::Directory => rendered.push(&ground.directory),
                ServicePiece::Caught(name) => {
                    let caught = ground.caught.iter().find(|(caught, _)| caught == name);
                    rendered.push(caught.map_or("", |(_, value)| value));
                }
                ServicePiece::Pid => {
                    rendered.push(ground.pid.map(|pid| pid.to_string()).unwrap_or_default());
                }
            }
        }
        rendered
    }

    /// Whether the value contains a named group of the service's output.
    #[must_use]
    pub fn is_caught(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, ServicePiece::Caught(_)))
    }

    /// The value as written, with placeholders.
    #[must_use]
    pub fn sketch(&self, ports: &[String], library: impl Fn(LibraryId) -> String) -> String {
        let sketch = |piece: &ServicePiece| match piece {
            ServicePiece::Literal(text) => text.clone(),
            ServicePiece::Library(id) => format!("{{library.{}}}", library(*id)),
            ServicePiece::Port(place) if ports[*place].is_empty() => "{port}".to_owned(),
            ServicePiece::Port(place) => format!("{{port:{}}}", ports[*place]),
            ServicePiece::Directory => "{dir}".to_owned(),
            ServicePiece::Caught(name) => format!("{{{name}}}"),
            ServicePiece::Pid => "{pid}".to_owned(),
        };
        self.pieces.iter().map(sketch).collect()
    }
}

impl ServiceNeed {
    /// Sorts by service and keeps the first place for each.
    pub(crate) fn distinct(mut needs: Vec<Self>) -> Vec<Self> {
        needs.sort_by_key(|need| need.service);
        needs.dedup_by_key(|need| need.service);
        needs
    }
}
