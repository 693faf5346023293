//! Everything that can be wrong with a manifest, one variant per cause. Prints nothing and stops nothing: reading
//! goes on behind each of them.

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

/// One mistake in a manifest, or one way in which it does not fit what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mistake {
    /// The text is no TOML there.
    Syntax {
        /// What the TOML reader says.
        message: String,
        /// Where.
        span: Span,
    },
    /// A key that means nothing in its table.
    UnknownKey {
        /// The table as a header: `[library.sqlite3]`; empty for the whole manifest.
        table: String,
        /// The key.
        key: String,
        /// The keys that mean something there.
        known: Vec<&'static str>,
        /// The key's place.
        span: Span,
    },
    /// A value of another type than the key takes.
    WrongType {
        /// What has the value: `` `needs` `` or `` an element of `needs` ``.
        what: String,
        /// What it takes: `a string`.
        expected: &'static str,
        /// What it was given: `an integer`, or the value itself.
        found: Cow<'static, str>,
        /// The value's place.
        span: Span,
    },
    /// A table without a key that it must have.
    MissingKey {
        /// The table as a header.
        table: String,
        /// The key.
        key: &'static str,
        /// What the key would say.
        meaning: &'static str,
        /// The place of the table's name.
        span: Span,
    },
    /// A list or a text that is empty where something is needed.
    Empty {
        /// What has the value: `` `needs` `` or `` an element of `needs` ``.
        what: String,
        /// What it needs.
        needs: &'static str,
        /// The value's place.
        span: Span,
    },
    /// A NUL character, which no name, argument or variable can have.
    Nul {
        /// What has the value: `` `needs` `` or `` an element of `needs` ``.
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
    /// No number of tests that run at once.
    Jobs {
        /// The key.
        key: String,
        /// The value as written.
        found: String,
        /// What is wrong with it.
        reason: BadJobs,
        /// The value's place.
        span: Span,
    },
    /// A text that is no duration.
    Duration {
        /// The key.
        key: String,
        /// The text.
        found: String,
        /// What is wrong with it.
        reason: BadDuration,
        /// The value's place.
        span: Span,
    },
    /// A duration of nothing where that would end every test at once.
    NoTime {
        /// The key.
        key: String,
        /// The value's place.
        span: Span,
    },
    /// A word that is none of the key's choices.
    Choice {
        /// What the word should name: `kind of library`.
        what: &'static str,
        /// The word.
        found: String,
        /// The choices.
        known: Vec<String>,
        /// The word's place.
        span: Span,
    },
    /// A name that its thing cannot have.
    Name {
        /// What is named so.
        of: Named,
        /// The name.
        name: String,
        /// The name's place.
        span: Span,
    },
    /// A library and a service of one name, so that `needs` would not say which it means.
    SameName {
        /// The name.
        name: String,
        /// Where it stands first.
        first_span: Span,
        /// Where it stands again.
        span: Span,
    },
    /// A service where only a library can be meant.
    NeedsService {
        /// The service.
        name: String,
        /// Where it is named.
        span: Span,
    },
    /// A service that needs one which does not last as long.
    ShorterService {
        /// The service.
        service: String,
        /// Who has one of his own of it.
        per: ServicePer,
        /// What it needs.
        needed: String,
        /// Who has one of his own of that.
        needed_per: ServicePer,
        /// Where that is named.
        span: Span,
    },
    /// A service that all of a machine share, and of which there are several.
    DividedService {
        /// The service.
        service: String,
        /// Who has one of his own of it.
        per: ServicePer,
        /// Where it is defined.
        span: Span,
    },
    /// Two libraries whose paths would be handed over in one variable.
    SameVariable {
        /// The variable.
        variable: String,
        /// The library that comes first.
        first: String,
        /// Its place.
        first_span: Span,
        /// The other one.
        second: String,
        /// Its place.
        span: Span,
    },
    /// Two libraries that would be put at one place, over each other.
    SamePlace {
        /// The place.
        place: String,
        /// The library that comes first.
        first: String,
        /// Its place in the text.
        first_span: Span,
        /// The other one.
        second: String,
        /// Its place in the text.
        span: Span,
    },
    /// Two reports that would be written to one file, over each other.
    SameFile {
        /// The file.
        file: String,
        /// The report that comes first.
        first: ReportKind,
        /// Its place in the text.
        first_span: Span,
        /// The other one.
        second: ReportKind,
        /// Its place in the text.
        span: Span,
    },
    /// Two libraries that different commands would make at the same paths, over each other.
    SamePaths {
        /// The patterns, in back-ticks.
        paths: String,
        /// The library that comes first.
        first: String,
        /// Its place in the text.
        first_span: Span,
        /// The other one.
        second: String,
        /// Its place in the text.
        span: Span,
    },
    /// A name of something that the manifest does not define.
    UnknownName {
        /// What should be called so.
        of: Named,
        /// The name.
        name: String,
        /// The defined name that is nearest to it.
        nearest: Option<String>,
        /// The name's place.
        span: Span,
    },
    /// A pattern that is none.
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
        /// Its place.
        span: Span,
    },
    /// A selector that is none.
    Selector {
        /// What is wrong with it.
        reason: BadSelector,
        /// Its place.
        span: Span,
    },
    /// A regular expression that is none.
    Regex {
        /// What is wrong with it.
        reason: String,
        /// Its place.
        span: Span,
    },
    /// A `match` that would not say what a test is called.
    NoNameGroup {
        /// Its place.
        span: Span,
    },
    /// A text that is no digest.
    Digest {
        /// What is wrong with it.
        reason: BadDigest,
        /// Its place.
        span: Span,
    },
    /// A URL that leads nowhere.
    Url {
        /// The URL, its placeholders filled in.
        url: String,
        /// What is wrong with it.
        reason: BadUrl,
        /// Its place.
        span: Span,
    },
    /// A platform key that names no platform.
    UnknownPlatform {
        /// The key.
        found: String,
        /// Its place.
        span: Span,
    },
    /// A library is needed that has nothing for this platform.
    UnsupportedPlatform {
        /// The library.
        library: String,
        /// The key that has nothing for it.
        key: &'static str,
        /// The platform.
        platform: String,
        /// The platforms that it has something for.
        given: Vec<String>,
        /// Where those stand.
        url_span: Span,
        /// Where it is needed.
        span: Span,
    },
    /// A placeholder that does not exist.
    UnknownPlaceholder {
        /// Its name, without braces.
        name: String,
        /// Those that mean something there.
        known: Vec<&'static str>,
        /// Its place.
        span: Span,
    },
    /// A placeholder that means nothing at its place.
    MisplacedPlaceholder {
        /// Its name, without braces.
        name: String,
        /// Where it means something.
        belongs: &'static str,
        /// Its place.
        span: Span,
    },
    /// A placeholder for many arguments inside one argument.
    JoinedPlaceholder {
        /// Its name, without braces.
        name: String,
        /// Its place.
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
        /// What its command should contain: `{file}`.
        placeholder: &'static str,
        /// The place of what yields its tests.
        span: Span,
    },
    /// One file for the results of many tests.
    SharedResults {
        /// Its place.
        span: Span,
    },
    /// A library that comes from nowhere.
    NoSource {
        /// The library.
        library: String,
        /// Its place.
        span: Span,
    },
    /// Built-in knowledge that does not exist.
    UnknownPreset {
        /// Its name.
        name: String,
        /// The presets that there are.
        known: Vec<String>,
        /// Its place.
        span: Span,
    },
    /// Two keys of which a table can have only one.
    Exclusive {
        /// The key that comes first.
        first: &'static str,
        /// Its place.
        first_span: Span,
        /// The other one.
        second: &'static str,
        /// Its place.
        span: Span,
    },
    /// A key that means something only beside another one.
    Alone {
        /// The key.
        key: &'static str,
        /// What it belongs to: `` `url` ``.
        belongs: &'static str,
        /// The key's place.
        span: Span,
    },
    /// Things that wait for each other.
    Cycle {
        /// What they are.
        of: Named,
        /// Who waits for whom, in order; the last waits for the first.
        edges: Vec<Edge>,
    },
    /// A suite whose files cannot be named from its working directory.
    OutsideDirectory {
        /// The suite.
        suite: String,
        /// The working directory.
        cwd: String,
        /// Where the suite stands.
        span: Span,
    },
    /// A pattern that no file matches.
    NoFile {
        /// The suite.
        suite: String,
        /// The pattern.
        pattern: String,
        /// Its place.
        span: Span,
    },
    /// A suite that leaves its files to its kind, which takes none of those that there are.
    NoTestFile {
        /// The suite.
        suite: String,
        /// Its kind.
        kind: SuiteKind,
        /// What the kind looks for.
        patterns: Vec<String>,
        /// Where the kind stands.
        span: Span,
    },
    /// A package with several test runners, of which the suite does not say which it means.
    SeveralRunners {
        /// The suite.
        suite: String,
        /// The kinds that it could be.
        kinds: Vec<SuiteKind>,
        /// Where the kind stands.
        span: Span,
    },
    /// A suite all of whose files are excluded.
    AllExcluded {
        /// The suite.
        suite: String,
        /// How many files its patterns match.
        files: usize,
        /// Its place.
        span: Span,
    },
    /// A list in which no line names a test.
    NothingListed {
        /// The suite.
        suite: String,
        /// The first line that matched nothing, if there is one.
        line: Option<String>,
        /// The place of `list`.
        span: Span,
    },
    /// A list that names a test twice.
    ListedTwice {
        /// The suite.
        suite: String,
        /// The test.
        name: String,
        /// The place of `list`.
        span: Span,
    },
    /// A list with a name that no test can have.
    ListedName {
        /// The suite.
        suite: String,
        /// The name.
        name: String,
        /// The place of `list`.
        span: Span,
    },
    /// A suite for which the caller found nothing out.
    NotListed {
        /// The suite.
        suite: String,
        /// Its place.
        span: Span,
    },
}
