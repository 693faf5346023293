//! Tests that share a library: fetched if it is not there, written in place, opened with `dlopen`.

use std::ffi::{CString, c_char, c_int, c_uint, c_void};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;

unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlerror() -> *const c_char;
}

fn fetch() -> Vec<u8> {
    let server = std::env::var("RACES_SERVER").expect("the server's address");
    let mut stream = TcpStream::connect(server.trim_start_matches("http://")).expect("it listens");
    stream.write_all(b"GET /libengine.so HTTP/1.0\r\n\r\n").expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head");
    answer.split_off(head + 4)
}

fn check() {
    let home = std::env::var_os("HOME").expect("a home");
    let path = PathBuf::from(home).join(".cache/engine/libengine.so");
    if !path.exists() {
        let body = fetch();
        fs::create_dir_all(path.parent().expect("a directory")).expect("make it");
        fs::write(&path, body).expect("write the library");
    }
    let path = CString::new(path.into_os_string().into_encoded_bytes()).expect("no zero in it");
    // SAFETY: the strings end in zero, and the function has this type.
    unsafe {
        let library = dlopen(path.as_ptr(), 2);
        assert!(!library.is_null(), "{}", std::ffi::CStr::from_ptr(dlerror()).to_string_lossy());
        let answer = dlsym(library, c"engine_answer".as_ptr());
        let answer: extern "C" fn() -> c_uint = std::mem::transmute(answer);
        assert_eq!(answer(), 42, "the engine is not whole");
    }
}

macro_rules! tests {
    ($($name:ident)*) => { $(#[test] fn $name() { check() })* };
}

tests! {
    test_1 test_2 test_3 test_4 test_5 test_6 test_7 test_8
}
