//! Reads `probe.toml` and yields the libraries and tests that it describes.
//!
//! The crate is given texts and names and gives values back. It knows no process, network, thread, directory, clock,
//! environment or operating system: the caller finds out the [`Platform`], walks directories, runs listing commands, and
//! decides where libraries end up.
//!
//! ```text
//! text, Platform ──read──▶ Reading { Manifest, mistakes }
//! what lies in the project = ProjectView ──Manifest::settle──▶ what suites leave to their kinds
//! file names, listing output = Found ──Manifest::expand──▶ Expansion { Suite, mistakes }
//! Suite { libraries, tests }, where libraries are ──Command::render──▶ arguments
//! ```
//!
//! - Reading never stops at a mistake. [`read`] gives as much of the manifest as there is, and all mistakes, each with
//!   its place; [`Mistakes`] makes one report of them.
//! - A value with placeholders is parsed once. What the platform decides is filled in while reading, what a file
//!   decides while expanding, and where a library lies only when a process is started: [`Template::render`].
//! - References are ids, and ids are positions: [`Suite::libraries`] by [`LibraryId`], [`Suite::tests`] by [`TestId`].
//!   Everything is in the order of the text, and the files of a suite by name.
//! - Paths are relative to the manifest's directory, with `/`. A leading `~` is kept for the caller to resolve.
//! - A test is known by its suite's name and its own: a file, a listed name, or what `[test.NAME]` says.
//!
//! ```
//! use probe_scenario::{Arch, Found, Libc, Os, Platform, read};
//!
//! let text = r#"
//!     [suite.unit]
//!     files = ["tests/*.sh"]
//!     run = ["sh", "{file}"]
//! "#;
//! let platform = Platform { os: Os::Linux, arch: Arch::X86_64, libc: Some(Libc::Gnu) };
//! let manifest = read(text, &platform).into_result("probe.toml", text)?;
//!
//! let mut found = Found::default();
//! found.add_files(["tests/b.sh".to_owned(), "tests/a.sh".to_owned(), "README".to_owned()]);
//! let expansion = manifest.expand(&found);
//! assert_eq!(expansion.suite.tests[0].to_string(), "unit tests/a.sh");
//! # Ok::<(), probe_scenario::Mistakes>(())
//! ```
#![forbid(unsafe_code)]

// Rooms know those before them alone: text, value, results, needs, manifest, mistake, read, kind, suite, selector, detect.
mod detect;
mod expect;
mod kind;
mod manifest;
mod mistake;
mod needs;
mod read;
mod results;
mod schema;
mod selector;
mod suite;
mod text;
mod value;

pub use detect::{
    Detected, Governed, LockScope, ProjectFile, ProjectFiles, ProjectTree, Reach, Recogniser,
    Scanned, Survey, Unversioned, Way,
};
pub use expect::{Expectation, Expected, ExpectedOutcome};
pub use kind::{
    Belied, CargoBinary, CargoBuild, CargoMetadata, CargoPackage, CargoTest, CargoTests,
    CargoVariable, Collection, CtestTests, JointCheck, ProjectView, Ran, bears_on_result,
    collection, skipped_by_tap,
};
pub use manifest::library::{
    Artefact, Because, CommandLimits, Download, Library, LibraryKind, Member, Need, Placement,
    Source,
};
pub use manifest::limits::{Detection, Leaks, Limits, Slots, TimeoutSignal};
pub use manifest::root::{Group, Manifest, Profile, Report, RunDefaults};
pub use manifest::rule::{Files, Listing, Rule};
pub use manifest::service::{
    Ready, Restart, Service, ServiceGround, ServiceLog, ServiceNeed, ServicePer, ServiceScope,
    ServiceStop, ServiceText, StopSignal,
};
pub use mistake::{BadUrl, Edge, Limit, Mistake, Mistakes, Named};
pub use needs::findings::Findings;
pub use needs::link::Link;
pub use needs::trace::Trace;
pub use read::{
    Known, Lead, LeadFor, Made, PresetInfo, Reading, lead, preset_names, presets, read, read_with,
    renamed_preset,
};
pub use results::{Results, Subtest, SubtestCame, Tally, TapReader, read_junit};
pub use schema::SCHEMA;
pub use selector::{
    BadSelector, Ignored, Selection, Selector, SelectorKind, Unmatched, quoted_value,
};
pub use suite::all::{Copied, Suite, Test};
pub use suite::expand::{Expansion, Found, SuiteRule};
pub use text::secrets::{mask_secrets, without_secrets};
pub use text::span::Span;
pub use text::word::UnknownWord;
pub use value::date::{BadDate, Date};
pub use value::digest::{BadDigest, Sha256};
pub use value::duration::{BadDuration, parse_duration, write_duration};
pub use value::ecosystem::Ecosystem;
pub use value::id::{GroupId, LibraryId, ServiceId, SuiteId, TestId};
pub use value::jobs::{BadJobs, Jobs};
pub use value::kind::SuiteKind;
pub use value::output::{DocumentKind, ReportKind, ShowOutput, StatusLevel, StreamKind, Streams};
pub use value::patterns::Patterns;
pub use value::platform::{Arch, Libc, Os, Platform, PlatformKey};
pub use value::process_command::ProcessCommand;
pub use value::results_file::{ResultsFile, ResultsFormat};
pub use value::size::{BadSize, parse_size};
pub use value::template::{Argument, Command, Piece, Template};
