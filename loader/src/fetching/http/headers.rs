//! Reads headers. It does not know what they mean.

use ureq::http::HeaderMap;
use ureq::http::header::HeaderName;

/// Returns a header that occurs exactly once.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok().map(str::trim) }
}
