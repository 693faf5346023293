//! What the commands know of Linux.

/// Files that say which machine this is, and since when it runs; in a container, which container.
pub(crate) const MACHINE: [&str; 2] = ["/proc/sys/kernel/random/boot_id", "/etc/hostname"];
