//! Lengths, kept in millimetres.

/// A length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Length(f64);

impl Length {
    /// A length of `metres`.
    ///
    /// ```
    /// assert_eq!(units::Length::metres(2.0).in_metres(), 2.0);
    /// ```
    pub fn metres(metres: f64) -> Self {
        Self(metres * 1000.0)
    }

    /// A length of `inches`.
    pub fn inches(inches: f64) -> Self {
        Self(inches * 25.4)
    }

    /// How many metres it is.
    pub fn in_metres(self) -> f64 {
        self.0 / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inch_is_25_4_millimetres() {
        assert_eq!(Length::inches(1.0), Length(25.4));
    }
}
