//! The report `svg`: the timeline of a run as a self-contained picture, without scripts, fonts or anything else to load.
//!
//! However many tests there are, a lane is one path for each colour, and covered bars are not drawn. `lane` computes the
//! bars. `style.css` has what depends on light and dark.

mod lane;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use self::lane::{Bar, Lane, Tone};
use crate::counted::tests as counted;
use crate::escaped::Escaped;
use crate::picture::label::clipped;
use crate::record::Record;

const STYLE: &str = include_str!("style.css");

/// Pixels of the whole picture: as wide as a page of text is shown.
const WIDTH: f64 = 880.0;

/// Pixels between the edge of the picture and what is in it.
const MARGIN: f64 = 16.0;

/// Pixels from the edge to where the time begins, and from where it ends to the other edge.
const SIDES: (f64, f64) = (104.0, 16.0);

/// Columns of the longest name of a lane.
const NAME: usize = 13;

/// Pixels of a lane, and from one to the next.
const LANE: (f64, f64) = (20.0, 24.0);

/// Pixels of a line of text.
const LINE: f64 = 20.0;

/// Pixels of a column of the text in a bar. Bars with fewer columns than this have no text.
const LABEL: (f64, usize) = (6.4, 4);

/// Marks on the axis, about.
const MARKS: f64 = 8.0;

/// The meaning of the colours, in the order of the key.
const KEY: [(Tone, &str, &str); 6] = [
    (Tone::Library, "library", "library or service"),
    (Tone::Passed, "passed", "passed"),
    (Tone::Other, "other", "did not run to the end"),
    (Tone::Waiting, "waiting", "waiting"),
    (Tone::Raced, "raced", "passed with a warning"),
    (Tone::Failed, "failed", "failed"),
];

/// Writes the picture.
pub(super) fn write(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    let groups = lane::groups(record);
    let lanes: usize = groups.iter().map(|(_, lanes)| lanes.len()).sum();
    let head = 2.0 * MARGIN + LINE;
    let bottom = head + LINE + lanes as f64 * LANE.1 + groups.len() as f64 * LINE;
    let height = bottom + LINE + MARGIN;
    let scale = Scale::of(record.took);
    let title = title(record);
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" width=\"{WIDTH:.0}\" \
         height=\"{height:.0}\" class=\"timeline\" role=\"img\">"
    )?;
    writeln!(out, "<title>{}</title>", Escaped(&title))?;
    writeln!(out, "<style>\n{}\n</style>", STYLE.trim_end())?;
    writeln!(out, "<rect class=\"page\" width=\"100%\" height=\"100%\"/>")?;
    text(out, "title", (MARGIN, MARGIN + 14.0), "start", &title)?;
    axis(out, &scale, head, bottom)?;
    let mut y = head + LINE;
    for (name, lanes) in &groups {
        text(out, "group", (MARGIN, y + 14.0), "start", name)?;
        y += LINE;
        for lane in lanes {
            draw(out, lane, &scale, y)?;
            y += LANE.1;
        }
    }
    key(out, &groups, y + LINE)?;
    writeln!(out, "</svg>")
}

/// Where times are.
struct Scale {
    /// The duration of the whole width. Never zero.
    whole: f64,
}

impl Scale {
    fn of(took: Duration) -> Self {
        Self { whole: took.as_secs_f64().max(0.001) }
    }

    fn x(&self, at: Duration) -> f64 {
        let (left, right) = SIDES;
        left + (at.as_secs_f64() / self.whole).min(1.0) * (WIDTH - left - right)
    }

    /// A round step, of which about [`MARKS`] fit.
    fn step(&self) -> f64 {
        let rough = self.whole / MARKS;
        let power = 10_f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
        steps.into_iter().find(|step| *step >= rough).unwrap_or(rough)
    }
}

/// The number of tests, their results, and the duration.
fn title(record: &Record) -> String {
    let failed = record.tests.iter().filter(|test| test.has_failed()).count();
    let ran = record.tests.iter().filter(|test| !test.attempts.is_empty()).count();
    let mut title = counted(record.tests.len());
    match failed {
        0 if ran == record.tests.len() => title += ", none failed",
        0 => {
            let _ = write!(title, ", {ran} ran, none failed");
        }
        _ => {
            let _ = write!(title, ", {failed} failed");
        }
    }
    match record.libraries.len() {
        0 => {}
        1 => title += ", 1 library",
        many => {
            let _ = write!(title, ", {many} libraries");
        }
    }
    let _ = write!(title, ", {:.2} s", record.took.as_secs_f64());
    if let Some(why) = record.why_stopped() {
        let _ = write!(title, "; {why}");
    }
    clipped(&title, 100)
}

fn axis(out: &mut dyn Write, scale: &Scale, top: f64, bottom: f64) -> io::Result<()> {
    let step = scale.step();
    let digits = if step >= 1.0 { 0 } else { (-step.log10().floor()).max(0.0) as usize };
    let mut lines = String::new();
    for mark in 0_u32.. {
        let at = step * f64::from(mark);
        if at > scale.whole {
            break;
        }
        let x = scale.x(Duration::from_secs_f64(at));
        let _ = write!(lines, "M{x:.1} {:.0}V{bottom:.0}", top + 4.0);
        let words = if mark == 0 { "0".to_owned() } else { format!("{at:.digits$} s") };
        text(out, "mark", (x, top), "middle", &words)?;
    }
    writeln!(out, "<path class=\"grid\" d=\"{lines}\"/>")
}

fn draw(out: &mut dyn Write, lane: &Lane<'_>, scale: &Scale, y: f64) -> io::Result<()> {
    let (height, _) = LANE;
    let (left, right) = SIDES;
    let width = WIDTH - left - right;
    text(out, "name", (MARGIN, y + 14.0), "start", &clipped(&lane.name, NAME))?;
    writeln!(
        out,
        "<rect class=\"lane\" x=\"{left:.0}\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"3\"/>"
    )?;
    let mut paths: BTreeMap<Tone, (String, f64)> = BTreeMap::new();
    for bar in &lane.bars {
        let (from, to) = span(bar, scale);
        let (path, drawn) = paths.entry(bar.tone).or_default();
        if *drawn >= to - 0.25 {
            continue;
        }
        *drawn = to;
        // A hair between two bars, where there is room for it.
        let to = if to - from > 3.0 { to - 0.75 } else { to };
        let _ = write!(path, "M{from:.1} {y:.0}H{to:.1}v{height:.0}H{from:.1}z");
    }
    for (tone, (path, _)) in &paths {
        writeln!(out, "<path class=\"{}\" d=\"{path}\"/>", class(*tone))?;
    }
    for bar in &lane.bars {
        let (from, to) = span(bar, scale);
        let (column, fewest) = LABEL;
        let columns = ((to - from - 8.0) / column).max(0.0) as usize;
        if columns >= fewest.min(bar.label.width()) && !bar.label.is_empty() {
            text(out, "in", (from + 4.0, y + 14.0), "start", &clipped(bar.label, columns))?;
        }
    }
    Ok(())
}

/// From where to where a bar is drawn: never less than a pixel.
fn span(bar: &Bar<'_>, scale: &Scale) -> (f64, f64) {
    let from = scale.x(bar.from);
    (from, scale.x(bar.to).max(from + 1.0))
}

fn class(tone: Tone) -> &'static str {
    KEY.iter().find(|(known, ..)| *known == tone).map_or("other", |(_, class, _)| *class)
}

/// The meaning of the colours in the picture.
fn key(out: &mut dyn Write, groups: &[(&str, Vec<Lane<'_>>)], y: f64) -> io::Result<()> {
    let lanes = || groups.iter().flat_map(|(_, lanes)| lanes);
    let mut x = SIDES.0;
    for (tone, class, words) in KEY {
        if lanes().any(|lane| lane.bars.iter().any(|bar| bar.tone == tone)) {
            writeln!(
                out,
                "<rect class=\"{class}\" x=\"{x:.0}\" y=\"{:.0}\" width=\"10\" height=\"10\" rx=\"2\"/>",
                y - 9.0
            )?;
            text(out, "mark", (x + 15.0, y), "start", words)?;
            x += 15.0 + words.width() as f64 * 6.6 + 22.0;
        }
    }
    Ok(())
}

fn text(
    out: &mut dyn Write,
    class: &str,
    (x, y): (f64, f64),
    anchor: &str,
    words: &str,
) -> io::Result<()> {
    let anchor = if anchor == "start" { "" } else { " text-anchor=\"middle\"" };
    writeln!(
        out,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.0}\"{anchor}>{}</text>",
        Escaped(words)
    )
}
