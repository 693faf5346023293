//! A single line in the format of a run's status lines, for messages outside of a run.

use std::fmt::Display;
use std::io::Write;

use anstyle::Style;

use super::{Ink, style};

/// Writes `      PINNED name: detail` to standard error.
pub fn remark(verb: &str, colour: Style, name: &str, detail: &str) {
    remark_in(&mut Ink::stderr(), verb, colour, name, detail);
}

/// Writes `     WARNING text` to standard error.
pub fn warn(text: &dyn Display) {
    let mut out = Ink::stderr();
    let written = writeln!(out, "{0}{1:>12}{0:#} {text}", style::WARN, "WARNING");
    // As in `remark_in`.
    let _ = written.and_then(|()| out.flush());
}

/// Like [`remark`], but writes to a stream that others write to as well.
pub fn remark_in(out: &mut Ink<impl Write>, verb: &str, colour: Style, name: &str, detail: &str) {
    let shown = style::NAME;
    let written = writeln!(out, "{colour}{verb:>12}{colour:#} {shown}{name}{shown:#}: {detail}");
    // There is nowhere left to say that the stream is gone.
    let _ = written.and_then(|()| out.flush());
}
