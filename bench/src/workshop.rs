//! Where the benchmarks work: a directory of their own, the programs that are installed, and the projects that they run.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::contest::Program;
use crate::outcome::Outcome;

/// A directory that is removed at the end, and what can be run in it.
#[derive(Debug)]
pub(crate) struct Workshop {
    directory: TempDir,
    probe: PathBuf,
}

impl Workshop {
    /// # Errors
    ///
    /// When `probe` has not been built beside this program.
    pub(crate) fn open() -> Outcome<Self> {
        let name = format!("probe{}", env::consts::EXE_SUFFIX);
        let built = env::current_exe()?.with_file_name(&name);
        if !built.exists() {
            let place = built.display();
            return Err(
                format!("`{place}` is not there: `cargo build --profile dist` makes it").into()
            );
        }
        let directory = tempfile::tempdir()?;
        // A copy, as an installation is one: what a linker has written piece by piece lies so in the page cache, and takes a
        // quarter longer to start.
        let probe = directory.path().join(name);
        fs::copy(built, &probe)?;
        Ok(Self { directory, probe })
    }

    /// The machine, and what runs on it.
    pub(crate) fn machine(&self) -> String {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
        let model = read("/proc/cpuinfo");
        let model = model.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("");
        let model = model.trim_start_matches(['\t', ' ', ':']);
        let kernel = read("/proc/sys/kernel/osrelease");
        let load = read("/proc/loadavg");
        let load = load.split(' ').next().unwrap_or("?");
        let probe = self.version(&self.probe);
        format!("{processors} × {model}, Linux {}, load {load}; {probe}", kernel.trim())
    }

    /// A new directory with these files, each with its text.
    pub(crate) fn project(&self, name: &str, files: &[(&str, &str)]) -> Outcome<PathBuf> {
        let directory = self.directory.path().join(name);
        for (file, text) in files {
            let path = directory.join(file);
            fs::create_dir_all(path.parent().unwrap_or(&directory))?;
            fs::write(path, text)?;
        }
        Ok(directory)
    }

    /// `probe` with these words, and a store of the benchmarks' own.
    pub(crate) fn probe(&self, words: &[&str], directory: &Path) -> Program {
        let all = iter::once(self.probe.clone().into_os_string());
        let all = all.chain(words.iter().map(OsString::from));
        let name = format!("`probe {}`", words.join(" "));
        Program::new(&name, all, directory).with("PROBE_STORE", self.store())
    }

    /// The file that `probe` is.
    pub(crate) fn probe_program(&self) -> &Path {
        &self.probe
    }

    /// The store of every `probe` here.
    pub(crate) fn store(&self) -> PathBuf {
        self.directory.path().join("store")
    }

    /// A program of PATH with these arguments, named with its version; `None` if it is not installed.
    pub(crate) fn peer(&self, name: &str, arguments: &[&str], directory: &Path) -> Option<Program> {
        let program = find(name)?;
        let version = self.version(&program);
        let words = iter::once(program.into_os_string());
        let words = words.chain(arguments.iter().map(OsString::from));
        let shown = if version.is_empty() { name } else { &version };
        Some(Program::new(shown, words, directory))
    }

    /// A program made of a C source that lies beside this one's; `None` where there is no C compiler.
    pub(crate) fn compiled(&self, source: &str, name: &str) -> Outcome<Option<PathBuf>> {
        let Some(compiler) = find("cc") else { return Ok(None) };
        let program = self.directory.path().join(name);
        let mut command = Command::new(compiler);
        command.args(["-O2", "-x", "c", "-", "-o"]).arg(&program).stdin(Stdio::piped());
        let mut child = command.spawn()?;
        let mut input = child.stdin.take().expect("it is piped");
        std::io::Write::write_all(&mut input, source.as_bytes())?;
        drop(input);
        match child.wait()?.success() {
            true => Ok(Some(program)),
            false => Err(format!("{name} does not compile").into()),
        }
    }

    /// The first line of `--version`, short.
    fn version(&self, program: &Path) -> String {
        let output = Command::new(program).arg("--version").stdin(Stdio::null()).output();
        let output = output.map(|output| output.stdout).unwrap_or_default();
        let text = String::from_utf8_lossy(&output);
        let line = text.lines().next().unwrap_or("");
        // What stands in brackets behind the version says from what it was built.
        let name = match line.split_once(" (") {
            Some((name, _)) if name.contains(|c: char| c.is_ascii_digit()) => name,
            _ => line,
        };
        name.chars().take(34).collect()
    }
}

/// Where a program is in PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|directory| directory.join(program)).find(|path| path.is_file())
}

/// Whether Python has these modules.
pub(crate) fn python_has(modules: &str) -> bool {
    let import = format!("import {modules}");
    let command =
        |python: PathBuf| Command::new(python).args(["-c", &import]).stderr(Stdio::null()).status();
    find("python3").is_some_and(|python| command(python).is_ok_and(|status| status.success()))
}
