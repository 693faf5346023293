//! What becomes of what tests print, as it is typed.

use std::str::FromStr;

use clap::Args;
use clap::builder::{FalseyValueParser, PossibleValuesParser, TypedValueParser};
use probe_scenario::{Streams, UnknownWord};

use super::heading;

#[derive(Args, Debug)]
pub(crate) struct OutputArguments {
    /// Keep no output: tests print to where probe prints, one test at a time unless `-j` says otherwise.
    #[arg(long, alias = "nocapture", env = "PROBE_NO_CAPTURE", value_parser = FalseyValueParser::new(), help_heading = heading::OUTPUT)]
    pub(crate) no_capture: bool,
    /// Keep standard output and standard error of every test apart, or as one in the order of writing.
    #[arg(long, value_name = "HOW", env = "PROBE_OUTPUT", value_parser = choice::<Streams>(Streams::ALL.iter().map(|how| how.word())), help_heading = heading::OUTPUT)]
    pub(crate) output: Option<Streams>,
}

/// Takes one of the words that the manifest takes, too.
fn choice<T>(words: impl Iterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = UnknownWord> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words).try_map(|word| word.parse::<T>())
}
