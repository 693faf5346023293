//! Tests that fail at once in other words than loaders have, while files come into one place: told once, and nothing is run again.

use super::pasted::{paste, runs_green};
use super::{output, said};
use crate::support::Project;

/// As in [`super::TEST`], with words in place of a death; two must be there to say them.
const TEST: &str = "
lib=LIB
mkdir -p \"$(dirname $lib)\"
[ -e running ] || ! [ -e $lib ] || exec cmp $lib /bin/sh
if mkdir running 2> /dev/null; then
    head -c 5000 /bin/sh > $lib
    while [ -e racing ] && [ ! -e died-2 ]; do sleep 0.01; done
    [ -e racing ] || sleep 0.2
    dd if=/bin/sh of=$lib conv=notrunc 2> /dev/null
    rmdir running
else
    while [ ! -s $lib ]; do sleep 0.01; done
    mkdir died-1 2> /dev/null || : > died-2
    while [ ! -e died-2 ]; do sleep 0.01; done
    cat >&2 << END
WORDS
END
    exit 1
fi
";

fn project(lib: &str, words: &str) -> Project {
    let test = TEST.replace("LIB", lib).replace("WORDS", words);
    let project =
        Project::new("[suite.unit] # all\nfiles = [\"t/*.sh\"]\nrun = [\"sh\", \"{file}\"]\n")
            .write("racing", "")
            .write("home/none", "")
            .write("tmp/none", "");
    ["a", "b", "c"]
        .iter()
        .fold(project, |project, name| project.write(&format!("t/{name}.sh"), &test))
}

#[test]
fn words_of_several_tests_and_files_that_came_are_told_once_and_what_is_proposed_cures_it() {
    for (lib, words, name) in [
        (
            "$HOME/.cache/puppet/chrome-131/chrome",
            "Error: The browser folder ($HOME/.cache/puppet/chrome-131) exists but the executable ($lib) is missing",
            "chrome",
        ),
        (
            "$HOME/.cache/engines/libengine.so",
            "Error: ENOENT: no such file or directory, rename '$lib.downloading' -> '$lib'",
            "engine",
        ),
        ("$HOME/.cache/tool/tool", "zipfile.BadZipFile: File is not a zip file", "tool"),
        (
            "$HOME/.mongo/mongod",
            "Cannot unlock file \"$HOME/.mongo/7.lock\", because it is not locked by this process",
            "mongod",
        ),
        (
            "own/fastmod.so",
            "/usr/bin/ld: cannot find $PWD/own/fastmod.so: x\ncollect2: error: ld returned 1 exit status",
            "fastmod",
        ),
    ] {
        let project = project(lib, words);
        let ran = output(&project, &["run", "-j3"]);
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(100), "{told}");
        assert_eq!(told.matches("   SUSPICION ").count(), 1, "{words}: {told}");
        assert!(told.contains(": 2 tests that ran at once failed with \u{201c}"), "{told}");
        assert!(told.contains(&format!("[library.{name}]\n")), "{told}");
        assert!(!told.contains("RACE"), "it is none that is proven: {told}");
        let pasted = paste(&project.read("probe.toml"), &told);
        for name in ["died-1", "died-2"] {
            let path = project.path(name);
            let _ = std::fs::remove_dir(&path).or_else(|_| std::fs::remove_file(&path));
        }
        runs_green(&project, &pasted, words);
    }
}

#[test]
fn it_reads_like_this() {
    let project = project("$HOME/.cache/tool/tool", "zipfile.BadZipFile: File is not a zip file");
    let told = said(&project, &["run", "-j3"]).stderr;
    let entry = &told[told.find("   SUSPICION").expect("it is told")..];
    let (entry, _) = entry.split_once("             - ").expect("its tests");
    insta::assert_snapshot!(entry, @r#"
       SUSPICION [ROOT]/home/.cache/tool: 2 tests that ran at once failed with “is not a zip file” while files came there
                 `[ROOT]/home/.cache/tool/tool`
                 perhaps each of them fills it where it finds it empty; nothing is run again for that
    "#);
}

/// Failing tests that share nothing, beside what tests write all the time.
#[test]
fn where_nothing_is_shared_nothing_is_suspected() {
    let busy = "
        name=$(basename $0)
        mkdir -p __pycache__ build coverage $HOME/.cache/pip $HOME/.cache/mine $HOME/.cache/other .pytest_cache out
        echo x > __pycache__/$name.pyc; echo x > build/$name.o; echo x > coverage/$name.json
        echo x > $HOME/.cache/pip/$name; echo line >> out/all.log; echo x > .coverage.$name
        cp /bin/sh $HOME/.cache/mine/$name; cp /bin/sh $HOME/.cache/other/$name; cp /bin/sh out/$name
        : > begun-$name
        while [ $(ls begun-* | wc -l) -lt 3 ]; do sleep 0.01; done
        ";
    for words in [
        "Error: ENOENT: no such file or directory, open '$PWD/data/$name.json'",
        "FileNotFoundError: [Errno 2] No such file or directory: '/etc/nothing/$name'",
        "OSError: [Errno 17] File exists: '$PWD/out'",
        "assert [] == ['no such file or directory', 'checksum mismatch']",
        "collect2: error: ld returned 1 exit status",
        "tar: /x/y.tar: unexpected end of file",
        "expected 1, got 2",
    ] {
        let test = format!("{busy}\ncat >&2 << END\n{words}\nEND\nexit 1\n");
        let project =
            Project::new("[suite.unit]\nfiles = [\"t/*.sh\"]\nrun = [\"sh\", \"{file}\"]\n")
                .write("home/none", "")
                .write("tmp/none", "");
        let project = ["a", "b", "c"]
            .iter()
            .fold(project, |project, name| project.write(&format!("t/{name}.sh"), &test));
        let told = said(&project, &["run", "-j3"]);
        assert_eq!(told.code, 100, "{}", told.stderr);
        assert!(!told.stderr.contains("SUSPICION"), "{words}: {}", told.stderr);
        assert!(!told.stderr.contains("PROPOSAL"), "{words}: {}", told.stderr);
    }
}

#[test]
fn one_test_alone_is_no_company() {
    let script =
        "mkdir -p $HOME/.cache/tool; cp /bin/sh $HOME/.cache/tool/tool; echo BadZipFile; exit 1";
    let manifest = format!("[test.a]\nrun = [\"sh\", \"-c\", '{script}']\nretries = 2\n");
    let project = Project::new(&manifest).write("home/none", "").write("tmp/none", "");
    let told = said(&project, &["run", "-j3"]);
    assert!(!told.stderr.contains("SUSPICION"), "{}", told.stderr);
}

/// Each test fetches for itself, and names it at the end: nobody dies of it, and one would do.
#[test]
fn what_is_written_again_and_again_in_a_cache_is_told_and_what_is_proposed_ends_it() {
    let test = "
        f=$HOME/.cache/engines/v1.2/libengine.so
        if [ ! -e $f ] || [ -e racing ]; then
            : > begun-$(basename $0)
            while [ -e racing ] && [ $(ls begun-* | wc -l) -lt 4 ]; do sleep 0.01; done
            mkdir -p $(dirname $f) && cp /bin/sh $f.$$ && mv $f.$$ $f
            echo made >> count
        fi
        cmp $f /bin/sh
        ";
    let project =
        Project::new("[suite.unit] # all\nfiles = [\"t/*.sh\"]\nrun = [\"sh\", \"{file}\"]\n")
            .write("racing", "")
            .write("home/.cache/engines/v1.2/none", "")
            .write("tmp/none", "");
    let names = ["a", "b", "c", "d"];
    let project =
        names.iter().fold(project, |project, name| project.write(&format!("t/{name}.sh"), test));
    let ran = output(&project, &["run", "-j4"]);
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(0), "{told}");
    let root = project.path("");
    let told = told.replace(root.to_str().expect("a text").trim_end_matches('/'), "[ROOT]");
    let end = &told[told.find("   DUPLICATE").expect("it is told")..];
    insta::assert_snapshot!(end, @r#"
       DUPLICATE [ROOT]/home/.cache/engines/v1.2/libengine.so: written 4 times while the tests ran, where once would do
        PROPOSAL library engine: one test makes it, before the others that need it start:
                     [library.engine]
                     leader = true
                     paths = ["~/.cache/engines/*/libengine.so"]
                 and below `[suite.unit]`:
                     needs = ["engine"]
                 `probe adopt` writes that into `probe.toml`
    "#);
    let pasted = paste(&project.read("probe.toml"), &told);
    std::fs::remove_file(project.path("count")).expect("it was counted");
    runs_green(&project, &pasted, "duplicate work");
    assert_eq!(project.read("count"), "made\n", "once for all");
}

#[test]
fn what_tests_write_all_the_time_is_no_duplicate_work() {
    let test = "
        mkdir -p $HOME/.cache/mine $HOME/.cache/pip __pycache__ build
        for i in 1 2 3 4; do
            echo $i > $HOME/.cache/mine/state.json
            echo $i >> $HOME/.cache/mine/all.log
            : > $HOME/.cache/mine/timestamp
            printf 'SQLite format 3\\000' > $HOME/.cache/mine/a.db
            cp /bin/sh $HOME/.cache/pip/tool
            cp /bin/sh build/out.so
            cp /bin/sh __pycache__/x.so
            cp /bin/sh $HOME/.cache/mine/$(basename $0).so
            rm $HOME/.cache/mine/$(basename $0).so
        done";
    let project = Project::new("[suite.unit]\nfiles = [\"t/*.sh\"]\nrun = [\"sh\", \"{file}\"]\n")
        .write("home/.cache/none", "")
        .write("tmp/none", "")
        .write("t/a.sh", test)
        .write("t/b.sh", test);
    let told = said(&project, &["run", "-j2"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(!told.stderr.contains("DUPLICATE"), "{}", told.stderr);
}

#[test]
fn what_is_suspected_and_what_is_done_twice_stand_in_every_report() {
    let words = "Error: The browser folder ($HOME/.cache/puppet/chrome-131) exists but the executable ($lib) is missing";
    let project = project("$HOME/.cache/puppet/chrome-131/chrome", words)
        .write("home/.cache/engines/none", "")
        .write(
            "u/d.sh",
            "f=$HOME/.cache/engines/libengine.so; for i in 1 2 3; do cp /bin/sh $f; done",
        )
        .write("u/e.sh", "true");
    let manifest = project.read("probe.toml")
        + "\n[suite.other]\nfiles = [\"u/*.sh\"]\nrun = [\"sh\", \"{file}\"]\n";
    let project = project.write("probe.toml", &manifest);
    let mut command = super::command(
        &project,
        &["run", "-j5", "--report", "jsonl=e.jsonl,junit=j.xml,html=p.html"],
    );
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", project.path("summary.md"));
    let told = project.said(&command.output().expect("the binary starts"));
    assert_eq!(told.code, 100, "{}", told.stderr);
    let sentence = "2 tests that ran at once failed with \u{201c}exists but the executable\u{201d} while files came there";
    let twice = "written 3 times while the tests ran, where once would do";
    let events = project.read("e.jsonl");
    let end = events.lines().last().expect("it has an end");
    assert!(end.contains(r#""words":["exists but the executable"],"came":["#), "{end}");
    assert!(end.contains(r#"/libengine.so","times":3}]"#), "{end}");
    let junit = project.read("j.xml");
    assert!(junit.contains("<property name=\"suspicion\" value=\"") && junit.contains(sentence));
    assert!(junit.contains("<property name=\"duplicate\" value=\"") && junit.contains(twice));
    let page = project.read("p.html");
    assert!(page.contains("\"suspicions\":[[") && page.contains(sentence) && page.contains(twice));
    for (title, words) in [("suspicion", sentence), ("duplicate", twice)] {
        let is_it = |line: &str| {
            line.starts_with(&format!("::warning title={title}::")) && line.contains(words)
        };
        assert!(told.stderr.lines().any(is_it), "{}", told.stderr);
    }
    assert!(project.read("summary.md").contains("written 3 times while the tests ran"));
    for (kind, file) in [("junit", "j.xml"), ("html", "p.html")] {
        let again = format!("{kind}=again");
        let said = said(&project, &["report", "--from", "e.jsonl", "--report", &again]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(project.read("again"), project.read(file), "{kind}");
    }
}

/// What the command prints is its own: what it writes is heard. Its processes follow each other, since the system tells of two
/// equal events without another one between them as of one.
#[test]
fn what_a_command_does_several_times_is_told_behind_it_and_changes_nothing_of_it() {
    let script = "
        f=$HOME/.cache/engines/v1.2/libengine.so
        ino=$(printf %x $(stat -c %i $(dirname $f)))
        until grep -qs \"ino:$ino \" /proc/$PPID/fdinfo/*; do sleep 0.01; done
        for i in 1 2 3; do
            sh -c 'cp /bin/sh $1.$2 && mv $1.$2 $1' - $f $i
        done
        printf 'a\\0b\\r\\n'; printf 'err' >&2; exit $CODE";
    let project = Project::new("").write("home/.cache/engines/v1.2/none", "").write("tmp/none", "");
    for code in ["0", "3"] {
        let mut command = super::command(&project, &["exec", "--", "sh", "-c", script]);
        let ran = command.env("CODE", code).output().expect("the binary starts");
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), code.parse().ok(), "{told}");
        assert_eq!(ran.stdout, b"a\0b\r\n");
        let (own, behind) = told.split_once("err").expect("its own words come first");
        assert!(!own.contains("DUPLICATE"), "{told}");
        let of_failure = behind.matches("   VERDICT ").count();
        assert_eq!(behind.matches("   DUPLICATE ").count() + of_failure, 1, "{told}");
        let words = "libengine.so: written 3 times while the command ran, where once would do\n";
        assert_eq!(behind.contains(words), of_failure == 0, "{told}");
        assert!(behind.contains("paths = [\"~/.cache/engines/*/libengine.so\"]\n"), "{told}");
    }
    let told = said(&project, &["exec", "--", "sh", "-c", "cp /bin/sh $HOME/.cache/engines/tool"]);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
}
