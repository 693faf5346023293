//! Services that say themselves that they are ready, in the way of systemd.

use std::process::Command;

use crate::support::{Project, is_missing};

/// Says what its arguments are to whoever NOTIFY_SOCKET names, or the first of them.
const SAY: &str = r#"import os, socket, sys
def say(text, where=None):
    where = where or os.environ["NOTIFY_SOCKET"]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
        to.sendto(text.encode(), "\0" + where[1:] if where[0] == "@" else where)
"#;

fn has_no_python() -> bool {
    is_missing(Command::new("python3").arg("--version"))
}

#[test]
fn a_service_is_ready_when_it_says_so_and_when_a_stranger_does_it_is_not() {
    if has_no_python() {
        return;
    }
    let project = Project::new(
        r#"[service.thing]
run = ["python3", "service.py"]
ready = { notify = true }

[test.stranger]
run = ["python3", "stranger.py"]

[test.user]
run = ["sh", "-c", "test -e late && test -z \"$NOTIFY_SOCKET\""]
needs = ["thing"]
"#,
    )
    .write("say.py", SAY)
    .write(
        "service.py",
        r#"import os, subprocess, sys, time
from say import say
open("new", "w").write(os.environ["NOTIFY_SOCKET"])
os.rename("new", "where")
say("STATUS=waits")
while not os.path.exists("sent"): time.sleep(0.01)
# Had the stranger been heard, the user would run by now.
time.sleep(0.3)
open("late", "w").close()
subprocess.run([sys.executable, "-c", "from say import say; say('MAINPID=1\\nREADY=1\\n')"], check=True, start_new_session=True)
time.sleep(1000)
"#,
    )
    .write(
        "stranger.py",
        r#"import os, time
from say import say
while not os.path.exists("where"): time.sleep(0.01)
say("READY=1", open("where").read())
open("sent", "w").close()
# Who is gone cannot be asked who it was.
while not os.path.exists("late"): time.sleep(0.01)
"#,
    );
    for temporary in [project.path(""), project.path(&"long".repeat(30))] {
        std::fs::create_dir_all(&temporary).expect("a directory");
        for file in ["where", "sent", "late"] {
            // It is not there the first time.
            let _ = std::fs::remove_file(project.path(file));
        }
        let mut probe = project.command(&["run", "-j2"]);
        let said = project.said(&probe.env("TMPDIR", &temporary).output().expect("it runs"));
        assert_eq!(said.code, 0, "{}", said.stderr);
        let is_abstract = project.read("where").starts_with('@');
        assert_eq!(is_abstract, temporary != project.path(""), "{}", project.read("where"));
    }
}

#[test]
fn who_does_not_say_it_is_quoted_with_its_status() {
    if has_no_python() {
        return;
    }
    let project = Project::new(
        r#"[service.thing]
run = ["python3", "-c", "from say import say; import time; say('STATUS=half way'); time.sleep(1000)"]
ready = { notify = true }
start-timeout = "5s"

[test.user]
run = ["true"]
needs = ["thing"]
"#,
    )
    .write("say.py", SAY);
    let said = project.probe(&["run", "-q"]);
    assert_eq!(said.code, 105, "{}", said.stderr);
    let words = "it has not sent READY=1 to NOTIFY_SOCKET; its status: half way";
    assert!(said.stderr.contains(words), "{}", said.stderr);
}
