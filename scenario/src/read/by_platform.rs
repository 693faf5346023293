//! Values that a table may give by platform.

use super::context::Context;
use super::leaf;
use super::table::Entry;
use crate::Span;

/// A value that may differ by platform.
pub(super) enum ByPlatform<T> {
    /// The value for this platform.
    Here(T),
    /// It is given for these platforms only, there.
    Elsewhere { given: Vec<String>, span: Span },
}

impl<T> ByPlatform<T> {
    /// The value, if this platform has one.
    pub(super) fn here(self) -> Option<T> {
        match self {
            Self::Here(value) => Some(value),
            Self::Elsewhere { .. } => None,
        }
    }
}

/// Reads one value, or a table of values by platform, and chooses the most specific one. Reads the others too, so that a
/// mistake for one platform is found on all.
pub(super) fn by_platform<T>(
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
