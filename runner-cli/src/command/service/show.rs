//! What stands, in words.

use crate::standing::Place;

/// Whether a service stands here, or is about to.
pub(super) fn standing(place: &Place) -> bool {
    place.exists() && place.is_tended().unwrap_or(false)
}

/// What became of a service, where `definition` is what it is by now.
pub(super) fn status(place: &Place, definition: &str) -> String {
    if !standing(place) {
        return "does not stand".to_owned();
    }
    let Some(record) = place.record() else { return "starts".to_owned() };
    let ports = describe(&record.ports);
    let kept = if place.is_kept() { "kept" } else { "ends with its last user" };
    let used = if place.is_used() { ", in use" } else { "" };
    let changed = if record.definition == definition {
        ""
    } else {
        ", as it was before `probe.toml` changed"
    };
    format!(
        "ready{ports}, since {}, {kept}{used}{changed} (caretaker {})",
        record.since, record.pid
    )
}

/// The ports of a service that is ready.
pub(super) fn describe(ports: &[u16]) -> String {
    let numbers: Vec<String> = ports.iter().map(u16::to_string).collect();
    match ports {
        [] => String::new(),
        [_] => format!(" at port {}", numbers[0]),
        _ => format!(" at ports {}", numbers.join(", ")),
    }
}
