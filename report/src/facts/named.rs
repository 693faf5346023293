//! Tests and libraries in facts: by name, so that a fact means the same in another process, and by their place in the plan
//! of the run, for fast lookup.

use std::borrow::Cow;
use std::fmt;

use probe_scenario::{LibraryId, TestId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name, and the place of the test or library in the plan of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<'a, I> {
    name: Cow<'a, str>,
    /// Unknown in a line until it is looked up.
    place: Option<I>,
}

/// A test of the run. Its id counts the tests that the run has planned.
pub type TestName<'a> = Named<'a, TestId>;

/// A library of the run. Its id counts the libraries that the run has planned.
pub type LibraryName<'a> = Named<'a, LibraryId>;

impl<'a, I: Copy> Named<'a, I> {
    /// Pairs `name` with its place in the plan.
    pub fn new(name: impl Into<Cow<'a, str>>, place: I) -> Self {
        Self { name: name.into(), place: Some(place) }
    }

    /// The name. For a test, as `probe run` shows it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The place in the plan.
    ///
    /// # Panics
    ///
    /// Panics if nothing has looked up the place. Facts from a [`Log`](super::Log) always have it.
    pub fn id(&self) -> I {
        self.place.expect("a fact that is told knows the places of what it names")
    }

    /// Whether the place is known.
    pub(super) fn is_placed(&self) -> bool {
        self.place.is_some()
    }

    /// Sets the place of the name.
    pub(super) fn place(&mut self, place: I) {
        self.place = Some(place);
    }
}

impl<I> fmt::Display for Named<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl<I> Serialize for Named<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de, I> Deserialize<'de> for Named<'_, I> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::Owned(String::deserialize(deserializer)?);
        Ok(Self { name, place: None })
    }
}
