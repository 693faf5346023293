//! The chart at the top of the page about cost, made of the table of that page.
//!
//! Knows which rows are in it and by what they are told apart; every number comes from the table.

use std::fmt::Write;

/// Rows of the chart: the words at the beginning of a row's first and third cell, and what stands beside the bar.
const ROWS: [(&str, &str, &str); 7] = [
    (
        "2,000 tests that do nothing",
        "posix_spawn and wait",
        "2,000 empty commands, beside a loop in C",
    ),
    ("2,000 tests that do nothing", "xargs", "2,000 empty commands, beside xargs"),
    ("2,000 empty tests of one binary", "cargo-nextest", "2,000 empty Rust tests, beside nextest"),
    ("two libraries of 2 s", "ctest", "two slow libraries, beside CTest"),
    ("two libraries of 2 s", "nextest", "two slow libraries, beside nextest"),
    ("the same libraries", "pytest", "two slow libraries, beside pytest-xdist"),
    ("40 files of Deno", "`deno test --parallel`", "40 Deno files, beside deno test --parallel"),
];

/// Pixels: the whole width, where bars begin, and of a bar that takes as long as the other program.
const WIDTH: f64 = 880.0;
const LEFT: f64 = 320.0;
const ONE: f64 = 340.0;
/// Pixels from a bar to the next, and above the first one.
const ROW: f64 = 30.0;
const HEAD: f64 = 64.0;

const STYLE: &str = "text { font: 13px system-ui, -apple-system, \"Segoe UI\", \"DejaVu Sans\", sans-serif; fill: #59636e }
.title { font-size: 16px; font-weight: 600; fill: #1f2328 }
.number { fill: #1f2328; font-weight: 600 }
.page { fill: #ffffff }
.bar { fill: #0b67c2 }
.one { stroke: #59636e; stroke-dasharray: 4 4 }
@media (prefers-color-scheme: dark) {
  text { fill: #9198a1 }
  .title, .number { fill: #e6edf3 }
  .page { fill: #0d1117 }
  .bar { fill: #1f6feb }
  .one { stroke: #9198a1 }
}";

/// The picture that belongs to the page.
pub(super) fn of(page: &str) -> String {
    let height = HEAD + ROW * ROWS.len() as f64 + 16.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\">\n\
         <title>How long probe takes beside other programs</title>\n<style>\n{STYLE}\n</style>\n\
         <rect class=\"page\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"title\" x=\"16\" y=\"30\">Time that probe takes, beside the other program: shorter is better</text>\n"
    );
    let mut line = |line: String| {
        svg += &line;
        svg.push('\n');
    };
    let one = LEFT + ONE;
    line(format!("<text x=\"{one}\" y=\"54\" text-anchor=\"middle\">the other program</text>"));
    for (place, (task, beside, label)) in ROWS.iter().enumerate() {
        let ratio = ratio(page, task, beside);
        let y = HEAD + ROW * place as f64;
        let width = ratio * ONE;
        let mut row = String::new();
        let _ = write!(row, "<text x=\"16\" y=\"{}\">{label}</text>", y + 15.0);
        let _ = write!(
            row,
            "<rect class=\"bar\" x=\"{LEFT}\" y=\"{y}\" width=\"{width:.0}\" height=\"20\" rx=\"3\"/>"
        );
        let _ = write!(
            row,
            "<text class=\"number\" x=\"{:.0}\" y=\"{}\">{ratio:.2}</text>",
            LEFT + width + 8.0,
            y + 15.0
        );
        line(row);
    }
    line(format!("<path class=\"one\" d=\"M{one} {HEAD}V{}\"/>", height - 16.0));
    svg + "</svg>\n"
}

/// How many times as long probe takes at a task, by the row of the table.
fn ratio(page: &str, task: &str, beside: &str) -> f64 {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = rows.map(|row| row.split(" | ").collect::<Vec<_>>());
    let mut found = cells.filter(|cells| {
        cells.len() > 3 && cells[0].starts_with(task) && cells[2].starts_with(beside)
    });
    let row = found.next().unwrap_or_else(|| panic!("no row of `{task}` beside `{beside}`"));
    row[3].split(' ').next().and_then(|ratio| ratio.parse().ok()).expect("a ratio")
}
