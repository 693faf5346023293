//! An HTTP server on a raw socket, which can do what no decent server does. It knows no HTTP beyond what the tests send.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use parking_lot::{Condvar, Mutex};

/// What is done with a connection after its request was read.
pub(crate) type Reply = dyn Fn(&Request, &mut TcpStream) + Send + Sync;

/// What was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// By lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
    /// Which request to the server it is, from 0.
    pub(crate) number: usize,
}

/// A running server; stops when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<thread::JoinHandle<()>>,
}

struct Shared {
    requests: Mutex<Vec<Request>>,
    started: AtomicUsize,
    arrived: Condvar,
}

impl Server {
    /// Serves on a free port of the loopback host.
    pub(crate) fn new(reply: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            requests: Mutex::new(Vec::new()),
            started: AtomicUsize::new(0),
            arrived: Condvar::new(),
        });
        let reply: Arc<Reply> = Arc::new(reply);
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for stream in listener.incoming() {
                    let Ok(stream) = stream else { break };
                    if shared.started.load(Ordering::SeqCst) == usize::MAX {
                        break;
                    }
                    let (shared, reply) = (Arc::clone(&shared), Arc::clone(&reply));
                    thread::spawn(move || serve(stream, &shared, &*reply));
                }
            }
        });
        Self { address, shared, accepting: Some(accepting) }
    }

    /// Serves one content at every path.
    pub(crate) fn of(content: Vec<u8>) -> Self {
        Self::new(move |_, stream| respond(stream, "200 OK", &[], &content))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().clone()
    }

    pub(crate) fn hits(&self) -> usize {
        self.shared.requests.lock().len()
    }

    /// Returns once that many requests have come.
    pub(crate) fn wait_for_hits(&self, hits: usize) {
        let mut requests = self.shared.requests.lock();
        while requests.len() < hits {
            self.shared.arrived.wait(&mut requests);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.started.store(usize::MAX, Ordering::SeqCst);
        // Wakes the accepting thread.
        TcpStream::connect(self.address).ok();
        if let Some(accepting) = self.accepting.take() {
            accepting.join().ok();
        }
    }
}

fn serve(mut stream: TcpStream, shared: &Shared, reply: &Reply) {
    let Some((path, headers)) = read_request(&mut stream) else {
        return;
    };
    let request = {
        let mut requests = shared.requests.lock();
        let request = Request { path, headers, number: requests.len() };
        requests.push(request.clone());
        shared.arrived.notify_all();
        request
    };
    reply(&request, &mut stream);
    stream.shutdown(Shutdown::Write).ok();
    // Closing with unread bytes would reset the connection under what was sent.
    io::copy(&mut stream, &mut io::sink()).ok();
}

/// Reads the path and the headers of a request.
pub(crate) fn read_request(stream: &mut impl Read) -> Option<(String, BTreeMap<String, String>)> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        })
        .collect();
    Some((path, headers))
}

/// Sends a response with its length.
pub(crate) fn respond(
    stream: &mut TcpStream,
    status: &str,
    headers: &[(&str, &str)],
    content: &[u8],
) {
    let length = content.len().to_string();
    let mut all = vec![("Content-Length", length.as_str())];
    all.extend_from_slice(headers);
    respond_raw(stream, status, &all, content);
}

/// Sends a response with exactly these headers. The client may hang up at any time.
pub(crate) fn respond_raw(
    stream: &mut TcpStream,
    status: &str,
    headers: &[(&str, &str)],
    content: &[u8],
) {
    let mut head = format!("HTTP/1.1 {status}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("Connection: close\r\n\r\n");
    if stream.write_all(head.as_bytes()).is_ok() {
        stream.write_all(content).ok();
    }
}

/// Ends the connection with a reset.
pub(crate) fn reset(stream: &TcpStream) {
    rustix::net::sockopt::set_socket_linger(stream, Some(std::time::Duration::ZERO))
        .expect("set linger");
}
