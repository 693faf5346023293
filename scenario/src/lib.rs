//! Reads `probe.toml` and yields the libraries and tests that it describes.
//!
//! The crate takes texts and names and returns values. It knows no process, network, thread, directory, clock, environment
//! or operating system. The caller detects the [`Platform`], walks directories, runs listing commands, and decides where
//! libraries are put.
//!
//! ```text
//! text, Platform ──read──▶ Reading { Manifest, mistakes }
//! files of the project = ProjectView ──Manifest::settle──▶ what suites leave to their kinds
//! file names, listing output = Found ──Manifest::expand──▶ Expansion { Suite, mistakes }
//! Suite { libraries, tests }, paths of libraries ──Command::render──▶ arguments
//! ```
//!
//! - Reading never stops at a mistake. [`read`] returns the parts of the manifest without mistakes, and all mistakes, each
//!   with its place. [`Mistakes`] makes one report of them.
//! - Each value is parsed once. Reading fills in placeholders for the platform, and expanding those for files. The path of a
//!   library is filled in only when a process starts: [`Template::render`].
//! - References are ids, and ids are positions: [`Suite::libraries`] by [`LibraryId`], [`Suite::tests`] by [`TestId`].
//!   Everything is in the order of the text, and the files of a suite are in the order of their names.
//! - Paths are relative to the manifest's directory, with `/`. The caller resolves a leading `~`.
//! - The suite's name and the test's name identify a test. The test's name is a file, a listed name, or that of `[test.NAME]`.
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

// Each room uses only the rooms before it: text, value, results, needs, manifest, mistake, read, kind, suite, selector, detect.
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
