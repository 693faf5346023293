//! A server on the loopback host that serves one file of zeros, as fast as it is read or over some time. It is kept in the
//! process of the benchmarks, so every program downloads at the cost of the same server.

use std::io::{Read as _, Result, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Bytes that are written at once.
const PIECE: usize = 1 << 20;

/// Serves so many MiB to whoever asks, until this process ends; `takes` is how long each download takes at least. Returns
/// its URL.
pub(crate) fn serve(mebibytes: u32, takes: Duration) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/file", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever hangs up does not want the rest.
            thread::spawn(move || drop(answer(stream, mebibytes, takes)));
        }
    });
    Ok(url)
}

fn answer(mut stream: TcpStream, mebibytes: u32, takes: Duration) -> Result<()> {
    // One read has the whole of so short a request.
    let _ = stream.read(&mut [0; 4096])?;
    let length = mebibytes as usize * PIECE;
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n")?;
    let piece = vec![0; PIECE];
    for _ in 0..mebibytes {
        thread::sleep(takes / mebibytes);
        stream.write_all(&piece)?;
    }
    Ok(())
}
