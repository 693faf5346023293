//! The arguments and variables of a process in the format of `KERN_PROCARGS2` of macOS: the number of arguments, the path of
//! the program, zeros as padding, the arguments and the variables, each with a zero at its end; then data from the system for
//! the program.
//!
//! Does not know where the bytes come from.

/// The arguments and variables of a process.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Started {
    pub(super) words: Vec<String>,
    /// `NAME=value` entries, each with a zero at its end.
    pub(super) environment: Vec<u8>,
}

/// Reads the format; `None` if the bytes do not have it.
pub(super) fn read(bytes: &[u8]) -> Option<Started> {
    let (count, rest) = bytes.split_first_chunk()?;
    let count = usize::try_from(i32::from_ne_bytes(*count)).ok()?;
    let program = rest.iter().position(|byte| *byte == 0)?;
    let rest = &rest[program..];
    let begin = rest.iter().position(|byte| *byte != 0).unwrap_or(rest.len());
    let mut rest = &rest[begin..];
    let mut words = Vec::new();
    for _ in 0..count {
        let (word, after) = split(rest)?;
        words.push(String::from_utf8_lossy(word).into_owned());
        rest = after;
    }
    // An empty entry ends the list.
    let mut environment = Vec::new();
    while let Some((variable, after)) = split(rest).filter(|(variable, _)| !variable.is_empty()) {
        environment.extend_from_slice(variable);
        environment.push(0);
        rest = after;
    }
    Some(Started { words, environment })
}

/// The bytes before and after the first zero.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

/// The text before the first zero in an array of C characters.
pub(crate) fn text(letters: &[i8]) -> String {
    let bytes = letters.iter().map(|letter| letter.cast_unsigned()).take_while(|byte| *byte != 0);
    String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(count: i32, rest: &[u8], expected: Option<(&[&str], &[u8])>) {
        let bytes = [&count.to_ne_bytes(), rest].concat();
        let started = expected.map(|(words, environment)| Started {
            words: words.iter().map(|&word| word.to_owned()).collect(),
            environment: environment.to_owned(),
        });
        assert_eq!(read(&bytes), started, "{}", String::from_utf8_lossy(rest));
    }

    #[test]
    fn words_and_variables_are_told_apart_by_their_number() {
        let rest =
            b"/bin/sh\0\0\0\0\0sh\0-c\0exit\0A=1\0PROBE_RUN_ID=x\0\0executable_path=/bin/sh\0";
        check(3, rest, Some((&["sh", "-c", "exit"], b"A=1\0PROBE_RUN_ID=x\0")));
        // An empty word is one, but where the first should be, where it cannot be told from what fills up.
        check(3, b"/x\0\0a\0\0b\0V=\0\0", Some((&["a", "", "b"], b"V=\0")));
        // A protected program shows its words, and no variables.
        check(2, b"/bin/sleep\0\0sleep\x0060\0", Some((&["sleep", "60"], b"")));
        check(2, b"/bin/sleep\0\0sleep\x0060\0\0ptr_munge=\0", Some((&["sleep", "60"], b"")));
        check(0, b"/x\0", Some((&[], b"")));
    }

    #[test]
    fn a_text_ends_at_a_zero_or_with_its_array() {
        let letters = [b'a', b'b', 0, b'c'].map(u8::cast_signed);
        assert_eq!((text(&letters), text(&letters[..2])), ("ab".to_owned(), "ab".to_owned()));
    }

    #[test]
    fn what_is_cut_is_nothing() {
        check(2, b"/x\0a\0b", None);
        check(1, b"/x", None);
        check(-1, b"/x\0a\0", None);
        assert_eq!(read(b"\x01\0"), None);
    }
}
