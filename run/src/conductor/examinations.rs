//! What follows from the examination of a failed attempt. After a race the test runs again, within a limit of its own. Any
//! other failure is treated as usual.

use probe_scheduler::NodeId;

use super::act::{Act, Case};
use super::state::Conductor;
use super::turn::Turn;
use crate::attempt::Attempt;
use crate::ending::Ending;
use crate::event::Event;
use crate::summary::Raced;
use crate::verdict::{Evidence, Finding, Undeclared, Verdict};

impl Conductor<'_> {
    /// Starts the examination of an attempt. The test has no slot meanwhile, because the examination may wait.
    pub(super) fn examine(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        attempt: Attempt,
        evidence: Evidence,
    ) {
        self.run.park(unit);
        let (id, test) = self.score.test(unit);
        turn.tell(&Event::TestExamined { id, test, attempt: &attempt });
        self.examined.insert(unit, self.failure(unit, &attempt));
        turn.act(Act::Examine(Box::new(Case { unit, attempt, evidence })));
    }

    pub(super) fn examined(
        &mut self,
        turn: &mut Turn<'_>,
        unit: NodeId,
        attempt: Attempt,
        finding: Option<Finding>,
    ) {
        self.examined.remove(&unit);
        // Not earlier: incomplete files are repaired before another test takes the lead.
        self.leader_ended(turn, unit, &attempt.ending);
        let Some(finding) = finding else {
            return self.attempt_failed(turn, unit, attempt, None);
        };
        if self.is_repeated(unit, &attempt, finding.verdict()) {
            let failure = self.failure(unit, &attempt);
            let retries = self.score.settings.races.retries;
            let number = self.retries.attempt(unit);
            if let Some(delay) = self.retries.raced(unit, retries, failure) {
                let (id, test) = self.score.test(unit);
                turn.tell(&Event::TestRaced {
                    id,
                    test,
                    attempt: &attempt,
                    number,
                    finding: &finding,
                    delay,
                    whole: &attempt.whole,
                });
                self.again_after(turn, unit, delay);
                self.note_race(unit, finding);
                return;
            }
        }
        self.attempt_failed(turn, unit, attempt, Some(&finding));
        self.note_race(unit, finding);
    }

    /// Whether an attempt with this verdict runs again because of it.
    fn is_repeated(&self, unit: NodeId, attempt: &Attempt, verdict: Verdict) -> bool {
        let is_race = match verdict {
            Verdict::Race => true,
            Verdict::Undeclared => self.score.settings.races.undeclared == Undeclared::Retried,
            Verdict::Unmended | Verdict::Real => false,
        };
        let may_start = attempt.ending != Ending::Interrupted && self.summary.stop.is_none();
        is_race && may_start && !self.has_lost_a_service(unit)
    }

    fn note_race(&mut self, unit: NodeId, mut finding: Finding) {
        if let Some(gathering) = finding.gathering.take() {
            self.summary.gathered.push((self.score.test(unit).0, gathering));
        }
        if finding.verdict() != Verdict::Real || !finding.repairs.is_empty() {
            self.summary.raced.push(Raced { test: self.score.test(unit).0, finding });
        }
    }
}
