//! Two libraries that take 2 s each to prepare, and tests of 0.2 s of which only some need one: with a graph, that takes
//! 2.2 s in all, and the tests that need nothing are done long before.

use std::time::Duration;

use crate::contest::Program;
use crate::outcome::Outcome;
use crate::row::{Bar, Row};
use crate::rows::nextest;
use crate::workshop::{Workshop, find, python_has};

const ROUNDS: usize = 3;

/// The first library, and the test that needs it.
const IDEAL: Duration = Duration::from_millis(2_200);

const MANIFEST: &str = r#"
[library.a]
command = ["sh", "-c", "sleep 2; echo > a"]
paths = ["a"]
kind = "data"
[library.b]
command = ["sh", "-c", "sleep 2; echo > b"]
paths = ["b"]
kind = "data"
[test.needs-a]
run = ["sleep", "0.2"]
needs = ["a"]
[test.needs-b]
run = ["sleep", "0.2"]
needs = ["b"]
# Fails unless it starts before any library can be there.
[test.free-1]
run = ["sh", "-c", "test ! -e a && test ! -e b && sleep 0.2"]
[test.free-2]
run = ["sh", "-c", "test ! -e a && test ! -e b && sleep 0.2"]
"#;

const CTEST: &str = r#"
add_test(a sleep 2)
add_test(b sleep 2)
add_test(needs-a sleep 0.2)
add_test(needs-b sleep 0.2)
add_test(free-1 sleep 0.2)
add_test(free-2 sleep 0.2)
set_tests_properties(a PROPERTIES FIXTURES_SETUP a)
set_tests_properties(b PROPERTIES FIXTURES_SETUP b)
set_tests_properties(needs-a PROPERTIES FIXTURES_REQUIRED a)
set_tests_properties(needs-b PROPERTIES FIXTURES_REQUIRED b)
"#;

const RUST: &str = r#"
#[cfg(test)] fn test() { std::thread::sleep(std::time::Duration::from_millis(200)); }
#[test] fn needs_a() { test() }
#[test] fn needs_b() { test() }
#[test] fn free_1() { test() }
#[test] fn free_2() { test() }
"#;

const NEXTEST: &str = r#"
experimental = ["setup-scripts"]
[scripts.setup.a]
command = ["sleep", "2"]
[scripts.setup.b]
command = ["sleep", "2"]
[[profile.default.scripts]]
filter = "test(needs_a)"
setup = "a"
[[profile.default.scripts]]
filter = "test(needs_b)"
setup = "b"
"#;

/// The recipe of pytest-xdist's documentation for a fixture that is to run once.
const PYTEST: &str = r#"
import time, pytest
from filelock import FileLock

def prepare(name):
    with FileLock(name + ".lock"):
        try:
            open(name).close()
        except FileNotFoundError:
            time.sleep(2)
            open(name, "w").close()

@pytest.fixture(scope="session")
def a():
    prepare("a")

@pytest.fixture(scope="session")
def b():
    prepare("b")

@pytest.mark.parametrize("n", range(6))
def test_needs_a(a, n): time.sleep(0.2)

@pytest.mark.parametrize("n", range(2))
def test_needs_b(b, n): time.sleep(0.2)

@pytest.mark.parametrize("n", range(4))
def test_free(n): time.sleep(0.2)
"#;

/// Four tests, eight at once.
pub(super) fn runners(workshop: &Workshop) -> Outcome<Row> {
    let files = [("probe.toml", MANIFEST), ("CTestTestfile.cmake", CTEST)];
    let directory = workshop.project("toy", &files)?;
    let probe = workshop.probe(&["run", "-j8"], &directory);
    let probe = forgetting(probe, &directory);
    let nextest = scripts(workshop)?;
    Ok(Row::new("two libraries of 2 s, tests of 0.2 s, some free", ROUNDS, probe)
        .against_time(IDEAL, Bar::Times(1.05))
        .against("CTest", workshop.peer("ctest", &["-j8", "-Q"], &directory), Bar::None)
        .against("cargo-nextest", nextest, Bar::None))
}

/// The same with the set-up scripts of nextest, which are run before all tests and one after the other.
fn scripts(workshop: &Workshop) -> Outcome<Option<Program>> {
    if find("cargo-nextest").is_none() {
        return Ok(None);
    }
    let files = [
        ("Cargo.toml", "[package]\nname = \"toy\"\nedition = \"2024\"\n[workspace]\n"),
        ("src/lib.rs", RUST),
        (".config/nextest.toml", NEXTEST),
    ];
    let directory = workshop.project("toy-nextest", &files)?;
    nextest::build(&directory)?;
    let program = nextest::program(workshop, &directory, 8)?;
    Ok(program.map(|nextest| nextest.called("nextest with set-up scripts")))
}

/// Twelve tests, four at once, of which eight need a library.
pub(super) fn pytest(workshop: &Workshop) -> Outcome<Row> {
    let test = |name: &str, needs: &str, count: usize| {
        let tests = (0..count)
            .map(|n| format!("[test.{name}-{n}]\nrun = [\"sleep\", \"0.2\"]\nneeds = [{needs}]\n"));
        tests.collect::<String>()
    };
    let libraries = MANIFEST.split("[test.").next().unwrap_or_default();
    let tests = test("a", "\"a\"", 6) + &test("b", "\"b\"", 2) + &test("free", "", 4);
    let manifest = format!("{libraries}{tests}");
    let files = [("probe.toml", manifest.as_str()), ("test_toy.py", PYTEST)];
    let directory = workshop.project("toy-pytest", &files)?;
    let probe = forgetting(workshop.probe(&["run", "-j4"], &directory), &directory);
    let arguments = ["-m", "pytest", "-q", "-n4", "-p", "no:cacheprovider"];
    let python = python_has("pytest, xdist, filelock");
    let python = python.then(|| workshop.peer("python3", &arguments, &directory)).flatten();
    let python = python.map(|python| python.called("pytest -n4, FileLock"));
    let python = python.map(|python| forgetting(python, &directory));
    let task = "the same libraries, 8 tests that need one, 4 free, 4 at once";
    Ok(Row::new(task, ROUNDS, probe).against("pytest-xdist, filelock", python, Bar::None))
}

fn forgetting(program: Program, directory: &std::path::Path) -> Program {
    program.forgetting(directory.join("a")).forgetting(directory.join("b"))
}
