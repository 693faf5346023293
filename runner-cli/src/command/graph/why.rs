//! Every path by which a test waits, each step with the lines that ask for it: of the manifest, or of the sources where it was detected.
//!
//! Does not know why it is asked, and reads no file: it is given the manifest's text.

use std::fmt;
use std::io::{self, Write};

use miette::Diagnostic;
use probe_run::Exit;
use probe_scenario::{LibraryId, Need, ServiceId, ServiceNeed, Suite, TestId};

use crate::command::reason::Reason;
use crate::manifest_file::Source;
use crate::ui::Ends;

/// No test has the name that was asked for.
#[derive(Debug)]
pub(super) struct NoSuchTest {
    name: String,
    /// What was likely meant.
    near: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Library(LibraryId),
    Service(ServiceId),
    Test(TestId),
}

/// A line still to be written.
#[derive(Debug)]
struct Twig {
    unit: Unit,
    text: String,
    indent: String,
    /// Whether nothing follows below the same unit.
    is_last: bool,
}

/// The tests that are called `name`, with or without their suite; two suites may share a file.
pub(super) fn find(suite: &Suite, name: &str) -> Result<Vec<TestId>, NoSuchTest> {
    let is_named = |id: &TestId| {
        let test = &suite.tests[id.index()];
        test.name == name || test.to_string() == name
    };
    let found: Vec<TestId> = (0..suite.tests.len()).map(TestId::new).filter(is_named).collect();
    if found.is_empty() {
        return Err(NoSuchTest { name: name.to_owned(), near: suite.near_names(name) });
    }
    Ok(found)
}

/// Writes a tree for each test. What has been written below one branch is only named in the next ones, so that the tree
/// is no longer than the graph.
pub(super) fn write(
    out: &mut dyn Write,
    suite: &Suite,
    manifest: &Source,
    tests: &[TestId],
) -> io::Result<()> {
    for &test in tests {
        let mut libraries = vec![false; suite.libraries.len()];
        let mut services = vec![false; suite.services.len()];
        let mut written = vec![false; suite.tests.len()];
        let defined = &suite.tests[test.index()];
        let mut open = below(suite, manifest, Unit::Test(test), "");
        let waits = if open.is_empty() { ", which waits for nothing" } else { "" };
        writeln!(out, "{defined} ({}:{}){waits}", manifest.name, defined.line)?;
        while let Some(Twig { unit, text, indent, is_last }) = open.pop() {
            let (twig, deeper) =
                if is_last { ("└── ", "    ") } else { ("├── ", "│   ") };
            let seen = match unit {
                Unit::Library(id) => &mut libraries[id.index()],
                Unit::Service(id) => &mut services[id.index()],
                Unit::Test(id) => &mut written[id.index()],
            };
            let below = below(suite, manifest, unit, &format!("{indent}{deeper}"));
            let is_repeated = std::mem::replace(seen, true) && !below.is_empty();
            let again = if is_repeated { ", as above" } else { "" };
            writeln!(out, "{indent}{twig}{text}{again}")?;
            if !is_repeated {
                open.extend(below);
            }
        }
    }
    Ok(())
}

/// What `unit` waits for itself, the last first.
fn below(suite: &Suite, manifest: &Source, unit: Unit, indent: &str) -> Vec<Twig> {
    let twig = |unit, text| Twig { unit, text, indent: indent.to_owned(), is_last: false };
    let needs = |needs: &[Need]| -> Vec<Twig> {
        let text = |need: &Need| {
            let name = &suite.libraries[need.library.index()].name;
            format!("{name} ({})", Reason { suite, manifest, need })
        };
        needs.iter().map(|need| twig(Unit::Library(need.library), text(need))).collect()
    };
    let services = |needs: &[ServiceNeed]| -> Vec<Twig> {
        let text = |need: &ServiceNeed| {
            let name = &suite.services[need.service.index()].name;
            let line = manifest.line_at(need.span.start);
            format!("{name}, a service (`needs` at {}:{line})", manifest.name)
        };
        needs.iter().map(|need| twig(Unit::Service(need.service), text(need))).collect()
    };
    let mut twigs = match unit {
        Unit::Library(id) => needs(&suite.libraries[id.index()].needs),
        Unit::Service(id) => {
            let service = &suite.services[id.index()];
            let mut twigs = needs(&service.needs);
            twigs.extend(services(&service.services));
            twigs
        }
        Unit::Test(id) => {
            let test = &suite.tests[id.index()];
            let mut twigs = needs(&test.needs);
            twigs.extend(services(&test.services));
            twigs.extend(test.after.iter().map(|&id| {
                let earlier = &suite.tests[id.index()];
                let how = if test.is_finally { "`after`, `finally`" } else { "`after`" };
                let text =
                    format!("{earlier} ({how} in the test at {}:{})", manifest.name, test.line);
                twig(Unit::Test(id), text)
            }));
            twigs
        }
    };
    if let Some(last) = twigs.last_mut() {
        last.is_last = true;
    }
    twigs.reverse();
    twigs
}

impl fmt::Display for NoSuchTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no test `{}`", self.name)
    }
}

impl std::error::Error for NoSuchTest {}

impl Diagnostic for NoSuchTest {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(match self.near.as_slice() {
            [] => "`probe list` prints the names of all tests".to_owned(),
            near => format!("did you mean `{}`?", near.join("`, or `")),
        }))
    }
}

impl Ends for NoSuchTest {
    fn exit(&self) -> Exit {
        Exit::NoTests
    }
}
