//! Many patterns at once, over names that are given.

use globset::{Candidate, GlobSet, GlobSetBuilder};

use crate::route::{Route, routes};

/// Patterns, each known by its position.
#[derive(Clone, Debug, Default)]
pub struct PatternSet {
    set: GlobSet,
    /// By glob of the set, whose it is.
    globs: Vec<Owned>,
    /// Whether any of them may match too much.
    is_loose: bool,
    bases: Vec<String>,
}

#[derive(Clone, Debug)]
struct Owned {
    /// The position of the pattern that it comes of.
    pattern: usize,
    /// What has the last word, where the glob may match too much.
    route: Option<Route>,
}

impl PatternSet {
    /// Reads patterns. Those that are none come back with their position and the reason, as a fragment.
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
        // What every single glob passed can still fail for all together: the regex's size limit.
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

    /// Whether any pattern matches the file called `name`, which has `/` between its parts.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.set.is_match(name)
            && (!self.is_loose
                || self.set.matches(name).iter().any(|&glob| self.globs[glob].has(name)))
    }

    /// The positions of all patterns that match `name`, sorted, into `into`.
    pub fn matching(&self, name: &str, into: &mut Vec<usize>) {
        self.set.matches_candidate_into(&Candidate::new(name), into);
        into.retain(|&glob| self.globs[glob].has(name));
        for glob in into.iter_mut() {
            *glob = self.globs[*glob].pattern;
        }
        into.dedup();
    }

    /// The directories below which every match lies, sorted and none inside another; `""` is the one that names are
    /// relative to. A walk that begins there sees everything that can match.
    pub fn bases(&self) -> impl Iterator<Item = &str> {
        self.bases.iter().map(String::as_str)
    }
}

impl Owned {
    /// Whether it matches, as its glob says that it does.
    fn has(&self, name: &str) -> bool {
        self.route.as_ref().is_none_or(|route| route.matches(name))
    }
}

/// The directories that are in none of the others, sorted.
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
