//! What several commands take: where the project and the store are, and which tests.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use clap::builder::FalseyValueParser;
use probe_loader::Rewrite;
use probe_scenario::{Ignored, Selector, parse_duration};

use super::heading;

/// Where the project is, for every command.
#[derive(Args, Debug)]
pub(crate) struct ProjectArguments {
    /// The manifest; by default the `probe.toml` of this directory or the nearest one above.
    #[arg(long, value_name = "FILE", env = "PROBE_MANIFEST_PATH", help_heading = heading::PROJECT)]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Use the defaults of `[profile.NAME]`, and those of `[run]` for the rest.
    #[arg(short = 'P', long, value_name = "NAME", env = "PROBE_PROFILE", help_heading = heading::PROJECT)]
    pub(crate) profile: Option<String>,
}

/// Where prepared libraries are kept.
#[derive(Args, Debug)]
pub(crate) struct StoreDirectory {
    /// The directory of prepared libraries; by default `probe` in the user's cache directory.
    #[arg(long, value_name = "DIRECTORY", env = "PROBE_STORE", help_heading = heading::LIBRARIES)]
    pub(crate) store: Option<PathBuf>,
}

/// Where prepared libraries are kept, and how long to wait for another process.
#[derive(Args, Debug)]
pub(crate) struct StoreArguments {
    #[command(flatten)]
    pub(crate) directory: StoreDirectory,
    /// Stores that probe only reads, such as one of an image. It takes libraries from there before it downloads them,
    /// and hashes them first. Several are separated by `:`.
    #[arg(long, value_name = "DIRECTORY", env = "PROBE_LOWER_STORE", value_delimiter = ':', help_heading = heading::LIBRARIES)]
    pub(crate) lower_store: Vec<PathBuf>,
    /// The longest wait for another process that prepares the same library, such as `90s` or `2m`.
    #[arg(long, value_name = "DURATION", env = "PROBE_LOCK_TIMEOUT", default_value = "5m", value_parser = parse_duration, help_heading = heading::LIBRARIES)]
    pub(crate) lock_timeout: Duration,
    /// For addresses that begin with FROM, ask TO first: `https://github.com/=https://mirror.example.org/github/`.
    /// Several are separated by blanks.
    #[arg(long, value_name = "FROM=TO", env = "PROBE_MIRROR", value_delimiter = ' ', help_heading = heading::LIBRARIES)]
    pub(crate) mirror: Vec<Mirror>,
    /// Download nothing: a library that is not in the store is then an error.
    #[arg(long, env = "PROBE_OFFLINE", value_parser = FalseyValueParser::new(), help_heading = heading::LIBRARIES)]
    pub(crate) offline: bool,
}

/// Which libraries are left out.
#[derive(Args, Debug)]
pub(crate) struct SkipArguments {
    /// A library that probe leaves to the tests; may be given several times.
    #[arg(long, value_name = "LIBRARY", help_heading = heading::LIBRARIES)]
    pub(crate) skip: Vec<String>,
}

/// What the preparation of a library may do.
#[derive(Args, Debug)]
pub(crate) struct ImportArguments {
    /// Use no download that `probe.lock` or the manifest does not pin, and add no pins.
    #[arg(long, env = "PROBE_LOCKED", value_parser = FalseyValueParser::new(), help_heading = heading::LIBRARIES)]
    pub(crate) locked: bool,
    /// Replace a file that lies in the place of a library and has another digest.
    #[arg(long, help_heading = heading::LIBRARIES)]
    pub(crate) replace: bool,
}

/// Which tests.
#[derive(Args, Debug)]
pub(crate) struct SelectionArguments {
    /// Only tests whose name contains one of these words.
    #[arg(value_name = "FILTER")]
    pub(crate) filters: Vec<String>,
    /// Only tests that match all terms: `tag:smoke,!library:duckdb`. Repeat it for alternatives. Kinds: name, tag,
    /// suite, file, library.
    #[arg(short, long, value_name = "SELECTOR", help_heading = heading::TESTS)]
    pub(crate) selector: Vec<Selector>,
    /// Whether to run tests that their own runner ignores, such as `#[ignore]` in Rust: no, only, all.
    #[arg(long, value_name = "CHOICE", default_value_t = Ignored::No, help_heading = heading::TESTS)]
    pub(crate) run_ignored: Ignored,
}

/// Which of these tests a change concerns.
#[derive(Args, Debug)]
pub(crate) struct ChangedArguments {
    /// Only tests that your changes affect, by their files, imports and configuration: what you have not committed, or with
    /// REF, as `main`, all since your branch left it.
    #[arg(long, value_name = "REF", num_args = 0..=1, require_equals = true, default_missing_value = "", help_heading = heading::TESTS)]
    pub(crate) changed: Option<String>,
}

/// `--mirror`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mirror(pub(crate) Rewrite);

impl FromStr for Mirror {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // An address has no `=` before its query, and nobody mirrors below a query.
        let (from, to) = text.split_once('=').ok_or("there is no `=` in it")?;
        let is_address = |text: &str| text.starts_with("https://") || text.starts_with("http://");
        if !is_address(from) || !is_address(to) {
            return Err("both sides begin with `https://` or `http://`");
        }
        Ok(Self(Rewrite { from: from.to_owned(), to: to.to_owned() }))
    }
}
