//! Lock files: read, and written again.

use probe_loader::Pins;

/// Reads the bytes as a lock file.
///
/// # Panics
///
/// What was read is written as something else, or a flaw has no place in the bytes.
pub fn pins(bytes: &[u8]) {
    match Pins::parse(bytes) {
        Ok(pins) => {
            let text = pins.to_string();
            assert_eq!(Pins::parse(text.as_bytes()).as_ref(), Ok(&pins), "{text}");
        }
        Err(flaws) => {
            assert!(!flaws.is_empty());
            for flaw in flaws {
                assert!(flaw.span.start <= flaw.span.end && flaw.span.end <= bytes.len());
            }
        }
    }
}
