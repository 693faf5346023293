//! Whether a test reports that it skipped itself: by its suite's exit code for that, or by TAP output.

use probe_process::Captured;
use probe_process::sift::plain;
use probe_scenario::skipped_by_tap;

use crate::attempt::Attempt;
use crate::ending::Ending;

/// The longest line, in characters, that counts as a reason.
const REASON: usize = 120;

/// Changes the attempt if its exit code or output says that the test skipped itself.
pub(super) fn skipped_by_itself(mut attempt: Attempt, skip_code: Option<i32>) -> Attempt {
    match attempt.ending {
        Ending::Exited(code) if Some(code) == skip_code => {
            attempt.ending = Ending::Skipped(reason(&attempt.output));
        }
        Ending::Passed => {
            let whole = whole_stdout(&attempt.output);
            if let Some(reason) = whole.as_deref().and_then(skipped_by_tap) {
                attempt.ending = Ending::Skipped(bounded(&reason));
            }
        }
        _ => {}
    }
    attempt
}

/// The last line of the output, if it is short.
fn reason(output: &Captured) -> String {
    let words = output.last_words();
    bounded(words.lines().last().unwrap_or_default())
}

fn bounded(line: &str) -> String {
    let line = line.trim();
    if line.chars().count() <= REASON { line.to_owned() } else { String::new() }
}

/// All of standard output, or of both streams as one, if it looks like TAP. Most tests print something else.
fn whole_stdout(output: &Captured) -> Option<String> {
    let (_, stream) = output.streams().next()?;
    let excerpt = stream.excerpt();
    let begins =
        [&b"TAP"[..], b"1..", b"ok", b"#"].iter().any(|word| excerpt.head.starts_with(word));
    let text = || plain(&String::from_utf8_lossy(&[excerpt.head, excerpt.tail].concat()));
    (begins && excerpt.omitted == 0).then(text)
}
