//! The codec: a second library, of four megabytes.
#![allow(long_running_const_eval, reason = "the compiler works out half a million words")]

mod table;

static TABLE: [u64; 1 << 19] = table::words(2);

/// The exclusive or of `count` words from `from` on.
#[unsafe(no_mangle)]
pub extern "C" fn codec_fold(from: u64, count: u64) -> u64 {
    table::fold(&TABLE, from, count)
}
