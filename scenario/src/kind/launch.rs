//! The command that each kind makes of a suite.

use super::place::Place;
use super::{deno, node, probitas, pytest};
use crate::manifest::draft::Implied;
use crate::manifest::written::{Part, Written};
use crate::value::kind::{Subject, SuiteKind};

/// The command of a test.
pub(super) fn command(
    kind: SuiteKind,
    implied: &Implied,
    place: &Place<'_>,
    subject: Subject,
) -> Vec<Written> {
    let has_args = implied.args.is_some();
    let own = match kind {
        SuiteKind::Cargo | SuiteKind::Ctest => Vec::new(),
        SuiteKind::Pytest => pytest::launcher(place),
        SuiteKind::Deno => deno::launcher(place, has_args),
        SuiteKind::Probitas => probitas::launcher(place),
        // As `prove` does: it starts what a `#!` line names, if that is not Perl.
        SuiteKind::Tap => vec!["perl".to_owned()],
        SuiteKind::Node
        | SuiteKind::NodeTest
        | SuiteKind::Vitest
        | SuiteKind::Jest
        | SuiteKind::Playwright => node::launcher(kind, place, subject, has_args),
    };
    with_subject(own, implied.args.as_deref().unwrap_or_default(), subject)
}

/// A command as a kind makes it: its own words, then the suite's `args`, then `{args}`, then what the test is.
fn with_subject(own: Vec<String>, args: &[Written], subject: Subject) -> Vec<Written> {
    let literal = |text: String| Written { parts: vec![Part::Literal(text)] };
    let one = |part| Written { parts: vec![part] };
    let mut command: Vec<Written> = own.into_iter().map(literal).collect();
    command.extend_from_slice(args);
    command.push(one(Part::Arguments));
    command.extend(match subject {
        Subject::Nothing => None,
        Subject::File => Some(one(Part::File)),
        Subject::Files => Some(one(Part::Files)),
        // The one kind that has names takes `file.py::test`.
        Subject::Name => Some(one(Part::FileInName)),
    });
    command
}
