//! Builds the command of a suite from its kind.

use super::place::Place;
use super::{bun, deno, go, node, probitas, pytest};
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
        SuiteKind::Bun => bun::launcher(place, has_args),
        SuiteKind::Go => go::launcher(),
        // As `prove` does: it starts what a `#!` line names, if that is not Perl.
        SuiteKind::Tap => vec!["perl".to_owned()],
        SuiteKind::Node
        | SuiteKind::NodeTest
        | SuiteKind::Vitest
        | SuiteKind::Jest
        | SuiteKind::Playwright => node::launcher(kind, place, subject, has_args),
    };
    let args = implied.args.as_deref().unwrap_or_default();
    with_subject(own, args, subject_parts(kind, subject))
}

/// The subject of a test as a word of its command.
fn subject_parts(kind: SuiteKind, subject: Subject) -> Option<Vec<Part>> {
    Some(match (subject, kind) {
        (Subject::Nothing, _) => return None,
        // Without its `./` a name is a part of names to Bun.
        (Subject::File, SuiteKind::Bun) => vec![Part::Literal("./".to_owned()), Part::File],
        (Subject::File, _) => vec![Part::File],
        (Subject::Files, SuiteKind::Bun) => vec![Part::Paths],
        (Subject::Files, _) => vec![Part::Files],
        (Subject::Name, SuiteKind::Go) => vec![Part::Name],
        // pytest's are `file.py::test`.
        (Subject::Name, _) => vec![Part::FileInName],
    })
}

/// The command of a kind: its own words, then the suite's `args`, then `{args}`, then the subject of the test.
fn with_subject(own: Vec<String>, args: &[Written], subject: Option<Vec<Part>>) -> Vec<Written> {
    let literal = |text: String| Written { parts: vec![Part::Literal(text)] };
    let one = |part| Written { parts: vec![part] };
    let mut command: Vec<Written> = own.into_iter().map(literal).collect();
    command.extend_from_slice(args);
    command.push(one(Part::Arguments));
    command.extend(subject.map(|parts| Written { parts }));
    command
}
