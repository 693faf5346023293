//! The keys that `[suite.NAME]` and `[test.NAME]` share, and `[test.NAME]`.

use std::path::Path;

use probe_pattern::routes;

use super::context::{Context, Text};
use super::leaf;
use super::names::{After, Earlier, Names, Provisions, Reach};
use super::run::limits;
use super::scope::{Scope, Yield, plain, written};
use super::table::Table;
use crate::manifest::draft::{Common, TestDraft};
use crate::manifest::written::{Filling, Part, Written};
use crate::text::word::UnknownWord;
use crate::{Mistake, Need, ResultsFile, ResultsFormat, ServiceNeed, Slots, SuiteKind};

/// The values that suites and tests share, and more that only the reader needs.
pub(super) struct Shared {
    pub(super) common: Common,
    /// The tests and suites that it waits for, each with its place.
    pub(super) after: Vec<After>,
}

/// Reads a whole `[test.NAME]`. Leaves out parts with mistakes.
pub(super) fn test(
    context: &mut Context<'_>,
    names: &Names,
    name: &str,
    mut table: Table<'_>,
) -> (TestDraft, Vec<After>) {
    let meaning = "add `run = [\"program\", \"argument\"]`";
    let run = table.require(context, "run", meaning, leaf::filled_list(leaf::text));
    let run = run.unwrap_or_default();
    table.belong(context, &["finally"], &["after"], "`after`");
    let is_finally = table.take(context, "finally", leaf::flag).unwrap_or(false);
    let reach = if is_finally { Reach::Suites } else { Reach::Tests };
    let Shared { common, after } =
        shared(context, names, &mut table, &run, (Yield::Nothing, None), reach);
    table.finish(context);
    let name = name.to_owned();
    (TestDraft { name, common, is_finally }, after)
}

/// Reads the keys that suites and tests share. `run` and `kind` are read before, because a suite needs only one of them.
pub(super) fn shared(
    context: &mut Context<'_>,
    names: &Names,
    table: &mut Table<'_>,
    run: &[Text],
    (yields, kind): (Yield, Option<SuiteKind>),
    reach: Reach,
) -> Shared {
    let needs = table.take(context, "needs", leaf::list(leaf::text));
    let Provisions { libraries: mut needs, services } =
        names.provisions(context, &needs.unwrap_or_default());
    let run = command(context, "`run`", run, Scope::Run(yields), names, &mut needs);
    let mut beside = |context: &mut Context<'_>, key: &'static str| {
        let Some(words) = table.take(context, key, leaf::filled_list(leaf::text)) else {
            return Vec::new();
        };
        let (what, scope) = (format!("`{key}`"), Scope::Environment(yields));
        command(context, &what, &words, scope, names, &mut needs)
    };
    let wrap = beside(context, "wrap");
    let before = beside(context, "before");
    let cleanup = beside(context, "cleanup");
    let mut env = Vec::new();
    for (variable, value) in table.take(context, "env", leaf::variables).unwrap_or_default() {
        let scope = Scope::Environment(yields);
        env.push((variable, written(context, &value, scope, names, &mut needs)));
    }
    let results = results(context, table, yields);
    let after = table.take(context, "after", leaf::list(leaf::text));
    let after = names.after(context, &after.unwrap_or_default(), reach);
    let group = table.take(context, "group", leaf::text);
    let path = |text: Text, context: &mut Context<'_>| plain(context, &text, Scope::Path);
    let env_file = table.take(context, "env-file", leaf::filled);
    let cwd = table.take(context, "cwd", leaf::filled);
    let mut earlier: Vec<Earlier> = after.iter().map(|after| after.earlier).collect();
    earlier.sort_unstable();
    earlier.dedup();
    let (mut tests, mut suites) = (Vec::new(), Vec::new());
    for earlier in earlier {
        match earlier {
            Earlier::Test(position) => tests.push(position),
            Earlier::Suite(position) => suites.push(position),
        }
    }
    let common = Common {
        run,
        wrap,
        before,
        cleanup,
        needs: Need::distinct(needs),
        services: ServiceNeed::distinct(services),
        after: tests,
        after_suites: suites,
        tags: table.take(context, "tags", leaf::tags).unwrap_or_default(),
        env,
        results,
        env_file: env_file.map(|text| path(text, context)),
        inputs: table.take(context, "inputs", leaf::patterns_or_none),
        cwd: cwd.map(|text| path(text, context)),
        limits: limits(context, table),
        slots: table.take(context, "slots", leaf::slots).unwrap_or(Slots::ONE),
        group: group.and_then(|name| names.group(context, &name)),
        kind,
        has_result: false,
        check: None,
        span: table.span,
        line: context.lines.number(table.span),
    };
    Shared { common, after }
}

/// Reads a command. Its first element must name a program.
fn command(
    context: &mut Context<'_>,
    what: &str,
    run: &[Text],
    scope: Scope<'_>,
    names: &Names,
    needs: &mut Vec<Need>,
) -> Vec<Written> {
    if let Some(program) = run.first()
        && matches!(program.value.as_str(), "" | "{args}" | "{files}")
    {
        context.mistake(Mistake::Empty {
            what: what.to_owned(),
            needs: "a program as its first element",
            span: program.span,
        });
    }
    run.iter().map(|argument| written(context, argument, scope, names, needs)).collect()
}

/// Reads `results`: a format, and where they are written in it.
fn results(context: &mut Context<'_>, table: &mut Table<'_>, yields: Yield) -> Option<ResultsFile> {
    let text = table.take(context, "results", leaf::text)?;
    let (format, path) = text.value.split_once(':').unwrap_or((&text.value, ""));
    let known = match format.parse::<ResultsFormat>() {
        Ok(known) => known,
        Err(UnknownWord { what, found, known }) => {
            let span = text.part(0..found.len());
            context.mistake(Mistake::Choice { what, found, known, span });
            return None;
        }
    };
    if path.is_empty() {
        context.mistake(Mistake::Empty {
            what: "`results`".to_owned(),
            needs: "the path of a file behind its format: `junit:{tmp}/results.xml`",
            span: text.span,
        });
        return None;
    }
    let written = written(context, &text, Scope::Results, &Names::default(), &mut Vec::new());
    let is_own = written.parts.contains(&Part::Temporary);
    if yields != Yield::Nothing && !is_own {
        context.mistake(Mistake::SharedResults { span: text.span });
        return None;
    }
    let head = format!("{format}:");
    let parts = written.parts.into_iter().enumerate().map(|(place, part)| match part {
        Part::Literal(text) if place == 0 => {
            Part::Literal(text.strip_prefix(&head).unwrap_or(&text).to_owned())
        }
        part => part,
    });
    let path = Written { parts: parts.collect() }.fill(Filling::default());
    let pattern = path.render(|_| Path::new("")).to_string_lossy().into_owned();
    if let Err(reason) = routes(&format!("/{pattern}")) {
        context.mistake(Mistake::Pattern { pattern, reason, span: text.span });
        return None;
    }
    Some(ResultsFile { format: known, path })
}
