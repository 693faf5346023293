//! Suites and tests between the text and the files: references are ids already, `{file}` and its like are still open.

use std::sync::Arc;

use crate::kind::{Implied, SuiteKind};
use crate::manifest::{Limits, Rule, Slots};
use crate::template::{Argument, Command, Piece, Template};
use crate::{GroupId, LibraryId, Need, Span};

/// A `[suite.NAME]` that has no mistake.
#[derive(Clone, Debug)]
pub(crate) struct SuiteDraft {
    pub(crate) name: String,
    pub(crate) rule: Rule,
    pub(crate) common: Common,
    /// What it leaves to its kind, if it has one.
    pub(crate) implied: Option<Implied>,
}

/// A `[test.NAME]` that has no mistake.
#[derive(Clone, Debug)]
pub(crate) struct TestDraft {
    pub(crate) name: String,
    pub(crate) common: Common,
}

/// What suites and tests say alike.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    pub(crate) run: Vec<Written>,
    pub(crate) needs: Vec<Need>,
    /// Positions among the manifest's tests.
    pub(crate) after: Vec<usize>,
    pub(crate) tags: Vec<String>,
    pub(crate) env: Vec<(String, Written)>,
    pub(crate) env_file: Option<String>,
    pub(crate) cwd: Option<String>,
    pub(crate) limits: Limits,
    pub(crate) slots: Slots,
    pub(crate) group: Option<GroupId>,
    pub(crate) kind: Option<SuiteKind>,
    /// Whether nothing of the project keeps the result of its runner back.
    pub(crate) has_result: bool,
    pub(crate) span: Span,
    pub(crate) line: usize,
}

/// A value with placeholders that all mean something where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) parts: Vec<Part>,
}

/// A part of a [`Written`] value. What the platform or the version decides is literal already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Literal(String),
    Library(LibraryId),
    OwnPath,
    OwnDirectory,
    File,
    Files,
    Name,
    /// A name that begins with that of a file.
    FileInName,
    Arguments,
}

/// What the open parts stand for in one test, or in one library's own values.
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
                Part::Library(library) => Piece::Path(*library),
                Part::OwnPath => Piece::Path(own()),
                Part::OwnDirectory => Piece::Directory(own()),
                Part::File => Piece::Literal(file(&filling.files[0], template.begins_word())),
                Part::Name => Piece::Literal(filling.name.to_owned()),
                Part::FileInName => Piece::Literal(file(filling.name, template.begins_word())),
                Part::Files | Part::Arguments => {
                    unreachable!("reading lets what becomes many arguments only stand alone")
                }
            };
            template.push(piece);
        }
        template
    }

    /// The value as one argument or variable, if it is the same in every test.
    pub(crate) fn of_all(&self) -> Option<Arc<Template>> {
        let differs = |part: &Part| match part {
            Part::File | Part::Files | Part::Name | Part::FileInName | Part::Arguments => true,
            Part::Literal(_) | Part::Library(_) | Part::OwnPath | Part::OwnDirectory => false,
        };
        (!self.parts.iter().any(differs)).then(|| Arc::new(self.fill(Filling::default())))
    }

    /// Adds the value to the arguments of a command, in which `{files}` and `{args}` become many.
    pub(crate) fn fill_argument(&self, filling: Filling<'_>, arguments: &mut Vec<Argument>) {
        match self.parts.as_slice() {
            [Part::Arguments] => arguments.push(Argument::Passed),
            [Part::Files] => {
                let one =
                    |name: &String| Argument::One(Arc::new(Template::of_text(&file(name, true))));
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

/// The name of a file where a word may begin: no program takes it for an option, whatever somebody has called it.
fn file(name: &str, begins_word: bool) -> String {
    if begins_word && name.starts_with('-') { format!("./{name}") } else { name.to_owned() }
}
