//! Values whose placeholders are still open: a file, a name or a place in the store fills them in. Knows no suite.

use std::sync::Arc;

use crate::LibraryId;
use crate::value::template::{Argument, Command, Piece, Template};

/// A value with placeholders that all mean something where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) parts: Vec<Part>,
}

/// A part of a [`Written`] value. Placeholders for the platform and the version are literals already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Literal(String),
    Library(LibraryId),
    OwnPath,
    OwnDirectory,
    File,
    Files,
    /// Like `Files`, each written so that it can only be a path: `./a.test.ts`.
    Paths,
    Name,
    /// A name that begins with that of a file.
    FileInName,
    Arguments,
    /// The directory that a process has for itself.
    Temporary,
    /// Of a service: the port of this name, which is empty for `{port}`.
    Port(String),
    /// Of a service: a named group of its output.
    Caught(String),
    /// Of a service: its process id.
    Pid,
}

/// The values of the open parts in one test, or in one library's own values.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filling<'f> {
    pub(crate) own: Option<LibraryId>,
    /// One for `{file}`, a batch for `{files}`; relative to the working directory of the test.
    pub(crate) files: &'f [String],
    pub(crate) name: &'f str,
}

impl Written {
    /// The value as one argument or variable.
    pub(crate) fn fill(&self, filling: Filling<'_>) -> Template {
        let mut template = Template::with_capacity(self.parts.len());
        for part in &self.parts {
            let own = || filling.own.expect("only a library's values name its own place");
            let piece = match part {
                Part::Literal(text) => Piece::Literal(text.clone()),
                Part::Temporary => Piece::Temporary,
                Part::Library(library) => Piece::Path(*library),
                Part::OwnPath => Piece::Path(own()),
                Part::OwnDirectory => Piece::Directory(own()),
                Part::File => Piece::Literal(file(&filling.files[0], template.begins_word())),
                Part::Name => Piece::Literal(filling.name.to_owned()),
                Part::FileInName => Piece::Literal(file(filling.name, template.begins_word())),
                Part::Files | Part::Paths | Part::Arguments => {
                    unreachable!("reading lets what becomes many arguments only stand alone")
                }
                Part::Port(_) | Part::Caught(_) | Part::Pid => {
                    unreachable!("only services have ports")
                }
            };
            template.push(piece);
        }
        template
    }

    /// The value as one argument or variable, if it is the same in every test.
    pub(crate) fn of_all(&self) -> Option<Arc<Template>> {
        let differs = |part: &Part| match part {
            Part::File
            | Part::Files
            | Part::Paths
            | Part::Name
            | Part::FileInName
            | Part::Arguments => true,
            Part::Literal(_)
            | Part::Temporary
            | Part::Library(_)
            | Part::OwnPath
            | Part::OwnDirectory
            | Part::Port(_)
            | Part::Caught(_)
            | Part::Pid => false,
        };
        (!self.parts.iter().any(differs)).then(|| Arc::new(self.fill(Filling::default())))
    }

    /// Adds the value to the arguments of a command. `{files}` and `{args}` become several arguments.
    pub(crate) fn fill_argument(&self, filling: Filling<'_>, arguments: &mut Vec<Argument>) {
        match self.parts.as_slice() {
            [Part::Arguments] => arguments.push(Argument::Passed),
            [Part::Files] => {
                let one =
                    |name: &String| Argument::One(Arc::new(Template::of_text(&file(name, true))));
                arguments.extend(filling.files.iter().map(one));
            }
            [Part::Paths] => {
                let one = |name: &String| {
                    Argument::One(Arc::new(Template::of_text(&format!("./{name}"))))
                };
                arguments.extend(filling.files.iter().map(one));
            }
            _ => arguments.push(Argument::One(Arc::new(self.fill(filling)))),
        }
    }

    /// A whole command.
    pub(crate) fn fill_command(command: &[Self], filling: Filling<'_>) -> Command {
        let mut arguments = Vec::with_capacity(command.len());
        for argument in command {
            argument.fill_argument(filling, &mut arguments);
        }
        Command::new(arguments)
    }
}

/// The name of a file at the beginning of a word, written so that no program takes it for an option.
fn file(name: &str, begins_word: bool) -> String {
    if begins_word && name.starts_with('-') { format!("./{name}") } else { name.to_owned() }
}
