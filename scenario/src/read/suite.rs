//! `[suite.NAME]`: where its tests come from, and what they share.

use std::num::NonZeroUsize;

use super::context::{Context, Text};
use super::leaf;
use super::names::{After, Names, Reach};
use super::scope::{Scope, Yield, written};
use super::table::{Entry, Table};
use super::test::{Shared, shared};
use crate::manifest::draft::{Common, Implied, SuiteDraft};
use crate::manifest::rule::{Files, Listing, Rule};
use crate::manifest::written::{Part, Written};
use crate::text::placeholder::{Token, tokens};
use crate::value::kind::Subject;
use crate::{Mistake, Need, Span, SuiteKind};

/// Reads a whole `[suite.NAME]`. Leaves out parts with mistakes.
pub(super) fn suite(
    context: &mut Context<'_>,
    names: &Names,
    name: &str,
    mut table: Table<'_>,
) -> (SuiteDraft, Vec<After>) {
    table.know(&["files", "list", "args"]);
    table.belong(context, &["args"], &["kind"], "`kind`");
    let kind_span = table.span_of("kind");
    let kind: Option<SuiteKind> = table.take(context, "kind", leaf::choice);
    let yielded_by = table.one_of(context, &["files", "list"]);
    let run = table.take(context, "run", leaf::filled_list(leaf::text));
    let own_run = table.span_of("run");
    let (rule, yields) = match (yielded_by, kind) {
        (Some("files"), _) => {
            (Rule::Files(files(context, &mut table)), by_file(table.span_of("batch")))
        }
        (Some(_), _) => {
            let list = table.take(context, "list", listing);
            (list.map_or(Rule::Single, Rule::List), Yield::Names)
        }
        (None, Some(kind)) if own_run.is_none() || has_file(run.as_deref()) => match kind {
            kind if kind.builds() || kind.lists() => (Rule::Kind(kind), Yield::Names),
            kind => (Rule::Kind(kind), by_file(table.span_of("batch"))),
        },
        (None, _) => (Rule::Single, Yield::Nothing),
    };
    table.know(&["exclude", "batch"]);
    if !matches!((&rule, yields), (Rule::Files(_), _) | (Rule::Kind(_), Yield::File | Yield::Batch))
    {
        table.belong(context, &["exclude", "batch"], &["files"], "`files`");
    }
    let subject = match (&rule, yields) {
        // The kind decides where its tests come from.
        (Rule::Kind(_), _) => None,
        (_, Yield::Nothing) => Some(Subject::Nothing),
        (_, Yield::File) => Some(Subject::File),
        (_, Yield::Batch) => Some(Subject::Files),
        (_, Yield::Names) => Some(Subject::Name),
    };
    let runs = match (kind, subject) {
        (Some(kind), Some(subject)) => kind.runs(subject),
        // A kind that is none may be one that runs everything.
        _ => kind_span.is_some(),
    };
    if own_run.is_none() && !runs {
        table.missing(context, "run", "add `run = [\"program\", \"argument\"]`");
    }
    if let (Some(SuiteKind::Tap), None, Some(span)) = (kind, own_run, table.span_of("batch")) {
        let first_span = kind_span.unwrap_or(span);
        context.mistake(Mistake::Exclusive { first: "kind", first_span, second: "batch", span });
    }
    let run = run.unwrap_or_default();
    let before = context.mistakes.len();
    let Shared { mut common, after } =
        shared(context, names, &mut table, &run, (yields, kind), Reach::Tests);
    let args = arguments(context, names, &mut table, &mut common, yields, kind);
    let implied = kind.zip(kind_span).map(|(kind, span)| {
        let Files { exclude, batch, .. } = match &rule {
            Rule::Kind(_) => files(context, &mut table),
            _ => Files::default(),
        };
        Implied { kind, args, exclude, batch, span }
    });
    let span = yielded_by.and_then(|key| table.span_of(key));
    let draft = SuiteDraft { name: name.to_owned(), rule, common, implied };
    // A placeholder that is wrong already may be the one that is missing.
    let certain = !context.mistakes[before..].iter().any(Mistake::is_placeholder);
    if let Some(span) = span
        && certain
    {
        check_use(context, &draft, span, yields);
    }
    table.finish(context);
    (draft, after)
}

fn by_file(batch: Option<Span>) -> Yield {
    if batch.is_some() { Yield::Batch } else { Yield::File }
}

/// Whether a command wants files.
fn has_file(run: Option<&[Text]>) -> bool {
    let is_file = |token: &Token<'_>| matches!(token, Token::Placeholder("file" | "files", _));
    run.unwrap_or_default().iter().any(|text| tokens(&text.value).iter().any(is_file))
}

/// Reads `args`: further arguments of the kind's own command.
fn arguments(
    context: &mut Context<'_>,
    names: &Names,
    table: &mut Table<'_>,
    common: &mut Common,
    yields: Yield,
    kind: Option<SuiteKind>,
) -> Option<Vec<Written>> {
    let builds = kind.is_some_and(SuiteKind::builds);
    if !builds {
        table.one_of(context, &["run", "args"]);
    }
    let args = table.take(context, "args", leaf::list(leaf::text))?;
    // A build runs before there are libraries.
    let scope = if builds { Scope::Path } else { Scope::Run(yields) };
    let args = args.iter().map(|text| written(context, text, scope, names, &mut common.needs));
    let args = args.collect();
    common.needs = Need::distinct(std::mem::take(&mut common.needs));
    Some(args)
}

fn files(context: &mut Context<'_>, table: &mut Table<'_>) -> Files {
    let include = table.take(context, "files", leaf::patterns);
    let exclude = table.take(context, "exclude", leaf::patterns);
    let batch: Option<NonZeroUsize> = table.take(context, "batch", leaf::positive);
    let (include, exclude) = (include.unwrap_or_default(), exclude.unwrap_or_default());
    Files { include, exclude, batch, kind: None }
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
