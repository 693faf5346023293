//! Work that tests may have repeated for each other in vain, as a record keeps it.

use probe_scenario::TestId;

use crate::describe;
use crate::facts;
use crate::outline::Outline;

/// A place that several tests name that failed at the same time.
#[derive(Debug)]
pub(crate) struct Suspected {
    pub(crate) folder: String,
    words: Vec<String>,
    pub(crate) came: Vec<String>,
    tests: Vec<TestId>,
}

/// A file in a cache that was written several times.
#[derive(Debug)]
pub(crate) struct Duplicate {
    pub(crate) path: String,
    times: usize,
}

impl Suspected {
    pub(super) fn new(suspected: &facts::Suspected<'_>) -> Self {
        let owned = |texts: &[std::borrow::Cow<'_, str>]| {
            texts.iter().map(|text| text.clone().into_owned()).collect()
        };
        Self {
            folder: suspected.folder.clone().into_owned(),
            words: owned(&suspected.words),
            came: owned(&suspected.came),
            tests: suspected.tests.iter().map(facts::TestName::id).collect(),
        }
    }

    /// The suspicion in words.
    pub(crate) fn words(&self) -> String {
        describe::suspicion(self.tests.len(), self.words.iter().map(String::as_str))
    }

    /// The names of its tests.
    pub(crate) fn tests(&self, outline: &Outline) -> Vec<String> {
        self.tests.iter().map(|&test| outline.test(test).to_string()).collect()
    }
}

impl Duplicate {
    pub(super) fn new(duplicate: &facts::Duplicate<'_>) -> Self {
        Self { path: duplicate.path.clone().into_owned(), times: duplicate.times }
    }

    /// The file and its writes in words.
    pub(crate) fn words(&self) -> String {
        describe::duplicate(self.times, "the tests")
    }
}
