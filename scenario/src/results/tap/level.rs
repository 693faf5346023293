//! The points of one level of TAP: checks that they are the planned ones. Knows no line.

use std::collections::BTreeSet;

use super::line::{Directive, Plan, Point};
use crate::results::subtest::{Subtest, SubtestCame};

/// The most numbers that may come before others that are missing.
const EARLY: usize = 10_000;

/// A level.
#[derive(Debug, Default)]
pub(super) struct Level {
    /// Its points, if its parent needs them.
    pub(super) own: Vec<Subtest>,
    plan: Option<Plan>,
    points: u64,
    /// The highest number up to which all points are there, and the numbers beyond.
    whole: u64,
    early: BTreeSet<u64>,
    wrong: Option<String>,
}

impl Level {
    /// Takes a plan, which there may be once.
    pub(super) fn plan(&mut self, plan: Plan) {
        if self.plan.replace(plan).is_some() {
            self.wrong.get_or_insert_with(|| "has two plans".to_owned());
        }
    }

    /// Takes a point of this number, or of the next one: which that is.
    pub(super) fn count(&mut self, number: Option<u64>) -> u64 {
        self.points += 1;
        let number = number.unwrap_or(self.whole + 1);
        if number <= self.whole || self.early.len() >= EARLY || !self.early.insert(number) {
            self.wrong.get_or_insert_with(|| format!("has test {number} twice"));
        }
        while self.early.remove(&(self.whole + 1)) {
            self.whole += 1;
        }
        number
    }

    pub(super) fn has_begun(&self) -> bool {
        self.points > 0 || self.plan.is_some()
    }

    /// Why nothing of it was run, if it was planned so.
    pub(super) fn skipped_all(&self) -> Option<String> {
        let skip = self.plan.as_ref()?.skip.clone()?;
        (self.points == 0).then_some(skip)
    }

    /// What is wrong with the level as a whole: fits after "its TAP".
    pub(super) fn flaw(&self) -> Option<String> {
        let Some(plan) = &self.plan else { return Some("has no plan".to_owned()) };
        if self.points != plan.count {
            return Some(format!("has {} of {} planned tests", self.points, plan.count));
        }
        let missing = || format!("has no test {} of {}", self.whole + 1, plan.count);
        self.wrong.clone().or_else(|| (!self.early.is_empty()).then(missing))
    }

    /// Its points below `parent`. Adds the parent itself if it failed and none of them did, or if they are not the planned
    /// points.
    pub(super) fn below(self, parent: Option<&Point>) -> Vec<Subtest> {
        let flaw = self.plan.as_ref().and_then(|_| self.flaw());
        let mut own = self.own;
        let Some(parent) = parent else { return own };
        let title = parent.title();
        for subtest in &mut own {
            let inner = std::mem::take(&mut subtest.group);
            let group = if inner.is_empty() { title.clone() } else { format!("{title} > {inner}") };
            *subtest = Subtest {
                group: Subtest::new(&group, "", subtest.came, "").group,
                ..subtest.clone()
            };
            if parent.directive != Directive::None && subtest.came == SubtestCame::Failed {
                subtest.came = parent.came();
            }
        }
        let has_failed = own.iter().any(|subtest| subtest.came == SubtestCame::Failed);
        let why = match (parent.came(), flaw) {
            (SubtestCame::Failed, _) if has_failed => None,
            (SubtestCame::Failed, flaw) => Some(flaw.unwrap_or_default()),
            (SubtestCame::Passed, Some(flaw)) => Some(flaw),
            (SubtestCame::Passed | SubtestCame::Skipped, _) => None,
        };
        own.extend(why.map(|why| Subtest::new("", &title, SubtestCame::Failed, &why)));
        own
    }
}
