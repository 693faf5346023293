//! Services as the caller runs them: programs that go on while tests use them. Knows no process and no port that is taken.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use regex::Regex;

use crate::text::word::words;
use crate::{LibraryId, Need, ServiceId, Span};

/// One `[service.NAME]`.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name: `[a-z0-9][a-z0-9_.-]*`, and no library's.
    pub name: String,
    /// The program and its arguments.
    pub run: Vec<ServiceText>,
    /// By what it is known to be ready.
    pub ready: Ready,
    /// The libraries that must be there before it starts; by id, each once.
    pub needs: Vec<Need>,
    /// The services that must be ready before it starts; by id, each once.
    pub services: Vec<ServiceNeed>,
    /// Variables for whoever needs it, in the order of the text.
    pub env: Vec<(String, ServiceText)>,
    /// The names of its ports: empty for `{port}`, `admin` for `{port:admin}`.
    pub ports: Vec<String>,
    /// The directory that it runs in, relative to the manifest's; `None` is the manifest's own.
    pub cwd: Option<ServiceText>,
    /// How long it may take to be ready.
    pub start_timeout: Duration,
    /// What asks it to end.
    pub stop: ServiceStop,
    /// What runs when it has ended, whatever became of it; empty if nothing does.
    pub cleanup: Vec<ServiceText>,
    /// Who has one of his own.
    pub per: ServicePer,
    /// Whether it is started again when it has died.
    pub restart: Restart,
    /// What of its output is shown below failures.
    pub log: ServiceLog,
    /// For whom it runs.
    pub scope: ServiceScope,
    /// Where its name stands.
    pub span: Span,
    /// The 1-based line of its name.
    pub line: usize,
}

/// By what a service is known to be ready.
#[derive(Clone, Debug)]
pub enum Ready {
    /// Connections are taken there: `HOST:PORT`, or a port of this machine.
    Tcp(ServiceText),
    /// A request to this URL is answered by 2xx.
    Http(ServiceText),
    /// It prints this; named groups are placeholders of its `env`.
    Output(Regex),
    /// It says so itself, by `READY=1` to the socket that NOTIFY_SOCKET names.
    Notify,
    /// This program exits with 0.
    Command(Vec<ServiceText>),
}

/// What asks a service to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceStop {
    /// A signal to its group.
    Signal(StopSignal),
    /// A program.
    Command(Vec<ServiceText>),
}

impl ServiceStop {
    /// The signal that its group gets, where a command does not end it, or cannot be run.
    #[must_use]
    pub fn signal(&self) -> StopSignal {
        match self {
            Self::Signal(signal) => *signal,
            Self::Command(_) => StopSignal::Term,
        }
    }
}

/// That a service must be ready first, and where that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceNeed {
    /// The service.
    pub service: ServiceId,
    /// Where its name stands.
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
        /// `SIGKILL`: it is not asked.
        Kill = "KILL",
    }
}

words! {
    /// Who has a service of his own; each lasts less long than the one before.
    ServicePer "owner of a service" {
        /// The run.
        Run = "run",
        /// Each of the slots that tests run in.
        Slot = "slot",
        /// Each attempt of a test.
        Test = "test",
    }
}

words! {
    /// Whether a service is started again when it has died.
    Restart "way to restart" {
        /// It is not.
        Never = "never",
        /// It is, a few times.
        OnFailure = "on-failure",
    }
}

words! {
    /// For whom a service runs.
    ServiceScope "scope" {
        /// For one run.
        Run = "run",
        /// For all that need it on this machine, of one user and one project.
        Machine = "machine",
    }
}

words! {
    /// What of a service's output is shown below the failure of a test that needs it.
    ServiceLog "way with a log" {
        /// Its last lines.
        Tail = "tail",
        /// Nothing.
        Never = "never",
    }
}

/// A value of a service: what is open in it is known when that starts.
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
    /// What its output named so.
    Caught(String),
    /// The number of its process.
    Pid,
}

/// What is known of a service once it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceGround {
    /// By their places.
    pub ports: Vec<u16>,
    /// A directory of its own.
    pub directory: std::path::PathBuf,
    /// What its output has named, with the values.
    pub caught: Vec<(String, String)>,
    /// Variables for whoever needs it, when it is ready.
    pub variables: Vec<(OsString, OsString)>,
    /// What a person is to know of it, if it stands without the run.
    pub note: Option<String>,
    /// The number of its process while that runs.
    pub pid: Option<u32>,
}

impl ServiceText {
    pub(crate) fn new(pieces: Vec<ServicePiece>) -> Self {
        Self { pieces }
    }

    /// The value for a service on this ground, with each library's place as `path_of` gives it.
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

    /// Whether something stands in it that its output names.
    #[must_use]
    pub fn is_caught(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, ServicePiece::Caught(_)))
    }

    /// As it is written, with placeholders.
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
