//! Files of CI systems, as far as a shell can run them.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::Value;

use super::command;
use crate::support::{Project, Said};

/// A file of a CI system.
pub(super) fn read(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("it is YAML")
}

/// A job on GitHub: what its expressions stand for, and the variables that steps hand to those that follow.
pub(super) struct Job<'p> {
    project: &'p Project,
    /// `inputs.libraries`, `steps.store.outputs.key` and so on.
    context: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
}

impl<'p> Job<'p> {
    pub(super) fn new(project: &'p Project, context: &[(&str, &str)]) -> Self {
        let context = context.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { project, context: context.collect(), variables: BTreeMap::new() }
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
        for (name, file) in [("GITHUB_ENV", "env"), ("GITHUB_OUTPUT", "output")] {
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
            let value = self.context.get(expression.trim());
            result += value.unwrap_or_else(|| panic!("`{}` stands for nothing", expression.trim()));
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
