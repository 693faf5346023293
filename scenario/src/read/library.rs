//! `[library.NAME]`, in two steps: the library by itself, then what it says about other libraries.

use regex::Regex;

use super::context::{Context, Text};
use super::leaf;
use super::names::Names;
use super::preset::{Known, Presets};
use super::scope::{Own, Scope, plain, written};
use super::source::{
    Following, Missing, OF_ARTEFACT, OF_COMMAND, OF_URL, SOURCES, SourceSketch, source,
};
use super::table::Table;
use crate::manifest::library::variable;
use crate::manifest::written::{Filling, Written};
use crate::{Because, Library, LibraryId, LibraryKind, Mistake, Need, Placement, Source, Span};

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

/// Lets a table inherit from its preset. A table with its own source inherits nothing about the source.
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
    // A table with its own version needs no look-up in a lock file.
    let is_complete = table.span_of("version").is_some() && !depends_on_lock;
    let known = if is_complete { None } else { (context.known)(&name.value) };
    let (version, lock) = known.map(|Known { version, lock }| (version, lock)).unzip();
    let lock = lock.filter(|_| depends_on_lock);
    Ok(Following { preset: Some(name.value), version, lock })
}

/// Finishes a library once the names in it are known.
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
