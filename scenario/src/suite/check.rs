//! One joint check for many tests whose runners would each check their own files. It is a library without a file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

use crate::{
    Because, JointCheck, Library, LibraryId, LibraryKind, Need, Source, Span, Suite, TestId,
};

/// In bytes: the names of files that one command gets. Systems take at least twice as much.
const MOST: usize = 512 << 10;

impl Suite {
    /// Makes runners check the files of `tests` together, suite by suite, if more than one process would check. `passed` are
    /// the further arguments of all tests. They may ask for another check.
    pub fn check_jointly(&mut self, tests: &[TestId], passed: &[OsString]) {
        let mut by_suite: BTreeMap<Arc<str>, (JointCheck, Vec<TestId>)> = BTreeMap::new();
        for &id in tests {
            let test = &self.tests[id.index()];
            let (Some(check), Some(suite)) = (test.check, &test.suite) else { continue };
            let allows = |word: &OsString| word.to_str().is_none_or(|word| check.allows(word));
            if passed.iter().all(allows) {
                by_suite.entry(suite.clone()).or_insert((check, Vec::new())).1.push(id);
            }
        }
        for (suite, (check, tests)) in by_suite {
            for tests in self.portions(&tests) {
                if tests.len() > 1 {
                    self.add_check(&format!("{suite}-{}", check.what), tests);
                }
            }
        }
    }

    /// As many tests at a time as one command can name the files of.
    fn portions(&self, tests: &[TestId]) -> Vec<Vec<TestId>> {
        let mut portions: Vec<(usize, Vec<TestId>)> = Vec::new();
        for &id in tests {
            let size: usize = self.tests[id.index()].files.iter().map(|file| file.len() + 1).sum();
            match portions.last_mut() {
                Some((sum, portion)) if *sum + size <= MOST => {
                    *sum += size;
                    portion.push(id);
                }
                _ => portions.push((size, vec![id])),
            }
        }
        portions.into_iter().map(|(_, portion)| portion).collect()
    }

    fn add_check(&mut self, name: &str, tests: Vec<TestId>) {
        let library = LibraryId::new(self.libraries.len());
        // No key of the manifest asks for it but that of its kind.
        let because = Because::Declared(Span::default());
        for id in &tests {
            self.tests[id.index()].needs.push(Need { library, because: because.clone() });
        }
        self.libraries.push(Library {
            name: self.free_name(name),
            variable: String::new(),
            version: None,
            source: Source::Check { tests },
            kind: LibraryKind::Data,
            to: None,
            env: Vec::new(),
            detect: Vec::new(),
            needs: Vec::new(),
            span: Span::default(),
            line: None,
            preset: None,
        });
    }

    /// A valid name that no library has yet.
    fn free_name(&self, name: &str) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '-' };
        let name: String = name.chars().map(plain).collect::<String>().to_ascii_lowercase();
        let name = name.trim_start_matches(['_', '.', '-']);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        let is_free = |name: &String| !self.libraries.iter().any(|library| library.name == *name);
        names.find(is_free).expect("numbers do not end")
    }
}
