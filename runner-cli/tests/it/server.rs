//! A web server on loopback that answers by path and counts what it is asked for.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What the server answers to one path.
#[derive(Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) path: &'static str,
    pub(crate) status: &'static str,
    pub(crate) body: &'static [u8],
}

/// Serves until the test's process ends.
pub(crate) struct Server {
    port: u16,
    requests: Arc<AtomicUsize>,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(answers: &'static [Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let port = listener.local_addr().expect("it is bound").port();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        let heads = Arc::new(Mutex::new(Vec::new()));
        let listeners = Arc::clone(&heads);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::SeqCst);
                let heads = Arc::clone(&listeners);
                std::thread::spawn(move || answer(&connection, answers, &heads));
            }
        });
        Self { port, requests, heads }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// The heads of all requests that were answered.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no thread panics with it").clone()
    }
}

fn answer(mut connection: &TcpStream, answers: &[Answer], heads: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(connection).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    heads.lock().expect("no thread panics with it").push(head.join("\n"));
    let found = answers.iter().find(|answer| answer.path == path);
    let (status, body) = found
        .map_or(("404 Not Found", &b"no such page"[..]), |answer| (answer.status, answer.body));
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    // A client that has gone away has seen what it wanted.
    let _ = connection.write_all(head.as_bytes()).and_then(|()| connection.write_all(body));
}
