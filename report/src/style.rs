//! Colours by meaning. `ink` decides whether they reach the terminal.

use anstyle::{AnsiColor, Style};

/// Success.
pub const PASS: Style = AnsiColor::Green.on_default().bold();
/// Failure.
pub const FAIL: Style = AnsiColor::Red.on_default().bold();
/// Something that needs attention.
pub const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// Names of tests and libraries.
pub const NAME: Style = AnsiColor::Cyan.on_default();
/// Text that must be easy to find.
pub const STRONG: Style = Style::new().bold();
/// Less important text.
pub const DIM: Style = Style::new().dimmed();
