//! Servers that ask for a pause: whether a status is a rate limit, and until when it applies. It
//! has no clock and no connection.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ureq::http::HeaderMap;
use ureq::http::header::{DATE, HeaderName, RETRY_AFTER};

use super::headers::only;

/// The longest wait. No later date can be written.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);
/// From here on, a number of seconds is a time and not a wait: in 2001.
const TIMES: f64 = 1e9;
/// From here on, a number is in milliseconds.
const MILLISECONDS: f64 = 1e12;

/// The headers that say how many requests are left.
const REMAINING: [&str; 3] =
    ["x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining"];
/// The headers that say when there will be more. All except the last are a single number.
const RESETS: [&str; 4] =
    ["x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset", "x-ratelimit-reset-after"];
/// Both in one (draft-ietf-httpapi-ratelimit-headers).
const COMBINED: &str = "ratelimit";

/// Words that show a rate limit in the body of a 403.
const WORDS: [&str; 4] = ["rate limit", "ratelimit", "too many requests", "quota"];

/// What a server says with an error status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pause {
    /// Whether it is a rate limit.
    pub(super) is_limit: bool,
    /// The pause that it asks for, if it says so.
    pub(super) wait: Option<Duration>,
}

/// Reads what `headers` say at the time `now`. Reads the beginning of the body only if they leave
/// it open.
pub(super) fn read(
    status: u16,
    headers: &HeaderMap,
    now: SystemTime,
    body: impl FnOnce() -> String,
) -> Pause {
    let number = |name: &'static str| number(only(headers, &HeaderName::from_static(name))?);
    let combined = only(headers, &HeaderName::from_static(COMBINED));
    let remaining =
        REMAINING.into_iter().find_map(number).or_else(|| field(combined?, &["r", "remaining"]));
    let is_spent = remaining.is_some_and(|remaining| remaining <= 0.0);
    let after = only(headers, &RETRY_AFTER);
    let is_limit = match status {
        429 => true,
        403 => is_spent || after.is_some() || is_said(&body()),
        _ => false,
    };
    // Servers' clocks differ from this one: read a server's time by the server's clock.
    let theirs = only(headers, &DATE).and_then(|date| httpdate::parse_http_date(date).ok());
    let clock = theirs.unwrap_or(now);
    let reset = || {
        let seconds =
            RESETS.into_iter().find_map(number).or_else(|| field(combined?, &["t", "reset"]))?;
        Some(until(seconds, clock))
    };
    let wait = after
        .and_then(|text| retry_after(text, clock))
        .or_else(|| if is_limit { reset() } else { None })
        .map(|wait| wait.min(LONGEST));
    Pause { is_limit, wait }
}

/// Reads `Retry-After`, in either of its forms (RFC 9110, 10.2.3).
fn retry_after(text: &str, clock: SystemTime) -> Option<Duration> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().map_or(LONGEST, Duration::from_secs));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(clock).unwrap_or_default())
}

/// Returns how long it is until a number of seconds. It is a wait or a time, depending on the
/// server.
fn until(number: f64, clock: SystemTime) -> Duration {
    let seconds = if number >= MILLISECONDS { number / 1000.0 } else { number };
    let wait = if seconds >= TIMES {
        let clock = clock.duration_since(UNIX_EPOCH).unwrap_or_default();
        seconds - clock.as_secs_f64()
    } else {
        seconds
    };
    // Not a moment too early.
    Duration::try_from_secs_f64(wait.ceil().max(0.0)).unwrap_or(LONGEST)
}

/// Returns the number at the beginning of a text: for `0;w=21600` the 0.
fn number(text: &str) -> Option<f64> {
    let number: f64 = text.split([';', ',']).next()?.trim().parse().ok()?;
    number.is_finite().then_some(number)
}

/// Returns the number with one of these names in `limit=100, remaining=0, reset=30`, or
/// `"default";r=0;t=30`.
fn field(text: &str, names: &[&str]) -> Option<f64> {
    text.split([';', ',']).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        if names.contains(&name.trim()) { number(value) } else { None }
    })
}

fn is_said(body: &str) -> bool {
    let body = body.to_ascii_lowercase();
    WORDS.iter().any(|words| body.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second before the time that the rows name.
    const NOW: u64 = 1_800_000_000;

    #[test]
    fn a_limit_is_told_from_a_refusal_and_from_a_server_that_is_down() {
        let minute = Some(60);
        let longest = Some(366 * 24 * 60 * 60);
        let at = (NOW + 60).to_string();
        let later = format!("{}.25", NOW + 59);
        let milliseconds = format!("{}000", NOW + 60);
        for (status, lines, body, is_limit, wait) in [
            (429, &[][..], "", true, None),
            (429, &[("retry-after", "60")], "", true, minute),
            (429, &[("x-ratelimit-reset", &*at)], "", true, minute),
            (429, &[("x-ratelimit-reset", &*later)], "", true, minute),
            (429, &[("x-ratelimit-reset", &*milliseconds)], "", true, minute),
            (429, &[("x-ratelimit-reset", "1800000000")], "", true, Some(0)),
            (429, &[("ratelimit-reset", "60")], "", true, minute),
            (429, &[("ratelimit", "limit=100, remaining=0, reset=60")], "", true, minute),
            (429, &[("ratelimit", "\"default\";r=0;t=60")], "", true, minute),
            (429, &[("ratelimit-remaining", "0;w=21600")], "", true, None),
            (429, &[("retry-after", "60"), ("x-ratelimit-reset", "7")], "", true, minute),
            (429, &[("retry-after", "soon"), ("ratelimit-reset", "60")], "", true, minute),
            (403, &[], "", false, None),
            (403, &[], "Forbidden", false, None),
            (403, &[("x-ratelimit-remaining", "7"), ("x-ratelimit-reset", &*at)], "", false, None),
            (403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &*at)], "", true, minute),
            (403, &[("ratelimit", "\"a\";r=0;t=60")], "", true, minute),
            (403, &[("retry-after", "60")], "", true, minute),
            (403, &[], "{\"message\": \"API Rate Limit exceeded\"}", true, None),
            (503, &[], "", false, None),
            (503, &[("retry-after", "60")], "", false, minute),
            (503, &[("x-ratelimit-reset", &*at)], "", false, None),
            (500, &[("retry-after", "99999999999999999999999")], "", false, longest),
            (503, &[("retry-after", "315360000")], "", false, longest),
            (429, &[("retry-after", "18446744073709551615")], "", true, longest),
            (429, &[("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")], "", true, longest),
            (429, &[("x-ratelimit-reset", "9999999999")], "", true, longest),
            (429, &[("ratelimit-reset", "315360000")], "", true, longest),
            (429, &[("x-ratelimit-reset", "1e300")], "", true, longest),
            (429, &[("x-ratelimit-reset", "nan")], "", true, None),
            (429, &[("x-ratelimit-reset", "-7")], "", true, Some(0)),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, value.parse().expect("a header"));
            }
            let now = UNIX_EPOCH + Duration::from_secs(NOW);
            let pause = read(status, &headers, now, || body.to_owned());
            let wait = wait.map(Duration::from_secs);
            assert_eq!(pause, Pause { is_limit, wait }, "{status} {lines:?} {body}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_server_s_clock() {
        let date = |seconds| httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
        let wait = |lines: &[(&'static str, String)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, value.parse().expect("a header"));
            }
            let now = UNIX_EPOCH + Duration::from_secs(NOW);
            read(503, &headers, now, String::new).wait.map(|wait| wait.as_secs())
        };
        assert_eq!(wait(&[("retry-after", "7".to_owned())]), Some(7));
        assert_eq!(wait(&[("retry-after", date(NOW + 7))]), Some(7));
        assert_eq!(wait(&[("retry-after", date(NOW - 7))]), Some(0));
        assert_eq!(wait(&[("retry-after", date(NOW + 7)), ("date", date(NOW + 5))]), Some(2));
        assert_eq!(wait(&[("retry-after", "soon".to_owned())]), None);
        assert_eq!(wait(&[("retry-after", String::new())]), None);
    }
}
