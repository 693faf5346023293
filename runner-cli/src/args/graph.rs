//! `probe graph`, as it is typed.

use clap::{Args, ValueEnum};

use super::{ProjectArguments, SelectionArguments};

#[derive(Args, Debug)]
pub(crate) struct GraphArguments {
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = GraphFormat::Tree)]
    pub(crate) format: GraphFormat,
    /// Show every path by which this test waits, and the lines that ask for it.
    #[arg(long, value_name = "TEST", conflicts_with_all = ["format", "filters", "selector"])]
    pub(crate) why: Option<String>,
    /// Show the longest path, with the times that it is expected to take.
    #[arg(long, conflicts_with_all = ["format", "why"])]
    pub(crate) critical: bool,
    /// Give the picture of `svg` no colours by what the tests last came to.
    #[arg(long, conflicts_with = "why")]
    pub(crate) no_history: bool,
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// Libraries, and below them the tests that wait for them.
    Tree,
    /// Which library is prepared when, and what it unlocks.
    Order,
    /// For Graphviz; tests with the same needs are one box.
    Dot,
    /// For Mermaid, as in Markdown; folded alike.
    Mermaid,
    /// A picture, to be opened in a browser; folded alike, in the colours of what the tests last came to.
    Svg,
    /// Every library and test with what it needs, for programs.
    Json,
}
