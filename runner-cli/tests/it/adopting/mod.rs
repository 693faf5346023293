//! What a run or a command shows to be missing in the manifest: proposed, pasted as it is, adopted.

mod adopt;
mod pasted;
mod suspicions;
mod unneeded;

use std::process::{Command, Output};

use crate::support::{Project, Said};

/// A test that makes a file if it is not there: by and by, and whoever comes meanwhile dies of it. With a file `racing`, the first
/// one waits until another has died.
const TEST: &str = "
lib=LIB
mkdir -p \"$(dirname $lib)\"
[ -e running ] || ! [ -e $lib ] || exec cmp $lib /bin/sh
if mkdir running 2> /dev/null; then
    head -c 5000 /bin/sh > $lib
    while [ -e racing ] && [ ! -e died ]; do sleep 0.01; done
    [ -e racing ] || sleep 0.2
    dd if=/bin/sh of=$lib conv=notrunc 2> /dev/null
    THEN
    rmdir running
else
    while [ ! -s $lib ]; do sleep 0.01; done
    : > died
    kill -BUS $$
fi
";

/// A project of two such tests, the file at `lib`, and `then` done when it is there.
fn racing(lib: &str, then: &str) -> Project {
    let test = TEST.replace("LIB", lib).replace("THEN", then);
    Project::new("[suite.unit] # both\nfiles = [\"t/*.sh\"]\nrun = [\"sh\", \"{file}\"]\n")
        .write("t/a.sh", &test)
        .write("t/b.sh", &test)
        .write("racing", "")
        .write("home/none", "")
        .write("tmp/none", "")
}

/// The binary in the project, whose home is in it.
fn command(project: &Project, words: &[&str]) -> Command {
    let mut command = project.command(words);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("HOME", project.path("home")).env("DENO_DIR", project.path("home/.cache/deno"));
    command.env("PATH", format!("{}:{path}", project.path("fake").display()));
    command.env("TMPDIR", project.path("tmp"));
    command
}

fn output(project: &Project, words: &[&str]) -> Output {
    command(project, words).output().expect("the binary starts")
}

fn said(project: &Project, words: &[&str]) -> Said {
    project.said(&output(project, words))
}

/// Everything is as before the first run, and nobody waits for another's death any more.
fn forget(project: &Project) {
    for place in ["home", "own", "racing", "died", "running", "__pycache__"] {
        let path = project.path(place);
        let _ = std::fs::remove_dir_all(&path).or_else(|_| std::fs::remove_file(&path));
    }
}
