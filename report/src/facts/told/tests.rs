//! Tests of the facts made from events.

use std::path::PathBuf;
use std::time::Duration;

use probe_process::Leak;
use probe_run::{Attempt, Ending, Event};
use probe_scenario::{Arch, Found, Libc, LibraryId, Os, Platform, TestId, read};

use super::Told;
use crate::facts::Fact;

const MANIFEST: &str = r#"[library.engine]
url = "https://example.org/libengine.so"

[library.other]
url = "https://example.org/libother.so"

[test.idle]
run = ["true"]

[test.query]
run = ["true"]
needs = ["other"]
"#;
const PLATFORM: Platform = Platform { os: Os::Linux, arch: Arch::X86_64, libc: Some(Libc::Gnu) };

#[test]
fn an_outcome_is_the_fact_without_what_a_process_said_and_left() {
    let suite = read(MANIFEST, &PLATFORM).manifest.expand(&Found::default()).suite;
    let id = TestId::new(1);
    let told = Told::new(&suite, &[id]);
    let mut attempt = Attempt::without_process(Ending::Exited(3));
    attempt.took = Duration::from_millis(1500);
    attempt.left = vec![Leak { pid: 4711, command: "python3 serve.py".to_owned() }];
    let whole = [PathBuf::from("/project/.probe/output/query.txt")];
    let test = &suite.tests[id.index()];
    let event = Event::TestEnded {
        id,
        test,
        attempt: &attempt,
        number: 2,
        races: 0,
        done: 1,
        finding: None,
        whole: &whole,
    };
    let (Some(mut fact), Some(outcome)) = (told.fact(&event), told.outcome(&event)) else {
        panic!("the end of a test is a fact");
    };
    let Fact::TestEnded { process, .. } = &mut fact else { panic!("it is the end of a test") };
    assert_eq!((process.left_behind.len(), process.whole.len()), (1, 1));
    process.left_behind.clear();
    process.whole.clear();
    let json = |fact| serde_json::to_string(fact).expect("facts are JSON");
    assert_eq!(json(&fact), json(&outcome));
}

#[test]
fn a_library_is_told_by_its_number() {
    let suite = read(MANIFEST, &PLATFORM).manifest.expand(&Found::default()).suite;
    let (id, test) = (TestId::new(1), &suite.tests[1]);
    let led = LibraryId::new(1);
    let library = &suite.libraries[led.index()];
    let told = Told::new(&suite, &[id]);
    let aside = probe_loader::Aside { from: "a".into(), to: "b".into(), why: "torn".to_owned() };
    let waited = Duration::ZERO;
    for event in [
        Event::TestLeads { id, test, led, library },
        Event::MovedAside { id: led, library, aside: &aside },
        Event::LedElsewhere { id: led, library, holder: None, waited, tests: 1 },
    ] {
        let fact = told.fact(&event).expect("it is a fact");
        let (Fact::TestLeads { library, .. }
        | Fact::LibraryMovedAside { library, .. }
        | Fact::TestsWaitingForLeader { library, .. }) = fact
        else {
            panic!("{fact:?} is about a library");
        };
        assert_eq!(
            (library.name(), library.id().index()),
            ("other", 0),
            "it is the run's only one"
        );
    }
}
