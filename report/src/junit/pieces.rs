//! Writes a JUnit report piece by piece. `quick-junit` writes only reports that are in memory as a whole, and 100,000 tests
//! with their outputs need too much memory. Knows nothing of runs.

use std::io::{self, Write};

use quick_junit::{Report, TestCase, TestSuite};

/// Cases that are in memory at once: each may have printed as much as is kept of an output.
const PIECE: usize = 100;

/// The end of a suite. Names and outputs cannot contain it, because `<` is escaped there.
const SUITE_END: &str = "    </testsuite>\n";
const CASE: &str = "        <testcase";

/// Writes a report. Calls a function to make further cases for each suite, by its place, after the cases that it has.
///
/// Each suite needs a property or a case: an empty suite has no end before which cases could be written.
pub(super) fn write<C>(
    out: &mut dyn Write,
    report: &Report,
    mut cases: impl FnMut(usize) -> C,
) -> io::Result<()>
where
    C: Iterator<Item = io::Result<TestCase>>,
{
    let frame = report.to_string().map_err(io::Error::other)?;
    for (place, part) in frame.split_inclusive(SUITE_END).enumerate() {
        let Some(suite) = part.strip_suffix(SUITE_END) else {
            out.write_all(part.as_bytes())?;
            continue;
        };
        out.write_all(suite.as_bytes())?;
        let mut cases = cases(place);
        loop {
            let piece = cases.by_ref().take(PIECE).collect::<io::Result<Vec<_>>>()?;
            if piece.is_empty() {
                break;
            }
            out.write_all(text(piece)?.as_bytes())?;
        }
        out.write_all(SUITE_END.as_bytes())?;
    }
    Ok(())
}

/// Cases as they stand in a suite: taken out of a report that has nothing else.
fn text(cases: Vec<TestCase>) -> io::Result<String> {
    let mut suite = TestSuite::new("");
    suite.add_test_cases(cases);
    let mut report = Report::new("");
    report.add_test_suite(suite);
    let mut text = report.to_string().map_err(io::Error::other)?;
    let end = text.rfind(SUITE_END).expect("a suite with cases has an end");
    text.truncate(end);
    let start = text.find(CASE).expect("there are cases");
    text.drain(..start);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use quick_junit::{Property, TestCaseStatus};

    use super::*;

    /// A suite with a property and this many cases, whose outputs look like the ends of suites.
    fn suite(name: &str, cases: usize) -> TestSuite {
        let mut suite = TestSuite::new(name);
        suite.add_property(Property::new("run", "1"));
        suite.add_test_cases((0..cases).map(case));
        suite
    }

    fn case(number: usize) -> TestCase {
        let mut case = TestCase::new(format!("<{number}>"), TestCaseStatus::success());
        case.set_system_out(format!("{SUITE_END}{CASE} {number}\n{SUITE_END}"));
        case
    }

    #[test]
    fn in_pieces_it_is_what_it_is_as_a_whole() {
        for sizes in [&[][..], &[1], &[0, 3], &[PIECE], &[PIECE + 1, 1, 2 * PIECE]] {
            let mut whole = Report::new("probe");
            let mut frame = Report::new("probe");
            for (place, &cases) in sizes.iter().enumerate() {
                let suite = suite(&place.to_string(), cases);
                let mut empty = suite.clone();
                empty.test_cases.clear();
                whole.add_test_suite(suite);
                frame.add_test_suite(empty);
            }
            let mut written = Vec::new();
            write(&mut written, &frame, |place| (0..sizes[place]).map(|number| Ok(case(number))))
                .expect("memory takes everything");
            let written = String::from_utf8(written).expect("XML is text");
            assert_eq!(written, whole.to_string().expect("it has a form"), "{sizes:?}");
        }
    }
}
