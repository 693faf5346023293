//! When to try again: how often, and which failures are worth another attempt. It does not know clocks, threads or HTTP.

use std::io;
use std::time::Duration;

use rand::Rng;

use crate::backoff::Backoff;
use crate::interface::{ImportCause, ProxyProblem, RetryPolicy};

/// The longest wait for a server. If it asks for more, it is not asked again, because an earlier attempt would fail.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Whether to try again at all if a server asks for a pause of this length.
pub(crate) fn is_worth_a_wait(asked: Duration) -> bool {
    asked <= LONGEST_WAIT
}

/// Returns the delay before the next attempt: the back-off, but at least `asked`, the pause that the server of that attempt asked
/// for. `None` if that is later than `rest` from now, when no attempt starts any more.
pub(crate) fn delay(backoff: Duration, asked: Duration, rest: Duration) -> Option<Duration> {
    let delay = backoff.max(asked);
    (is_worth_a_wait(asked) && delay <= rest).then_some(delay)
}

/// Returns the delays between attempts: one fewer than attempts.
pub(crate) fn delays(policy: RetryPolicy, random: impl Rng) -> impl Iterator<Item = Duration> {
    let RetryPolicy { attempts, base, cap, .. } = policy;
    Backoff::new(base, cap).delays(random).take(attempts.saturating_sub(1) as usize)
}

/// What to do after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Advice {
    /// Wait and try again, at the next mirror if there is one.
    Retry,
    /// Like `Retry`, but a second failure of this kind is final.
    RetryOnce,
    /// This place will never have the file: go to the next mirror at once.
    NextMirror,
    /// No mirror can help.
    GiveUp,
}

/// Status codes and what to do after them. The first row that contains the status applies.
const STATUSES: [(u16, u16, Advice); 13] = [
    // Request timeout, too early, too many requests.
    (408, 408, Advice::Retry),
    (425, 425, Advice::Retry),
    (429, 429, Advice::Retry),
    // Content delivery networks answer with one or two 403 while they warm up.
    (403, 403, Advice::RetryOnce),
    (400, 499, Advice::NextMirror),
    (500, 500, Advice::Retry),
    (501, 501, Advice::NextMirror),
    (502, 504, Advice::Retry),
    (505, 505, Advice::NextMirror),
    (506, 519, Advice::NextMirror),
    // Answers of proxies in front of a server.
    (520, 527, Advice::Retry),
    (528, 599, Advice::NextMirror),
    // No success, and unknown to HTTP.
    (0, u16::MAX, Advice::NextMirror),
];

/// Returns what to do after `cause`.
pub(crate) fn advise(cause: &ImportCause) -> Advice {
    match cause {
        ImportCause::NotFound
        | ImportCause::Tls(_)
        | ImportCause::Certificate { .. }
        | ImportCause::Refused(_)
        | ImportCause::TooLarge { .. }
        | ImportCause::Proxy { problem: ProxyProblem::Unauthorised, .. } => Advice::NextMirror,
        // It is told when to come back, and that is no forbidding.
        ImportCause::Limited { until: Some(_), .. } => Advice::Retry,
        ImportCause::Proxy {
            problem: ProxyProblem::Unreachable(_) | ProxyProblem::Lost(_),
            ..
        } => Advice::Retry,
        ImportCause::Status(status)
        | ImportCause::Limited { status, until: None, .. }
        | ImportCause::Paused { status, .. }
        | ImportCause::Proxy { problem: ProxyProblem::Status(status), .. } => STATUSES
            .iter()
            .find(|(first, last, _)| (*first..=*last).contains(status))
            .map_or(Advice::NextMirror, |(_, _, advice)| *advice),
        ImportCause::Network(_)
        | ImportCause::Short { .. }
        | ImportCause::NoRest { .. }
        | ImportCause::Changing { .. } => Advice::Retry,
        // A cut archive whose length was not announced looks damaged.
        ImportCause::DigestMismatch { .. } | ImportCause::Archive { .. } => Advice::RetryOnce,
        // Without a digest, an incomplete file may be a cut transfer whose length was not announced; a mirror may not send an
        // error page.
        ImportCause::Unfit(verdict) if verdict.is_torn() => Advice::RetryOnce,
        ImportCause::Unfit(_) | ImportCause::Empty | ImportCause::NoArchive(_) => {
            Advice::NextMirror
        }
        ImportCause::Disk { error, .. } => match error.kind() {
            // Another process holds a file for a moment (a copy or a fork of a program that is being written).
            io::ErrorKind::ExecutableFileBusy
            | io::ErrorKind::ResourceBusy
            | io::ErrorKind::StaleNetworkFileHandle => Advice::RetryOnce,
            _ => Advice::GiveUp,
        },
        ImportCause::Offline
        | ImportCause::LockTimeout { .. }
        | ImportCause::Reentered
        | ImportCause::Command(_)
        | ImportCause::NothingMatched { .. }
        | ImportCause::Unreadable { .. }
        | ImportCause::NoFile { .. }
        | ImportCause::NotMadeAgain { .. }
        | ImportCause::Member { .. }
        | ImportCause::BadPattern { .. }
        | ImportCause::Incomplete { .. }
        | ImportCause::Relative { .. }
        | ImportCause::Occupied { .. }
        | ImportCause::Cancelled => Advice::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::UNIX_EPOCH;

    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    use super::*;
    use crate::digest::Sha256;
    use crate::interface::{CertificateFlaw, ProxyName, Refusal, Until};
    use crate::verdict::{FileVerdict, FoundInstead, Tear};

    const POLICY: RetryPolicy = RetryPolicy {
        attempts: 6,
        base: Duration::from_secs(1),
        cap: Duration::from_secs(5),
        deadline: Duration::from_secs(60),
    };

    fn given(policy: RetryPolicy, seed: u64) -> Vec<Duration> {
        delays(policy, SmallRng::seed_from_u64(seed)).collect()
    }

    #[test]
    fn delays_stay_below_their_doubling_ceiling_and_the_cap() {
        for seed in 0..200 {
            let delays = given(POLICY, seed);
            assert_eq!(delays.len(), 5);
            for (delay, ceiling) in delays.iter().zip([1, 2, 4, 5, 5]) {
                assert!(*delay <= Duration::from_secs(ceiling), "{delays:?}");
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_delays() {
        assert_eq!(given(POLICY, 7), given(POLICY, 7));
        assert_ne!(given(POLICY, 7), given(POLICY, 8));
    }

    #[test]
    fn one_attempt_has_no_delay_and_none_is_one() {
        for attempts in [0, 1] {
            assert!(given(RetryPolicy { attempts, ..POLICY }, 0).is_empty());
        }
    }

    #[test]
    fn a_server_is_never_asked_before_it_allows_it_nor_in_vain() {
        let delay = |backoff, asked, rest| {
            let [backoff, asked, rest] = [backoff, asked, rest].map(Duration::from_millis);
            delay(backoff, asked, rest).map(|delay| delay.as_millis())
        };
        for (backoff, asked, rest, expected) in [
            (500, 0, 120_000, Some(500)),
            (500, 499, 120_000, Some(500)),
            (500, 7000, 120_000, Some(7000)),
            (500, 60_000, 120_000, Some(60_000)),
            // Longer than anybody is waited for: not the longest wait, and then in vain.
            (500, 60_001, 120_000, None),
            (500, 3_600_000, u64::MAX, None),
            // After the last moment for an attempt.
            (500, 7000, 7000, Some(7000)),
            (500, 7000, 6999, None),
            (500, 0, 499, None),
        ] {
            assert_eq!(delay(backoff, asked, rest), expected, "{backoff} {asked} {rest}");
        }
    }

    #[test]
    fn every_status_has_its_advice() {
        let rows = [
            (Advice::Retry, &[408, 425, 429, 500, 502, 503, 504][..]),
            (Advice::Retry, &[520, 521, 522, 523, 524, 525, 526, 527]),
            (Advice::RetryOnce, &[403]),
            (Advice::NextMirror, &[400, 401, 402, 404, 405, 407, 410, 418, 451]),
            (Advice::NextMirror, &[501, 505, 506, 519, 528, 599]),
            (Advice::NextMirror, &[100, 204, 206, 304, 600]),
        ];
        for (advice, statuses) in rows {
            for status in statuses {
                assert_eq!(advise(&ImportCause::Status(*status)), advice, "{status}");
            }
        }
    }

    #[test]
    fn every_other_cause_has_its_advice() {
        let disk = |kind: io::ErrorKind| ImportCause::disk("write", Path::new("f"))(kind.into());
        let digest = Sha256::of(b"");
        let flaw = CertificateFlaw::UnknownIssuer;
        let certificate = ImportCause::Certificate { flaw, trusted: Vec::new() };
        let until = Until { wait: Duration::from_secs(1), time: UNIX_EPOCH };
        let limited = |status, until| ImportCause::Limited { status, until, wants_token: false };
        let name = ProxyName { address: String::new(), origin: None, has_credentials: false };
        let proxy = |problem| ImportCause::Proxy { proxy: name.clone(), problem };
        let rows = [
            (ImportCause::NotFound, Advice::NextMirror),
            (ImportCause::Tls(String::new()), Advice::NextMirror),
            (certificate, Advice::NextMirror),
            (proxy(ProxyProblem::Unreachable(String::new())), Advice::Retry),
            (proxy(ProxyProblem::Lost(String::new())), Advice::Retry),
            (proxy(407.into()), Advice::NextMirror),
            (proxy(403.into()), Advice::RetryOnce),
            (proxy(502.into()), Advice::Retry),
            (limited(403, Some(until)), Advice::Retry),
            (limited(403, None), Advice::RetryOnce),
            (limited(429, None), Advice::Retry),
            (ImportCause::Paused { status: 503, until }, Advice::Retry),
            (ImportCause::Paused { status: 501, until }, Advice::NextMirror),
            (ImportCause::Refused(Refusal::Downgrade), Advice::NextMirror),
            (ImportCause::TooLarge { limit: 1 }, Advice::NextMirror),
            (ImportCause::Network(String::new()), Advice::Retry),
            (ImportCause::Short { received: 1, announced: 2 }, Advice::Retry),
            (ImportCause::NoRest { reason: "it is of another file" }, Advice::Retry),
            (ImportCause::DigestMismatch { expected: digest, found: digest }, Advice::RetryOnce),
            (ImportCause::Unfit(FileVerdict::Torn(Tear::Empty)), Advice::RetryOnce),
            (ImportCause::Unfit(FileVerdict::NotALibrary(FoundInstead::Html)), Advice::NextMirror),
            (ImportCause::Empty, Advice::NextMirror),
            (disk(io::ErrorKind::ExecutableFileBusy), Advice::RetryOnce),
            (disk(io::ErrorKind::ResourceBusy), Advice::RetryOnce),
            (disk(io::ErrorKind::StaleNetworkFileHandle), Advice::RetryOnce),
            (disk(io::ErrorKind::StorageFull), Advice::GiveUp),
            (disk(io::ErrorKind::QuotaExceeded), Advice::GiveUp),
            (disk(io::ErrorKind::ReadOnlyFilesystem), Advice::GiveUp),
            (disk(io::ErrorKind::PermissionDenied), Advice::GiveUp),
            // EIO has no kind of its own.
            (
                ImportCause::disk("write", Path::new("f"))(io::Error::from_raw_os_error(5)),
                Advice::GiveUp,
            ),
            (ImportCause::Archive { cause: String::new() }, Advice::RetryOnce),
            (ImportCause::Unreadable { cause: String::new() }, Advice::GiveUp),
            (ImportCause::NoFile { path: "f".into(), found: "a pipe" }, Advice::GiveUp),
            (ImportCause::Offline, Advice::GiveUp),
            (ImportCause::Reentered, Advice::GiveUp),
            (ImportCause::Cancelled, Advice::GiveUp),
        ];
        for (cause, advice) in rows {
            assert_eq!(advise(&cause), advice, "{cause:?}");
        }
    }
}
