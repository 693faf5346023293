//! Object files: the verdict on a header.

use probe_loader::fuzz::judge;
use probe_loader::{Architecture, Machine, System, Tear, FileVerdict};

/// Judges the bytes as they are and with more behind them.
///
/// # Panics
///
/// A verdict contradicts the bytes, or another verdict.
pub fn object(bytes: &[u8]) {
    let size = bytes.len() as u64;
    for machine in [
        Machine { system: System::Linux, architecture: Architecture::X86_64 },
        Machine { system: System::MacOs, architecture: Architecture::Aarch64 },
        Machine { system: System::Windows, architecture: Architecture::X86_64 },
    ] {
        let verdict = judge(bytes, size, machine);
        assert!(!verdict.to_string().is_empty());
        match verdict {
            FileVerdict::Torn(Tear::Cut { size: found, needs }) => {
                assert_eq!(found, size);
                assert!(needs > size, "cut at {size} of {needs}");
                // What it asked for may show that there is more to ask for, but never that there was enough before.
                if let FileVerdict::Torn(Tear::Cut { needs: more, .. }) = judge(bytes, needs, machine) {
                    assert!(more > needs, "{more} is not more than {needs}");
                }
            }
            FileVerdict::Torn(Tear::Empty) => assert_eq!(size, 0),
            FileVerdict::Torn(Tear::Hollow | Tear::Blank(_)) | FileVerdict::NotALibrary(_) => {}
            FileVerdict::Torn(Tear::Endless) => panic!("an end is looked for in archives only"),
            FileVerdict::Whole(_) | FileVerdict::WrongMachine { .. } => {
                // Installers and signers append to whole files.
                assert_eq!(judge(bytes, size + 4096, machine), verdict, "more bytes made it worse");
            }
            FileVerdict::Absent | FileVerdict::Unreadable(_) => panic!("bytes are there and can be read"),
        }
    }
}
