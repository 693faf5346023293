//! What this crate needs of macOS and fits in no file of its own: system calls without a safe wrapper, each as a plain
//! function.
//!
//! About processes the system says what it tells any caller (`libproc.h`, `sysctl`). A failed call says nothing about a
//! process.
#![expect(clippy::disallowed_types, reason = "a platform file")]

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::ptr;

use libc::{c_int, c_void, proc_bsdinfo, proc_threadinfo};
use rustix::event::kqueue::{Event, EventFilter, EventFlags, ProcessEvents, kevent_timespec};
use rustix::event::{Timespec, kqueue};
use rustix::fs::statfs;
use rustix::io::{FdFlags, fcntl_setfd};
use signal_hook::low_level::siginfo::Origin;

use crate::process_id::ProcessId;
use crate::unix::pid;

/// A pipe may be hung up and still have something to read: macOS may report both at once.
pub(crate) const HANG_UP_IS_ALL: bool = false;
/// Lists the threads of a process (`sys/proc_info.h`; the `libc` crate leaves it out).
const PROC_PIDLISTTHREADS: c_int = 6;
/// Room for processes that started since they were counted.
const MORE: usize = 64;

/// The peaks of children do not include this process's memory.
pub(crate) fn own_peak() -> Option<u64> {
    None
}

/// Creates an unnamed file in `directory`, which cannot get a name later.
pub(crate) fn unnamed_file(directory: &Path) -> io::Result<File> {
    tempfile::tempfile_in(directory)
}

/// Whether the file system of `path` allows neither execution nor loading of code.
pub fn is_noexec(path: &Path) -> bool {
    statfs(path).is_ok_and(|system| system.f_flags & libc::MNT_NOEXEC.cast_unsigned() != 0)
}

/// Whether a process sent a signal, and not the system on behalf of a terminal. The system names the sender only if it is a
/// process.
pub(crate) fn is_sent(origin: &Origin) -> bool {
    origin.process.is_some_and(|process| process.pid != 0)
}

/// A descriptor that becomes readable when a process ends. Fails with `ESRCH` if the process has ended, reaped or not.
#[expect(unsafe_code, reason = "what is waited for could be a descriptor, or a pointer")]
pub(crate) fn end_of(id: ProcessId) -> io::Result<OwnedFd> {
    let queue = kqueue::kqueue()?;
    fcntl_setfd(&queue, FdFlags::CLOEXEC)?;
    let filter = EventFilter::Proc { pid: pid(id), flags: ProcessEvents::EXIT };
    let event = Event::new(filter, EventFlags::ADD, ptr::null_mut());
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut none: [Event; 0] = [];
    // SAFETY: the one event is of a process, which no descriptor and no pointer stands for.
    unsafe { kevent_timespec(&queue, &[event], &mut none, Some(&at_once))? };
    Ok(queue)
}

/// All processes.
#[expect(unsafe_code, reason = "no safe wrapper lists them")]
pub(crate) fn processes() -> Vec<ProcessId> {
    listed(|place, size| {
        // SAFETY: no more than `size` bytes are written to `place`, which has them, or is null.
        unsafe { libc::proc_listallpids(place, size) }
    })
}

/// The children of a process, also those that it adopted.
#[expect(unsafe_code, reason = "no safe wrapper lists them")]
pub(crate) fn children(id: ProcessId) -> Vec<ProcessId> {
    let parent = pid(id).as_raw_nonzero().get();
    listed(|place, size| {
        // SAFETY: no more than `size` bytes are written to `place`, which has them, or is null.
        unsafe { libc::proc_listchildpids(parent, place, size) }
    })
}

/// The processes that `list` writes. Without a buffer, `list` returns their largest possible number; with a buffer, the number
/// that it wrote.
fn listed(list: impl Fn(*mut c_void, c_int) -> c_int) -> Vec<ProcessId> {
    let count = usize::try_from(list(ptr::null_mut(), 0)).unwrap_or(0) + MORE;
    let mut numbers: Vec<c_int> = vec![0; count];
    let size = c_int::try_from(size_of_val(numbers.as_slice())).unwrap_or(c_int::MAX);
    let written = usize::try_from(list(numbers.as_mut_ptr().cast(), size)).unwrap_or(0);
    numbers.truncate(written);
    let number = |number: c_int| ProcessId::from_number(u32::try_from(number).ok()?);
    numbers.into_iter().filter_map(number).collect()
}

/// What the system says of a process, even of one that has ended and is not reaped yet.
pub(crate) fn facts(id: ProcessId) -> Option<proc_bsdinfo> {
    /// Also for processes that have ended.
    const ENDED_TOO: u64 = 1;

    info(id, libc::PROC_PIDTBSDINFO, ENDED_TOO)
}

/// What the system says of a thread.
pub(crate) fn thread(id: ProcessId, thread: u64) -> Option<proc_threadinfo> {
    info(id, libc::PROC_PIDTHREADINFO, thread)
}

/// A structure that consists only of numbers, as all requested ones do.
#[expect(unsafe_code, reason = "no safe wrapper asks for it")]
fn info<T>(id: ProcessId, what: c_int, of: u64) -> Option<T> {
    let number = pid(id).as_raw_nonzero().get();
    // SAFETY: `T` is of numbers alone, for which zeros are a value.
    let mut info: T = unsafe { std::mem::zeroed() };
    let size = c_int::try_from(size_of::<T>()).ok()?;
    // SAFETY: no more than `size` bytes are written to `info`, which has them.
    let written = unsafe { libc::proc_pidinfo(number, what, of, (&raw mut info).cast(), size) };
    (written == size).then_some(info)
}

/// The ids of a process's threads, as [`thread`] takes them; at most `most`.
#[expect(unsafe_code, reason = "no safe wrapper lists them")]
pub(crate) fn threads(id: ProcessId, most: usize) -> Vec<u64> {
    let number = pid(id).as_raw_nonzero().get();
    let mut threads = vec![0_u64; most];
    let size = c_int::try_from(size_of_val(threads.as_slice())).unwrap_or(c_int::MAX);
    let place = threads.as_mut_ptr().cast();
    // SAFETY: no more than `size` bytes are written to `threads`, which have them.
    let written = unsafe { libc::proc_pidinfo(number, PROC_PIDLISTTHREADS, 0, place, size) };
    threads.truncate(usize::try_from(written).unwrap_or(0) / size_of::<u64>());
    threads
}

/// The arguments and variables that a process was started with, in the format of `KERN_PROCARGS2`; `None` if they may not be
/// read.
pub(crate) fn arguments(id: ProcessId) -> Option<Vec<u8>> {
    /// Larger than the system's limit.
    const MOST: usize = 2 << 20;

    let number = pid(id).as_raw_nonzero().get();
    asked(&mut [libc::CTL_KERN, libc::KERN_PROCARGS2, number], MOST)
}

#[expect(unsafe_code, reason = "no safe wrapper asks for it")]
fn asked(name: &mut [c_int], most: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0_u8; most];
    let mut length = bytes.len();
    let (count, place) = (name.len().try_into().ok()?, bytes.as_mut_ptr().cast());
    // SAFETY: `name` has so many numbers, no more than `length` bytes are written to `bytes`, which have them, and nothing is set.
    let result = unsafe {
        libc::sysctl(name.as_mut_ptr(), count, place, &raw mut length, ptr::null_mut(), 0)
    };
    bytes.truncate(length);
    (result == 0).then_some(bytes)
}

/// The system value with this name, as bytes; `None` if there is none.
#[expect(unsafe_code, reason = "no safe wrapper asks for it")]
pub(crate) fn named(name: &CStr) -> Option<Vec<u8>> {
    /// Paths and numbers are shorter.
    const MOST: usize = 1024;

    let mut bytes = vec![0_u8; MOST];
    let mut length = bytes.len();
    let place = bytes.as_mut_ptr().cast();
    // SAFETY: the name ends with a zero, no more than `length` bytes are written to `bytes`, which have them, and nothing is set.
    let result =
        unsafe { libc::sysctlbyname(name.as_ptr(), place, &raw mut length, ptr::null_mut(), 0) };
    bytes.truncate(length);
    (result == 0).then_some(bytes)
}
