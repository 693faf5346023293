//! Commands of a shell, and those who watch them.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use probe_process::{
    AtStop, Capture, Captured, Charge, CommandSpec, GroupWatch, Outside, TimeLimits,
};

/// Knows one secret, and one flaw.
pub(crate) const OUTSIDE: Outside = Outside {
    shown: |line| Cow::from(line.replace("4321", "…")),
    flaw: |_| Some("it is a poem".to_owned()),
};

/// What nothing here should take.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// A watch with a guardian that has nothing to remove.
pub(crate) fn watch() -> GroupWatch {
    GroupWatch::new(Charge::default(), OUTSIDE)
}

/// `sh -c SCRIPT`, for as long as it likes.
pub(crate) fn shell(script: &str) -> CommandSpec {
    CommandSpec {
        program: PathBuf::from("/bin/sh"),
        args: vec!["-c".into(), script.into()],
        env: Vec::new(),
        cwd: PathBuf::from("/"),
        limits: TimeLimits { timeout: None, grace: LONG },
        capture: Capture::Split,
        withheld: Vec::new(),
        at_stop: AtStop::Told,
        sought: None,
        most: None,
    }
}

/// Where long outputs go.
pub(crate) fn spool() -> PathBuf {
    std::env::temp_dir()
}

/// What was printed, each stream behind its name.
pub(crate) fn printed(output: &Captured) -> String {
    let stream = |(name, stream): (&str, &probe_process::Stream)| {
        let bytes = stream.whole().expect("it is short");
        format!("{name}: {}", String::from_utf8_lossy(&bytes))
    };
    output.streams().map(stream).collect()
}

/// Whether a process runs.
pub(crate) fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}
