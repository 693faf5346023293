//! `[service.NAME]`. Read once the names of libraries and services are known.

use std::time::Duration;

use regex::Regex;
use toml::de::DeValue;

use super::context::{Context, Text};
use super::leaf;
use super::names::{Names, Provisions};
use super::scope::{Scope, written};
use super::table::{Entry, Table};
use crate::manifest::service::ServicePiece;
use crate::manifest::written::{Part, Written};
use crate::{
    Mistake, Need, Ready, Restart, Service, ServiceLog, ServiceNeed, ServicePer, ServiceScope,
    ServiceStop, ServiceText, StopSignal,
};

/// Longer than any database needs, and short enough that nobody waits long for nothing.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// The parts of a service that are read so far, and the needs of its values.
struct Draft<'n> {
    names: &'n Names,
    needs: Vec<Need>,
    /// In the order in which they are mentioned.
    ports: Vec<String>,
}

/// Reads a whole service. Leaves out parts with mistakes.
pub(super) fn service(
    context: &mut Context<'_>,
    names: &Names,
    name: &str,
    mut table: Table<'_>,
) -> Service {
    let mut draft = Draft { names, needs: Vec::new(), ports: Vec::new() };
    let wanted = table.take(context, "needs", leaf::list(leaf::text)).unwrap_or_default();
    let Provisions { libraries, services } = names.provisions(context, &wanted);
    draft.needs = libraries;
    let meaning = "add `run = [\"program\", \"argument\"]`";
    let run = table.require(context, "run", meaning, leaf::filled_list(leaf::text));
    let before = context.mistakes.len();
    let ready = table.take(context, "ready", ready_sketch);
    let is_wrong = context.mistakes.len() > before;
    let caught = ready.as_ref().map(Sketch::caught).unwrap_or_default();
    let scope = Scope::Service { caught: &caught };
    let run = run.unwrap_or_default();
    if let Some(program) = run.first().filter(|program| program.value.is_empty()) {
        let (what, needs) = ("`run`".to_owned(), "a program as its first element");
        context.mistake(Mistake::Empty { what, needs, span: program.span });
    }
    let run = draft.texts(context, &run, scope);
    let ready = match ready {
        Some(sketch) => Some(draft.ready(context, sketch, scope)),
        None if is_wrong => None,
        None => draft.usual(context, &table, run.is_empty()),
    };
    let env = table.take(context, "env", leaf::variables).unwrap_or_default();
    let env = env
        .into_iter()
        .map(|(variable, value)| {
            let scope = Scope::ServiceEnvironment { caught: &caught };
            (variable, draft.text(context, &value, scope))
        })
        .collect();
    let cwd = table.take(context, "cwd", leaf::filled);
    let cwd = cwd.map(|text| draft.text(context, &text, scope));
    let start_timeout = table.take(context, "start-timeout", leaf::time_limit);
    let stop = table.take(context, "stop", stop_sketch);
    let stop = stop.map(|stop| match stop {
        StopSketch::Signal(signal) => ServiceStop::Signal(signal),
        StopSketch::Command(texts) => {
            let scope = Scope::ServiceStop { caught: &caught };
            ServiceStop::Command(draft.texts(context, &texts, scope))
        }
    });
    let cleanup = table.take(context, "cleanup", leaf::filled_list(leaf::text));
    let cleanup = draft.texts(context, &cleanup.unwrap_or_default(), scope);
    let per: Option<ServicePer> = table.take(context, "per", leaf::choice);
    let restart: Option<Restart> = table.take(context, "restart", leaf::choice);
    let log: Option<ServiceLog> = table.take(context, "log", leaf::choice);
    let scope: Option<ServiceScope> = table.take(context, "scope", leaf::choice);
    let (span, line) = (table.span, context.lines.number(table.span));
    table.finish(context);
    Service {
        name: name.to_owned(),
        run,
        ready: ready.unwrap_or(Ready::Command(Vec::new())),
        needs: Need::distinct(draft.needs),
        services: ServiceNeed::distinct(services),
        env,
        ports: draft.ports,
        cwd,
        start_timeout: start_timeout.unwrap_or(START_TIMEOUT),
        stop: stop.unwrap_or(ServiceStop::Signal(StopSignal::Term)),
        cleanup,
        per: per.unwrap_or(ServicePer::Run),
        restart: restart.unwrap_or(Restart::Never),
        log: log.unwrap_or(ServiceLog::Tail),
        scope: scope.unwrap_or(ServiceScope::Run),
        span,
        line,
    }
}

/// `ready` before its values are read.
enum Sketch {
    Tcp(Text),
    Http(Text),
    Output(Regex),
    Notify,
    Command(Vec<Text>),
}

impl Sketch {
    /// The names that output gives.
    fn caught(&self) -> Vec<String> {
        match self {
            Self::Output(regex) => regex.capture_names().flatten().map(str::to_owned).collect(),
            Self::Tcp(_) | Self::Http(_) | Self::Notify | Self::Command(_) => Vec::new(),
        }
    }
}

fn ready_sketch(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Sketch> {
    const WAYS: [&str; 5] = ["tcp", "http", "output", "notify", "run"];
    let mut table = entry.table(context, "ready".to_owned())?;
    table.know(&WAYS);
    let sketch = match table.one_of(context, &WAYS) {
        Some("tcp") => table.take(context, "tcp", leaf::filled).map(Sketch::Tcp),
        Some("http") => table.take(context, "http", url).map(Sketch::Http),
        Some("output") => table.take(context, "output", leaf::regex).map(Sketch::Output),
        Some("notify") => table.take(context, "notify", only_true).map(|()| Sketch::Notify),
        Some(_) => table.take(context, "run", leaf::filled_list(leaf::text)).map(Sketch::Command),
        None => {
            context.mistake(Mistake::Empty {
                what: "`ready`".to_owned(),
                needs: "one of `tcp`, `http`, `output`, `notify` and `run`",
                span: entry.span(),
            });
            None
        }
    };
    table.finish(context);
    sketch
}

/// `stop` before its values are read.
enum StopSketch {
    Signal(StopSignal),
    Command(Vec<Text>),
}

fn stop_sketch(context: &mut Context<'_>, entry: Entry<'_>) -> Option<StopSketch> {
    match entry.value() {
        DeValue::String(_) => leaf::choice(context, entry).map(StopSketch::Signal),
        DeValue::Table(_) => {
            let mut table = entry.table(context, "stop".to_owned())?;
            let meaning = "add `run = [\"program\", \"argument\"]`";
            let run = table.require(context, "run", meaning, leaf::filled_list(leaf::text));
            table.finish(context);
            run.map(StopSketch::Command)
        }
        _ => entry.wrong_type(context, "a signal, as `\"TERM\"`, or a command, as `{ run = […] }`"),
    }
}

/// A switch that only can be on.
fn only_true(context: &mut Context<'_>, entry: Entry<'_>) -> Option<()> {
    if leaf::flag(context, entry)? {
        return Some(());
    }
    entry.unexpected(context, "`true`", "`false`".into())
}

fn url(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Text> {
    let text = leaf::filled(context, entry)?;
    if !text.value.starts_with("http://") {
        let expected = "a URL that begins with `http://`";
        let found = format!("`{}`", text.value);
        return entry.unexpected(context, expected, found.into());
    }
    Some(text)
}

impl Draft<'_> {
    fn ready(&mut self, context: &mut Context<'_>, sketch: Sketch, scope: Scope<'_>) -> Ready {
        match sketch {
            Sketch::Tcp(text) => Ready::Tcp(self.text(context, &text, scope)),
            Sketch::Http(text) => Ready::Http(self.text(context, &text, scope)),
            Sketch::Output(regex) => Ready::Output(regex),
            Sketch::Notify => Ready::Notify,
            Sketch::Command(texts) => Ready::Command(self.texts(context, &texts, scope)),
        }
    }

    /// The default without `ready`: its port accepts connections. It is unknown whether it has a port if `run` has a mistake.
    fn usual(
        &mut self,
        context: &mut Context<'_>,
        table: &Table<'_>,
        is_unknown: bool,
    ) -> Option<Ready> {
        if let Some(place) = self.ports.iter().position(String::is_empty) {
            return Some(Ready::Tcp(ServiceText::new(vec![ServicePiece::Port(place)])));
        }
        if is_unknown {
            return None;
        }
        let meaning = "add `ready = { tcp = \"…\" }`, or `http`, `output`, `notify` or `run`; with `{port}` in `run` it may be left out";
        table.missing(context, "ready", meaning);
        None
    }

    fn texts(
        &mut self,
        context: &mut Context<'_>,
        texts: &[Text],
        scope: Scope<'_>,
    ) -> Vec<ServiceText> {
        texts.iter().map(|text| self.text(context, text, scope)).collect()
    }

    fn text(&mut self, context: &mut Context<'_>, text: &Text, scope: Scope<'_>) -> ServiceText {
        let Written { parts } = written(context, text, scope, self.names, &mut self.needs);
        let pieces = parts.into_iter().map(|part| match part {
            Part::Literal(text) => ServicePiece::Literal(text),
            Part::Library(library) => ServicePiece::Library(library),
            Part::OwnDirectory => ServicePiece::Directory,
            Part::Caught(name) => ServicePiece::Caught(name),
            Part::Pid => ServicePiece::Pid,
            Part::Port(name) => {
                let place = self.ports.iter().position(|known| *known == name);
                ServicePiece::Port(place.unwrap_or_else(|| {
                    self.ports.push(name);
                    self.ports.len() - 1
                }))
            }
            Part::OwnPath
            | Part::File
            | Part::Files
            | Part::Name
            | Part::FileInName
            | Part::Temporary
            | Part::Paths
            | Part::Arguments => unreachable!("no service has it"),
        });
        ServiceText::new(pieces.collect())
    }
}
