//! Runs a library's command for a host without process supervision of its own. It does not know
//! process groups: processes that the command leaves behind stay.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::command::{CommandEnd, CommandFailure, CommandLimits, CommandLine};
use crate::platform;

/// How many bytes of the output's end are kept.
const TAIL: usize = 16 * 1024;
/// How often to check for the command's end or a cancellation while its output stays open.
const POLL: Duration = Duration::from_millis(20);

/// The end of a command's output, and the time of its last output.
struct Tail {
    bytes: Vec<u8>,
    heard: Instant,
}

/// Runs `command` to its end, without input, and keeps the end of its output.
#[expect(
    clippy::disallowed_methods,
    reason = "a command may take so long, and be silent for so long"
)]
pub(crate) fn run(
    command: &CommandLine,
    cancelled: &dyn Fn() -> bool,
) -> Result<(), CommandFailure> {
    let mut child = spawn(command).map_err(|error| CommandFailure {
        end: CommandEnd::NotStarted(error.to_string()),
        output: String::new(),
    })?;
    let started = Instant::now();
    let tail = Arc::new(Mutex::new(Tail { bytes: Vec::new(), heard: started }));
    let (closed, closings) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        follow(stdout, Arc::clone(&tail), closed.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        follow(stderr, Arc::clone(&tail), closed.clone());
    }
    drop(closed);

    let overrun = || {
        let CommandLimits { timeout, silence } = command.limits;
        let timed_out = timeout.filter(|limit| started.elapsed() >= *limit);
        let silent = silence.filter(|limit| tail.lock().heard.elapsed() >= *limit);
        timed_out.map(CommandEnd::TimedOut).or(silent.map(CommandEnd::Silent))
    };
    let end =
        wait(&mut child, &closings, || cancelled().then_some(CommandEnd::Stopped).or_else(overrun));
    // A process that the command left behind may keep the output open for ever, so take what is there after one poll.
    while closings.recv_timeout(POLL).is_ok() {}
    let output = String::from_utf8_lossy(&tail.lock().bytes).into_owned();
    match end {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(CommandFailure {
            end: match (status.code(), platform::signal(status)) {
                (Some(code), _) => CommandEnd::Exited(code),
                (None, signal) => CommandEnd::Killed(signal.unwrap_or_default()),
            },
            output,
        }),
        Err(end) => Err(CommandFailure { end, output }),
    }
}

fn spawn(command: &CommandLine) -> std::io::Result<Child> {
    let mut process = Command::new(&command.program);
    process
        .args(&command.args)
        .current_dir(&command.cwd)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    process.envs(command.env.iter().map(|(name, value)| (name, value)));
    process.spawn()
}

/// Keeps the end of what `stream` gives. The thread ends with the stream, and nothing waits for it.
#[expect(clippy::disallowed_methods, reason = "it is noted when a command was last heard")]
fn follow(
    mut stream: impl Read + Send + 'static,
    tail: Arc<Mutex<Tail>>,
    closed: mpsc::Sender<()>,
) {
    std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut chunk) {
            let mut tail = tail.lock();
            tail.heard = Instant::now();
            tail.bytes.extend_from_slice(&chunk[..count]);
            let excess = tail.bytes.len().saturating_sub(TAIL);
            tail.bytes.drain(..excess);
        }
        // The receiver is gone once the command's result is known.
        closed.send(()).ok();
    });
}

/// Waits until the command has ended; kills it on cancellation or at a limit.
fn wait(
    child: &mut Child,
    closings: &mpsc::Receiver<()>,
    reason: impl Fn() -> Option<CommandEnd>,
) -> Result<ExitStatus, CommandEnd> {
    let lost = |error: std::io::Error| CommandEnd::NotStarted(error.to_string());
    loop {
        if let Some(status) = child.try_wait().map_err(lost)? {
            return Ok(status);
        }
        if let Some(reason) = reason() {
            child.kill().map_err(lost)?;
            child.wait().map_err(lost)?;
            return Err(reason);
        }
        if closings.recv_timeout(POLL) == Err(mpsc::RecvTimeoutError::Disconnected) {
            // Both streams are closed: the end is near, or the command has closed them and works on.
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
