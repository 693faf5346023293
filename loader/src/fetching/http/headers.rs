//! Headers, as they are read here. It does not know what they mean.

use ureq::http::HeaderMap;
use ureq::http::header::HeaderName;

/// A header that is there once.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok().map(str::trim) }
}
