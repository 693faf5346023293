//! Many processes that want one library, some of them killed at random moments. Each survivor opens the library and calls into
//! it. With locks, with locks that do nothing, and with locks that fail.
//!
//! `PROBE_TORTURE_ROUNDS=300` makes it as long as one likes.

use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use crate::support::server::Server;
use crate::support::{Scene, compiled, example, files_below};

const PROCESSES: usize = 16;
/// How long a transfer takes at the least; the moments of killing are spread over the double of it.
const TRANSFER: Duration = Duration::from_millis(60);
const SIGKILL: i32 = 9;

/// What one kind of locks must give.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flight {
    /// At most one of the survivors fetches.
    Single,
    /// Any number.
    Any,
}

#[test]
fn with_locks_one_process_fetches_and_no_load_is_torn() {
    torture(None, Flight::Single);
}

#[test]
fn with_locks_that_do_nothing_no_load_is_torn() {
    torture(Some("return 0;"), Flight::Any);
}

#[test]
fn with_locks_that_are_not_supported_no_load_is_torn() {
    for error in ["ENOLCK", "ENOSYS"] {
        let body = format!("errno = {error}; return -1;");
        torture(Some(&body), Flight::Any);
    }
}

#[test]
fn with_locks_that_signals_interrupt_no_load_is_torn() {
    let body = "static int calls; if (++calls % 3) { errno = EINTR; return -1; } return 0;";
    torture(Some(body), Flight::Any);
}

/// What happened in all rounds.
#[derive(Default)]
struct Tally {
    survivors: usize,
    killed: usize,
    transfers: usize,
}

fn torture(flock: Option<&str>, flight: Flight) {
    let shims = Scene::new();
    let shim = flock.map(|body| compiled::flock_shim(&shims.path("."), body));
    let completed = Arc::new(AtomicUsize::new(0));
    let server = throttled(Arc::clone(&completed));
    let mut random = SmallRng::seed_from_u64(1);
    let mut tally = Tally::default();
    for _ in 0..rounds() {
        let before = completed.load(Ordering::SeqCst);
        let scene = Scene::new();
        let outputs = round(&scene, &server.url("/libsample.so"), shim.as_deref(), &mut random);
        let transfers = completed.load(Ordering::SeqCst) - before;
        check(&scene, &outputs, flight);
        let killed = outputs.iter().filter(|output| output.status.signal() == Some(SIGKILL));
        let killed = killed.count();
        if flight == Flight::Single {
            assert!(transfers <= 1 + killed, "{transfers} transfers");
        }
        tally.survivors += outputs.len() - killed;
        tally.killed += killed;
        tally.transfers += transfers;
    }
    // Both kinds of fate must have been met, or nothing was shown.
    assert!(tally.survivors > 0 && tally.killed > 0);
    report(&tally);
}

/// Starts all processes, kills half of them at random moments, and waits for all.
fn round(scene: &Scene, url: &str, shim: Option<&Path>, random: &mut SmallRng) -> Vec<Output> {
    let place = scene.path("place/libsample.so");
    let mut children = (0..PROCESSES).map(|_| start(scene, url, &place, shim)).collect::<Vec<_>>();
    let mut victims = (0..PROCESSES).collect::<Vec<_>>();
    victims.shuffle(random);
    let mut moments = (0..PROCESSES / 2)
        .map(|_| TRANSFER.mul_f64(random.random_range(0.0..2.0)))
        .collect::<Vec<_>>();
    moments.sort_unstable();
    let mut now = Duration::ZERO;
    for (victim, moment) in victims.into_iter().zip(moments) {
        thread::sleep(moment - now);
        now = moment;
        children[victim].kill().expect("kill");
    }
    children.into_iter().map(|child| child.wait_with_output().expect("wait")).collect()
}

#[track_caller]
fn check(scene: &Scene, outputs: &[Output], flight: Flight) {
    let mut fetched = 0;
    let mut survivors = 0;
    for output in outputs {
        let shown = String::from_utf8_lossy(&output.stderr);
        if output.status.signal() == Some(SIGKILL) {
            continue;
        }
        // A torn load is a signal of its own, or a message of the loader.
        assert!(output.status.success(), "{}: {shown}", output.status);
        survivors += 1;
        fetched += usize::from(output.stdout == b"Fetched\n");
    }
    assert!(flight == Flight::Any || fetched <= 1, "{fetched} fetched");
    if survivors == 0 {
        return;
    }
    assert_eq!(scene.stored().len(), 1, "one publication");
    // Where several publish at once, one that is killed may leave a passing name, which the next writer takes away.
    if flight == Flight::Single {
        let left_over = files_below(&scene.path("."))
            .into_iter()
            .filter(|path| path.to_string_lossy().contains(".probe-"))
            .collect::<Vec<_>>();
        assert!(left_over.is_empty(), "{left_over:?}");
    }
    let placed = fs::read(scene.path("place/libsample.so")).expect("read");
    assert!(placed == compiled::library());
}

/// Serves the library in pieces, and counts the transfers that came to their end.
fn throttled(completed: Arc<AtomicUsize>) -> Server {
    const PIECES: u32 = 12;

    let content = compiled::library();
    Server::new(move |_, stream| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", content.len());
        let mut sent = stream.write_all(head.as_bytes());
        for piece in content.chunks(content.len().div_ceil(PIECES as usize)) {
            sent = sent.and_then(|()| stream.write_all(piece));
            // Slow on purpose: the moments of killing must fall into the transfer.
            thread::sleep(TRANSFER / PIECES);
        }
        if sent.is_ok() {
            completed.fetch_add(1, Ordering::SeqCst);
        }
    })
}

fn start(scene: &Scene, url: &str, place: &Path, shim: Option<&Path>) -> Child {
    let mut command = Command::new(example::import());
    command
        .arg(scene.path("store"))
        .arg(url)
        .arg(place)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(shim) = shim {
        command.env("LD_PRELOAD", shim);
    }
    command.spawn().expect("start")
}

#[expect(clippy::disallowed_methods, reason = "how long to torture is for the person to say")]
fn rounds() -> usize {
    match std::env::var("PROBE_TORTURE_ROUNDS") {
        Ok(rounds) => rounds.parse().expect("a number"),
        Err(_) => 2,
    }
}

#[expect(clippy::disallowed_macros, reason = "shown by `cargo test -- --nocapture`")]
#[expect(clippy::print_stderr, reason = "shown by `cargo test -- --nocapture`")]
fn report(tally: &Tally) {
    let Tally { survivors, killed, transfers } = tally;
    eprintln!(
        "{} rounds: {survivors} survived, {killed} were killed, {transfers} transfers",
        rounds()
    );
}
