//! The verdict on somebody else's command.

use std::fs;

use super::fixture::{placed, project, victim};
use crate::support::Project;
use crate::tools;

#[test]
fn a_command_that_fails_over_its_libraries_gets_a_verdict_after_its_own_words() {
    if !tools::has("cc") {
        return;
    }
    let project = project(&placed("engine", "true"));
    let size = victim().len().to_string();
    let run = |script: &str| project.probe(&["exec", "--", "sh", "-c", script]);
    run("true");
    let said =
        run("chmod u+w cache/engine.so; truncate -s 63 cache/engine.so; ./opener cache/engine.so");
    assert_eq!(said.code, 1);
    insta::assert_snapshot!(said.stderr.replace(&size, "[SIZE]"), @"
    cache/engine.so: file too short
         VERDICT a race: it is mended, run it again
                 library engine: `[ROOT]/cache/engine.so` was torn: cut at 63 of [SIZE] bytes; put back from the store
    ");
    assert!(fs::read(project.path("cache/engine.so")).expect("read") == victim());

    let said = run("kill -SEGV $$");
    assert_eq!(said.code, 139);
    insta::assert_snapshot!(said.stderr, @"     VERDICT no race, in spite of SIGSEGV: the files of library engine are whole and unchanged");

    // What the command prints is not known: a crash of one of its processes may have been told there.
    let said = run("chmod u+w cache/engine.so; cat victim.so > cache/engine.so; exit 3");
    assert_eq!(said.code, 3);
    insta::assert_snapshot!(said.stderr, @"     VERDICT `[ROOT]/cache/engine.so` was written or replaced meanwhile, and is whole now: nothing that is known of this failure points at it");

    let said = run("echo wrong >&2; exit 3");
    assert_eq!((said.code, said.stderr.as_str()), (3, "wrong"));
}

#[test]
fn probe_becomes_the_command_if_that_is_asked_for() {
    let project = Project::new(
        "[library.words]\ncommand = [\"sh\", \"-c\", \"echo hello > words.txt\"]\npaths = [\"words.txt\"]\nkind = \"data\"\n",
    );
    let script = "cat $PROBE_LIBRARY_WORDS; echo $$ > pid; kill -SEGV $$";
    let child = project.start(&["exec", "--replace", "--", "sh", "-c", script]);
    let pid = child.id();
    let said = project.end(child);
    assert_eq!((said.code, said.stdout.as_str()), (139, "hello"));
    assert_eq!(project.read("pid").trim(), pid.to_string());
    assert!(!said.stderr.contains("VERDICT"), "{}", said.stderr);
    let missing = project.probe(&["exec", "--replace", "--", "no-such-program"]);
    assert_eq!(missing.code, 127);
}
