//! One page: its commands run as a reader would run them, one block after another.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Project, Said, is_missing};

/// A block of code, and what the comments before it say.
struct Block<'t> {
    /// What follows the three backticks.
    info: &'t str,
    text: String,
}

/// Whether a page has commands, run or not.
pub(super) fn has_commands(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("```sh"))
}

/// Runs all commands of a page, and says how many blocks of them there are.
pub(super) fn run(name: &str, text: &str) -> usize {
    let mut reader = Reader::new(name);
    let mut lines = text.lines();
    // The last line that is seen in the book, where comments are not.
    let mut above = "";
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let code: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            reader.block(&Block { info, text: code.join("\n") + "\n" });
        } else if let Some(comment) = line.strip_prefix("<!-- ") {
            let comment = comment.strip_suffix(" -->").expect("the end of a comment");
            if let Some(file) = comment.strip_prefix("file: ") {
                assert!(
                    above.contains(&format!("`{file}`")),
                    "{name}: `{file}` is named to nobody"
                );
            }
            reader.comment(comment);
        } else if !line.is_empty() {
            above = line;
        }
    }
    reader.commands
}

/// Somebody who reads the page and does what it says.
struct Reader<'n> {
    page: &'n str,
    project: Option<Project>,
    /// What it needs is not there.
    is_skipping: bool,
    /// The name of the file that the next block is.
    file: Option<String>,
    /// How the next command ends.
    exit: i32,
    /// The next block is what was said.
    is_output: bool,
    said: Option<Said>,
    commands: usize,
}

impl<'n> Reader<'n> {
    fn new(page: &'n str) -> Self {
        Self {
            page,
            project: None,
            is_skipping: false,
            file: None,
            exit: 0,
            is_output: false,
            said: None,
            commands: 0,
        }
    }

    fn comment(&mut self, comment: &str) {
        match comment.split_once(": ").unwrap_or((comment, "")) {
            ("project", "empty") => self.begin(Project::bare()),
            ("project", directory) => {
                let example = directory.strip_prefix("testdata/").expect("an example");
                self.begin(Project::copy_of(example));
            }
            ("needs", program) => {
                let mut words = program.split_whitespace();
                let mut command = Command::new(words.next().expect("a program"));
                command.args(words);
                if program.split_whitespace().count() == 1 {
                    command.arg("--version");
                }
                self.is_skipping = is_missing(&mut command);
            }
            ("file", name) => self.file = Some(name.to_owned()),
            ("exit", code) => self.exit = code.parse().expect("a number"),
            // `generated` looks at it.
            ("from", _) => {}
            ("output", "") => self.is_output = true,
            _ => panic!("{}: `{comment}` means nothing here", self.page),
        }
    }

    fn begin(&mut self, project: Project) {
        self.project = Some(project);
        self.is_skipping = false;
        self.said = None;
    }

    fn block(&mut self, block: &Block<'_>) {
        let page = self.page;
        if let Some(name) = self.file.take() {
            let project = self.project.as_ref().expect("a project");
            let path = project.path(&name);
            fs::create_dir_all(path.parent().expect("a directory")).expect("create it");
            fs::write(&path, &block.text).expect("write the file");
        } else if std::mem::take(&mut self.is_output) {
            if !self.is_skipping {
                check_said(page, self.said.as_ref().expect("a command before"), &block.text);
            }
        } else if block.info == "sh" {
            self.commands += 1;
            if !self.is_skipping {
                let project = self.project.as_ref().unwrap_or_else(|| panic!("{page}: no project"));
                let said = shell(project, &block.text);
                let exit = std::mem::take(&mut self.exit);
                assert_eq!(
                    said.code, exit,
                    "{page}: {}\n{}{}",
                    block.text, said.stdout, said.stderr
                );
                self.said = Some(said);
            }
        } else if let Some(attribute) = block.info.strip_prefix("sh ") {
            let reason =
                attribute.strip_prefix("not-run=\"").and_then(|rest| rest.strip_suffix('"'));
            assert!(reason.is_some_and(|reason| reason.len() > 9), "{page}: `{}`", block.info);
            self.commands += 1;
        }
    }
}

/// What a shell says to these lines in the project, with `probe` on PATH.
fn shell(project: &Project, lines: &str) -> Said {
    let probe = project.command::<&str>(&[]);
    let mut path = OsString::from(Path::new(probe.get_program()).parent().expect("a directory"));
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut shell = Command::new("bash");
    shell.args(["--noprofile", "--norc", "-euc", lines]).env_clear();
    for (name, value) in probe.get_envs() {
        shell.envs(value.map(|value| (name, value)));
    }
    shell
        .env("PATH", path)
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TARGET_DIR", project.path("target"));
    project.said(&shell.current_dir(project.path("")).output().expect("bash starts"))
}

/// Each line that is shown was said, but for times, counters, ids and blanks.
fn check_said(page: &str, said: &Said, shown: &str) {
    let all = format!("{}\n{}", said.stdout, said.stderr);
    let lines: Vec<String> = all.lines().map(without_figures).collect();
    for line in shown.lines().filter(|line| !line.trim().is_empty() && line.trim() != "…") {
        let line = without_figures(line);
        assert!(lines.contains(&line), "{page}: nobody says `{line}`:\n{all}");
    }
}

/// A line without the times, counters and ids in it, which differ from run to run.
fn without_figures(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(open) = rest.find(['[', '(']) {
        let close = rest[open..].find([']', ')']).map_or(rest.len(), |length| open + length + 1);
        let inner = rest[open..close].trim_matches(['[', ']', '(', ')']).trim();
        let is_figure = inner == "TIME"
            || inner.starts_with("run ")
            || inner.chars().all(|c| c.is_ascii_digit() || "./s ".contains(c));
        text.push_str(&rest[..open]);
        if !is_figure {
            text.push_str(&rest[open..close]);
        }
        rest = &rest[close..];
    }
    text.push_str(rest);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
