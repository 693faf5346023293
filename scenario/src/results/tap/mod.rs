//! TAP, versions 12 to 14, line by line: points, plans, directives, subtests by their indentation, and mistakes.
//!
//! Skips lines that are not TAP, as the standard requires. Counts the points in a subtest and not the subtest itself,
//! because the points are the tests that ran.

mod level;
mod line;

use level::Level;
use line::{Kind, Point, read};

use super::clipped::Clipped;
use super::subtest::{Results, Subtest, SubtestCame, one_line};

/// Levels within each other.
const DEPTH: usize = 16;
/// Points of one level that are kept until their parent is known.
const INNER: usize = 10_000;
/// Characters of a reason.
const REASON: usize = 200;

/// Reads TAP without colours. Keeps only the results.
#[derive(Debug, Default)]
pub struct TapReader {
    results: Results,
    /// The outermost first; there is one as soon as something of TAP was read.
    levels: Vec<Level>,
    /// The last point, while lines may still describe it.
    last: Option<Last>,
    /// Where a block of YAML began, in which no line is TAP.
    block: Option<usize>,
    bailed: Option<String>,
}

/// A point that further lines may describe.
#[derive(Debug)]
struct Last {
    level: usize,
    point: Point,
    said: Clipped,
    /// Why it failed, in a line, as far as that is known.
    message: String,
    /// Whether the next line of its block is that.
    is_next: bool,
}

impl TapReader {
    /// Takes the next line, without its end.
    pub fn line(&mut self, text: &str) {
        let indent = text.len() - text.trim_start_matches(' ').len();
        let rest = text[indent..].trim_end();
        if let Some(begin) = self.block {
            if indent <= begin && rest == "..." {
                self.block = None;
            } else {
                self.key(rest);
                self.say(rest);
            }
            return;
        }
        if self.bailed.is_some() || rest.is_empty() {
            return;
        }
        if rest == "---" && self.last.as_ref().is_some_and(|last| indent > last.level * 4) {
            self.block = Some(indent);
            return;
        }
        if let (Some(reason), true) = (rest.strip_prefix("Bail out!"), indent.is_multiple_of(4)) {
            self.bailed = Some(one_line(reason, REASON));
            return;
        }
        let Some(level) = self.level_of(indent) else { return };
        match read(rest) {
            Kind::Version => self.open(level),
            Kind::Plan(plan) => {
                self.open(level);
                self.levels[level].plan(plan);
            }
            Kind::Point(mut point) => {
                self.flush();
                self.open(level);
                let is_parent = self.close_to(level, Some(&point));
                point.number = Some(self.levels[level].count(point.number));
                let (said, message) = (Clipped::default(), String::new());
                let last = Last { level, point, said, message, is_next: false };
                self.last = (!is_parent).then_some(last);
            }
            Kind::Comment(comment) => {
                if comment.starts_with("Subtest") {
                    self.open(level);
                }
                if let Some(last) = &mut self.last
                    && last.message.is_empty()
                {
                    comment.trim().clone_into(&mut last.message);
                }
                self.say(comment);
            }
            Kind::Other => {}
        }
    }

    /// Returns the results and what is wrong with them. `is_whole` says whether the reader got every line.
    #[must_use]
    pub fn end(mut self, is_whole: bool) -> Results {
        self.flush();
        self.close_to(0, None);
        let outermost = self.levels.pop();
        let mut results = self.results;
        results.skipped = outermost.as_ref().and_then(Level::skipped_all);
        results.flaw = match (&self.bailed, outermost) {
            (Some(reason), _) if reason.is_empty() => Some("it bailed out".to_owned()),
            (Some(reason), _) => Some(format!("it bailed out: {reason}")),
            (None, _) if !is_whole => Some("not all of its TAP could be kept".to_owned()),
            (None, None) => Some("it printed no TAP".to_owned()),
            (None, Some(level)) => level.flaw().map(|flaw| format!("its TAP {flaw}")),
        };
        results
    }

    /// The level at which a line of this indentation stands; `None` where no level can be.
    fn level_of(&self, indent: usize) -> Option<usize> {
        let level = indent / 4;
        // At most one level deeper than the current one: other lines are just indented text.
        (indent.is_multiple_of(4) && level <= self.levels.len().max(1) && level < DEPTH)
            .then_some(level)
    }

    /// Begins the levels down to this one.
    fn open(&mut self, level: usize) {
        while self.levels.len() <= level {
            self.levels.push(Level::default());
        }
    }

    /// A line of a block of YAML: perhaps the one that says why.
    fn key(&mut self, line: &str) {
        let Some(last) = self.last.as_mut().filter(|last| last.message.is_empty()) else { return };
        let value = ["message:", "error:"].iter().find_map(|key| line.strip_prefix(key));
        let value = match value {
            Some(value) => value.trim(),
            None if last.is_next => line,
            None => return,
        };
        // A value of several lines begins on the next line.
        last.is_next = matches!(value, "|" | "|-" | "|+" | ">" | ">-" | ">+");
        if !last.is_next {
            value.trim_matches(['"', '\'']).clone_into(&mut last.message);
        }
    }

    /// Adds a text to the last point.
    fn say(&mut self, text: &str) {
        let Some(last) = &mut self.last else { return };
        if last.point.came() != SubtestCame::Failed {
            return;
        }
        last.said.push(text);
        last.said.push("\n");
    }

    /// Ends the last point and adds it to its level, unless it stands for a subtest.
    fn flush(&mut self) {
        let Some(Last { level, point, said, message, .. }) = self.last.take() else { return };
        let came = point.came();
        let failed = came == SubtestCame::Failed;
        let reason = if failed && !message.is_empty() { &message } else { &point.reason };
        let mut subtest = Subtest::new("", &point.title(), came, reason);
        if failed {
            let message = subtest.message.clone();
            // A block has keys of which the first says nothing.
            subtest = Subtest { message, ..subtest.saying(&said.text()) };
        }
        self.add(level, subtest);
    }

    /// Adds a point of a level to the results, or to the points that its parent gets.
    fn add(&mut self, level: usize, subtest: Subtest) {
        match level {
            0 => self.results.add(subtest),
            _ if self.levels[level].own.len() < INNER => self.levels[level].own.push(subtest),
            // Nobody reads so many below one name.
            _ => self.results.add(subtest),
        }
    }

    /// Ends all levels deeper than this one. Returns whether they had points. The point `parent` stands for the next deeper
    /// level: it has the name of that level, and says whether its failures count.
    fn close_to(&mut self, level: usize, parent: Option<&Point>) -> bool {
        let mut has_inner = false;
        while self.levels.len() > level + 1 {
            let inner = self.levels.pop().expect("there are more");
            let outer = self.levels.len() - 1;
            let parent = parent.filter(|_| outer == level);
            has_inner |= inner.has_begun();
            for subtest in inner.below(parent) {
                self.add(outer, subtest);
            }
        }
        has_inner
    }
}

#[cfg(test)]
mod tests;
