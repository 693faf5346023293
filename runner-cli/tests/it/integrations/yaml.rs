//! Files of CI systems, as far as a shell can run them.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::process::Command;

use serde_json::Value;

use super::command;
use crate::support::{Project, Said};

/// A file of a CI system.
pub(super) fn read(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("it is YAML")
}

/// What expressions stand for: `inputs.libraries`, `steps.store.outputs.key` and so on.
pub(super) type Context = BTreeMap<String, String>;

/// A job on GitHub: what its expressions stand for, and the variables that steps hand to those that follow.
pub(super) struct Job<'p> {
    project: &'p Project,
    context: Context,
    variables: BTreeMap<String, String>,
    /// What steps put before PATH, the last one first.
    paths: Vec<String>,
}

impl<'p> Job<'p> {
    pub(super) fn new(project: &'p Project, context: Context) -> Self {
        Self { project, context, variables: BTreeMap::new(), paths: Vec::new() }
    }

    /// Takes one step: runs what it says in its shell. What it uses of others is only looked at.
    pub(super) fn step(&mut self, step: &Value) -> Option<Said> {
        for value in step["with"].as_object().into_iter().flat_map(serde_json::Map::values) {
            self.evaluate(value.as_str().expect("a text"));
        }
        let script = step["run"].as_str()?;
        assert!(!script.contains("${{"), "what comes from outside is for `env`: {script}");
        let mut shell = self.shell(script);
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            shell.env(name, self.evaluate(value.as_str().expect("a text")));
        }
        if let Some(directory) = step["working-directory"].as_str() {
            shell.current_dir(self.project.path(&self.evaluate(directory)));
        }
        let said = self.project.said(&shell.output().expect("the shell starts"));
        for (name, value) in self.handed_over("env") {
            self.variables.insert(name, value);
        }
        for directory in self.project.read("path").lines() {
            self.paths.insert(0, directory.to_owned());
        }
        if let Some(id) = step["id"].as_str() {
            for (name, value) in self.handed_over("output") {
                self.context.insert(format!("steps.{id}.outputs.{name}"), value);
            }
        }
        Some(said)
    }

    /// As GitHub calls it for `shell: bash`.
    fn shell(&self, script: &str) -> Command {
        let arguments = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
        let mut shell = command(self.project, "bash", &arguments);
        shell.envs(&self.variables).env("CI", "true").env("GITHUB_ACTIONS", "true");
        let before = shell.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path);
        let before = before.and_then(OsStr::to_str).expect("a PATH").to_owned();
        let path: Vec<&str> = self.paths.iter().map(String::as_str).chain([&*before]).collect();
        shell.env("PATH", path.join(":"));
        let files = [("GITHUB_ENV", "env"), ("GITHUB_OUTPUT", "output"), ("GITHUB_PATH", "path")];
        for (name, file) in files {
            fs::write(self.project.path(file), "").expect("write");
            shell.env(name, self.project.path(file));
        }
        shell
    }

    /// The text in which each `${{ expression }}` is replaced by what it stands for.
    fn evaluate(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let mut result = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (expression, rest) = part.split_once("}}").expect("an end of the expression");
            // The first of several that is not empty.
            let values = expression.split("||").map(|name| {
                let value = self.context.get(name.trim());
                value.unwrap_or_else(|| panic!("`{}` stands for nothing", name.trim()))
            });
            result += values.into_iter().find(|value| !value.is_empty()).map_or("", String::as_str);
            result += rest;
        }
        result
    }

    /// What a step wrote to its file: `NAME=value` and `NAME<<MARK` lines.
    fn handed_over(&self, file: &str) -> Vec<(String, String)> {
        let text = self.project.read(file);
        let mut lines = text.lines();
        let mut handed = Vec::new();
        while let Some(line) = lines.next() {
            if let Some((name, mark)) = line.split_once("<<") {
                let value: Vec<&str> = lines.by_ref().take_while(|line| *line != mark).collect();
                handed.push((name.to_owned(), value.join("\n")));
            } else {
                let (name, value) = line.split_once('=').expect("a variable");
                handed.push((name.to_owned(), value.to_owned()));
            }
        }
        handed
    }
}
