//! Colours by meaning. Whether they reach the terminal is the affair of `ink`.

use anstyle::{AnsiColor, Style};

/// What went as it should.
pub const PASS: Style = AnsiColor::Green.on_default().bold();
/// What did not.
pub const FAIL: Style = AnsiColor::Red.on_default().bold();
/// What a person should look at.
pub const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// Names of tests and libraries.
pub const NAME: Style = AnsiColor::Cyan.on_default();
/// What is to be found at a glance.
pub const STRONG: Style = Style::new().bold();
/// What matters less.
pub const DIM: Style = Style::new().dimmed();
