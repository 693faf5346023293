//! Where a library comes from: `url`, `command` or `leader`, with the keys that belong to each.

use super::by_platform::{ByPlatform, by_platform};
use super::context::{Context, Text};
use super::leaf;
use super::scope::{Own, Scope, plain};
use super::table::{Entry, Table};
use super::url::{Location, location};
use crate::{Artefact, BadUrl, CommandLimits, Download, Member, Mistake, Source, Span};

/// The keys that say where a library comes from; it has exactly one of them, or a preset has.
pub(super) const SOURCES: [&str; 3] = ["url", "command", "leader"];

/// The keys that belong to `url`.
pub(super) const OF_URL: [&str; 4] = ["member", "sha256", "mirrors", "to"];

/// The keys that belong to `command` and `leader`.
pub(super) const OF_ARTEFACT: [&str; 2] = ["paths", "inputs"];

/// The keys that belong to `command` alone.
pub(super) const OF_COMMAND: [&str; 2] = ["timeout", "silence"];

/// The preset that a library uses, and what the project's lock files say about it.
#[derive(Default)]
pub(super) struct Following {
    pub(super) preset: Option<String>,
    pub(super) version: Option<String>,
    /// The lock file, if the preset's own source depends on it.
    pub(super) lock: Option<String>,
}

/// A source before the names in it are known.
pub(super) enum SourceSketch {
    Ready(Source),
    Command { command: Vec<Text>, artefact: Artefact, limits: CommandLimits },
}

/// Why a table is no library here.
pub(super) enum Missing {
    /// It is one for other platforms only.
    Elsewhere {
        /// The key that has them.
        key: &'static str,
        /// The platforms that it has something for.
        given: Vec<String>,
        /// The place of these platforms.
        span: Span,
    },
    /// Its source has mistakes.
    Broken,
}

/// Reads where a library comes from; `following` is the preset that says it where the table does not.
pub(super) fn source(
    context: &mut Context<'_>,
    own: Own<'_>,
    table: &mut Table<'_>,
    following: &Following,
) -> Result<SourceSketch, Missing> {
    table.know(&SOURCES);
    table.know(&OF_URL);
    table.know(&OF_ARTEFACT);
    table.know(&OF_COMMAND);
    let source = table.one_of(context, &SOURCES);
    if source.is_some() {
        table.belong(context, &OF_URL, &["url"], "`url`");
        table.belong(context, &OF_ARTEFACT, &["command", "leader"], "`command` or `leader`");
        table.belong(context, &OF_COMMAND, &["command"], "`command`");
    }
    match source {
        Some("url") => download(context, own, table),
        Some("command") => {
            let command = table.take(context, "command", leaf::filled_list(leaf::text));
            let limits = command_limits(context, table);
            let meaning = "add `paths`: patterns of what the command leaves";
            let (paths, inputs) = artefact(context, own, table, Some(meaning), following);
            let command = command.ok_or(Missing::Broken)?;
            let paths = match paths.ok_or(Missing::Broken)? {
                ByPlatform::Here(paths) => paths,
                // The paths for this platform are unknown.
                ByPlatform::Elsewhere { given, span } => {
                    return Err(Missing::Elsewhere { key: "paths", given, span });
                }
            };
            Ok(SourceSketch::Command { command, artefact: Artefact { paths, inputs }, limits })
        }
        Some(_) => {
            let leader = table.take(context, "leader", leaf::flag).ok_or(Missing::Broken)?;
            let (paths, inputs) = artefact(context, own, table, None, following);
            let artefact = match paths {
                // It can do without them.
                Some(ByPlatform::Elsewhere { .. }) => Artefact { paths: Vec::new(), inputs },
                Some(ByPlatform::Here(paths)) => Artefact { paths, inputs },
                None => return Err(Missing::Broken),
            };
            if !leader {
                no_source(context, own, table);
                return Err(Missing::Broken);
            }
            Ok(SourceSketch::Ready(Source::Leader { artefact, is_certain: true }))
        }
        None => {
            no_source(context, own, table);
            Err(Missing::Broken)
        }
    }
}

fn command_limits(context: &mut Context<'_>, table: &mut Table<'_>) -> CommandLimits {
    let usual = CommandLimits::default();
    let mut limit = |key| table.take(context, key, leaf::time_limit);
    CommandLimits {
        timeout: limit("timeout").unwrap_or(usual.timeout),
        silence: limit("silence").unwrap_or(usual.silence),
    }
}

fn no_source(context: &mut Context<'_>, own: Own<'_>, table: &Table<'_>) {
    context.mistake(Mistake::NoSource { library: own.name.to_owned(), span: table.span });
}

fn download(
    context: &mut Context<'_>,
    own: Own<'_>,
    table: &mut Table<'_>,
) -> Result<SourceSketch, Missing> {
    let at = |context: &mut Context<'_>, entry: Entry<'_>| {
        let text = leaf::filled(context, entry)?;
        let url = plain(context, &text, Scope::Source(own));
        match location(&url) {
            Ok(location) => Some(location),
            Err(reason) => {
                let span = text.span;
                context.mistake(Mistake::Url { url, reason, span });
                None
            }
        }
    };
    let mirror = |context: &mut Context<'_>, entry: Entry<'_>| match at(context, entry)? {
        Location::Url(url) => Some(url),
        Location::Path(url) => {
            context.mistake(Mistake::Url { url, reason: BadUrl::Path, span: entry.span() });
            None
        }
    };
    let url = table.take(context, "url", |context, entry| by_platform(context, entry, at));
    let sha256 =
        table.take(context, "sha256", |context, entry| by_platform(context, entry, leaf::digest));
    let mirrors = table.take(context, "mirrors", leaf::list(mirror));
    let member = table.take(context, "member", leaf::filled);
    let member = member.map(|member| {
        let member = plain(context, &member, Scope::Source(own));
        match member.strip_suffix('/') {
            Some(folder) => Member::Folder(folder.to_owned()),
            None => Member::File(member),
        }
    });
    let sha256 = sha256.and_then(ByPlatform::here);
    let source = match url.ok_or(Missing::Broken)? {
        ByPlatform::Elsewhere { given, span } => {
            return Err(Missing::Elsewhere { key: "url", given, span });
        }
        ByPlatform::Here(Location::Url(url)) => {
            Source::Url(Download { url, mirrors: mirrors.unwrap_or_default(), sha256, member })
        }
        ByPlatform::Here(Location::Path(path)) => {
            table.belong(context, &["mirrors"], &[], "a `url` that is fetched");
            Source::Path { path, member, sha256 }
        }
    };
    Ok(SourceSketch::Ready(source))
}

/// Reads `paths`, which may differ by platform, and `inputs`. `needed` describes `paths` if they are required.
fn artefact(
    context: &mut Context<'_>,
    own: Own<'_>,
    table: &mut Table<'_>,
    needed: Option<&'static str>,
    following: &Following,
) -> (Option<ByPlatform<Vec<String>>>, Vec<String>) {
    let patterns = |context: &mut Context<'_>, entry: Entry<'_>| {
        let mut texts = leaf::filled_list(leaf::filled)(context, entry)?;
        for text in &mut texts {
            text.value = plain(context, text, Scope::Source(own));
        }
        let patterns = leaf::compile(context, texts);
        Some(patterns.texts().map(|(text, _)| text.to_owned()).collect::<Vec<String>>())
    };
    let by_platform =
        |context: &mut Context<'_>, entry: Entry<'_>| by_platform(context, entry, patterns);
    let paths = match needed {
        Some(meaning) => table.require(context, "paths", meaning, by_platform),
        None => {
            let paths = table.take(context, "paths", by_platform);
            Some(paths.unwrap_or(ByPlatform::Here(Vec::new())))
        }
    };
    let mut inputs = table.take(context, "inputs", patterns);
    if table.span_of("inputs").is_none() {
        // Made by a version of a package, it is made anew for another one.
        inputs = following.lock.clone().map(|lock| vec![lock]);
    }
    (paths, inputs.unwrap_or_default())
}
