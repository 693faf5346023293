//! Which placeholders are allowed where, and what they become.

use super::context::{Context, Text};
use super::names::Names;
use crate::manifest::written::{Part, Written};
use crate::text::placeholder::{Token, tokens};
use crate::{Because, Mistake, Need, Platform};

/// The kind of value that a placeholder stands in.
#[derive(Clone, Copy)]
pub(super) enum Scope<'s> {
    /// A path of a test or suite: only the platform is known.
    Path,
    /// The source of a library and its final place.
    Source(Own<'s>),
    /// A library's `command`.
    LibraryCommand(Own<'s>),
    /// A library's `env`.
    LibraryEnvironment(Own<'s>),
    /// The `run` of a test or suite.
    Run(Yield),
    /// The `env` of a test or suite.
    Environment(Yield),
    /// Its `results`.
    Results,
    /// The command of a service and its `ready`. `caught` are the named groups of its output.
    Service { caught: &'s [String] },
    /// The command that asks a running service to end.
    ServiceStop { caught: &'s [String] },
    /// A service's `env`.
    ServiceEnvironment { caught: &'s [String] },
}

/// The library whose value it is.
#[derive(Clone, Copy)]
pub(super) struct Own<'s> {
    pub(super) name: &'s str,
    pub(super) version: Option<&'s str>,
}

/// The difference between the tests of a suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Yield {
    /// There is one test.
    Nothing,
    /// `files`, one each.
    File,
    /// `files`, in batches.
    Batch,
    /// `list`, or the listing of the suite's kind.
    Names,
}

/// Every placeholder, where it belongs.
const PLACEHOLDERS: [(&str, &str); 16] = [
    ("file", "in the `run` and `env` of a suite by files, without `batch`"),
    ("files", "in the `run` of a suite by files, with `batch`"),
    ("name", "in the `run` and `env` of a suite with `list`"),
    ("args", "in the `run` of a test or suite"),
    ("tmp", "in the `run`, `env` and `results` of a test or suite"),
    ("library.NAME", "in `run`, `command` and `env`"),
    ("path", "in the `env` of a library"),
    ("dir", "in the `env` of a library, and in the values of a service"),
    ("port", "in the values of a service"),
    ("port:NAME", "in the values of a service"),
    ("pid", "in `on-timeout`, and in the `stop` of a service"),
    ("version", "in the values of a library"),
    ("os", ""),
    ("arch", ""),
    ("prefix", ""),
    ("suffix", ""),
];

impl<'s> Scope<'s> {
    /// Whether `placeholder`, one of [`PLACEHOLDERS`], means something here.
    fn has(self, placeholder: &str) -> bool {
        match placeholder {
            "file" => matches!(self, Self::Run(Yield::File) | Self::Environment(Yield::File)),
            "files" => matches!(self, Self::Run(Yield::Batch)),
            "name" => matches!(self, Self::Run(Yield::Names) | Self::Environment(Yield::Names)),
            "args" => matches!(self, Self::Run(_)),
            "tmp" => matches!(self, Self::Run(_) | Self::Environment(_) | Self::Results),
            "library.NAME" => !matches!(self, Self::Path | Self::Source(_) | Self::Results),
            "path" => matches!(self, Self::LibraryEnvironment(_)),
            "dir" => matches!(self, Self::LibraryEnvironment(_)) || self.is_of_service(),
            "port" | "port:NAME" => self.is_of_service(),
            "pid" => matches!(self, Self::ServiceStop { .. }),
            "version" => self.own().is_some(),
            _ => true,
        }
    }

    fn is_of_service(self) -> bool {
        matches!(
            self,
            Self::Service { .. } | Self::ServiceStop { .. } | Self::ServiceEnvironment { .. }
        )
    }

    /// The named groups of the service's output.
    fn caught(self) -> &'s [String] {
        match self {
            Self::Service { caught }
            | Self::ServiceStop { caught }
            | Self::ServiceEnvironment { caught } => caught,
            _ => &[],
        }
    }

    fn own(self) -> Option<Own<'s>> {
        match self {
            Self::Source(own) | Self::LibraryCommand(own) | Self::LibraryEnvironment(own) => {
                Some(own)
            }
            Self::Path
            | Self::Run(_)
            | Self::Environment(_)
            | Self::Results
            | Self::Service { .. }
            | Self::ServiceStop { .. }
            | Self::ServiceEnvironment { .. } => None,
        }
    }
}

/// Reads the placeholders of `text`. Libraries that it names are added to `needs`; mistakes leave a part out.
pub(super) fn written(
    context: &mut Context<'_>,
    text: &Text,
    scope: Scope<'_>,
    names: &Names,
    needs: &mut Vec<Need>,
) -> Written {
    let tokens = tokens(&text.value);
    let alone = tokens.len() == 1;
    let mut parts = Vec::with_capacity(tokens.len());
    for token in tokens {
        match token {
            Token::Literal(literal) => parts.push(Part::Literal(literal.to_owned())),
            Token::Placeholder(name, range) => {
                let span = text.part(range);
                match meaning(context.platform, scope, name) {
                    Ok(Part::Files | Part::Arguments) if !alone => {
                        context.mistake(Mistake::JoinedPlaceholder { name: name.to_owned(), span });
                    }
                    Ok(part) => parts.push(part),
                    Err(Unclear::Library(library)) => {
                        if let Some(library) = names.library(context, library, span) {
                            parts.push(Part::Library(library));
                            needs.push(Need { library, because: Because::Placeholder(span) });
                        }
                    }
                    Err(Unclear::NoVersion(library)) => {
                        context.mistake(Mistake::NoVersion { library: library.to_owned(), span });
                    }
                    Err(Unclear::Misplaced(belongs)) => {
                        context.mistake(Mistake::MisplacedPlaceholder {
                            name: name.to_owned(),
                            belongs,
                            span,
                        });
                    }
                    Err(Unclear::Unknown) => {
                        let known = PLACEHOLDERS.map(|(name, _)| name).into_iter();
                        context.mistake(Mistake::UnknownPlaceholder {
                            name: name.to_owned(),
                            known: known.filter(|name| scope.has(name)).collect(),
                            span,
                        });
                    }
                }
            }
        }
    }
    Written { parts }
}

/// Reads the placeholders of a text without open parts, so that the result is plain text.
pub(super) fn plain(context: &mut Context<'_>, text: &Text, scope: Scope<'_>) -> String {
    let written = written(context, text, scope, &Names::default(), &mut Vec::new());
    let literals = written.parts.into_iter().map(|part| match part {
        Part::Literal(text) => text,
        open => unreachable!("{open:?} belongs to no plain text"),
    });
    literals.collect()
}

/// Why a placeholder has no meaning of its own.
enum Unclear<'n> {
    /// It names a library, which has to be looked up.
    Library(&'n str),
    /// The library has no version.
    NoVersion(&'n str),
    /// It belongs elsewhere.
    Misplaced(&'static str),
    /// It does not exist.
    Unknown,
}

fn meaning<'n>(platform: &Platform, scope: Scope<'n>, name: &'n str) -> Result<Part, Unclear<'n>> {
    if scope.caught().iter().any(|caught| caught == name) {
        return match scope {
            Scope::ServiceEnvironment { .. } | Scope::ServiceStop { .. } => {
                Ok(Part::Caught(name.to_owned()))
            }
            _ => Err(Unclear::Misplaced(
                "in the `env` and the `stop` of the service, whose output names it",
            )),
        };
    }
    let library = name.strip_prefix("library.");
    let port = name.strip_prefix("port:");
    let known = match (library, port) {
        (Some(_), _) => "library.NAME",
        (_, Some(_)) => "port:NAME",
        _ => name,
    };
    let (_, belongs) = PLACEHOLDERS
        .iter()
        .find(|(placeholder, _)| *placeholder == known)
        .ok_or(Unclear::Unknown)?;
    if !scope.has(known) {
        return Err(Unclear::Misplaced(belongs));
    }
    if let Some(library) = library {
        return Err(Unclear::Library(library));
    }
    if let Some(port) = port {
        return Ok(Part::Port(port.to_owned()));
    }
    let literal = |text: &str| Part::Literal(text.to_owned());
    Ok(match name {
        "file" => Part::File,
        "files" => Part::Files,
        "name" => Part::Name,
        "args" => Part::Arguments,
        "tmp" => Part::Temporary,
        "path" => Part::OwnPath,
        "dir" => Part::OwnDirectory,
        "port" => Part::Port(String::new()),
        "pid" => Part::Pid,
        "os" => literal(platform.os.word()),
        "arch" => literal(platform.arch.word()),
        "prefix" => literal(platform.library_prefix()),
        "suffix" => literal(platform.library_suffix()),
        "version" => {
            let own = scope.own().ok_or(Unclear::Misplaced(belongs))?;
            literal(own.version.ok_or(Unclear::NoVersion(own.name))?)
        }
        _ => return Err(Unclear::Unknown),
    })
}
