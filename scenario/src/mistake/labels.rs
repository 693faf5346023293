//! The places of each mistake, with a label for each. The first is the one that has to change.

use super::Mistake;
use crate::{BadJobs, Span};

pub(super) fn of(mistake: &Mistake) -> Vec<(Span, String)> {
    let only = |span: &Span, label: &str| vec![(*span, label.to_owned())];
    match mistake {
        Mistake::Syntax { span, .. }
        | Mistake::Empty { span, .. }
        | Mistake::Nul { span, .. }
        | Mistake::NoTime { span, .. }
        | Mistake::Name { span, .. }
        | Mistake::UnknownPreset { span, .. }
        | Mistake::Alone { span, .. }
        | Mistake::NothingListed { span, .. }
        | Mistake::ListedTwice { span, .. }
        | Mistake::ListedName { span, .. }
        | Mistake::NotListed { span, .. }
        | Mistake::NoTestFile { span, .. } => only(span, ""),
        Mistake::SeveralRunners { span, .. } => only(span, "which of them?"),
        Mistake::UnknownKey { span, .. } => only(span, "unknown key"),
        Mistake::WrongType { expected, span, .. } => only(span, &format!("not {expected}")),
        Mistake::MissingKey { key, span, .. } => only(span, &format!("`{key}` is missing")),
        Mistake::OutOfRange { limit, span, .. } => only(span, &limit.to_string()),
        Mistake::Jobs { reason: BadJobs::Unknown, span, .. } => only(span, "no number of tests"),
        Mistake::Jobs { reason, span, .. } => only(span, &reason.to_string()),
        Mistake::Duration { reason, span, .. } => only(span, &reason.to_string()),
        Mistake::Choice { span, .. } => only(span, "none of the choices"),
        Mistake::SameName { first_span, span, .. } => {
            vec![(*span, "and here".to_owned()), (*first_span, "named here".to_owned())]
        }
        Mistake::NeedsService { span, .. } => only(span, "a service"),
        Mistake::ShorterService { needed_per, span, .. } => {
            only(span, &format!("one for each {needed_per}"))
        }
        Mistake::DividedService { per, span, .. } => only(span, &format!("one for each {per}")),
        Mistake::SameVariable { variable, first_span, span, .. } => {
            vec![(*span, format!("is `{variable}` too")), (*first_span, format!("is `{variable}`"))]
        }
        Mistake::SamePlace { place, first_span, span, .. } => vec![
            (*span, format!("is put at `{place}` too")),
            (*first_span, format!("is put at `{place}`")),
        ],
        Mistake::SameFile { first, second, first_span, span, .. } => {
            vec![(*span, format!("and `{second}`")), (*first_span, format!("takes `{first}`"))]
        }
        Mistake::SamePaths { first_span, span, .. } => vec![
            (*span, "is made there by another command".to_owned()),
            (*first_span, "is made there".to_owned()),
        ],
        Mistake::UnknownName { span, .. } => only(span, "not defined"),
        Mistake::Pattern { reason, span, .. } => only(span, reason),
        Mistake::Selector { span, .. } => only(span, "not a selector"),
        Mistake::Regex { span, .. } => only(span, "not a regular expression"),
        Mistake::NoNameGroup { span } => only(span, "no group called `name`"),
        Mistake::Digest { reason, span } => only(span, &reason.to_string()),
        Mistake::Url { reason, span, .. } => only(span, &reason.to_string()),
        Mistake::UnknownPlatform { span, .. } => only(span, "not a platform"),
        Mistake::UnsupportedPlatform { url_span, span, .. } => vec![
            (*span, "needed here".to_owned()),
            (*url_span, "the platforms that it has".to_owned()),
        ],
        Mistake::UnknownPlaceholder { span, .. } => only(span, "does not exist"),
        Mistake::MisplacedPlaceholder { span, .. } => only(span, "means nothing here"),
        Mistake::JoinedPlaceholder { span, .. } => only(span, "must stand alone"),
        Mistake::NoVersion { span, .. } => only(span, "no version to put here"),
        Mistake::UnusedYield { span, .. } => only(span, "yields the tests"),
        Mistake::SharedResults { span } => only(span, "one file"),
        Mistake::NoSource { span, .. } => only(span, "no source"),
        Mistake::Exclusive { first_span, span, .. } => {
            vec![(*span, "and this".to_owned()), (*first_span, "either this".to_owned())]
        }
        Mistake::Cycle { edges, .. } => edges
            .iter()
            .map(|edge| (edge.span, format!("`{}` waits for `{}`", edge.from, edge.to)))
            .collect(),
        Mistake::OutsideDirectory { span, .. } => only(span, "this suite"),
        Mistake::NoFile { span, .. } => only(span, "matches no file"),
        Mistake::AllExcluded { span, .. } => only(span, "excludes every file"),
    }
}
