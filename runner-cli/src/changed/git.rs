//! What has changed, by the command line of Git: since a commit, or since another branch was left; what is not committed and
//! what is not tracked included.
//!
//! Does not know what a test is. What Git ignores has not changed.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use probe_process::find_program;

use super::git_error::GitError;
use crate::discovery::own_files;
use crate::environment::Environment;

/// Variables by which a hook of Git says what it is at. Meant is the project's own repository, and its files as they are.
const OF_HOOKS: [&str; 5] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/// How deep repositories may lie in one another.
const DEEPEST: usize = 8;

/// What has become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Became {
    Changed,
    New,
    Gone,
}

/// What has changed in a repository.
#[derive(Clone, Debug)]
pub(crate) struct Changes {
    /// The top of the repository, which names are relative to.
    pub(crate) base: PathBuf,
    /// Whether that is one.
    has_git: bool,
    /// Since when, as people are told.
    pub(crate) since: String,
    pub(crate) files: BTreeMap<String, Became>,
}

/// Git, for one repository.
pub(super) struct Git<'a> {
    program: &'a Path,
    directory: PathBuf,
}

impl Changes {
    /// What has changed around `root` since the commit at which this branch left `reference`, or else since HEAD.
    ///
    /// # Errors
    ///
    /// Git is missing, the project is in no repository, or it has no such commit.
    pub(crate) fn since(
        root: &Path,
        reference: Option<&str>,
        environment: &Environment,
    ) -> Result<Self, GitError> {
        let program = find_program(OsStr::new("git"), root, environment.path())
            .map_err(|error| GitError::Missing { why: error.to_string() })?;
        let here = Git { program: &program, directory: root.to_owned() };
        let Some(top) = here.top()? else {
            return Err(GitError::NoRepository { root: root.to_owned() });
        };
        let git = Git { program: &program, directory: top.clone() };
        let (commit, since) = match reference {
            None => (git.commit("HEAD")?, "HEAD".to_owned()),
            Some(reference) => {
                let commit = git.left(reference)?;
                let short = commit.get(..7).unwrap_or(&commit);
                let since = format!("{reference} ({short})");
                (Some(commit), since)
            }
        };
        let mut files = BTreeMap::new();
        git.changed(commit.as_deref(), reference, "", &mut files, DEEPEST)?;
        Ok(Self { base: top, has_git: true, since, files })
    }

    /// The top of the repository around `root`; `None` if there is none, or no Git.
    pub(crate) fn top(root: &Path, environment: &Environment) -> Option<PathBuf> {
        let program = find_program(OsStr::new("git"), root, environment.path()).ok()?;
        Git { program: &program, directory: root.to_owned() }.top().ok().flatten()
    }

    /// These files, as changes since nobody says when; names are relative to `base`.
    pub(crate) fn of_files(
        base: &Path,
        has_git: bool,
        files: impl IntoIterator<Item = String>,
    ) -> Self {
        let files = files.into_iter().map(|name| {
            let became = became(&base.join(&name), Became::Changed);
            (name, became)
        });
        Self { base: base.to_owned(), has_git, since: String::new(), files: files.collect() }
    }

    /// Both.
    pub(crate) fn and(mut self, later: Self) -> Self {
        self.files.extend(later.files);
        self
    }

    /// What has become of a file, if it has changed.
    pub(super) fn get(&self, file: &str) -> Option<(&str, Became)> {
        self.files.get_key_value(file).map(|(file, became)| (file.as_str(), *became))
    }

    /// The first file below a directory that has changed.
    pub(super) fn first_below(&self, directory: &str) -> Option<&str> {
        if directory.is_empty() {
            return self.files.keys().next().map(String::as_str);
        }
        let below = format!("{directory}/");
        let (first, _) = self.files.range(below.clone()..).next()?;
        first.starts_with(&below).then_some(first)
    }

    /// The files of these names, wherever they lie, that Git tracks, or would.
    pub(super) fn named(
        &self,
        wanted: &[&str],
        environment: &Environment,
    ) -> Result<Vec<String>, GitError> {
        if !self.has_git {
            let mut files = own_files(&self.base);
            files.retain(|file| wanted.contains(&file.rsplit('/').next().unwrap_or(file)));
            return Ok(files);
        }
        let program = find_program(OsStr::new("git"), &self.base, environment.path())
            .map_err(|error| GitError::Missing { why: error.to_string() })?;
        let git = Git { program: &program, directory: self.base.clone() };
        let mut words = vec!["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"];
        let patterns: Vec<String> = wanted.iter().map(|name| format!(":(glob)**/{name}")).collect();
        words.extend(patterns.iter().map(String::as_str));
        Ok(names(&git.answer(&words)?))
    }
}

impl Git<'_> {
    /// The top of the repository; `None` if there is none.
    fn top(&self) -> Result<Option<PathBuf>, GitError> {
        match self.answer(&["rev-parse", "--show-toplevel"]) {
            Ok(top) => {
                let text = String::from_utf8_lossy(&top);
                let top = PathBuf::from(text.strip_suffix('\n').unwrap_or(&text));
                Ok(Some(top.canonicalize().unwrap_or(top)))
            }
            Err(GitError::Failed { said, .. }) if said.contains("not a git repository") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The commit of that name; `None` if there is none.
    fn commit(&self, name: &str) -> Result<Option<String>, GitError> {
        // What begins so would be an option.
        if name.is_empty() || name.starts_with('-') {
            return Ok(None);
        }
        let name = format!("{name}^{{commit}}");
        match self.answer(&["rev-parse", "--verify", "--quiet", &name]) {
            Ok(commit) => Ok(Some(line(&commit))),
            Err(GitError::Failed { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The last commit that HEAD and `reference` have in common.
    fn left(&self, reference: &str) -> Result<String, GitError> {
        let Some(commit) = self.commit(reference)? else {
            let is_shallow = self.is_shallow();
            return Err(GitError::NotACommit { reference: reference.to_owned(), is_shallow });
        };
        match self.answer(&["merge-base", &commit, "HEAD"]) {
            Ok(base) => Ok(line(&base)),
            Err(GitError::Failed { said, .. }) if said.is_empty() => {
                let is_shallow = self.is_shallow();
                Err(GitError::NoCommonCommit { reference: reference.to_owned(), is_shallow })
            }
            Err(error) => Err(error),
        }
    }

    fn is_shallow(&self) -> bool {
        let answer = self.answer(&["rev-parse", "--is-shallow-repository"]);
        answer.is_ok_and(|answer| line(&answer) == "true")
    }

    /// Adds what differs from `commit`, or everything if there is none yet, each name below `prefix`. A repository in this one
    /// is asked itself.
    fn changed(
        &self,
        commit: Option<&str>,
        reference: Option<&str>,
        prefix: &str,
        files: &mut BTreeMap<String, Became>,
        deepest: usize,
    ) -> Result<(), GitError> {
        let differing = match commit {
            // Names alone: a rename is a file that is gone and a file that is new.
            Some(commit) => self.answer(&[
                "diff",
                "--name-only",
                "-z",
                "--no-renames",
                "--no-ext-diff",
                "--ignore-submodules=none",
                commit,
                "--",
            ])?,
            None => self.answer(&["ls-files", "-z"])?,
        };
        let others = self.answer(&["ls-files", "-z", "--others", "--exclude-standard"])?;
        let differing = names(&differing).into_iter().map(|name| (name, Became::Changed));
        let others = names(&others).into_iter().map(|name| (name, Became::New));
        for (name, if_there) in differing.chain(others) {
            let name = name.trim_end_matches('/');
            let path = self.directory.join(name);
            if path.is_dir() && !path.is_symlink() {
                let inner = Git { program: self.program, directory: path };
                let prefix = format!("{prefix}{name}/");
                inner.changed_inside(reference, if_there, &prefix, files, deepest);
            } else {
                files.insert(format!("{prefix}{name}"), became(&path, if_there));
            }
        }
        Ok(())
    }

    /// The same for a repository that lies in another one, which tracks it as a submodule or knows nothing of it. Compared is
    /// its own HEAD, or nothing: what it was when the outer one was at `reference` is not known.
    fn changed_inside(
        &self,
        reference: Option<&str>,
        seen_as: Became,
        prefix: &str,
        files: &mut BTreeMap<String, Became>,
        deepest: usize,
    ) {
        let is_own = self.top().is_ok_and(|top| top.is_some_and(|top| top == self.directory));
        if !is_own || deepest == 0 {
            return;
        }
        let own = match reference {
            None => self.commit("HEAD").ok().flatten(),
            Some(_) => None,
        };
        let before = files.len();
        // One that cannot be asked has nothing that could be followed.
        let _ = self.changed(own.as_deref(), reference, prefix, files, deepest - 1);
        if files.len() == before && seen_as == Became::Changed {
            // A submodule at another commit than the outer one has.
            let _ = self.changed(None, reference, prefix, files, deepest - 1);
        }
    }

    /// What Git prints.
    fn answer(&self, words: &[&str]) -> Result<Vec<u8>, GitError> {
        self.asked(words, Stdio::null())
    }

    /// The same, where it reads something.
    fn asked(&self, words: &[&str], input: Stdio) -> Result<Vec<u8>, GitError> {
        let mut command = Command::new(self.program);
        command.args(words).current_dir(&self.directory).stdin(input);
        // Its words are looked at, and it is not to write down what it has found out meanwhile.
        command.env("LC_ALL", "C").env("LANGUAGE", "").env("GIT_OPTIONAL_LOCKS", "0");
        for variable in OF_HOOKS {
            command.env_remove(variable);
        }
        let output =
            command.output().map_err(|error| GitError::Missing { why: error.to_string() })?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim().strip_prefix("fatal: ").unwrap_or(said.trim()).to_owned();
        Err(GitError::Failed { command: format!("git {}", words.join(" ")), said })
    }
}

/// Those of `files` that Git ignores, named as seen from `base`.
///
/// # Errors
///
/// Git cannot be asked.
pub(crate) fn ignored(
    base: &Path,
    files: &[String],
    environment: &Environment,
) -> Result<BTreeSet<String>, GitError> {
    if files.is_empty() {
        return Ok(BTreeSet::new());
    }
    let program = find_program(OsStr::new("git"), base, environment.path())
        .map_err(|error| GitError::Missing { why: error.to_string() })?;
    let git = Git { program: &program, directory: base.to_owned() };
    // A pipe could be full while Git's is, too.
    let list = || -> io::Result<File> {
        let mut list = tempfile::tempfile()?;
        files.iter().try_for_each(|file| list.write_all(format!("{file}\0").as_bytes()))?;
        list.rewind()?;
        Ok(list)
    };
    let list = list().map_err(|error| GitError::Missing { why: error.to_string() })?;
    match git.asked(&["check-ignore", "-z", "--stdin"], list.into()) {
        Ok(ignored) => Ok(names(&ignored).into_iter().collect()),
        // It says nothing where there are none.
        Err(GitError::Failed { said, .. }) if said.is_empty() => Ok(BTreeSet::new()),
        Err(error) => Err(error),
    }
}

/// What there is where a change was seen.
fn became(path: &Path, if_there: Became) -> Became {
    if path.symlink_metadata().is_ok() { if_there } else { Became::Gone }
}

/// The names in a list that has a NUL after each. One that is no UTF-8 is nobody's import, but a change.
fn names(list: &[u8]) -> Vec<String> {
    let names = list.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    names.map(|name| String::from_utf8_lossy(name).into_owned()).collect()
}

fn line(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim().to_owned()
}
