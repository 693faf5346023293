//! Everything that can be wrong with a manifest, one variant per cause. Prints nothing and stops nothing: reading goes on
//! after each mistake.

mod detail;
mod diagnostic;
mod help;
mod labels;
mod message;
mod report;

pub use detail::{BadUrl, Edge, Limit, Named};
pub use report::Mistakes;

use std::borrow::Cow;

use crate::{
    BadDigest, BadDuration, BadJobs, BadSelector, ReportKind, ServicePer, Span, SuiteKind,
};

/// One mistake in a manifest, or one way in which it does not fit the project.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mistake {
    /// The text is not TOML at this place.
    Syntax {
        /// The message of the TOML reader.
        message: String,
        /// The place of the error.
        span: Span,
    },
    /// A key that its table does not have.
    UnknownKey {
        /// The table as a header: `[library.sqlite3]`; empty for the whole manifest.
        table: String,
        /// The key.
        key: String,
        /// The keys that the table has.
        known: Vec<&'static str>,
        /// The key's place.
        span: Span,
    },
    /// A value of the wrong type.
    WrongType {
        /// The thing with this value: `` `needs` `` or `` an element of `needs` ``.
        what: String,
        /// The right type: `a string`.
        expected: &'static str,
        /// The type that was found: `an integer`, or the value itself.
        found: Cow<'static, str>,
        /// The value's place.
        span: Span,
    },
    /// A table without a required key.
    MissingKey {
        /// The table as a header.
        table: String,
        /// The key.
        key: &'static str,
        /// The meaning of the key.
        meaning: &'static str,
        /// The place of the table's name.
        span: Span,
    },
    /// A list or a string that must not be empty.
    Empty {
        /// The thing with this value: `` `needs` `` or `` an element of `needs` ``.
        what: String,
        /// What it must contain.
        needs: &'static str,
        /// The value's place.
        span: Span,
    },
    /// A NUL character. No name, argument or variable can contain one.
    Nul {
        /// The thing with this value: `` `needs` `` or `` an element of `needs` ``.
        what: String,
        /// The value's place.
        span: Span,
    },
    /// A number outside its range.
    OutOfRange {
        /// The key.
        key: String,
        /// The limit that it breaks.
        limit: Limit,
        /// The number as written.
        found: String,
        /// The value's place.
        span: Span,
    },
    /// A value that is not a valid number of jobs.
    Jobs {
        /// The key.
        key: String,
        /// The value as written.
        found: String,
        /// Why it is invalid.
        reason: BadJobs,
        /// The value's place.
        span: Span,
    },
    /// A string that is not a duration.
    Duration {
        /// The key.
        key: String,
        /// The string.
        found: String,
        /// Why it is invalid.
        reason: BadDuration,
        /// The value's place.
        span: Span,
    },
    /// A duration of zero that would end every test at once.
    NoTime {
        /// The key.
        key: String,
        /// The value's place.
        span: Span,
    },
    /// A word that is not one of the key's choices.
    Choice {
        /// The kind of word: `kind of library`.
        what: &'static str,
        /// The word.
        found: String,
        /// The choices.
        known: Vec<String>,
        /// The word's place.
        span: Span,
    },
    /// An invalid name.
    Name {
        /// The kind of thing with this name.
        of: Named,
        /// The name.
        name: String,
        /// The name's place.
        span: Span,
    },
    /// A library and a service with the same name: `needs` would be ambiguous.
    SameName {
        /// The name.
        name: String,
        /// The first place of the name.
        first_span: Span,
        /// The second place of the name.
        span: Span,
    },
    /// A service at a place that allows only a library.
    NeedsService {
        /// The service.
        name: String,
        /// The place of its name.
        span: Span,
    },
    /// A service that needs another one with a shorter lifetime.
    ShorterService {
        /// The service.
        service: String,
        /// How many instances of it there are.
        per: ServicePer,
        /// The service that it needs.
        needed: String,
        /// How many instances of that one there are.
        needed_per: ServicePer,
        /// The place that names the needed service.
        span: Span,
    },
    /// A service with the scope `machine` that has more than one instance.
    DividedService {
        /// The service.
        service: String,
        /// How many instances of it there are.
        per: ServicePer,
        /// The place of its definition.
        span: Span,
    },
    /// Two libraries with the same path variable.
    SameVariable {
        /// The variable.
        variable: String,
        /// The first library.
        first: String,
        /// The place of the first library.
        first_span: Span,
        /// The second library.
        second: String,
        /// The place of the second library.
        span: Span,
    },
    /// Two libraries with the same `to`: one would overwrite the other.
    SamePlace {
        /// The place.
        place: String,
        /// The first library.
        first: String,
        /// The place of the first library.
        first_span: Span,
        /// The second library.
        second: String,
        /// The place of the second library.
        span: Span,
    },
    /// Two reports with the same file: one would overwrite the other.
    SameFile {
        /// The file.
        file: String,
        /// The first report.
        first: ReportKind,
        /// The place of the first report.
        first_span: Span,
        /// The second report.
        second: ReportKind,
        /// The place of the second report.
        span: Span,
    },
    /// Two libraries that different commands make at the same paths: one would overwrite the other.
    SamePaths {
        /// The patterns, in back-ticks.
        paths: String,
        /// The first library.
        first: String,
        /// The place of the first library.
        first_span: Span,
        /// The second library.
        second: String,
        /// The place of the second library.
        span: Span,
    },
    /// A name that the manifest does not define.
    UnknownName {
        /// The kind of thing that it should name.
        of: Named,
        /// The name.
        name: String,
        /// The defined name that is most similar.
        nearest: Option<String>,
        /// The name's place.
        span: Span,
    },
    /// An invalid file pattern.
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why it is invalid.
        reason: String,
        /// The place of the pattern.
        span: Span,
    },
    /// An invalid selector.
    Selector {
        /// Why it is invalid.
        reason: BadSelector,
        /// The place of the selector.
        span: Span,
    },
    /// An invalid regular expression.
    Regex {
        /// Why it is invalid.
        reason: String,
        /// The place of the regular expression.
        span: Span,
    },
    /// A `match` without the group that captures the name of a test.
    NoNameGroup {
        /// The place of `match`.
        span: Span,
    },
    /// A string that is not a digest.
    Digest {
        /// Why it is invalid.
        reason: BadDigest,
        /// The place of the string.
        span: Span,
    },
    /// An invalid URL.
    Url {
        /// The URL, with its placeholders filled in.
        url: String,
        /// Why it is invalid.
        reason: BadUrl,
        /// The place of the URL.
        span: Span,
    },
    /// A platform key that names no platform.
    UnknownPlatform {
        /// The key.
        found: String,
        /// The place of the key.
        span: Span,
    },
    /// A needed library that has nothing for this platform.
    UnsupportedPlatform {
        /// The library.
        library: String,
        /// The key without a value for this platform.
        key: &'static str,
        /// The platform.
        platform: String,
        /// The platforms with a value.
        given: Vec<String>,
        /// The place of those platforms.
        url_span: Span,
        /// The place that needs the library.
        span: Span,
    },
    /// An unknown placeholder.
    UnknownPlaceholder {
        /// Its name, without braces.
        name: String,
        /// The placeholders that are allowed at this place.
        known: Vec<&'static str>,
        /// The place of the placeholder.
        span: Span,
    },
    /// A placeholder that is not allowed at this place.
    MisplacedPlaceholder {
        /// Its name, without braces.
        name: String,
        /// Where it is allowed.
        belongs: &'static str,
        /// The place of the placeholder.
        span: Span,
    },
    /// A placeholder for many arguments inside one argument.
    JoinedPlaceholder {
        /// Its name, without braces.
        name: String,
        /// The place of the placeholder.
        span: Span,
    },
    /// `{version}` of a library without one.
    NoVersion {
        /// The library.
        library: String,
        /// The placeholder's place.
        span: Span,
    },
    /// A suite whose tests would all run the same command.
    UnusedYield {
        /// The suite.
        suite: String,
        /// The placeholder that its command should contain: `{file}`.
        placeholder: &'static str,
        /// The place of `files`, `list` or `kind`.
        span: Span,
    },
    /// One results file for many tests.
    SharedResults {
        /// The place of `results`.
        span: Span,
    },
    /// A library without a source.
    NoSource {
        /// The library.
        library: String,
        /// The place of the library.
        span: Span,
    },
    /// An unknown preset.
    UnknownPreset {
        /// Its name.
        name: String,
        /// The known presets.
        known: Vec<String>,
        /// The place of the name.
        span: Span,
    },
    /// Two keys that exclude each other.
    Exclusive {
        /// The first key.
        first: &'static str,
        /// The place of the first key.
        first_span: Span,
        /// The second key.
        second: &'static str,
        /// The place of the second key.
        span: Span,
    },
    /// A key without the key that it belongs to.
    Alone {
        /// The key.
        key: &'static str,
        /// The key that it belongs to: `` `url` ``.
        belongs: &'static str,
        /// The key's place.
        span: Span,
    },
    /// Things that wait for each other in a circle.
    Cycle {
        /// Their kind.
        of: Named,
        /// Which one waits for which, in order. The last waits for the first.
        edges: Vec<Edge>,
    },
    /// A suite whose files have no name relative to its working directory.
    OutsideDirectory {
        /// The suite.
        suite: String,
        /// The working directory.
        cwd: String,
        /// The place of the suite.
        span: Span,
    },
    /// A pattern that no file matches.
    NoFile {
        /// The suite.
        suite: String,
        /// The pattern.
        pattern: String,
        /// The place of the pattern.
        span: Span,
    },
    /// A suite without `files` whose kind finds no test file.
    NoTestFile {
        /// The suite.
        suite: String,
        /// Its kind.
        kind: SuiteKind,
        /// The patterns that the kind looks for.
        patterns: Vec<String>,
        /// The place of the kind.
        span: Span,
    },
    /// A package with several test runners, and a suite that does not choose one.
    SeveralRunners {
        /// The suite.
        suite: String,
        /// The kinds that it could be.
        kinds: Vec<SuiteKind>,
        /// The place of the kind.
        span: Span,
    },
    /// A suite with only excluded files.
    AllExcluded {
        /// The suite.
        suite: String,
        /// The number of files that its patterns match.
        files: usize,
        /// The place of the suite.
        span: Span,
    },
    /// A listing without any name of a test.
    NothingListed {
        /// The suite.
        suite: String,
        /// The first line that does not match, if there is one.
        line: Option<String>,
        /// The place of `list`.
        span: Span,
    },
    /// A listing that names a test twice.
    ListedTwice {
        /// The suite.
        suite: String,
        /// The test.
        name: String,
        /// The place of `list`.
        span: Span,
    },
    /// A listing with an invalid name.
    ListedName {
        /// The suite.
        suite: String,
        /// The name.
        name: String,
        /// The place of `list`.
        span: Span,
    },
    /// A suite whose tests the caller did not look up.
    NotListed {
        /// The suite.
        suite: String,
        /// The place of the suite.
        span: Span,
    },
}
