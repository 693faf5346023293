//! The test program: opens a native library as lazy loaders in the wild do, and calls into it.
//!
//!     open NAME ORIGIN CACHE CASE
//!
//! looks whether CACHE exists; if not, writes what ORIGIN holds to CACHE, in place and chunk by chunk, as a download
//! arrives; opens CACHE with the platform's dlopen; and checks each line `FROM COUNT EXPECTED` of the file CASE against
//! the library's `NAME_fold`. There is no lock, no temporary file and no rename, on purpose.
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::fs::{self, File};
use std::io::Write;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

/// The time to the first byte of a download: no two requests take equally long.
const LATENCY: std::ops::Range<u64> = 20..100;
/// What arrives at once, and how long the next piece takes: 8 MiB in about 140 ms.
const CHUNK: usize = 64 * 1024;
const PAUSE: Duration = Duration::from_millis(1);

const RTLD_NOW: c_int = 2;

unsafe extern "C" {
    fn dlopen(file: *const c_char, mode: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, symbol: *const c_char) -> *mut c_void;
    fn dlerror() -> *const c_char;
}

type Fold = extern "C" fn(u64, u64) -> u64;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, origin, cache, case] = arguments.as_slice() else {
        eprintln!("usage: open NAME ORIGIN CACHE CASE");
        return ExitCode::from(2);
    };
    match fetch(origin, cache).and_then(|()| load(name, cache)).and_then(|fold| check(fold, case)) {
        Ok(lines) => {
            println!("{case}: {lines} values as expected");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// If the file does not exist, write it; then use it. This is the race.
fn fetch(origin: &str, cache: &str) -> Result<(), String> {
    if fs::symlink_metadata(cache).is_ok_and(|meta| meta.is_file()) {
        return Ok(());
    }
    let spread = u64::from(std::process::id()).wrapping_mul(0x9E37_79B9) % (LATENCY.end - LATENCY.start);
    sleep(Duration::from_millis(LATENCY.start + spread));
    let body = fs::read(origin).map_err(|error| format!("Could not download {origin}: {error}"))?;
    if let Some((folder, _)) = cache.rsplit_once('/') {
        fs::create_dir_all(folder).map_err(|error| format!("Could not create {folder}: {error}"))?;
    }
    let mut file = File::create(cache).map_err(|error| format!("Could not write {cache}: {error}"))?;
    for chunk in body.chunks(CHUNK) {
        file.write_all(chunk).map_err(|error| format!("Could not write {cache}: {error}"))?;
        sleep(PAUSE);
    }
    eprintln!("Downloaded {origin}");
    Ok(())
}

fn load(name: &str, cache: &str) -> Result<Fold, String> {
    // A path without a slash would be sought in the system's library directories.
    let path = fs::canonicalize(cache).map_err(|error| format!("Could not find {cache}: {error}"))?;
    let path = CString::new(path.into_os_string().into_encoded_bytes()).expect("a path holds no NUL");
    let symbol = CString::new(format!("{name}_fold")).expect("an argument holds no NUL");
    // SAFETY: both strings live through the calls. The library is never closed, so the function stays.
    unsafe {
        let library = dlopen(path.as_ptr(), RTLD_NOW);
        if library.is_null() {
            return Err(format!("Could not open library: {}", CStr::from_ptr(dlerror()).to_string_lossy()));
        }
        let function = dlsym(library, symbol.as_ptr());
        if function.is_null() {
            return Err(format!("Could not find symbol: {}", CStr::from_ptr(dlerror()).to_string_lossy()));
        }
        Ok(std::mem::transmute::<*mut c_void, Fold>(function))
    }
}

fn check(fold: Fold, case: &str) -> Result<usize, String> {
    let text = fs::read_to_string(case).map_err(|error| format!("Could not read {case}: {error}"))?;
    for line in text.lines() {
        let numbers: Option<Vec<u64>> = line.split_whitespace().map(|word| word.parse().ok()).collect();
        let Some([from, count, expected]) = numbers.as_deref() else {
            return Err(format!("{case}: `{line}` is not `FROM COUNT EXPECTED`"));
        };
        let actual = fold(*from, *count);
        if actual != *expected {
            return Err(format!("{case}: folding {count} words from {from}: expected {expected}, got {actual}"));
        }
    }
    Ok(text.lines().count())
}
