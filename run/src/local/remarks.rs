//! Explanations of an attempt's end besides libraries: a signal that neither the test nor probe sent.

use probe_process::{Captured, Memory, Signal};

use crate::attempt::Attempt;
use crate::ending::Ending;
use crate::termination::Termination;

/// The exit code of a shell whose command was killed.
const KILLED: i32 = 128 + Signal::KILL.number();

/// Blames the kernel if `termination` is a death by SIGKILL and the kernel has killed for lack of memory.
pub(super) fn blame(termination: Termination, memory: &Memory) -> Termination {
    match termination {
        Termination::Killed(Signal::KILL) => match memory.shortage() {
            Some(shortage) => Termination::OutOfMemory(shortage.to_string()),
            None => termination,
        },
        other => other,
    }
}

/// Sentences about an attempt that ended in this way.
pub(super) fn remarks(
    termination: Option<&Termination>,
    attempt: &Attempt,
    memory: &Memory,
) -> Vec<String> {
    let shortage = || memory.shortage().iter().map(ToString::to_string).collect();
    match (termination, &attempt.ending) {
        (Some(Termination::OutOfMemory(said)), _) => vec![said.clone()],
        (Some(Termination::Killed(signal)), Ending::Killed(_)) if signal.is_of_terminal() => vec![
            "the test wanted the terminal, which is probe's, and would have waited for it until its timeout: \
             let it read a file or a pseudo-terminal (`script -qec COMMAND /dev/null`), or answer by an option of its own"
                .to_owned(),
        ],
        (_, Ending::Exited(KILLED)) => shortage(),
        // The parent of the killed process may have exited by itself.
        (_, Ending::Exited(_)) if tells_of_a_kill(&attempt.output) => shortage(),
        _ => Vec::new(),
    }
}

/// Whether the output says that a child process was killed.
fn tells_of_a_kill(output: &Captured) -> bool {
    let tells = |part: &[u8]| {
        let text = String::from_utf8_lossy(part);
        [
            "Killed",
            "SIGKILL",
            "signal: 9",
            "signal: killed",
            "signal 9",
            "Error 137",
            "code 137",
            "-9",
        ]
        .iter()
        .any(|words| text.contains(words))
    };
    output.streams().any(|(_, stream)| stream.parts().any(|part| tells(&part)))
}
