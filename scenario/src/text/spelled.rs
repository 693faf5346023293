//! Paths that may be spelled in several ways. Follows no link.

/// Two spellings of one place are one place; links are not followed here.
pub(crate) fn spelled(place: &str) -> (bool, Vec<&str>) {
    let parts = place.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    (place.starts_with('/'), parts)
}
