//! The engine: a native library of eight megabytes, most of them a table that its segments carry to the end of the file.
//!
//! Padding at the tail would hide the disease that this example shows: a loader never touches it. Here every page that a
//! writer has not written yet is a page that some test opens or reads.
#![allow(long_running_const_eval, reason = "the compiler works out a million words")]

mod table;

static TABLE: [u64; 1 << 20] = table::words(1);

/// The exclusive or of `count` words from `from` on.
#[unsafe(no_mangle)]
pub extern "C" fn engine_fold(from: u64, count: u64) -> u64 {
    table::fold(&TABLE, from, count)
}
