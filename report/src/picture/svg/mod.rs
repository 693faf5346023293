//! The graph as a self-contained SVG, without scripts, fonts or anything else to load.
//!
//! Libraries stand left, services right of what they need, and tests right of all. `content` decides the text and the size
//! of a box, `lanes` how arrows pass boxes, `crossings` and `heights` the place of each box on its column. This module writes
//! the result. `style.css` has what depends on light and dark.

mod content;
mod crossings;
mod heights;
mod lanes;
mod remarks;

use std::fmt::{self, Display};
use std::io::{self, Write};

use self::content::{Content, Weight};
use self::lanes::{Lanes, Slot, Step, Stop};
use super::Standings;
use super::arrow::Holds;
use super::drawing::{Drawing, Node};
use crate::escaped::Escaped;
use crate::outline::Outline;

const STYLE: &str = include_str!("style.css");

/// Colours of libraries in `style.css`.
const COLOURS: usize = 8;

/// Pixels between the edge of the picture and what is in it.
const MARGIN: f64 = 24.0;

/// Pixels of a line above the boxes.
const LINE: f64 = 18.0;

/// Pixels between two columns, and what each arrow between them adds, up to a limit.
const GAP: (f64, f64, f64) = (70.0, 2.0, 220.0);

/// Pixels between the ends of two arrows on one box, if it is high enough.
const BETWEEN_ARROWS: f64 = 9.0;

/// Pixels of an arrow's head.
const ARROW: (f64, f64) = (8.0, 4.0);

/// Pixels from the upper edge of the shares to the lower edge of their box.
const SHARES: f64 = 7.0;

/// Pixels of the smallest share.
const LEAST_SHARE: f64 = 3.0;

/// Arrows from which on they are drawn thinner.
const DENSE: usize = 60;

/// Where each column begins and ends, from the left.
type Columns = Vec<(f64, f64)>;

/// Writes the picture.
///
/// Boxes have the colours of the results of their members, as far as `results` has them. Without `results`, each library has
/// its own colour.
pub fn write(
    out: &mut dyn Write,
    outline: &Outline,
    drawing: &Drawing,
    results: Option<&Standings>,
) -> io::Result<()> {
    let contents = content::of(outline, drawing, results);
    let mut lanes = Lanes::new(drawing, &contents);
    crossings::reduce(&mut lanes);
    heights::assign(&mut lanes);
    let columns = columns(&lanes, &contents);
    let caption = content::caption(drawing, results);
    let page =
        Page { drawing, contents: &contents, lanes: &lanes, columns: &columns, caption: &caption };
    page.write(out)
}

/// Columns as wide as their widest box, with more room between them where more arrows pass.
fn columns(lanes: &Lanes, contents: &[Content]) -> Columns {
    let mut columns = Vec::new();
    let mut left = MARGIN;
    for (index, column) in lanes.columns.iter().enumerate() {
        let widths = column.iter().filter_map(|&slot| match lanes.slots[slot].stop {
            Stop::Box(node) => Some(contents[node].width),
            Stop::Lane(_) => None,
        });
        let right = left + widths.fold(0.0, f64::max);
        columns.push((left, right));
        let (least, each, most) = GAP;
        let passing = lanes.steps.iter().filter(|step| lanes.slots[step.from].column == index);
        left = right + (least + each * passing.count() as f64).min(most);
    }
    columns
}

struct Page<'a> {
    drawing: &'a Drawing,
    contents: &'a [Content],
    lanes: &'a Lanes,
    columns: &'a Columns,
    /// The text above the boxes.
    caption: &'a [String],
}

impl Page<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let title = self.caption.first().map_or(0.0, |line| content::title_width(line));
        let widest =
            self.caption.iter().map(|line| content::small_width(line)).fold(title, f64::max);
        let right = self.columns.last().map_or(0.0, |&(_, right)| right);
        let width = MARGIN + right.max(MARGIN + widest);
        let bottom = self.lanes.slots.iter().map(Slot::bottom).fold(0.0, f64::max);
        let height = self.head() + bottom + MARGIN;
        let dense = if self.drawing.arrows.len() > DENSE { " dense" } else { "" };
        writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             width=\"{width:.0}\" height=\"{height:.0}\" class=\"graph{dense}\">"
        )?;
        writeln!(out, "<title>{}</title>", Escaped(&self.caption[0]))?;
        writeln!(out, "<style>\n{}\n</style>", STYLE.trim_end())?;
        writeln!(out, "<rect class=\"page\" width=\"100%\" height=\"100%\"/>")?;
        for (index, line) in self.caption.iter().enumerate() {
            let class = if index == 0 { "title" } else { "note" };
            let y = MARGIN + 12.0 + LINE * index as f64;
            writeln!(
                out,
                "<text class=\"{class}\" x=\"{MARGIN}\" y=\"{y:.0}\">{}</text>",
                Escaped(line)
            )?;
        }
        for node in 0..self.drawing.nodes.len() {
            self.write_group(out, node)?;
        }
        writeln!(out, "</svg>")
    }

    /// Pixels above the boxes.
    fn head(&self) -> f64 {
        MARGIN + LINE * (self.caption.len() as f64 + 1.0)
    }

    /// A box with the arrows that lead from it, which stand out together under a pointer.
    fn write_group(&self, out: &mut dyn Write, node: usize) -> io::Result<()> {
        let content = &self.contents[node];
        let slot = &self.lanes.slots[node];
        let kind = match &self.drawing.nodes[node] {
            Node::Libraries(_) => "library",
            Node::Services(_) => "service",
            Node::Tests(..) => "tests",
        };
        let class = match (content.tally.worst(), &self.drawing.nodes[node]) {
            (Some(worst), _) => format!("{kind} {}", worst.class()),
            (None, Node::Libraries(_) | Node::Services(_)) => {
                format!("{kind} c{}", node % COLOURS)
            }
            (None, Node::Tests(..)) => kind.to_owned(),
        };
        writeln!(out, "<g class=\"{class}\" id=\"{}\">", self.drawing.nodes[node])?;
        writeln!(out, "<title>{}</title>", Escaped(&content.tooltip))?;
        self.write_arrows(out, node)?;
        let (x, right) = self.columns[slot.column];
        let y = self.head() + slot.top();
        let (width, height) = (right - x, content.height);
        let round = match &self.drawing.nodes[node] {
            Node::Libraries(_) => 12,
            Node::Services(_) => 0,
            Node::Tests(..) => 3,
        };
        writeln!(
            out,
            "<rect class=\"box\" x=\"{x:.0}\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"{round}\"/>"
        )?;
        for (weight, text, baseline) in content.lines() {
            let class = match weight {
                Weight::Strong => "strong",
                Weight::Plain => "plain",
                Weight::Faint => "faint",
                Weight::Free => "free",
                Weight::Came => "came",
            };
            writeln!(
                out,
                "<text class=\"{class}\" x=\"{:.0}\" y=\"{:.0}\">{}</text>",
                x + content::PADDING,
                y + baseline,
                Escaped(text)
            )?;
        }
        self.write_shares(out, node, (x, y + height - SHARES), width)?;
        writeln!(out, "</g>")
    }

    /// Draws the results along the lower edge of a box, each as wide as its share, if the members differ.
    fn write_shares(
        &self,
        out: &mut dyn Write,
        node: usize,
        (left, y): (f64, f64),
        width: f64,
    ) -> io::Result<()> {
        let tally = &self.contents[node].tally;
        if tally.counts().count() < 2 {
            return Ok(());
        }
        let (left, width) = (left + content::PADDING, width - 2.0 * content::PADDING);
        let at = |members: usize| left + width * members as f64 / tally.total() as f64;
        let mut before = 0;
        let mut shares = Vec::new();
        for (outcome, count) in tally.counts() {
            shares.push((outcome, at(before), at(before + count)));
            before += count;
        }
        // The worst over the others, so that one of thousands is to be seen.
        for (outcome, from, to) in shares.into_iter().rev() {
            writeln!(
                out,
                "<rect class=\"share {}\" x=\"{from:.1}\" y=\"{y:.0}\" width=\"{:.1}\" height=\"4\"/>",
                outcome.class(),
                (to - from).max(LEAST_SHARE)
            )?;
        }
        Ok(())
    }

    /// Draws the arrows from a box: those that hold for all, then those that hold for some, each kind as one path.
    fn write_arrows(&self, out: &mut dyn Write, node: usize) -> io::Result<()> {
        for (holds, class) in [(Holds::ForAll, ""), (Holds::ForSome, " some")] {
            let mut lines = String::new();
            let mut heads = String::new();
            let steps = self.lanes.steps.iter();
            for step in steps.filter(|step| self.lanes.source(step) == node && step.holds == holds)
            {
                self.add_step(step, &mut lines, &mut heads);
            }
            if !lines.is_empty() {
                writeln!(out, "<path class=\"arrow{class}\" d=\"{}\"/>", lines.trim_end())?;
            }
            if !heads.is_empty() {
                writeln!(out, "<path class=\"head{class}\" d=\"{}\"/>", heads.trim_end())?;
            }
        }
        Ok(())
    }

    fn add_step(&self, step: &Step, lines: &mut String, heads: &mut String) {
        let slots = &self.lanes.slots;
        let (from, to) = (&slots[step.from], &slots[step.to]);
        let start = (self.columns[from.column].1, self.head() + from.centre);
        let left = self.columns[to.column].0;
        match to.stop {
            Stop::Lane(_) => {
                let end = (left, self.head() + to.centre);
                let across = self.columns[to.column].1;
                *lines += &format!("{}H{across:.0} ", Curve(start, end));
            }
            Stop::Box(_) => {
                let end = (left, self.head() + self.port(step));
                *lines += &format!("{} ", Curve(start, (end.0 - ARROW.0 / 2.0, end.1)));
                *heads += &format!("{} ", Head(end));
            }
        }
    }

    /// The height at which the last step of an arrow ends. Arrows to one box end side by side, in the order in which
    /// they come.
    fn port(&self, step: &Step) -> f64 {
        let slots = &self.lanes.slots;
        let to = &slots[step.to];
        let mut steps: Vec<&Step> =
            self.lanes.steps.iter().filter(|other| other.to == step.to).collect();
        steps.sort_by(|a, b| slots[a.from].centre.total_cmp(&slots[b.from].centre));
        let place = steps.iter().position(|other| other.from == step.from).unwrap_or(0);
        let between = (steps.len().max(2) - 1) as f64;
        let distance = BETWEEN_ARROWS.min((to.height - 2.0 * ARROW.0) / between);
        to.centre + (place as f64 - (steps.len() - 1) as f64 / 2.0) * distance
    }
}

/// A line between two points that leaves and arrives level.
struct Curve((f64, f64), (f64, f64));

impl Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self((x, y), (to_x, to_y)) = self;
        let bend = (to_x - x) / 2.0;
        let (out, back) = (x + bend, to_x - bend);
        write!(f, "M{x:.0} {y:.1}C{out:.0} {y:.1} {back:.0} {to_y:.1} {to_x:.0} {to_y:.1}")
    }
}

/// The head of an arrow that ends at this point.
struct Head((f64, f64));

impl Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self((x, y)) = self;
        let (length, half) = ARROW;
        write!(f, "M{x:.0} {y:.1}l-{length} -{half}v{}z", 2.0 * half)
    }
}
