//! Turns suites into tests, once the caller has found the files and run the listing commands.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

use super::list;
use super::shared::Shared;
use crate::kind::{CargoTest, CargoTests, CtestTests};
use crate::manifest::draft::{Common, SuiteDraft};
use crate::text::natural;
use crate::text::relative::relative;
use crate::value::template::{Argument, Command, Template};
use crate::{Files, Findings, Manifest, Mistake, Rule, Slots, Suite, SuiteId, Test, TestId};

/// What the caller found for a manifest: files and listings.
#[derive(Clone, Debug, Default)]
pub struct Found {
    files: Vec<String>,
    outputs: BTreeMap<SuiteId, String>,
    built: BTreeMap<SuiteId, Vec<CargoTests>>,
    of_ctest: BTreeMap<SuiteId, Vec<CtestTests>>,
    left_out: BTreeSet<SuiteId>,
}

/// All tests of a manifest, and the mistakes that show only with the project's files.
#[derive(Clone, Debug, Default)]
pub struct Expansion {
    /// Libraries and tests. Run them only if there are no mistakes.
    pub suite: Suite,
    /// Every mistake, in the order of the manifest.
    pub mistakes: Vec<Mistake>,
}

/// A suite whose tests the caller has to look up.
#[derive(Clone, Copy, Debug)]
pub struct SuiteRule<'m> {
    /// The id with which the caller passes back its findings.
    pub id: SuiteId,
    /// Its name.
    pub name: &'m str,
    /// Where its tests come from.
    pub rule: &'m Rule,
    /// Its working directory, relative to the manifest's directory.
    pub cwd: Option<&'m str>,
}

impl Found {
    /// Adds names of files, relative to the manifest's directory and with `/` between their parts. Each suite takes the names
    /// that its patterns match, so one call can pass the files of all suites. The order does not matter.
    pub fn add_files(&mut self, names: impl IntoIterator<Item = String>) {
        self.files.extend(names);
        self.files.sort_unstable_by(|left, right| natural::compare(left, right));
        self.files.dedup();
    }

    /// Adds the standard output of the listing command of `suite`.
    pub fn add_listing(&mut self, suite: SuiteId, output: String) {
        self.outputs.insert(suite, output);
    }

    /// Records that the tests of `suite` are not listed: they were not asked for, or listing them is impossible.
    pub fn leave_out(&mut self, suite: SuiteId) {
        self.left_out.insert(suite);
    }

    /// Adds the binaries that Cargo built for `suite`.
    pub fn add_cargo(&mut self, suite: SuiteId, binaries: Vec<CargoTests>) {
        self.built.insert(suite, binaries);
    }

    /// Adds the tests that CTest listed for `suite`.
    pub fn add_ctest(&mut self, suite: SuiteId, tests: Vec<CtestTests>) {
        self.of_ctest.insert(suite, tests);
    }
}

impl Manifest {
    /// The suites in the order of the text.
    pub fn suites(&self) -> impl Iterator<Item = SuiteRule<'_>> {
        self.suites.iter().enumerate().map(|(index, draft)| SuiteRule {
            id: SuiteId::new(index),
            name: &draft.name,
            rule: &draft.rule,
            cwd: draft.common.cwd.as_deref(),
        })
    }

    /// What the tests of a suite share, as a test without a name and without a command. It lacks variables that differ from
    /// test to test.
    #[must_use]
    pub fn outline(&self, suite: SuiteId) -> Test {
        let draft = &self.suites[suite.index()];
        Shared::new(Some(&draft.name), &draft.common).outline()
    }

    /// Makes all tests in the order of the text. Those of suites come from `found`, sorted by name.
    #[must_use]
    pub fn expand(&self, found: &Found) -> Expansion {
        let mut expander = Expander::default();
        // The declared tests' ids, by their positions in the manifest.
        let mut declared = vec![TestId::new(0); self.tests.len()];
        let mut yielded = vec![0..0; self.suites.len()];
        let suites = self.suites.iter().enumerate();
        let suites = suites.map(|(index, draft)| (draft.common.span, Unit::Suite(index)));
        let tests = self.tests.iter().enumerate();
        let tests = tests.map(|(index, draft)| (draft.common.span, Unit::Test(index)));
        let mut units: Vec<_> = suites.chain(tests).collect();
        units.sort_by_key(|&(span, _)| span);
        for (_, unit) in units {
            match unit {
                Unit::Suite(index) => {
                    let first = expander.tests.len();
                    expander.suite(SuiteId::new(index), &self.suites[index], found);
                    yielded[index] = first..expander.tests.len();
                }
                Unit::Test(index) => {
                    declared[index] = TestId::new(expander.tests.len());
                    let draft = &self.tests[index];
                    let shared = Shared::new(None, &draft.common);
                    expander.push(&shared, draft.name.clone(), Vec::new(), &[]);
                    expander.last().is_finally = draft.is_finally;
                }
            }
        }
        let Expander { mut tests, waits, mistakes } = expander;
        let unlisted = found.left_out.iter().map(|&suite| self.outline(suite)).collect();
        for (test, common) in tests.iter_mut().zip(waits) {
            let of_suites = common.after_suites.iter().flat_map(|&suite| yielded[suite].clone());
            test.after = common.after.iter().map(|&position| declared[position]).collect();
            test.after.extend(of_suites.map(TestId::new));
            test.after.sort_unstable();
        }
        let (libraries, services) = (self.libraries.clone(), self.services.clone());
        let findings = Findings::default();
        Expansion { suite: Suite { libraries, services, tests, unlisted, findings }, mistakes }
    }
}

/// A source of tests, by its position in the manifest.
#[derive(Clone, Copy)]
enum Unit {
    Suite(usize),
    Test(usize),
}

#[derive(Default)]
struct Expander<'m> {
    tests: Vec<Test>,
    /// For each test, the values that say what it waits for. Ids are known only at the end.
    waits: Vec<&'m Common>,
    mistakes: Vec<Mistake>,
}

impl<'m> Expander<'m> {
    fn suite(&mut self, id: SuiteId, draft: &'m SuiteDraft, found: &Found) {
        if found.left_out.contains(&id) {
            return;
        }
        let shared = Shared::new(Some(&draft.name), &draft.common);
        match &draft.rule {
            Rule::Single => {
                self.push(&shared, draft.name.clone(), Vec::new(), &[]);
                return;
            }
            Rule::Files(rule) => {
                let files = self.select(draft, rule, &found.files);
                self.yield_files(draft, &shared, rule, &files);
                return;
            }
            Rule::List(listing) => {
                if let Some(output) = found.outputs.get(&id) {
                    let (names, mistakes) = list::names(&draft.name, listing, output);
                    self.mistakes.extend(mistakes);
                    for name in names {
                        self.push(&shared, name, Vec::new(), &[]);
                    }
                    return;
                }
            }
            Rule::Cargo(_) => {
                if let Some(binaries) = found.built.get(&id) {
                    for binary in binaries {
                        self.yield_binary(&shared, binary);
                    }
                    return;
                }
            }
            Rule::Ctest { directory, args, .. } => {
                if let Some(tests) = found.of_ctest.get(&id) {
                    for tests in tests {
                        self.yield_ctest(&shared, tests, directory, args);
                    }
                    return;
                }
            }
            Rule::Kind(_) => {}
        }
        let (suite, span) = (draft.name.clone(), draft.common.span);
        self.mistakes.push(Mistake::NotListed { suite, span });
    }

    /// The tests of a binary: each of them, or else the binary as one.
    fn yield_binary(&mut self, shared: &Shared<'m>, binary: &CargoTests) {
        let literal = |text: &str| Argument::One(Arc::new(Template::of_text(text)));
        let command: Vec<Argument> = binary.command.iter().map(|word| literal(word)).collect();
        let [exact, uncaptured, ignored, end] =
            ["--exact", "--nocapture", "--ignored", "--"].map(literal);
        let env: Arc<[(String, String)]> = binary.env.as_slice().into();
        let cwd: Option<Arc<str>> = binary.cwd.as_deref().map(Arc::from);
        let mut push = |name: String, more: Vec<Argument>, is_ignored: bool| {
            self.push(shared, name, Vec::new(), &[]);
            let test = self.last();
            let arguments = command.iter().cloned().chain(more);
            test.run = Command::new(arguments.collect());
            test.base_env = Arc::clone(&env);
            test.cwd = cwd.clone().or_else(|| test.cwd.take());
            test.is_ignored = is_ignored;
            // A harness of its own may print whatever it likes.
            test.has_result = binary.tests.is_some() || binary.is_documentation();
        };
        let Some(tests) = &binary.tests else {
            return push(binary.binary.clone(), vec![Argument::Passed], false);
        };
        for CargoTest { name, is_ignored } in tests {
            let is_option = name.starts_with('-');
            let own = (!is_option).then(|| literal(name));
            let mut more: Vec<Argument> = own.into_iter().collect();
            more.extend([exact.clone(), uncaptured.clone()]);
            more.extend(is_ignored.then(|| ignored.clone()));
            more.push(Argument::Passed);
            if is_option {
                // Behind `--` it is none to the binary.
                more.extend([end.clone(), literal(name)]);
            }
            push(format!("{} {name}", binary.binary), more, *is_ignored);
        }
    }

    /// The test that has CTest run these tests alone.
    fn yield_ctest(
        &mut self,
        shared: &Shared<'m>,
        tests: &CtestTests,
        directory: &str,
        args: &[String],
    ) {
        let literal = |text: &str| Argument::One(Arc::new(Template::of_text(text)));
        let own = ["ctest", "--test-dir", directory, "--no-tests=error", "--output-on-failure"];
        let mut command: Vec<Argument> = own.map(literal).into_iter().collect();
        command.extend(args.iter().map(|word| literal(word)));
        command.extend([Argument::Passed, literal("-R"), literal(&tests.pattern())]);
        self.push(shared, tests.name(), Vec::new(), &[]);
        let test = self.last();
        test.run = Command::new(command);
        test.is_ignored = tests.is_disabled;
        if test.slots == Slots::ONE {
            test.slots = tests.slots;
        }
    }

    /// The files that belong to a suite, in order. Records a mistake for each pattern without a file.
    fn select(&mut self, draft: &SuiteDraft, rule: &Files, files: &[String]) -> Vec<String> {
        let mut hits = vec![false; rule.include.texts().count()];
        let mut matching = Vec::new();
        let mut included = 0;
        let mut selected = Vec::new();
        for file in files {
            rule.include.matching(file, &mut matching);
            if matching.is_empty() {
                continue;
            }
            included += 1;
            for &pattern in &matching {
                hits[pattern] = true;
            }
            if !rule.exclude.matches(file) {
                selected.push(file.clone());
            }
        }
        if let Some(kind) = rule.kind
            && !hits.contains(&true)
        {
            // Of a kind's own patterns, one that finds something is enough.
            let patterns = rule.include.texts().map(|(text, _)| text.to_owned()).collect();
            let span = draft.implied.as_ref().map_or(draft.common.span, |implied| implied.span);
            let suite = draft.name.clone();
            self.mistakes.push(Mistake::NoTestFile { suite, kind, patterns, span });
        }
        for ((pattern, span), hit) in rule.include.texts().zip(&hits) {
            if !hit && rule.kind.is_none() {
                self.mistakes.push(Mistake::NoFile {
                    suite: draft.name.clone(),
                    pattern: pattern.to_owned(),
                    span,
                });
            }
        }
        if let Some((_, span)) = rule.exclude.texts().next()
            && included > 0
            && selected.is_empty()
        {
            self.mistakes.push(Mistake::AllExcluded {
                suite: draft.name.clone(),
                files: included,
                span,
            });
        }
        selected
    }

    fn yield_files(
        &mut self,
        draft: &'m SuiteDraft,
        shared: &Shared<'m>,
        rule: &Files,
        files: &[String],
    ) {
        let size = rule.batch.map_or(1, NonZeroUsize::get);
        for batch in files.chunks(size) {
            let cwd = draft.common.cwd.as_deref().unwrap_or_default();
            let named: Option<Vec<String>> = batch.iter().map(|file| relative(cwd, file)).collect();
            let Some(named) = named else {
                self.mistakes.push(Mistake::OutsideDirectory {
                    suite: draft.name.clone(),
                    cwd: cwd.to_owned(),
                    span: draft.common.span,
                });
                return;
            };
            let name = match batch {
                [first, .., last] => format!("{first} … {last}"),
                [only] => only.clone(),
                [] => unreachable!("chunks are not empty"),
            };
            self.push(shared, name, batch.to_vec(), &named);
        }
    }

    /// The test that has just been added.
    fn last(&mut self) -> &mut Test {
        self.tests.last_mut().expect("one has just been added")
    }

    fn push(&mut self, shared: &Shared<'m>, name: String, files: Vec<String>, named: &[String]) {
        self.waits.push(shared.common);
        self.tests.push(shared.test(name, files, named));
    }
}
