//! The machine that a library must be made for. It knows this machine only from the compiler.

use std::fmt;

/// An operating system whose object format probe knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum System {
    /// Linux: ELF.
    Linux,
    /// macOS: Mach-O.
    MacOs,
    /// Windows: PE.
    Windows,
}

/// A processor architecture, as object headers name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Architecture {
    /// 32-bit x86.
    X86,
    /// 64-bit x86.
    X86_64,
    /// 32-bit Arm.
    Arm,
    /// 64-bit Arm.
    Aarch64,
    /// 64-bit RISC-V.
    Riscv64,
    /// 64-bit PowerPC.
    PowerPc64,
    /// IBM Z.
    S390x,
    /// 64-bit LoongArch.
    LoongArch64,
    /// Any other, with its number in the object's header.
    Other(u32),
}

/// The machine that loads a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Machine {
    /// Its operating system.
    pub system: System,
    /// Its processor.
    pub architecture: Architecture,
}

impl Machine {
    /// Returns the machine that this code was compiled for.
    #[must_use]
    pub const fn host() -> Self {
        let system = if cfg!(target_os = "windows") {
            System::Windows
        } else if cfg!(target_vendor = "apple") {
            System::MacOs
        } else {
            System::Linux
        };
        let architecture = if cfg!(target_arch = "x86_64") {
            Architecture::X86_64
        } else if cfg!(target_arch = "aarch64") {
            Architecture::Aarch64
        } else if cfg!(target_arch = "x86") {
            Architecture::X86
        } else if cfg!(target_arch = "arm") {
            Architecture::Arm
        } else if cfg!(target_arch = "riscv64") {
            Architecture::Riscv64
        } else if cfg!(target_arch = "powerpc64") {
            Architecture::PowerPc64
        } else if cfg!(target_arch = "s390x") {
            Architecture::S390x
        } else if cfg!(target_arch = "loongarch64") {
            Architecture::LoongArch64
        } else {
            Architecture::Other(0)
        };
        Self { system, architecture }
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linux => "linux",
            Self::MacOs => "macos",
            Self::Windows => "windows",
        })
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::X86 => "x86",
            Self::X86_64 => "x86_64",
            Self::Arm => "arm",
            Self::Aarch64 => "aarch64",
            Self::Riscv64 => "riscv64",
            Self::PowerPc64 => "powerpc64",
            Self::S390x => "s390x",
            Self::LoongArch64 => "loongarch64",
            Self::Other(number) => return write!(f, "machine {number}"),
        };
        f.write_str(name)
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.system, self.architecture)
    }
}
