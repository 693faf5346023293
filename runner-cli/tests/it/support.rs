//! A temporary project, and the binary in it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything here may take before the test has hung.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How often something is done at random moments: `usual` times, or as PROBE_STRESS_ROUNDS says.
pub(crate) fn rounds(usual: u32) -> u32 {
    asked("PROBE_STRESS_ROUNDS", usual)
}

/// The number that a variable asks for, for tests that can do more than usual.
pub(crate) fn asked(variable: &str, usual: u32) -> u32 {
    std::env::var(variable).map_or(usual, |number| number.parse().expect("a number"))
}

/// A project in a directory of its own, with a store and a home of its own.
pub(crate) struct Project {
    root: TempDir,
}

/// What a call of the binary came to, with what varies between runs replaced.
#[derive(Debug)]
pub(crate) struct Said {
    /// The exit code; that of the shell for a signal.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// A project with this manifest.
    pub(crate) fn new(manifest: &str) -> Self {
        let project = Self { root: tempfile::tempdir().expect("a temporary directory") };
        project.write("probe.toml", manifest)
    }

    /// A directory without a manifest.
    pub(crate) fn bare() -> Self {
        Self { root: tempfile::tempdir().expect("a temporary directory") }
    }

    /// The directory of the example projects.
    pub(crate) fn examples() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("testdata")
    }

    /// A copy of an example project, without what was built in it.
    pub(crate) fn copy_of(example: &str) -> Self {
        fn copy(from: &Path, to: &Path) {
            fs::create_dir_all(to).expect("create the directory");
            for entry in fs::read_dir(from).expect("read the directory").flatten() {
                let (from, to) = (entry.path(), to.join(entry.file_name()));
                if from.is_file() {
                    fs::copy(from, to).expect("copy the file");
                } else if entry.file_name() != "target" {
                    copy(&from, &to);
                }
            }
        }
        let project = Self::bare();
        copy(&Self::examples().join(example), project.root.path());
        project
    }

    /// Adds a file.
    pub(crate) fn write(self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file has a directory"))
            .expect("create the directory");
        fs::write(&path, text).expect("write the file");
        self
    }

    /// The absolute path of something in the project.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().canonicalize().expect("the project exists").join(name)
    }

    /// A file's text; empty if it is not there.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// The binary, ready to start in the project.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
        command.args(arguments).current_dir(self.root.path()).env_clear();
        // What compilers need, and nothing that changes what probe does.
        for name in ["PATH", "RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        if let Some(home) = std::env::var_os("HOME") {
            // The compiler's proxies look for their settings there; probe looks for nothing, since its store is named.
            command.env("HOME", home);
        }
        command.env("PROBE_STORE", self.path("store")).stdin(Stdio::null());
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn probe<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Said {
        self.said(&self.command(arguments).output().expect("the binary starts"))
    }

    /// Starts the binary, with its output kept.
    pub(crate) fn start<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Child {
        self.start_command(&mut self.command(arguments))
    }

    /// Starts a command, with its output kept.
    pub(crate) fn start_command(&self, command: &mut Command) -> Child {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the binary starts")
    }

    /// Waits for the end of a binary that was started.
    pub(crate) fn end(&self, child: Child) -> Said {
        self.said(&child.wait_with_output().expect("the binary ends"))
    }

    /// Waits until a file is there and not empty, and returns its text.
    pub(crate) fn wait_for(&self, name: &str) -> String {
        wait_until(|| !self.read(name).is_empty(), name);
        self.read(name)
    }

    /// What a call came to that a test made itself.
    pub(crate) fn said(&self, output: &Output) -> Said {
        let text = |bytes: &[u8]| redact(&String::from_utf8_lossy(bytes), &self.path(""));
        Said {
            code: output
                .status
                .code()
                .unwrap_or_else(|| 128 + output.status.signal().expect("a signal ended it")),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

/// Whether a tool that is only needed here is missing: said, and a failure where PROBE_CI_TOOLS=1 promises all of them.
/// `command` shows that it is there by ending well.
#[expect(clippy::print_stderr, reason = "a check that was left out is said")]
pub(crate) fn is_missing(command: &mut Command) -> bool {
    let missing = !command.output().is_ok_and(|output| output.status.success());
    let must = std::env::var_os("PROBE_CI_TOOLS").is_some_and(|value| value == "1");
    assert!(!(missing && must), "PROBE_CI_TOOLS=1 wants {command:?} to work");
    if missing {
        eprintln!("not checked: {command:?} does not work here");
    }
    missing
}

/// Blocks until `done`, which something outside brings about.
pub(crate) fn wait_until(done: impl FnMut() -> bool, what: &str) {
    wait_at_most(PATIENCE, what, done);
}

/// As [`wait_until`], where less than that is a hang already.
pub(crate) fn wait_at_most(patience: Duration, what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < patience, "nothing came of {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Calls `attempt` with ever longer limits until it returns something. Who is to run into a limit must have come to some point
/// before; it is told by what is left there, and where the machine was too slow for it, `attempt` returns what it saw instead.
pub(crate) fn with_limits<const N: usize, T>(
    limits: [&str; N],
    mut attempt: impl FnMut(&str) -> Result<T, Said>,
) -> T {
    let mut seen = None;
    for limit in limits {
        match attempt(limit) {
            Ok(it) => return it,
            Err(said) => seen = Some((limit, said.code, said.stderr)),
        }
    }
    panic!("not even the longest limit was enough: {seen:?}")
}

/// Whether a process outlives probe. One that was killed may take a moment to be gone: the kernel tears it down after
/// the call that killed it has returned.
pub(crate) fn is_alive(pid: &str) -> bool {
    let started = Instant::now();
    while runs(pid) {
        if started.elapsed() > Duration::from_secs(10) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

/// Whether a process is there; one that is dead but not reaped is not.
fn runs(pid: &str) -> bool {
    state(pid).is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

/// The state of a process as `/proc` has it: `T` is stopped.
pub(crate) fn state(pid: &str) -> Option<char> {
    let status = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    status.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next())
}

/// Replaces times, sizes of the machine and paths that differ from run to run.
fn redact(text: &str, root: &Path) -> String {
    let root = root.display().to_string();
    let text = text.replace(root.trim_end_matches('/'), "[ROOT]");
    let mut lines: Vec<String> = Vec::new();
    // Where a test hangs is the machine's affair.
    let mut is_looked_at = false;
    for line in text.lines() {
        let is_of_look = ["process ", "thread ", "and "].map(|word| line.trim().starts_with(word));
        is_looked_at &= is_of_look.contains(&true);
        if is_looked_at {
            continue;
        }
        is_looked_at = line.ends_with("where it was when its time was over:");
        let line = between(
            line,
            "[",
            "s]",
            |inner| inner.trim_start().parse::<f64>().is_ok(),
            "[   TIME ]",
        );
        let line = between(&line, "(run ", ")", |inner| inner.len() == 16, "(run ID)");
        let line = between(
            &line,
            "127.0.0.1:",
            "/",
            |inner| inner.parse::<u16>().is_ok(),
            "127.0.0.1:PORT/",
        );
        lines.push(line);
    }
    lines.join("\n")
}

/// Replaces the first `from…to` whose inner part `fits`.
fn between(line: &str, from: &str, to: &str, fits: impl Fn(&str) -> bool, by: &str) -> String {
    for (start, _) in line.match_indices(from) {
        let rest = &line[start + from.len()..];
        if let Some(end) = rest.find(to)
            && fits(&rest[..end])
        {
            let after = between(&rest[end + to.len()..], from, to, fits, by);
            return format!("{}{by}{after}", &line[..start]);
        }
    }
    line.to_owned()
}
