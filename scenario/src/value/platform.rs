//! The machine that tests run on, as platform keys of the manifest name it. Does not detect the machine.

use std::fmt;
use std::str::FromStr;

use crate::text::word::{UnknownWord, words};

words! {
    /// An operating system, as `{os}` renders it.
    Os "operating system" {
        /// Linux.
        Linux = "linux",
        /// macOS.
        Macos = "macos",
        /// Windows.
        Windows = "windows",
    }
}

words! {
    /// A processor architecture, as `{arch}` renders it.
    Arch "architecture" {
        /// 64-bit x86.
        X86_64 = "x86_64",
        /// 64-bit Arm.
        Aarch64 = "aarch64",
    }
}

words! {
    /// The C library of a Linux host.
    Libc "C library" {
        /// The GNU C library.
        Gnu = "gnu",
        /// musl.
        Musl = "musl",
    }
}

/// The machine for which a manifest is read. The caller detects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform {
    /// The operating system.
    pub os: Os,
    /// The architecture.
    pub arch: Arch,
    /// The host's C library, if the operating system has more than one.
    pub libc: Option<Libc>,
}

impl Platform {
    /// The keys that match this machine, from general to specific: `linux`, `linux-x86_64`, `linux-x86_64-musl`.
    #[must_use]
    pub fn keys(&self) -> Vec<PlatformKey> {
        let Self { os, arch, libc } = *self;
        let general = PlatformKey { os, arch: None, libc: None };
        let with_arch = PlatformKey { arch: Some(arch), ..general };
        let mut keys = vec![general, with_arch];
        keys.extend(libc.map(|libc| PlatformKey { libc: Some(libc), ..with_arch }));
        keys
    }

    /// The value of `{prefix}`: the beginning of a shared library's file name.
    #[must_use]
    pub fn library_prefix(&self) -> &'static str {
        match self.os {
            Os::Linux | Os::Macos => "lib",
            Os::Windows => "",
        }
    }

    /// The value of `{suffix}`: the end of a shared library's file name.
    #[must_use]
    pub fn library_suffix(&self) -> &'static str {
        match self.os {
            Os::Linux => ".so",
            Os::Macos => ".dylib",
            Os::Windows => ".dll",
        }
    }
}

impl Platform {
    /// The key of this machine's pins in a lock file: the most specific one, which leaves out the GNU C library because
    /// that is the default. Each machine has one.
    #[must_use]
    pub fn pin_key(&self) -> PlatformKey {
        let libc = self.libc.filter(|libc| *libc != Libc::Gnu);
        PlatformKey { os: self.os, arch: Some(self.arch), libc }
    }
}

impl fmt::Display for Platform {
    /// Writes the most specific key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        PlatformKey { os: self.os, arch: Some(self.arch), libc: self.libc }.fmt(f)
    }
}

/// A platform as a manifest names it: a whole operating system, or something more specific.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlatformKey {
    os: Os,
    arch: Option<Arch>,
    libc: Option<Libc>,
}

impl PlatformKey {
    /// All keys, in the order in which messages list them.
    pub fn all() -> impl Iterator<Item = Self> {
        Os::ALL.iter().flat_map(|&os| {
            let libcs: &[Libc] = match os {
                Os::Linux => Libc::ALL,
                Os::Macos | Os::Windows => &[],
            };
            let whole = Self { os, arch: None, libc: None };
            std::iter::once(whole).chain(Arch::ALL.iter().flat_map(move |&arch| {
                let exact = Self { arch: Some(arch), ..whole };
                let with_libc = libcs.iter().map(move |&libc| Self { libc: Some(libc), ..exact });
                std::iter::once(exact).chain(with_libc)
            }))
        })
    }
}

impl PlatformKey {
    /// The machines that the key covers. Linux means the GNU C library unless the key says otherwise. A whole operating
    /// system is one machine for each architecture.
    #[must_use]
    pub fn platforms(&self) -> Vec<Platform> {
        let Self { os, arch, libc } = *self;
        let libc = (os == Os::Linux).then(|| libc.unwrap_or(Libc::Gnu));
        let archs =
            Arch::ALL.iter().copied().filter(|known| arch.is_none_or(|arch| arch == *known));
        archs.map(|arch| Platform { os, arch, libc }).collect()
    }

    /// The key that a text means which uses the names of Go, Node, Debian or Apple.
    pub(crate) fn by_other_names(text: &str) -> Option<Self> {
        let parts = text.split(['-', '_']).filter(|part| !part.is_empty());
        let known = parts.map(|part| match part.to_ascii_lowercase().as_str() {
            "darwin" | "mac" | "osx" => "macos".to_owned(),
            "win" | "win32" | "win64" => "windows".to_owned(),
            "amd64" | "x64" => "x86_64".to_owned(),
            "arm64" => "aarch64".to_owned(),
            "glibc" => "gnu".to_owned(),
            other => other.to_owned(),
        });
        let text = known.collect::<Vec<_>>().join("-").replace("x86-64", "x86_64");
        text.parse().ok()
    }
}

impl fmt::Display for PlatformKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.os.fmt(f)?;
        if let Some(arch) = self.arch {
            write!(f, "-{arch}")?;
        }
        if let Some(libc) = self.libc {
            write!(f, "-{libc}")?;
        }
        Ok(())
    }
}

impl FromStr for PlatformKey {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::all().find(|key| key.to_string() == text).ok_or_else(|| UnknownWord {
            what: "platform",
            found: text.to_owned(),
            known: Self::all().map(|key| key.to_string()).collect(),
        })
    }
}
