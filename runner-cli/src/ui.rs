//! What every command prints besides its own output: errors, as a person reads them, on standard error.

use std::io::{self, IsTerminal, Write};

use anstream::ColorChoice;
use anstyle::AnsiColor;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use probe_process::sift::{Colours, Sifter, plain, sift};
use probe_run::{Exit, RunError};

/// Why a command could not do its work: an error that knows its way out, and how probe ends for it.
pub(crate) trait Ends: Diagnostic {
    /// The exit code that goes with it.
    fn exit(&self) -> Exit {
        Exit::Setup
    }
}

/// Any such error.
pub(crate) type Failure = Box<dyn Ends>;

impl<E: Ends + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Box::new(error)
    }
}

/// Columns where standard error is no terminal.
const WIDTH: usize = 100;

/// Writes a command's output to standard output. A reader that has gone away is no error: it has read what it wanted.
pub(crate) fn print(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    let out = io::BufWriter::new(anstream::stdout());
    // Where there are to be no colours, `anstream` leaves them out.
    let mut out = Sifter::new(out, Colours::Keep);
    finish(write(&mut out).and_then(|()| out.flush()))
}

/// The same for what other programs read, byte by byte.
pub(crate) fn print_exactly(bytes: &[u8]) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    finish(out.write_all(bytes).and_then(|()| out.flush()))
}

fn finish(written: io::Result<()>) -> Result<(), OutputError> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(OutputError(error)),
        _ => Ok(()),
    }
}

/// Tells a person what a command has done: lines on standard error.
pub(crate) fn tell(text: &str) {
    // There is nowhere left to say that standard error is gone.
    let _ = io::stderr().lock().write_all(plain(text).as_bytes());
}

/// Prints why a command could not do its work.
pub(crate) fn print_failure(failure: &dyn Diagnostic) {
    let stderr = io::stderr();
    let colours = anstream::AutoStream::choice(&stderr) != ColorChoice::Never;
    let theme = if colours { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    // A name that is broken at a column is found by nobody who looks through a log.
    let wraps = stderr.is_terminal();
    let width = if wraps { crate::system::terminal_width().unwrap_or(WIDTH) } else { WIDTH };
    let mut text = String::new();
    let rendered = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_wrap_lines(wraps)
        .render_report(&mut text, failure);
    if rendered.is_err() {
        text = format!("{failure}\n");
    }
    // What the first line says of all mistakes, each of them need not say again.
    let text = text.replace("\nError: \n", "\n");
    // Whatever the message quotes.
    let colours = if colours { Colours::Keep } else { Colours::Strip };
    let mut sifted = Vec::with_capacity(text.len());
    sift(text.as_bytes(), colours, &mut sifted);
    // There is nowhere left to say that standard error is gone.
    let _ = stderr.lock().write_all(&sifted);
}

/// Says what does not work as it should while the command does its work all the same.
pub(crate) fn print_warning(warning: &dyn std::fmt::Display) {
    let style = AnsiColor::Yellow.on_default().bold();
    // As in `print_failure`.
    let _ =
        writeln!(anstream::stderr(), "{style}warning:{style:#} {}", plain(&warning.to_string()));
}

/// Says something besides a command's own output.
pub(crate) fn print_note(note: &str) {
    // As in `print_failure`.
    let _ = writeln!(anstream::stderr(), "{}", plain(note));
}

/// The same of several things.
pub(crate) fn print_notes(notes: &[String]) {
    notes.iter().for_each(|note| print_note(note));
}

/// `a`, or `a, b and c`; `None` if there is none.
pub(crate) fn enumerated(mut names: Vec<String>) -> Option<String> {
    let last = names.pop()?;
    Some(if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) })
}

/// Standard output could not be written.
#[derive(Debug)]
pub(crate) struct OutputError(io::Error);

impl std::fmt::Display for OutputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot write to standard output: {}", self.0)
    }
}

impl std::error::Error for OutputError {}
impl Diagnostic for OutputError {}
impl Ends for OutputError {}
impl Ends for RunError {}
