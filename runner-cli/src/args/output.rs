//! What becomes of what tests print, as it is typed.

use std::str::FromStr;

use clap::Args;
use clap::builder::{FalseyValueParser, PossibleValuesParser, TypedValueParser};
use probe_scenario::{ShowOutput, StatusLevel, Streams, UnknownWord};

use super::heading;

#[derive(Args, Debug)]
pub(crate) struct OutputArguments {
    /// Do not capture output: tests print where probe prints, one test at a time unless `-j` says otherwise.
    #[arg(long, alias = "nocapture", env = "PROBE_NO_CAPTURE", value_parser = FalseyValueParser::new(), help_heading = heading::OUTPUT)]
    pub(crate) no_capture: bool,
    /// Keep standard output and standard error of a test apart, or together in the order of writing.
    #[arg(long, value_name = "HOW", env = "PROBE_OUTPUT", value_parser = choice::<Streams>(Streams::ALL.iter().map(|how| how.word())), help_heading = heading::OUTPUT)]
    pub(crate) output: Option<Streams>,
    /// When to show the output of tests that pass [default: never].
    #[arg(long, value_name = "WHEN", env = "PROBE_SUCCESS_OUTPUT", value_parser = choice::<ShowOutput>(ShowOutput::ALL.iter().map(|when| when.word())), help_heading = heading::OUTPUT)]
    pub(crate) success_output: Option<ShowOutput>,
    /// When to show the output of attempts that fail [default: immediate].
    #[arg(long, value_name = "WHEN", env = "PROBE_FAILURE_OUTPUT", value_parser = choice::<ShowOutput>(ShowOutput::ALL.iter().map(|when| when.word())), help_heading = heading::OUTPUT)]
    pub(crate) failure_output: Option<ShowOutput>,
    /// Which lines to show; each level has those before it, too [default: pass].
    #[arg(long, value_name = "LEVEL", env = "PROBE_STATUS_LEVEL", value_parser = choice::<StatusLevel>(StatusLevel::ALL.iter().map(|level| level.word())), help_heading = heading::OUTPUT)]
    pub(crate) status_level: Option<StatusLevel>,
    /// Show only failures and the summary, like `--status-level fail`.
    #[arg(short, long, conflicts_with = "verbose", help_heading = heading::OUTPUT)]
    pub(crate) quiet: bool,
    /// Show starts and the output of tests that pass, too: `--status-level all --success-output immediate`.
    #[arg(short, long, help_heading = heading::OUTPUT)]
    pub(crate) verbose: bool,
}

/// Takes one of the words that the manifest takes, too.
fn choice<T>(words: impl Iterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = UnknownWord> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words).try_map(|word| word.parse::<T>())
}
