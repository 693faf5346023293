//! Matches many patterns at once against given names.

use globset::{Candidate, GlobSet, GlobSetBuilder};

use crate::route::{Route, routes};

/// A set of patterns, each with its position in the input.
#[derive(Clone, Debug, Default)]
pub struct PatternSet {
    set: GlobSet,
    /// For each glob of the set, the pattern that it belongs to.
    globs: Vec<Owned>,
    /// Whether any glob may match too much.
    is_loose: bool,
    bases: Vec<String>,
}

#[derive(Clone, Debug)]
struct Owned {
    /// The position of the pattern that the glob comes from.
    pattern: usize,
    /// Makes the final decision if the glob may match too much.
    route: Option<Route>,
}

impl PatternSet {
    /// Parses patterns. Returns invalid ones with their position and the reason, as a fragment.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> (Self, Vec<(usize, String)>) {
        let mut builder = GlobSetBuilder::new();
        let mut globs = Vec::new();
        let mut bases = Vec::new();
        let mut refused = Vec::new();
        for (pattern, text) in patterns.into_iter().enumerate() {
            let routes = match routes(text) {
                Ok(routes) => routes,
                Err(reason) => {
                    refused.push((pattern, reason));
                    continue;
                }
            };
            for route in routes {
                bases.extend(route.base());
                match route.glob() {
                    Some(Ok(glob)) => {
                        builder.add(glob);
                        let route = route.is_loose().then_some(route);
                        globs.push(Owned { pattern, route });
                    }
                    Some(Err(reason)) => refused.push((pattern, reason)),
                    None => {}
                }
            }
        }
        // Globs that are valid one by one can still fail together: the regex has a size limit.
        let set = match builder.build() {
            Ok(set) => set,
            Err(error) => {
                refused.push((0, error.kind().to_string()));
                GlobSet::empty()
            }
        };
        let is_loose = globs.iter().any(|glob| glob.route.is_some());
        (Self { set, globs, is_loose, bases: outermost(bases) }, refused)
    }

    /// Whether any pattern matches the file `name`, whose parts are separated by `/`.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.set.is_match(name)
            && (!self.is_loose
                || self.set.matches(name).iter().any(|&glob| self.globs[glob].has(name)))
    }

    /// Writes the positions of all patterns that match `name`, sorted, to `into`.
    pub fn matching(&self, name: &str, into: &mut Vec<usize>) {
        self.set.matches_candidate_into(&Candidate::new(name), into);
        into.retain(|&glob| self.globs[glob].has(name));
        for glob in into.iter_mut() {
            *glob = self.globs[*glob].pattern;
        }
        into.dedup();
    }

    /// Returns the directories that contain every possible match, sorted, none inside another; `""`
    /// is the directory that names are relative to. A walk of these directories sees everything
    /// that can match.
    pub fn bases(&self) -> impl Iterator<Item = &str> {
        self.bases.iter().map(String::as_str)
    }
}

impl Owned {
    /// Whether it really matches a name that its glob matches.
    fn has(&self, name: &str) -> bool {
        self.route.as_ref().is_none_or(|route| route.matches(name))
    }
}

/// Returns the directories that are not inside another one, sorted.
fn outermost(mut bases: Vec<String>) -> Vec<String> {
    bases.sort_unstable();
    bases.dedup();
    let within = |inner: &str, outer: &str| {
        outer.is_empty() || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
    };
    let all = bases.clone();
    bases.retain(|inner| !all.iter().any(|outer| outer != inner && within(inner, outer)));
    bases
}
