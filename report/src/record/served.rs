//! The life of a service, and its result.

use std::borrow::Cow;
use std::time::Duration;

/// A service of the run.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) name: String,
    /// Which of several; empty of the run's own.
    pub(crate) of: String,
    /// The ports that it was given.
    pub(crate) ports: Vec<u16>,
    /// Since the run began.
    pub(crate) started: Duration,
    pub(crate) ready: Option<Duration>,
    pub(crate) stopping: Option<Duration>,
    pub(crate) ended: Option<Duration>,
    came: ServedCame,
    /// How it ended.
    pub(crate) cause: String,
    /// The last lines of its output, if it is lost.
    pub(crate) lines: Vec<String>,
    /// How its commands failed, and the last lines of their outputs.
    pub(crate) troubles: Vec<String>,
}

/// The result of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServedCame {
    /// Its end is not known.
    ToNothing,
    Failed,
    Died,
    /// It has ended by itself, and was to be started again.
    Restarted,
    Stopped,
}

impl Served {
    pub(super) fn new(name: &str, of: &str, started: Duration) -> Self {
        Self {
            name: name.to_owned(),
            of: of.to_owned(),
            ports: Vec::new(),
            started,
            ready: None,
            stopping: None,
            ended: None,
            came: ServedCame::ToNothing,
            cause: String::new(),
            lines: Vec::new(),
            troubles: Vec::new(),
        }
    }

    pub(super) fn is_ready(&mut self, at: Duration, ports: &[u16]) {
        (self.ready, self.ports) = (Some(at), ports.to_vec());
    }

    pub(super) fn end(
        &mut self,
        at: Duration,
        came: ServedCame,
        cause: &str,
        lines: &[Cow<'_, str>],
    ) {
        (self.ended, self.came, self.cause) = (Some(at), came, cause.to_owned());
        self.lines = lines.iter().map(|line| line.clone().into_owned()).collect();
    }

    pub(super) fn is_in_trouble(&mut self, command: &str, cause: &str, lines: &[Cow<'_, str>]) {
        self.troubles.push(format!("its `{command}` failed: {cause}"));
        self.troubles.extend(lines.iter().map(|line| format!("  {line}")));
    }

    /// Whether it was missing for a test that needs it.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self.came, ServedCame::Failed | ServedCame::Died)
    }

    /// Its name, and whose it is.
    pub(crate) fn called(&self) -> String {
        match &*self.of {
            "" => self.name.clone(),
            of => format!("{} ({of})", self.name),
        }
    }

    /// Its result, in words that fit after its name.
    pub(crate) fn words(&self) -> String {
        match self.came {
            ServedCame::ToNothing => "has no end that is known".to_owned(),
            ServedCame::Failed => format!("did not become ready: {}", self.cause),
            ServedCame::Died => format!("died while it was needed: {}", self.cause),
            ServedCame::Restarted => {
                format!("ended by itself, to be started again: {}", self.cause)
            }
            ServedCame::Stopped => format!("was stopped: {}", self.cause),
        }
    }
}
