//! Values with placeholders, ready for a process. The paths of libraries are filled in when one starts.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use crate::LibraryId;

/// A value in which only the paths of libraries are still open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

/// A part of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Literal(String),
    /// The path of a library.
    Path(LibraryId),
    /// The directory that holds a library.
    Directory(LibraryId),
    /// The private temporary directory of a process.
    Temporary,
}

impl Template {
    /// The parts in order; no two literals follow each other.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The text, if it has no placeholder.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Fills in the placeholders for a process without a private directory. `path_of` gives each library's path.
    #[must_use]
    pub fn render<'p>(&self, path_of: impl Fn(LibraryId) -> &'p Path) -> OsString {
        self.render_in(Path::new(""), path_of)
    }

    /// Like [`render`](Self::render), for a process with this private directory.
    #[must_use]
    pub fn render_in<'p>(
        &self,
        temporary: &Path,
        path_of: impl Fn(LibraryId) -> &'p Path,
    ) -> OsString {
        let mut rendered = OsString::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => rendered.push(text),
                Piece::Temporary => rendered.push(temporary),
                Piece::Path(library) => rendered.push(path_of(*library)),
                Piece::Directory(library) => {
                    rendered.push(path_of(*library).parent().unwrap_or(Path::new("")));
                }
            }
        }
        rendered
    }

    /// Whether a word begins after the text so far: for the program itself, as after `--file=`, or for a shell.
    pub(crate) fn begins_word(&self) -> bool {
        let is_of_word = |c: char| c.is_alphanumeric() || "-_./".contains(c);
        match self.pieces.last() {
            None => true,
            Some(Piece::Literal(text)) => !text.ends_with(is_of_word),
            Some(Piece::Path(_) | Piece::Directory(_) | Piece::Temporary) => false,
        }
    }

    /// This text, in which nothing is open.
    pub(crate) fn of_text(text: &str) -> Self {
        let mut template = Self::with_capacity(1);
        template.push(Piece::Literal(text.to_owned()));
        template
    }

    /// Makes every place that it names that of `id`.
    pub(crate) fn renumber(&mut self, id: LibraryId) {
        for piece in &mut self.pieces {
            if let Piece::Path(library) | Piece::Directory(library) = piece {
                *library = id;
            }
        }
    }

    /// Nothing yet, with room for as many pieces.
    pub(crate) fn with_capacity(pieces: usize) -> Self {
        Self { pieces: Vec::with_capacity(pieces) }
    }

    pub(crate) fn push(&mut self, piece: Piece) {
        if let (Piece::Literal(more), Some(Piece::Literal(text))) = (&piece, self.pieces.last_mut())
        {
            text.push_str(more);
        } else if piece != Piece::Literal(String::new()) {
            self.pieces.push(piece);
        }
    }
}

/// The command of a test or a library: a program and its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    arguments: Vec<Argument>,
}

/// One element of a `run` or `command`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Exactly one argument.
    One(Arc<Template>),
    /// `{args}`: all arguments that follow `--` on the command line.
    Passed,
}

impl Command {
    pub(crate) fn new(arguments: Vec<Argument>) -> Self {
        Self { arguments }
    }

    /// The elements. The first one is the program.
    #[must_use]
    pub fn arguments(&self) -> &[Argument] {
        &self.arguments
    }

    /// Whether the command contains `{args}`, for what follows `--` on the command line.
    #[must_use]
    pub fn takes_passed(&self) -> bool {
        self.arguments.contains(&Argument::Passed)
    }

    /// Returns program and arguments for a process without a private directory. `path_of` gives each library's path, and
    /// `passed` replaces `{args}`.
    #[must_use]
    pub fn render<'p>(
        &self,
        passed: &[OsString],
        path_of: impl Fn(LibraryId) -> &'p Path,
    ) -> Vec<OsString> {
        self.render_in(Path::new(""), passed, path_of)
    }

    /// Like [`render`](Self::render), for a process with this private directory.
    #[must_use]
    pub fn render_in<'p>(
        &self,
        temporary: &Path,
        passed: &[OsString],
        path_of: impl Fn(LibraryId) -> &'p Path,
    ) -> Vec<OsString> {
        let mut rendered = Vec::with_capacity(self.arguments.len());
        for argument in &self.arguments {
            match argument {
                Argument::One(template) => rendered.push(template.render_in(temporary, &path_of)),
                Argument::Passed => rendered.extend_from_slice(passed),
            }
        }
        rendered
    }
}
