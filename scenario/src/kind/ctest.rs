//! Tests of CTest: reads its listing, and finds the tests that one process must run because they share something.
//!
//! Each `ctest` process sets up and tears down the fixtures of its tests, and a resource lock holds within one `ctest`.
//! So tests that share a fixture or a lock are one test here. CTest runs them by its own rules.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use serde::Deserialize;
use serde_json::Value;

use super::cmake_presets;
use super::place::Place;
use crate::Slots;

/// Where a project is built by convention.
const BUILT: [&str; 12] = [
    "build",
    "_build",
    "out",
    "cmake-build-debug",
    "cmake-build-release",
    "cmake-build-relwithdebinfo",
    "builddir",
    "build/debug",
    "build/release",
    "build/Debug",
    "build/Release",
    "out/build",
];

/// The properties by whose values tests belong together.
const SHARED: [&str; 4] =
    ["FIXTURES_SETUP", "FIXTURES_CLEANUP", "FIXTURES_REQUIRED", "RESOURCE_LOCK"];

/// The option of `ctest` for the build directory.
const DIRECTORY: &str = "--test-dir";

/// The build directory of the suite's project, as seen from the suite's own directory, and the preset that configures it if
/// it is not configured yet. Removes the build directory from `args`, the arguments of `ctest`.
pub(super) fn build(place: &Place<'_>, args: &mut Vec<String>) -> (String, Option<String>) {
    if let Some(directory) = taken(args) {
        return (directory, None);
    }
    let is_built = |directory: &str| is_own(place, &format!("{directory}/CMakeCache.txt"));
    let texts = cmake_presets::FILES.iter().filter(|name| is_own(place, name));
    let texts: Vec<String> = texts.map(|name| place.text(&[name])).collect();
    let presets = cmake_presets::read(&texts);
    let by_preset = presets.iter().map(|preset| preset.directory.as_str());
    if let Some(built) = by_preset.chain(BUILT).find(|directory| is_built(directory)) {
        return (built.to_owned(), None);
    }
    match presets.into_iter().find(|preset| !preset.is_conditional) {
        Some(preset) => (preset.directory, Some(preset.name)),
        None => ("build".to_owned(), None),
    }
}

/// The directory that `args` say, without the words that do.
fn taken(args: &mut Vec<String>) -> Option<String> {
    let at = args.iter().position(|arg| arg.split('=').next() == Some(DIRECTORY))?;
    let word = args.remove(at);
    match word.split_once('=') {
        Some((_, directory)) => Some(directory.to_owned()),
        None => (at < args.len()).then(|| args.remove(at)),
    }
}

/// Whether there is a file of this name in the suite's directory, and not only above it.
fn is_own(place: &Place<'_>, name: &str) -> bool {
    place.nearest(&[name]).is_some_and(|found| found == name)
}

/// Tests of CTest that run in one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CtestTests {
    /// Their names, in CTest's order. Mostly one.
    pub names: Vec<String>,
    /// Whether CTest disables all of them.
    pub is_disabled: bool,
    /// How many job slots they take.
    pub slots: Slots,
}

/// The output of `ctest --show-only=json-v1`, as far as it matters.
#[derive(Deserialize)]
struct Listing {
    tests: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    #[serde(default)]
    properties: Vec<Property>,
}

#[derive(Deserialize)]
struct Property {
    name: String,
    #[serde(default)]
    value: Value,
}

impl Listed {
    fn property(&self, name: &str) -> Option<&Value> {
        self.properties
            .iter()
            .find(|property| property.name == name)
            .map(|property| &property.value)
    }

    fn is(&self, name: &str) -> bool {
        self.property(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A list of texts, or one text.
    fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let value = self.property(name);
        let list = value.and_then(Value::as_array).into_iter().flatten();
        list.chain(value.filter(|value| value.is_string())).filter_map(Value::as_str)
    }
}

impl CtestTests {
    /// Reads the output of `ctest --show-only=json-v1`.
    ///
    /// # Errors
    ///
    /// Fails with a sentence that says why the text is not such a listing.
    pub fn of_listing(printed: &str) -> Result<Vec<Self>, String> {
        let listing: Listing = serde_json::from_str(printed).map_err(|error| error.to_string())?;
        let mut by_first: BTreeMap<usize, Self> = BTreeMap::new();
        for (test, first) in listing.tests.iter().zip(groups(&listing.tests)) {
            let own = Self {
                names: vec![test.name.clone()],
                is_disabled: test.is("DISABLED"),
                slots: slots(test),
            };
            match by_first.get_mut(&first) {
                Some(group) => group.join(own),
                None => drop(by_first.insert(first, own)),
            }
        }
        Ok(by_first.into_values().collect())
    }

    /// The name of its test, or of the first and the last one.
    #[must_use]
    pub fn name(&self) -> String {
        match self.names.as_slice() {
            [first, .., last] => format!("{first} … {last}"),
            names => names.concat(),
        }
    }

    /// A CMake regular expression that matches exactly these tests.
    #[must_use]
    pub fn pattern(&self) -> String {
        let escape = |name: &String| {
            let mut escaped = String::with_capacity(name.len());
            for letter in name.chars() {
                if "^$.[]*+?|()\\".contains(letter) {
                    escaped.push('\\');
                }
                escaped.push(letter);
            }
            escaped
        };
        format!("^({})$", self.names.iter().map(escape).collect::<Vec<_>>().join("|"))
    }

    fn join(&mut self, other: Self) {
        self.names.extend(other.names);
        self.is_disabled &= other.is_disabled;
        self.slots = match (self.slots, other.slots) {
            (Slots::Count(left), Slots::Count(right)) => Slots::Count(left.max(right)),
            _ => Slots::All,
        };
    }
}

fn slots(test: &Listed) -> Slots {
    if test.is("RUN_SERIAL") {
        return Slots::All;
    }
    let processors = test.property("PROCESSORS").and_then(Value::as_u64);
    let processors = processors.and_then(|count| usize::try_from(count).ok());
    processors.and_then(NonZeroUsize::new).map_or(Slots::ONE, Slots::Count)
}

/// For each test the first one that it belongs together with, by a chain of whatever they share.
fn groups(tests: &[Listed]) -> Vec<usize> {
    let mut first: Vec<usize> = (0..tests.len()).collect();
    fn root(first: &[usize], mut at: usize) -> usize {
        while first[at] != at {
            at = first[at];
        }
        at
    }
    let mut owners: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    let mut join = |first: &mut Vec<usize>, key, test| {
        let owner = *owners.entry(key).or_insert(test);
        let (left, right) = (root(first, owner), root(first, test));
        first[left.max(right)] = left.min(right);
    };
    for (index, test) in tests.iter().enumerate() {
        // A test's own name is what others depend on.
        join(&mut first, (false, test.name.as_str()), index);
        for name in test.texts("DEPENDS") {
            join(&mut first, (false, name), index);
        }
        for text in SHARED.iter().flat_map(|property| test.texts(property)) {
            join(&mut first, (true, text), index);
        }
    }
    (0..tests.len()).map(|test| root(&first, test)).collect()
}

#[cfg(test)]
mod tests {
    use super::CtestTests;

    fn check(tests: &str, expected: &str) {
        let listing = format!("{{\"kind\": \"ctestInfo\", \"tests\": [{tests}]}}");
        let listed = CtestTests::of_listing(&listing).expect("a listing");
        let shown = listed.iter().map(|tests| {
            let disabled = if tests.is_disabled { " disabled" } else { "" };
            format!("{} by {} in {:?}{disabled}", tests.name(), tests.pattern(), tests.slots)
        });
        assert_eq!(shown.collect::<Vec<_>>().join("\n"), expected, "{tests}");
    }

    #[test]
    fn each_test_is_one_unless_it_shares_something() {
        check("", "");
        check(
            r#"{"name": "a.b(c)"}, {"name": "d"}"#,
            "a.b(c) by ^(a\\.b\\(c\\))$ in Count(1)\nd by ^(d)$ in Count(1)",
        );
        check(
            r#"{"name": "up", "properties": [{"name": "FIXTURES_SETUP", "value": ["db"]}]},
               {"name": "free"},
               {"name": "use", "properties": [{"name": "FIXTURES_REQUIRED", "value": ["db"]},
                                              {"name": "PROCESSORS", "value": 2}]},
               {"name": "more", "properties": [{"name": "DEPENDS", "value": ["use"]}]}"#,
            "up … more by ^(up|use|more)$ in Count(2)\nfree by ^(free)$ in Count(1)",
        );
        // A test that is named before it is listed.
        check(
            r#"{"name": "b", "properties": [{"name": "DEPENDS", "value": ["a"]}]}, {"name": "a"}"#,
            "b … a by ^(b|a)$ in Count(1)",
        );
        check(
            r#"{"name": "a", "properties": [{"name": "RESOURCE_LOCK", "value": ["port"]}]},
               {"name": "b", "properties": [{"name": "RESOURCE_LOCK", "value": ["port"]}]},
               {"name": "c", "properties": [{"name": "RUN_SERIAL", "value": true}]},
               {"name": "d", "properties": [{"name": "DISABLED", "value": true}]}"#,
            "a … b by ^(a|b)$ in Count(1)\nc by ^(c)$ in All\nd by ^(d)$ in Count(1) disabled",
        );
    }

    #[test]
    fn what_is_no_listing_is_none() {
        assert!(CtestTests::of_listing("Test project /p\n").is_err());
    }
}
