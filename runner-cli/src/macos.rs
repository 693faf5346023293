//! What the commands know of macOS.

/// Files that say which machine this is, by its network cards and its names. Since when it runs no file says.
pub(crate) const MACHINE: [&str; 2] = [
    "/Library/Preferences/SystemConfiguration/NetworkInterfaces.plist",
    "/Library/Preferences/SystemConfiguration/preferences.plist",
];

/// Where the loader of libraries looks for what is not where it was linked. The system's own programs (`sh`, `env`) do not pass it on.
pub(crate) const LIBRARY_PATH: &str = "DYLD_FALLBACK_LIBRARY_PATH";

/// Where it looks no more if that is set.
pub(crate) const ONLY_WITHOUT: [&str; 3] = ["~/lib", "/usr/local/lib", "/usr/lib"];
