//! `probe schema`, as it is typed.

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
pub(crate) struct SchemaArguments {
    /// Which document's schema.
    #[arg(value_enum, default_value_t = Document::Manifest)]
    pub(crate) document: Document,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Document {
    /// `probe.toml`.
    Manifest,
    /// What `probe graph --format json` prints.
    Graph,
    /// A line of what `probe run --report jsonl=FILE` writes.
    Events,
}
