//! Numbers of tests in words.

/// `1 test`, `2 tests`.
pub fn tests(count: usize) -> String {
    if count == 1 { "1 test".to_owned() } else { format!("{count} tests") }
}
