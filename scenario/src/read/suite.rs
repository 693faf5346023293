//! `[suite.NAME]`: what yields its tests, and what they have in common.

use std::num::NonZeroUsize;

use super::context::Context;
use super::leaf;
use super::names::Names;
use super::scope::Yield;
use super::table::{Entry, Table};
use super::test::{Shared, shared};
use crate::draft::{Part, SuiteDraft};
use crate::manifest::{Files, Listing, Rule, SuiteKind};
use crate::{Mistake, Span};

/// Reads everything of `[suite.NAME]`. Where there are mistakes, what could be read of it stays.
pub(super) fn suite(
    context: &mut Context<'_>,
    names: &Names,
    name: &str,
    mut table: Table<'_>,
) -> SuiteDraft {
    table.know(&["files", "list"]);
    table.belong(context, &["exclude", "batch"], &["files"], "`files`");
    let kind: Option<SuiteKind> = table.take(context, "kind", leaf::choice);
    let yielded_by = table.one_of(context, &["files", "list"]);
    let (rule, yields) = match yielded_by {
        Some("files") => {
            let yields = match table.span_of("batch") {
                Some(_) => Yield::Batch,
                None => Yield::File,
            };
            (Rule::Files(files(context, &mut table)), yields)
        }
        Some(_) => {
            let list = table.take(context, "list", listing);
            (list.map_or(Rule::Single, Rule::List), Yield::Names)
        }
        None => match kind {
            Some(kind) if table.span_of("run").is_none() => (Rule::Kind(kind), Yield::Names),
            _ => (Rule::Single, Yield::Nothing),
        },
    };
    let run = leaf::filled_list(leaf::text);
    let run = if yielded_by.is_none() && table.span_of("kind").is_some() {
        table.take(context, "run", run)
    } else {
        let meaning = "add `run = [\"program\", \"argument\"]`";
        table.require(context, "run", meaning, run)
    };
    let run = run.unwrap_or_default();
    let before = context.mistakes.len();
    let Shared { common, .. } = shared(context, names, &mut table, &run, yields, kind);
    let span = yielded_by.and_then(|key| table.span_of(key));
    let draft = SuiteDraft { name: name.to_owned(), rule, common };
    // A placeholder that is wrong already may be the one that is missing.
    let certain = !context.mistakes[before..].iter().any(Mistake::is_placeholder);
    if let Some(span) = span
        && certain
    {
        check_use(context, &draft, span, yields);
    }
    table.finish(context);
    draft
}

fn files(context: &mut Context<'_>, table: &mut Table<'_>) -> Files {
    let include = table.take(context, "files", leaf::patterns);
    let exclude = table.take(context, "exclude", leaf::patterns);
    let batch: Option<NonZeroUsize> = table.take(context, "batch", leaf::positive);
    Files { include: include.unwrap_or_default(), exclude: exclude.unwrap_or_default(), batch }
}

fn listing(context: &mut Context<'_>, entry: Entry<'_>) -> Option<Listing> {
    let mut table = entry.table(context, "list".to_owned())?;
    let meaning = "add `run = [\"program\", \"--list\"]`: what prints the names";
    let run = table.require(context, "run", meaning, leaf::filled_list(leaf::filled));
    let meaning = "add `match = '^(?<name>.+)$'`: which part of a line is a name";
    let pattern = table.require(context, "match", meaning, |context, entry| {
        let regex = leaf::regex(context, entry)?;
        if regex.capture_names().flatten().all(|name| name != "name") {
            context.mistake(Mistake::NoNameGroup { span: entry.span() });
            return None;
        }
        Some(regex)
    });
    table.finish(context);
    Some(Listing {
        run: run?.into_iter().map(|text| text.value).collect(),
        pattern: pattern?,
        span: entry.key_span,
    })
}

/// A suite with many tests must say which one it runs.
fn check_use(context: &mut Context<'_>, draft: &SuiteDraft, span: Span, yields: Yield) {
    let (part, placeholder) = match yields {
        Yield::Nothing => return,
        Yield::File => (Part::File, "{file}"),
        Yield::Batch => (Part::Files, "{files}"),
        Yield::Names => (Part::Name, "{name}"),
    };
    let common = &draft.common;
    let env = common.env.iter().map(|(_, value)| value);
    let mut values = common.run.iter().chain(env);
    if !common.run.is_empty() && !values.any(|value| value.parts.contains(&part)) {
        context.mistake(Mistake::UnusedYield { suite: draft.name.clone(), placeholder, span });
    }
}
