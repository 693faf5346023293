//! The least, the middle and the greatest of some numbers.

/// See above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) greatest: f64,
}

impl Spread {
    /// # Panics
    ///
    /// Of no numbers.
    pub(crate) fn of(numbers: impl IntoIterator<Item = f64>) -> Self {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        let median = numbers[numbers.len() / 2];
        Self { least: numbers[0], median, greatest: numbers[numbers.len() - 1] }
    }
}
