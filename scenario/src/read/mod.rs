//! Turns a manifest's text into a [`Manifest`] and all of its mistakes, in three steps: syntax, each table, then the names
//! that tables refer to.

mod by_platform;
mod clashes;
mod context;
mod cycle;
mod expect;
mod lead;
mod leaf;
mod library;
mod names;
mod preset;
mod preset_info;
mod process;
mod root;
mod run;
mod scope;
mod service;
mod source;
mod suite;
mod syntax;
mod table;
mod test;
mod url;

use std::collections::BTreeSet;

use toml::de::DeTable;

use self::context::Context;
pub use self::lead::{Lead, LeadFor, lead};
pub use self::preset::{Known, preset_names, renamed_preset};
pub(crate) use self::preset::{Preset, Presets};
pub use self::preset_info::{Made, PresetInfo, presets};
use self::root::manifest;
use self::table::Table;
use crate::{Manifest, Mistake, Mistakes, Platform, Span};

/// The result of reading a manifest: the parts without mistakes, and all mistakes.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The manifest without the parts that have mistakes. Run it only if there are none.
    pub manifest: Manifest,
    /// Every mistake, in the order of the text.
    pub mistakes: Vec<Mistake>,
}

/// Reads the manifest `text` for `platform`.
#[must_use]
pub fn read(text: &str, platform: &Platform) -> Reading {
    read_with(text, platform, &|_| None)
}

/// Reads the manifest `text` for `platform`. If a library uses a preset and sets no version, `known` returns what the
/// project's lock files say about that preset.
#[must_use]
pub fn read_with(
    text: &str,
    platform: &Platform,
    known: &dyn Fn(&str) -> Option<Known>,
) -> Reading {
    let mut context = Context::new(text, platform, known);
    let (root, errors) = DeTable::parse_recoverable(text);
    context.mistakes.extend(syntax::mistakes(text, errors));
    let root = Table::new(String::new(), Span::default(), root.get_ref());
    let presets = Presets::known();
    let manifest = manifest(&mut context, presets, root);
    Reading { manifest, mistakes: syntax::without_followers(text, told(context.mistakes)) }
}

/// The mistakes in the order of the text, without those that only follow from others: from broken syntax at their place,
/// or from a library that another place already needs in vain.
fn told(mut mistakes: Vec<Mistake>) -> Vec<Mistake> {
    mistakes.sort_by_key(Mistake::span);
    // A preset's mistakes all stand where it is asked for.
    mistakes.dedup();
    let is_syntax = |mistake: &Mistake| matches!(mistake, Mistake::Syntax { .. });
    let syntax = mistakes.iter().filter(|mistake| is_syntax(mistake));
    let broken: BTreeSet<Span> = syntax.map(Mistake::span).collect();
    let mut missed = BTreeSet::new();
    mistakes.retain(|mistake| match mistake {
        Mistake::Syntax { .. } => true,
        Mistake::UnsupportedPlatform { library, .. } => missed.insert(library.clone()),
        other => !broken.contains(&other.span()),
    });
    mistakes
}

impl Reading {
    /// Returns the manifest if it has no mistake.
    ///
    /// # Errors
    ///
    /// Fails with the report on all mistakes. `name` is the manifest's name in it, and `text` must be the text that was read.
    pub fn into_result(self, name: &str, text: &str) -> Result<Manifest, Mistakes> {
        match Mistakes::new(name, text, self.mistakes) {
            Some(mistakes) => Err(mistakes),
            None => Ok(self.manifest),
        }
    }
}
