//! Processes that hold a lock and stand still, and many that wait for one that does not.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;
use probe_loader::{ImportCause, Loader, Settings};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::host::Listener;
use crate::support::server::Server;
use crate::support::{Scene, compiled, example, library};

/// Starts the example on a scene's store.
fn start(scene: &Scene, url: &str) -> Child {
    Command::new(example::import())
        .arg(scene.path("store"))
        .arg(url)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("start")
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("signal");
}

/// A server that sends half of the library, and the rest when it is told to.
fn halting() -> (Server, mpsc::Sender<()>) {
    let (go, gone) = mpsc::channel();
    let gone = Mutex::new(gone);
    let content = compiled::library();
    let server = Server::new(move |_, stream| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", content.len());
        let (first, second) = content.split_at(content.len() / 2);
        let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(first));
        gone.lock().recv().ok();
        // The client may have been killed.
        sent.and_then(|()| stream.write_all(second)).ok();
    });
    (server, go)
}

#[test]
fn who_waits_for_a_stopped_process_names_it_and_ends_in_time() {
    let scene = Scene::new();
    let (server, go) = halting();
    let url = server.url("/libsample.so");
    let mut holder = start(&scene, &url);
    server.wait_for_hits(1);
    signal(&holder, Signal::STOP);

    let host = Listener::cancelling_after("waiting");
    let error = scene.impatient().import(&library(&url), &host).expect_err("it gives up");
    assert!(matches!(error.cause(), ImportCause::Cancelled), "{error}");
    assert_eq!(host.events(), ["release", "waiting for import"]);

    let settings = Settings { lock_timeout: Duration::from_millis(20), ..scene.settings() };
    let loader = Loader::new(settings).expect("a store");
    let error = loader.import(&library(&url), &()).expect_err("the holder stands still");
    let ImportCause::LockTimeout { holder: Some(named), .. } = error.cause() else {
        panic!("{error}")
    };
    assert_eq!(named.pid, holder.id());

    signal(&holder, Signal::CONT);
    drop(go);
    assert!(holder.wait().expect("wait").success());
    assert_eq!(server.hits(), 1);
}

#[test]
fn when_the_holder_is_killed_the_next_one_goes_on() {
    let scene = Scene::new();
    let (server, go) = halting();
    let url = server.url("/libsample.so");
    let mut holder = start(&scene, &url);
    server.wait_for_hits(1);
    let mut waiter = start(&scene, &url);
    // It says so when it has waited for a second.
    let stderr = waiter.stderr.take().expect("a pipe");
    let line = BufReader::new(stderr).lines().next().expect("a line").expect("text");
    assert!(line.contains(&format!("process {} on ", holder.id())), "{line}");
    holder.kill().expect("kill");
    holder.wait().expect("wait");
    drop(go);
    let output = waiter.wait_with_output().expect("wait");
    assert_eq!(output.stdout, b"Fetched\n");
    assert_eq!(server.hits(), 2);
    assert_eq!(scene.stored().len(), 1);
}

#[test]
fn many_processes_that_wait_get_one_download() {
    const WAITING: usize = 64;

    let scene = Scene::new();
    let (server, go) = halting();
    let url = server.url("/libsample.so");
    let children = (0..WAITING).map(|_| start(&scene, &url)).collect::<Vec<_>>();
    server.wait_for_hits(1);
    drop(go);
    let outputs = thread::scope(|scope| {
        let waits = children
            .into_iter()
            .map(|child| scope.spawn(|| child.wait_with_output().expect("wait")))
            .collect::<Vec<_>>();
        waits.into_iter().map(|wait| wait.join().expect("join")).collect::<Vec<_>>()
    });
    assert!(outputs.iter().all(|output| output.status.success()));
    let fetched = outputs.iter().filter(|output| output.stdout == b"Fetched\n").count();
    assert_eq!((fetched, server.hits()), (1, 1));
}
