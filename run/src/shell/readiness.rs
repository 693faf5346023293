//! Checks once whether a service is ready. Does not know which service, nor how often it is checked.

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::engine::Engine;
use crate::service::ReadyCheck;

/// The longest time for one look at a port or a page.
const PATIENCE: Duration = Duration::from_secs(1);

/// The result of a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Ready,
    /// It is not ready, for this reason.
    NotYet(String),
}

/// Looks once, for all kinds of checks except `output`.
pub(super) fn ready_now(engine: &dyn Engine, check: &ReadyCheck) -> Look {
    let not_yet = |what: String| Look::NotYet(what);
    match check {
        ReadyCheck::Tcp(place) => match connect(place) {
            Ok(()) => Look::Ready,
            Err(error) => not_yet(format!("nobody takes connections at {place}: {error}")),
        },
        ReadyCheck::Http(url) => match answered(url) {
            Ok(status) if (200..300).contains(&status) => Look::Ready,
            Ok(status) => not_yet(format!("`{url}` answers {status}")),
            Err(error) => not_yet(format!("`{url}`: {error}")),
        },
        ReadyCheck::Command(invocation) => match engine.look(invocation) {
            true => Look::Ready,
            false => {
                not_yet(format!("`{}` does not exit with 0", invocation.program.to_string_lossy()))
            }
        },
        ReadyCheck::Output(_) | ReadyCheck::Notify => {
            not_yet("it is heard, not looked at".to_owned())
        }
    }
}

/// Whether a connection to `HOST:PORT`, or to a port of this machine, succeeds.
fn connect(place: &str) -> io::Result<()> {
    let of_machine = |port: u16| [format!("127.0.0.1:{port}"), format!("[::1]:{port}")];
    let places = match place.parse() {
        Ok(port) => of_machine(port).to_vec(),
        Err(_) => vec![place.to_owned()],
    };
    let mut last = None;
    for place in places {
        for address in place.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(_) => return Ok(()),
                // The error of the first address is the interesting one.
                Err(error) => drop(last.get_or_insert(error)),
            }
        }
    }
    Err(last.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
}

/// The status of the response. Uses no proxy, because it asks this machine.
fn answered(url: &str) -> Result<u16, String> {
    let agent = ureq::Agent::config_builder()
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .build()
        .new_agent();
    agent.get(url).call().map(|answer| answer.status().as_u16()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_port_and_a_page_tell_whether_somebody_is_there() {
        let server = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = server.local_addr().expect("it has one");
        assert!(connect(&address.port().to_string()).is_ok());
        assert!(connect(&address.to_string()).is_ok());
        let serving = std::thread::spawn(move || {
            // The two that only looked.
            (0..2).for_each(|_| drop(server.accept()));
            for status in ["503 Not yet", "204 Fine"] {
                let (mut stream, _) = server.accept().expect("a request");
                let _ = stream.read(&mut [0; 1024]);
                let answer =
                    format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).expect("it is heard");
            }
        });
        let url = format!("http://{address}/health");
        assert_eq!(answered(&url), Ok(503));
        assert_eq!(answered(&url), Ok(204));
        serving.join().expect("it has served");
        assert!(answered(&url).is_err());
        assert!(connect(&address.port().to_string()).is_err());
    }
}
