//! Looks up the names that a manifest refers to, once all names are known.

use std::collections::BTreeMap;

use super::context::{Context, Text};
use crate::{Because, GroupId, LibraryId, Mistake, Named, Need, ServiceId, ServiceNeed, Span};

/// The defined names.
#[derive(Default)]
pub(super) struct Names {
    pub(super) libraries: BTreeMap<String, Standing>,
    pub(super) services: BTreeMap<String, ServiceId>,
    pub(super) groups: BTreeMap<String, Option<GroupId>>,
    /// Positions among the manifest's tests.
    pub(super) tests: BTreeMap<String, usize>,
    /// Positions among the manifest's suites.
    pub(super) suites: BTreeMap<String, usize>,
}

/// The state of a defined library.
pub(super) enum Standing {
    /// It is there.
    Valid(LibraryId),
    /// It has mistakes of its own, so tables that need it report none.
    Broken,
    /// It has nothing for this platform.
    Elsewhere {
        /// The key that has them.
        key: &'static str,
        /// The platforms that it has something for.
        given: Vec<String>,
        /// The place of these platforms.
        span: Span,
    },
}

/// The libraries and services that must be ready first.
#[derive(Default)]
pub(super) struct Provisions {
    pub(super) libraries: Vec<Need>,
    pub(super) services: Vec<ServiceNeed>,
}

/// The tests that come first.
#[derive(Clone, Copy, Debug)]
pub(super) struct After {
    pub(super) earlier: Earlier,
    /// The place that says so.
    pub(super) span: Span,
}

/// The names that an `after` may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Tests,
    /// Suites, too. A test that waits only for an end ignores suites that are not listed.
    Suites,
}

/// A test, or all tests of a suite, by position in the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Earlier {
    Test(usize),
    Suite(usize),
}

impl Names {
    pub(super) fn library(
        &self,
        context: &mut Context<'_>,
        name: &str,
        span: Span,
    ) -> Option<LibraryId> {
        match self.libraries.get(name) {
            Some(Standing::Valid(library)) => return Some(*library),
            Some(Standing::Broken) => {}
            Some(Standing::Elsewhere { key, given, span: url_span }) => {
                context.mistake(Mistake::UnsupportedPlatform {
                    library: name.to_owned(),
                    key,
                    platform: context.platform.to_string(),
                    given: given.clone(),
                    url_span: *url_span,
                    span,
                });
            }
            None if self.services.contains_key(name) => {
                context.mistake(Mistake::NeedsService { name: name.to_owned(), span });
            }
            None => unknown(context, Named::Library, name, span, self.libraries.keys()),
        }
        None
    }

    /// The libraries and services that the `needs` of a test, a suite or a service names.
    pub(super) fn provisions(&self, context: &mut Context<'_>, names: &[Text]) -> Provisions {
        let mut provisions = Provisions::default();
        for Text { value, span, .. } in names {
            let span = *span;
            if let Some(&service) = self.services.get(value) {
                provisions.services.push(ServiceNeed { service, span });
            } else if self.services.is_empty() || self.libraries.contains_key(value) {
                let need = |library| Need { library, because: Because::Declared(span) };
                provisions.libraries.extend(self.library(context, value, span).map(need));
            } else {
                let known: Vec<&String> =
                    self.libraries.keys().chain(self.services.keys()).collect();
                unknown(context, Named::Provision, value, span, known.into_iter());
            }
        }
        provisions
    }

    /// The libraries that the `needs` of a library names.
    pub(super) fn needs(&self, context: &mut Context<'_>, names: &[Text]) -> Vec<Need> {
        let need = |name: &Text| {
            let library = self.library(context, &name.value, name.span)?;
            Some(Need { library, because: Because::Declared(name.span) })
        };
        names.iter().filter_map(need).collect()
    }

    pub(super) fn group(&self, context: &mut Context<'_>, name: &Text) -> Option<GroupId> {
        match self.groups.get(&name.value) {
            Some(group) => *group,
            None => {
                unknown(context, Named::Group, &name.value, name.span, self.groups.keys());
                None
            }
        }
    }

    /// The tests in an `after`, each with its place, and also suites if `reach` allows them.
    pub(super) fn after(
        &self,
        context: &mut Context<'_>,
        names: &[Text],
        reach: Reach,
    ) -> Vec<After> {
        let earlier = |name: &Text| {
            let of_test = self.tests.get(&name.value).copied().map(Earlier::Test);
            let of_suite = || match reach {
                Reach::Suites => self.suites.get(&name.value).copied().map(Earlier::Suite),
                Reach::Tests => None,
            };
            let Some(earlier) = of_test.or_else(of_suite) else {
                unknown(context, Named::Test, &name.value, name.span, self.tests.keys());
                return None;
            };
            Some(After { earlier, span: name.span })
        };
        names.iter().filter_map(earlier).collect()
    }
}

fn unknown<'k>(
    context: &mut Context<'_>,
    of: Named,
    name: &str,
    span: Span,
    known: impl ExactSizeIterator<Item = &'k String>,
) {
    let nearest = context.suggest(name, known.map(String::as_str));
    context.mistake(Mistake::UnknownName { of, name: name.to_owned(), nearest, span });
}
