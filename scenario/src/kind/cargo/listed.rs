//! The tests of a binary, from its own listing.

/// A test binary, how it runs, and its tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoTests {
    /// The prefix of the names of its tests.
    pub binary: String,
    /// The file to run, and the arguments before the name of a test.
    pub command: Vec<String>,
    /// Its working directory: absolute, or as the suite says.
    pub cwd: Option<String>,
    /// The variables that Cargo would set.
    pub env: Vec<(String, String)>,
    /// Its tests. `None` for a binary that cannot list them: it is one test.
    pub tests: Option<Vec<CargoTest>>,
}

/// A test of a binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoTest {
    /// Its name in the binary.
    pub name: String,
    /// Whether it runs only on request (`#[ignore]`).
    pub is_ignored: bool,
}

impl CargoTests {
    /// The `binary` of documentation tests, which have none.
    pub const DOCUMENTATION: &str = "(documentation)";

    pub(crate) fn is_documentation(&self) -> bool {
        self.binary == Self::DOCUMENTATION
    }
}

impl CargoTest {
    /// The tests in the output of a binary for `--list --format terse` (`all`) and for the same with `--ignored`. `None` if
    /// `all` is not such a list: the binary has its own harness.
    #[must_use]
    pub fn of_lists(all: &str, ignored: &str) -> Option<Vec<Self>> {
        let ignored: Vec<&str> = names(ignored)?.collect();
        let test = |name: &str| Self { name: name.to_owned(), is_ignored: ignored.contains(&name) };
        Some(names(all)?.map(test).collect())
    }

    /// Whether the output of `--list` says that the binary has no tests.
    #[must_use]
    pub fn is_list_of_none(list: &str) -> bool {
        list.lines().any(|line| line == "0 tests, 0 benchmarks")
    }
}

/// The names of tests in a list, in which benchmarks stand too; `None` if it has a line that names neither.
fn names(list: &str) -> Option<impl Iterator<Item = &str>> {
    let lines = || list.lines().filter(|line| !line.is_empty());
    let is_entry = |line: &str| line.ends_with(": test") || line.ends_with(": benchmark");
    lines().all(is_entry).then(|| lines().filter_map(|line| line.strip_suffix(": test")))
}
