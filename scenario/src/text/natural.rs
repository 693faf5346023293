//! The order in which people sort names: by the value of numbers in them, so that `c2` comes before `c10`.

use std::cmp::Ordering;

/// Compares two names. Different names are never equal: numbers of the same value are sorted by their zeros.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    let (mut one, mut other) = (left.as_bytes(), right.as_bytes());
    loop {
        let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
        // A number that both begin alike is compared as a whole.
        let back = one[..same].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        (one, other) = (&one[same - back..], &other[same - back..]);
        let (digits, others) = (number(one), number(other));
        if digits.is_empty() || others.is_empty() {
            return one.cmp(other).then_with(|| left.cmp(right));
        }
        let (small, large) = (significant(digits), significant(others));
        let order = small.len().cmp(&large.len()).then_with(|| small.cmp(large));
        if order != Ordering::Equal {
            return order;
        }
        (one, other) = (&one[digits.len()..], &other[others.len()..]);
        if one.is_empty() || other.is_empty() {
            return one.len().cmp(&other.len()).then_with(|| left.cmp(right));
        }
    }
}

/// The digits that a text begins with.
fn number(text: &[u8]) -> &[u8] {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    &text[..length]
}

/// A number without the zeros before it.
fn significant(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_by_their_size() {
        let sorted = [
            "", "1", "2", "2a", "10", "a", "a/2/b", "a/10/a", "a0", "a01", "a1", "a1b", "a2",
            "a2.10", "a10", "a10.2", "b", "b9x8", "b9x10", "é2", "é10",
        ];
        for (index, left) in sorted.iter().enumerate() {
            assert_eq!(compare(left, left), Ordering::Equal);
            for right in &sorted[index + 1..] {
                assert_eq!(compare(left, right), Ordering::Less, "`{left}` and `{right}`");
                assert_eq!(compare(right, left), Ordering::Greater, "`{right}` and `{left}`");
            }
        }
    }
}
