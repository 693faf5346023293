//! An HTTPS server with whatever certificate a test wants. It knows no HTTP beyond what the tests send.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use parking_lot::Mutex;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::{Request, read_request};

/// A certificate that signs itself, and its key.
pub(crate) struct Identity {
    pub(crate) pem: String,
    der: Vec<u8>,
    key: Vec<u8>,
}

impl Identity {
    /// For these hosts.
    pub(crate) fn new(hosts: &[&str]) -> Self {
        Self::make(hosts, |_| {})
    }

    /// One that was good until long ago.
    pub(crate) fn expired(hosts: &[&str]) -> Self {
        Self::make(hosts, |params| {
            params.not_before = date_time_ymd(2000, 1, 1);
            params.not_after = date_time_ymd(2001, 1, 1);
        })
    }

    /// One that will be good long from now.
    pub(crate) fn early(hosts: &[&str]) -> Self {
        Self::make(hosts, |params| {
            params.not_before = date_time_ymd(2100, 1, 1);
            params.not_after = date_time_ymd(2101, 1, 1);
        })
    }

    /// That of an authority.
    pub(crate) fn authority(hosts: &[&str]) -> Self {
        Self::make(hosts, |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained))
    }

    fn make(hosts: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Self {
        let hosts = hosts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut params = CertificateParams::new(hosts).expect("names");
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { pem: certificate.pem(), der: certificate.der().to_vec(), key: key.serialize_der() }
    }
}

/// A running server; stops when dropped.
pub(crate) struct Secure {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<thread::JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    requests: Mutex<Vec<Request>>,
    connections: AtomicUsize,
    over: AtomicBool,
}

impl Secure {
    /// Answers every request with the bytes that `reply` gives, which begin with the status line.
    pub(crate) fn new(
        identity: &Identity,
        reply: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let key = PrivateKeyDer::try_from(identity.key.clone()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![identity.der.clone().into()], key)
            .expect("a certificate");
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared::default());
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    if shared.over.load(Ordering::SeqCst) {
                        break;
                    }
                    shared.connections.fetch_add(1, Ordering::SeqCst);
                    serve(stream, Arc::clone(&config), &shared, &reply);
                }
            }
        });
        Self { address, shared, accepting: Some(accepting) }
    }

    /// Serves one content at every path.
    pub(crate) fn of(identity: &Identity, content: Vec<u8>) -> Self {
        Self::new(identity, move |_| answer("200 OK", "", &content))
    }

    /// By this name of the loopback host.
    pub(crate) fn url(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.address.port())
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().clone()
    }
}

/// A response with its length, and perhaps another header.
pub(crate) fn answer(status: &str, header: &str, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{header}\r\n\r\n");
    // Without another header, the blank line comes one line earlier.
    let mut bytes = head.replace("\r\n\r\n\r\n", "\r\n\r\n").into_bytes();
    bytes.extend_from_slice(content);
    bytes
}

/// One connection. The client may hang up at any time, even before there is one.
fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    shared: &Shared,
    reply: &dyn Fn(&Request) -> Vec<u8>,
) {
    let connection = ServerConnection::new(config).expect("a connection");
    let mut stream = StreamOwned::new(connection, stream);
    let Some((path, headers)) = read_request(&mut stream) else {
        return;
    };
    let request = {
        let mut requests = shared.requests.lock();
        let request = Request { path, headers, number: requests.len() };
        requests.push(request.clone());
        request
    };
    if stream.write_all(&reply(&request)).is_ok() {
        stream.conn.send_close_notify();
        stream.flush().ok();
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Wakes the accepting thread.
        TcpStream::connect(self.address).ok();
        if let Some(accepting) = self.accepting.take() {
            accepting.join().ok();
        }
    }
}
