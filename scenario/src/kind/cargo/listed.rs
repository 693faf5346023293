//! The tests of a binary, as it lists them.

/// A test binary, as it runs, and its tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoTests {
    /// What the names of its tests begin with.
    pub binary: String,
    /// The file to run, and what comes before the name of a test.
    pub command: Vec<String>,
    /// The directory that they run in, absolute, or as the suite says.
    pub cwd: Option<String>,
    /// What Cargo would set.
    pub env: Vec<(String, String)>,
    /// Its tests; `None` for a binary that cannot list any, which is one test.
    pub tests: Option<Vec<CargoTest>>,
}

/// A test of a binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoTest {
    /// Its name in the binary.
    pub name: String,
    /// Whether it is left out unless somebody asks for it.
    pub is_ignored: bool,
}

impl CargoTests {
    /// What stands for the binary that the tests of the documentation have not.
    pub const DOCUMENTATION: &str = "(documentation)";

    pub(crate) fn is_documentation(&self) -> bool {
        self.binary == Self::DOCUMENTATION
    }
}

impl CargoTest {
    /// The tests that a binary has printed for `--list --format terse`, and for the same with `--ignored`. `None` if the
    /// first text is no such list: the binary has a harness of its own.
    #[must_use]
    pub fn of_lists(all: &str, ignored: &str) -> Option<Vec<Self>> {
        let ignored: Vec<&str> = names(ignored)?.collect();
        let test = |name: &str| Self { name: name.to_owned(), is_ignored: ignored.contains(&name) };
        Some(names(all)?.map(test).collect())
    }

    /// Whether a binary that names no test has printed for `--list` that it has none.
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
