//! The name that a user most likely meant. Knows nothing of the purpose of names.

/// The known name that is nearest to `found`, if one is near enough to be meant: at most a third of its characters
/// are typed wrongly (optimal string alignment, so that two swapped characters are one mistake).
pub(crate) fn nearest<'k>(
    found: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    known
        .into_iter()
        .filter_map(|name| Some((distance(found, name)?, name)))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// How many characters of `name` are typed wrongly in `found`, if these are few enough for it to be meant.
pub(crate) fn distance(found: &str, name: &str) -> Option<usize> {
    let length = found.chars().count();
    let allowed = (length / 3).max(1);
    if name.chars().count().abs_diff(length) > allowed {
        return None;
    }
    let distance = strsim::osa_distance(&found.to_lowercase(), &name.to_lowercase());
    (distance <= allowed).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_name_is_offered_only_when_it_is_near() {
        let known = ["timeout", "tags", "to", "needs"];
        let check = |found, expected| assert_eq!(nearest(found, known), expected, "for `{found}`");
        check("timout", Some("timeout"));
        check("tmieout", Some("timeout"));
        check("TAGS", Some("tags"));
        check("need", Some("needs"));
        check("x", None);
        check("library", None);
        check("", None);
    }

    #[test]
    fn the_first_of_equally_near_names_wins() {
        assert_eq!(nearest("bat", ["cat", "hat"]), Some("cat"));
    }
}
