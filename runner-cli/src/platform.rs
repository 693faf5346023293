//! Which machine this is, as a manifest's platform keys name it, and what they mean to the loader.

use std::fmt;
use std::path::Path;

use probe_loader::{Architecture, Machine, System};
use probe_scenario::{Arch, Libc, Os, Platform};

/// A machine that a manifest cannot name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unknown;

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}-{} is no platform that probe knows",
            std::env::consts::OS,
            std::env::consts::ARCH
        )
    }
}

/// The host, which may have another C library than the one that probe itself is linked with.
pub(crate) fn host() -> Result<Platform, Unknown> {
    let os: Os = std::env::consts::OS.parse().map_err(|_| Unknown)?;
    let arch: Arch = std::env::consts::ARCH.parse().map_err(|_| Unknown)?;
    let libc = (os == Os::Linux).then(|| if has_musl(arch) { Libc::Musl } else { Libc::Gnu });
    Ok(Platform { os, arch, libc })
}

/// What a library for `platform` must be made for.
pub(crate) fn machine(platform: &Platform) -> Machine {
    Machine {
        system: match platform.os {
            Os::Linux => System::Linux,
            Os::Macos => System::MacOs,
            Os::Windows => System::Windows,
        },
        architecture: match platform.arch {
            Arch::X86_64 => Architecture::X86_64,
            Arch::Aarch64 => Architecture::Aarch64,
        },
    }
}

/// musl's dynamic linker is there and glibc's is not.
fn has_musl(arch: Arch) -> bool {
    let (musl, gnu) = match arch {
        Arch::X86_64 => ("/lib/ld-musl-x86_64.so.1", "/lib64/ld-linux-x86-64.so.2"),
        Arch::Aarch64 => ("/lib/ld-musl-aarch64.so.1", "/lib/ld-linux-aarch64.so.1"),
    };
    Path::new(musl).exists() && !Path::new(gnu).exists()
}
