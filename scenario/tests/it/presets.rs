//! Every preset is recognised in a project that uses it, and not in one that only looks like it.

use std::collections::{BTreeMap, BTreeSet};

use probe_scenario::{
    Because, Detection, Library, LibraryKind, ProjectFile, ProjectFiles, Recogniser, Suite, Survey,
    preset_names,
};

use crate::detect::{Project, survey};
use crate::support::{LINUX, expand};

const FIXTURES: &str = include_str!("../presets.toml");

type Files = BTreeMap<String, String>;

fn fixtures() -> BTreeMap<String, BTreeMap<String, Files>> {
    toml::from_str(FIXTURES).expect("the fixtures are tables of files")
}

/// The libraries that detection adds for the project's test.
fn added(files: &Files) -> Vec<Library> {
    let project = Project::new(files.clone());
    let mut suite = project.suite("");
    survey(&project, &mut suite);
    suite.libraries
}

#[test]
fn every_preset_is_told_from_its_lookalike() {
    let fixtures = fixtures();
    let known: BTreeSet<&str> = fixtures.keys().map(String::as_str).collect();
    let presets = preset_names();
    assert_eq!(known, presets.iter().map(String::as_str).collect(), "each has its fixtures");
    for (preset, projects) in &fixtures {
        let has = |project: &str| {
            let files = projects.get(project).unwrap_or_else(|| panic!("`{preset}`: no {project}"));
            let libraries = added(files);
            libraries.iter().any(|library| library.preset.as_deref() == Some(preset.as_str()))
        };
        assert!(has("recognised"), "`{preset}` is not recognised");
        assert!(!has("lookalike"), "`{preset}` is recognised in its lookalike");
    }
}

#[test]
fn what_is_made_depends_on_the_lock_file_that_says_its_version() {
    let files = &fixtures()["playwright"]["recognised"];
    let [library] = added(files).try_into().expect("one library is added");
    assert_eq!((library.name.as_str(), library.version.as_deref()), ("chromium", Some("1.50.1")));
    assert_eq!(library.kind, LibraryKind::Executable);
    let probe_scenario::Source::Command { artefact, .. } = library.source else {
        panic!("{:?} is not a command", library.source);
    };
    assert_eq!(artefact.inputs, ["package-lock.json"]);
}

#[test]
fn a_variable_with_which_the_user_says_where_it_is_turns_a_preset_off() {
    assert!(!is_needed_where("DENO_SQLITE_PATH"));
    // Its package looks for no other value.
    assert!(!is_needed_where("DENO_SQLITE_LOCAL=1"));
    assert!(is_needed_where("DENO_SQLITE_LOCAL"));
}

/// Whether SQLite is needed where `set` holds.
fn is_needed_where(set: &str) -> bool {
    let files = fixtures()["@db/sqlite"]["recognised"].clone();
    let project =
        ProjectFiles::new(files.iter().map(|(name, text)| ProjectFile::parse(name, text.clone())));
    let recogniser = Recogniser::new(&[], |variable| variable == set);
    let tree = Project::new(files.clone());
    let mut survey = Survey::new(&project, &recogniser);
    let mut open = survey.start(["test.ts"]);
    while let Some(name) = open.pop() {
        let scanned = survey.scan(&tree, &name, &files[&name]);
        open.extend(survey.add(&name, scanned));
    }
    let mut suite: Suite =
        expand("[suite.a]\nfiles = ['test.ts']\nrun = ['x', '{file}']", &["test.ts"]).suite;
    suite.detect(survey.finish(), &[], "", &LINUX, Detection::On);
    !suite.tests[0].needs.is_empty()
}

#[test]
fn lock_files_alone_say_what_a_project_uses() {
    let files = fixtures()["@db/sqlite"]["recognised"].clone();
    let lock = ProjectFile::parse("deno.lock", files["deno.lock"].clone());
    let project = ProjectFiles::new([lock]);
    let recogniser = Recogniser::new(&[], |_| false);
    let mut survey = Survey::new(&project, &recogniser);
    let starts = survey.start_at_locks();
    let mut suite = Suite::default();
    let (needs, detected) = suite.detect_for(survey.finish(), &starts, "", &LINUX);
    assert_eq!(detected.unversioned, []);
    let [need] = needs.as_slice() else { panic!("one need, not {needs:?}") };
    let Because::Detected(trace) = need.because else { panic!("{need:?} is not detected") };
    let chain: Vec<String> = suite.findings.chain(trace).iter().map(ToString::to_string).collect();
    assert_eq!(chain, ["deno.lock:1 `jsr:@db/sqlite@0.12.0`"]);
}
