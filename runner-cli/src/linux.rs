//! What the commands know of Linux.

/// Files that say which machine this is, and since when it runs; in a container, which container.
pub(crate) const MACHINE: [&str; 2] = ["/proc/sys/kernel/random/boot_id", "/etc/hostname"];

/// Where the loader of libraries looks first.
pub(crate) const LIBRARY_PATH: &str = "LD_LIBRARY_PATH";

/// Where it looks no more if that is set.
pub(crate) const ONLY_WITHOUT: [&str; 0] = [];
