//! A bar that shows the results of all tests, in a number of columns.

use anstyle::Style;

use crate::style;

/// How many of all have passed, failed and been blocked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shares {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) blocked: usize,
    pub(super) all: usize,
}

impl Shares {
    /// A bar of exactly `columns`. It is full only if nothing is left, and failures are always visible.
    pub(super) fn bar(self, columns: usize) -> String {
        let Self { passed, failed, blocked, all } = self;
        let over = passed + failed + blocked;
        let cells = |count: usize| count * columns / all.max(1);
        let at_least_one = |count: usize| cells(count).max(usize::from(count > 0));
        let filled = if over < all { cells(over).min(columns.saturating_sub(1)) } else { columns };
        let bad = at_least_one(failed).min(columns);
        let missing = at_least_one(blocked).min(columns - bad);
        let good = filled.saturating_sub(bad + missing);
        let rest = columns - bad - missing - good;
        [
            (good, "━", style::PASS),
            (bad, "━", style::FAIL),
            (missing, "━", style::WARN),
            (rest, "─", style::DIM),
        ]
        .into_iter()
        .filter(|(cells, ..)| *cells > 0)
        .map(|(cells, cell, style): (usize, &str, Style)| {
            format!("{style}{}{style:#}", cell.repeat(cells))
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::fit::width;

    #[test]
    fn a_bar_shows_what_is_not_good_and_what_is_left() {
        for (passed, failed, blocked, all, expected) in [
            (0, 0, 0, 10, "──────────"),
            (5, 0, 0, 10, "━━━━━─────"),
            (1999, 0, 0, 2000, "━━━━━━━━━─"),
            (2000, 0, 0, 2000, "━━━━━━━━━━"),
            (0, 1, 0, 2000, "!─────────"),
            (1998, 1, 1, 2000, "━━━━━━━━!?"),
            (0, 0, 2000, 2000, "??????????"),
            (0, 1999, 1, 2000, "!!!!!!!!!?"),
        ] {
            let bar = Shares { passed, failed, blocked, all }.bar(10);
            assert_eq!(width(&bar), 10);
            let marked = |style: Style, mark: &str, bar: &str| {
                let from = format!("{style}━");
                let Some((before, rest)) = bar.split_once(&from) else { return bar.to_owned() };
                let (cells, after) = rest.split_once("\x1b[0m").expect("a colour ends");
                format!("{before}{mark}{}{after}", mark.repeat(cells.chars().count()))
            };
            let bar = marked(style::WARN, "?", &marked(style::FAIL, "!", &bar));
            let bar: String = anstream::adapter::strip_str(&bar).collect();
            assert_eq!(bar, expected, "{passed} {failed} {blocked} of {all}");
        }
    }

    #[test]
    fn a_bar_of_any_width_has_that_width() {
        for columns in 0..50 {
            for (passed, failed, blocked) in [(0, 0, 0), (1, 1, 1), (0, 2, 1), (3, 0, 0)] {
                let bar = Shares { passed, failed, blocked, all: 3 }.bar(columns);
                assert_eq!(width(&bar), columns);
            }
        }
    }
}
