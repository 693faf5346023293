//! Decides when a silent log should say that probe is still running: some CI systems end a job that is silent for ten
//! minutes, and people get worried after one. Knows no clock.

use std::time::{Duration, Instant};

/// The silence before the first word. Each further one waits twice as long, up to [`LONGEST`].
const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(240);

/// The silence of one log.
#[derive(Debug, Default)]
pub(crate) struct Heartbeat {
    /// The time of the last text by others, and how often and when probe has spoken since.
    since: Option<(Instant, u32, Instant)>,
}

impl Heartbeat {
    /// The time for the next word, if there is no other text after `said`.
    pub(crate) fn due(&self, said: Instant) -> Instant {
        match self.since {
            Some((since, beats, last)) if since == said => last + silence(beats),
            _ => said + silence(0),
        }
    }

    /// Whether it is time for a word at `now`. If so, counts it.
    pub(crate) fn beats(&mut self, said: Instant, now: Instant) -> bool {
        let is_due = now >= self.due(said);
        if is_due {
            let beats =
                self.since.filter(|(since, ..)| *since == said).map_or(0, |(_, beats, _)| beats);
            self.since = Some((said, beats + 1, now));
        }
        is_due
    }
}

/// The silence after as many words.
fn silence(beats: u32) -> Duration {
    FIRST.saturating_mul(2_u32.saturating_pow(beats)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_log_is_told_ever_less_often() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::default();
        let beats = |heartbeat: &mut Heartbeat, said: u64, until: u64| -> Vec<u64> {
            let at = |seconds| start + Duration::from_secs(seconds);
            (said..until).filter(|second| heartbeat.beats(at(said), at(*second))).collect()
        };
        assert_eq!(beats(&mut heartbeat, 0, 1000), [30, 90, 210, 450, 690, 930]);
        assert_eq!(beats(&mut heartbeat, 1000, 1029), [0; 0]);
        assert_eq!(beats(&mut heartbeat, 1029, 1200), [1059, 1119]);
    }
}
