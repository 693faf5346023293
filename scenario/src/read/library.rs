//! `[library.NAME]`, in two steps: what a library says by itself, then what it says about other libraries.

use regex::Regex;

use super::context::{Context, Text};
use super::leaf;
use super::names::Names;
use super::preset::Presets;
use super::scope::{Own, Scope, plain, written};
use super::table::{Entry, Table};
use super::url::{Location, location};
use crate::manifest::library::variable;
use crate::manifest::written::{Filling, Written};
use crate::{
    Artefact, BadUrl, Because, CommandLimits, Download, Known, Library, LibraryId, LibraryKind,
    Member, Mistake, Need, Placement, Source, Span,
};

/// The keys that say where a library comes from; it has exactly one of them, or a preset has.
const SOURCES: [&str; 3] = ["url", "command", "leader"];

/// The keys that belong to `url`.
const OF_URL: [&str; 4] = ["member", "sha256", "mirrors", "to"];

/// The keys that belong to `command` and `leader`.
const OF_ARTEFACT: [&str; 2] = ["paths", "inputs"];

/// The keys that belong to `command` alone.
const OF_COMMAND: [&str; 2] = ["timeout", "silence"];

/// A library before the names of the other ones are known.
pub(super) struct Sketch {
    name: String,
    span: Span,
    version: Option<String>,
    source: SourceSketch,
    kind: LibraryKind,
    to: Option<Placement>,
    env: Vec<(String, Text)>,
    detect: Vec<Regex>,
    needs: Vec<Text>,
    preset: Option<String>,
}

/// The preset that a library follows, and what the project's lock files say of it.
#[derive(Default)]
struct Following {
    preset: Option<String>,
    version: Option<String>,
    /// The lock file, if the preset's own source depends on it.
    lock: Option<String>,
}

enum SourceSketch {
    Ready(Source),
    Command { command: Vec<Text>, artefact: Artefact, limits: CommandLimits },
}

/// Why a table is no library here.
pub(super) enum Missing {
    /// It is one for other platforms only.
    Elsewhere {
        /// The platforms that it has something for.
        given: Vec<String>,
        /// Where those stand.
        span: Span,
    },
    /// There are mistakes in what makes it one.
    Broken,
}

/// Reads everything that a library says by itself, or by a preset.
pub(super) fn sketch<'v>(
    context: &mut Context<'_>,
    presets: &'v Presets,
    name: &str,
    mut table: Table<'v>,
) -> Result<Sketch, Missing> {
    let following = preset(context, presets, &mut table);
    let version = table.take(context, "version", leaf::filled).map(|text| text.value);
    let known = following.as_ref().ok().and_then(|following| following.version.clone());
    let version = version.or(known);
    let own = Own { name, version: version.as_deref() };
    let source = match &following {
        Ok(following) => source(context, own, &mut table, following),
        Err(_) => Err(Missing::Broken),
    };
    let kind = table.take(context, "kind", leaf::choice);
    let to = table.take(context, "to", leaf::filled);
    let to = to.map(|to| match to.value.as_str() {
        "plug" => Placement::Plug,
        _ => Placement::Path(plain(context, &to, Scope::Source(own))),
    });
    let env = table.take(context, "env", leaf::variables);
    let detect = table.take(context, "detect", leaf::list(leaf::regex));
    let needs = table.take(context, "needs", leaf::list(leaf::text));
    let span = table.span;
    table.finish(context);
    Ok(Sketch {
        name: name.to_owned(),
        span,
        source: source?,
        kind: kind.unwrap_or(LibraryKind::Native),
        to,
        env: env.unwrap_or_default(),
        detect: detect.unwrap_or_default(),
        needs: needs.unwrap_or_default(),
        preset: following.ok().and_then(|following| following.preset),
        version,
    })
}

/// Lets a table inherit from its preset. If it says itself where the library comes from, all of that is its own affair.
fn preset<'v>(
    context: &mut Context<'_>,
    presets: &'v Presets,
    table: &mut Table<'v>,
) -> Result<Following, Missing> {
    let Some(name) = table.take(context, "preset", leaf::filled) else {
        return match table.span_of("preset") {
            Some(_) => Err(Missing::Broken),
            None => Ok(Following::default()),
        };
    };
    let Some(preset) = presets.find(&name.value) else {
        context.mistake(Mistake::UnknownPreset {
            name: name.value,
            known: presets.names().map(str::to_owned).collect(),
            span: name.span,
        });
        return Err(Missing::Broken);
    };
    let own_source = SOURCES.iter().any(|key| table.span_of(key).is_some());
    let of_source = [&SOURCES[..], &OF_URL, &OF_ARTEFACT, &OF_COMMAND].concat();
    table.inherit(preset, name.span, if own_source { &of_source } else { &[] });
    let depends_on_lock = !own_source && presets.is_made(&name.value);
    // What a table says itself needs no lock file to be looked for.
    let is_complete = table.span_of("version").is_some() && !depends_on_lock;
    let known = if is_complete { None } else { (context.known)(&name.value) };
    let (version, lock) = known.map(|Known { version, lock }| (version, lock)).unzip();
    let lock = lock.filter(|_| depends_on_lock);
    Ok(Following { preset: Some(name.value), version, lock })
}

fn source(
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
            let artefact = artefact(context, own, table, Some(meaning), following);
            Ok(SourceSketch::Command {
                command: command.ok_or(Missing::Broken)?,
                artefact: artefact.ok_or(Missing::Broken)?,
                limits,
            })
        }
        Some(_) => {
            let leader = table.take(context, "leader", leaf::flag).ok_or(Missing::Broken)?;
            let artefact = artefact(context, own, table, None, following).ok_or(Missing::Broken)?;
            if !leader {
                no_source(context, own, table);
                return Err(Missing::Broken);
            }
            Ok(SourceSketch::Ready(Source::Leader { artefact }))
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
        ByPlatform::Elsewhere { given, span } => return Err(Missing::Elsewhere { given, span }),
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

/// Reads `paths` and `inputs`; `needed` says what `paths` would mean where they must be there.
fn artefact(
    context: &mut Context<'_>,
    own: Own<'_>,
    table: &mut Table<'_>,
    needed: Option<&'static str>,
    following: &Following,
) -> Option<Artefact> {
    let patterns = |context: &mut Context<'_>, entry: Entry<'_>| {
        let mut texts = leaf::filled_list(leaf::filled)(context, entry)?;
        for text in &mut texts {
            text.value = plain(context, text, Scope::Source(own));
        }
        let patterns = leaf::compile(context, texts);
        Some(patterns.texts().map(|(text, _)| text.to_owned()).collect())
    };
    let paths = match needed {
        Some(meaning) => table.require(context, "paths", meaning, patterns),
        None => Some(table.take(context, "paths", patterns).unwrap_or_default()),
    };
    let mut inputs = table.take(context, "inputs", patterns);
    if table.span_of("inputs").is_none() {
        // Made by a version of a package, it is made anew for another one.
        inputs = following.lock.clone().map(|lock| vec![lock]);
    }
    Some(Artefact { paths: paths?, inputs: inputs.unwrap_or_default() })
}

/// A value that may differ by platform.
enum ByPlatform<T> {
    Here(T),
    Elsewhere { given: Vec<String>, span: Span },
}

impl<T> ByPlatform<T> {
    fn here(self) -> Option<T> {
        match self {
            Self::Here(value) => Some(value),
            Self::Elsewhere { .. } => None,
        }
    }
}

/// Reads one value, or a table of values by platform, of which the most exact one counts. The others are read too,
/// so that a mistake for one platform is seen on all.
fn by_platform<T>(
    context: &mut Context<'_>,
    entry: Entry<'_>,
    read: impl Fn(&mut Context<'_>, Entry<'_>) -> Option<T>,
) -> Option<ByPlatform<T>> {
    if !entry.is_table() {
        return read(context, entry).map(ByPlatform::Here);
    }
    let table = entry.table(context, String::new())?;
    let fitting = context.platform.keys();
    let mut given = Vec::new();
    let mut best = None;
    for entry in table.into_entries() {
        let key = leaf::platform_key(context, entry.key, entry.key_span);
        given.push(entry.key.to_owned());
        let value = read(context, entry);
        // Keys go from general to exact, so the later of two positions is the more exact one.
        let rank = key.and_then(|key| fitting.iter().position(|fit| *fit == key));
        if let Some(rank) = rank
            && best.as_ref().is_none_or(|(least, _)| rank > *least)
        {
            best = Some((rank, value));
        }
    }
    match best {
        Some((_, value)) => value.map(ByPlatform::Here),
        None => Some(ByPlatform::Elsewhere { given, span: entry.key_span }),
    }
}

/// Finishes a library once it is known what the names in it stand for.
pub(super) fn settle(
    context: &mut Context<'_>,
    names: &Names,
    id: LibraryId,
    sketch: Sketch,
) -> Library {
    let own = Own { name: &sketch.name, version: sketch.version.as_deref() };
    let mut needs = names.needs(context, &sketch.needs);
    let source = match sketch.source {
        SourceSketch::Ready(source) => source,
        SourceSketch::Command { command, artefact, limits } => {
            let scope = Scope::LibraryCommand(own);
            let command: Vec<Written> = command
                .iter()
                .map(|argument| written(context, argument, scope, names, &mut needs))
                .collect();
            Source::Command {
                command: Written::fill_command(&command, Filling::default()),
                artefact,
                limits,
            }
        }
    };
    let filling = Filling { own: Some(id), ..Filling::default() };
    let mut env = Vec::with_capacity(sketch.env.len());
    for (variable, value) in &sketch.env {
        let scope = Scope::LibraryEnvironment(own);
        let value = written(context, value, scope, names, &mut needs);
        env.push((variable.clone(), value.fill(filling)));
    }
    // In its own `env`, `{library.NAME}` of itself is only another way to write `{path}`.
    needs.retain(|need| need.library != id || matches!(need.because, Because::Declared(_)));
    Library {
        variable: variable(&sketch.name),
        version: sketch.version,
        source,
        kind: sketch.kind,
        to: sketch.to,
        env,
        detect: sketch.detect,
        needs: Need::distinct(needs),
        line: Some(context.lines.number(sketch.span)),
        preset: sketch.preset,
        span: sketch.span,
        name: sketch.name,
    }
}
