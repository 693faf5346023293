//! The cost of an import: `cargo bench -p probe-loader`. Prints numbers and ratios of one run, and sets no limits.
//!
//! Warm: the library is there, in the store only or at a place too. Cold: a gibibyte over the loopback host, compared with `curl
//! -o f && sync f`.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures")]

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use probe_loader::{ImportSource, ImportSpec, Kind, Loader, Settings, Sha256};

/// The size of the cold download, in bytes.
const LARGE: u64 = 1 << 30;
const WARM_IMPORTS: u32 = 20_000;
const ROUNDS: usize = 3;

#[expect(clippy::print_stdout, reason = "a benchmark reports")]
#[expect(clippy::disallowed_macros, reason = "a benchmark reports")]
fn main() -> Result<(), Box<dyn Error>> {
    // On the disk that the project is on: a file system in memory would hide the flushing.
    let scratch = tempfile::tempdir_in(concat!(env!("CARGO_MANIFEST_DIR"), "/../target"))?;
    for (name, cost) in warm(scratch.path())? {
        println!("warm import, {name}: {:.1} µs", cost.as_secs_f64() * 1e6);
    }
    let url = serve_large()?;
    for round in 1..=ROUNDS {
        let ours = cold(scratch.path(), &url)?;
        let curl = curl(scratch.path(), &url)?;
        println!(
            "1 GiB, round {round}: {:.2} s, curl and sync {:.2} s, throughput ratio {:.2}",
            ours.as_secs_f64(),
            curl.as_secs_f64(),
            curl.as_secs_f64() / ours.as_secs_f64(),
        );
    }
    println!("most memory ever resident: {} KiB", peak_memory()?);
    Ok(())
}

/// Returns the cost of one import of a library that is there.
fn warm(scratch: &Path) -> Result<Vec<(&'static str, Duration)>, Box<dyn Error>> {
    let path = scratch.join("small");
    fs::write(&path, vec![1; 100_000])?;
    let content = fs::read(&path)?;
    let url = serve(move |stream| stream.write_all(&content), 100_000)?;
    let loader = Loader::new(Settings::new(scratch.join("warm-store")))?;
    let unpinned =
        ImportSpec { kind: Kind::Data, ..ImportSpec::new("small", ImportSource::url(&url)) };
    let placed = ImportSpec { to: Some(scratch.join("place/small")), ..unpinned.clone() };
    let mut costs = Vec::new();
    for (name, library) in [("in the store", unpinned), ("at a place", placed)] {
        loader.import(&library, &())?;
        let begun = Instant::now();
        for _ in 0..WARM_IMPORTS {
            black_box(loader.import(black_box(&library), &())?);
        }
        costs.push((name, begun.elapsed() / WARM_IMPORTS));
    }
    Ok(costs)
}

fn cold(scratch: &Path, url: &str) -> Result<Duration, Box<dyn Error>> {
    let store = scratch.join("cold-store");
    let loader = Loader::new(Settings::new(&store))?;
    let library =
        ImportSpec { kind: Kind::Data, ..ImportSpec::new("large", ImportSource::url(url)) };
    let begun = Instant::now();
    let imported = loader.import(&library, &())?;
    let time = begun.elapsed();
    assert_eq!(imported.size, LARGE);
    black_box::<Sha256>(imported.digest);
    fs::remove_dir_all(&store)?;
    Ok(time)
}

fn curl(scratch: &Path, url: &str) -> Result<Duration, Box<dyn Error>> {
    let file = scratch.join("curl");
    let begun = Instant::now();
    let fetched = Command::new("curl").args(["-s", "-o"]).arg(&file).arg(url).status()?;
    let synced = Command::new("sync").arg(&file).status()?;
    let time = begun.elapsed();
    assert!(fetched.success() && synced.success());
    fs::remove_file(&file)?;
    Ok(time)
}

/// Serves a large file with little memory.
fn serve_large() -> Result<String, Box<dyn Error>> {
    let piece = vec![0x5a; 1 << 20];
    serve(move |stream| (0..LARGE >> 20).try_for_each(|_| stream.write_all(&piece)), LARGE)
}

fn serve(
    body: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + 'static,
    length: u64,
) -> Result<String, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/file", listener.local_addr()?);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            // One read has the whole of so short a request.
            let served = stream
                .read(&mut [0; 4096])
                .and_then(|_| stream.write_all(head.as_bytes()))
                .and_then(|()| body(&mut stream));
            drop((served, stream));
        }
    });
    Ok(url)
}

fn peak_memory() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim_end_matches("kB").trim().parse()?)
}
