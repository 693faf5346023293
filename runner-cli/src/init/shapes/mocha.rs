//! Mocha, where it runs files in parallel: each then has a process of its own already, and may have one of probe's.

use serde_json::Value;

use super::package::{find, launched};
use crate::init::ground::Ground;
use crate::init::suggestion::{Run, Suggestion, Yields, words};

const CONFIGURATIONS: [&str; 6] = [
    ".mocharc.cjs",
    ".mocharc.js",
    ".mocharc.json",
    ".mocharc.jsonc",
    ".mocharc.yaml",
    ".mocharc.yml",
];

/// Flags with a value, in the next word or behind `=`.
const WITH_VALUE: [&str; 18] = [
    "--config",
    "--extension",
    "--file",
    "--import",
    "--loader",
    "--node-option",
    "--reporter",
    "--reporter-option",
    "--require",
    "--retries",
    "--slow",
    "--timeout",
    "--ui",
    "-R",
    "-n",
    "-r",
    "-t",
    "-u",
];

const WITHOUT_VALUE: [&str; 9] = [
    "--async-only",
    "--bail",
    "--check-leaks",
    "--color",
    "--colors",
    "--exit",
    "--forbid-only",
    "--forbid-pending",
    "--full-trace",
];

/// What a script says of it.
#[derive(Debug, Default)]
struct Script {
    is_parallel: bool,
    is_recursive: bool,
    /// What a process of one file is to be told, too.
    flags: Vec<String>,
    patterns: Vec<String>,
}

/// A process for each file, where the script `test` of the package says all that there is to know.
pub(super) fn mocha(ground: &Ground<'_>, package: &Value, script: &str) -> Option<Suggestion> {
    let Script { is_parallel, is_recursive, flags, mut patterns } = Script::read(script)?;
    let configuration: String = CONFIGURATIONS.iter().map(|name| ground.text(name)).collect();
    let own = &package["mocha"];
    // Files that a configuration names run in every process.
    if configuration.contains("spec") || !own["spec"].is_null() {
        return None;
    }
    let may_be =
        configuration.lines().any(|line| line.contains("parallel") && line.contains("true"));
    if !is_parallel && !may_be && own["parallel"] != Value::Bool(true) {
        return None;
    }
    if patterns.is_empty() {
        let below = if is_recursive { "**/" } else { "" };
        patterns.push(format!("test/{below}*.{{js,cjs,mjs}}"));
    }
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let mut run = launched(ground, &["mocha"]);
    run.extend(flags);
    run.extend(words(&["{args}", "{file}"]));
    Some(Suggestion {
        name: "mocha".to_owned(),
        comment: words(&["Mocha in parallel: a process for each file."]),
        yields: Yields::Files(find(ground, &patterns)?),
        run: Run::Command(run),
        timeout: None,
        cwd: None,
    })
}

impl Script {
    /// What `script` says, if it starts Mocha alone, and nothing in it is unknown.
    fn read(script: &str) -> Option<Self> {
        let mut words = script.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        if words.next() != Some("mocha") {
            return None;
        }
        let mut read = Self::default();
        while let Some(word) = words.next() {
            let flag = word.split('=').next().unwrap_or(word);
            let value = if word.contains('=') { None } else { words.clone().next() };
            match flag {
                "--parallel" | "-p" => read.is_parallel = true,
                "--recursive" => read.is_recursive = true,
                "--jobs" | "-j" => {
                    if value.is_some() {
                        words.next();
                    }
                }
                "--spec" => return None,
                _ if WITHOUT_VALUE.contains(&word) => read.flags.push(word.to_owned()),
                _ if WITH_VALUE.contains(&flag) => {
                    read.flags.push(word.to_owned());
                    read.flags.extend(value.map(str::to_owned));
                    if value.is_some() {
                        words.next();
                    }
                }
                // Other flags, and what is the shell's.
                _ if word.starts_with('-')
                    || word.contains(['&', '|', ';', '$', '`', '<', '>']) =>
                {
                    return None;
                }
                _ => read.patterns.push(word.trim_start_matches("./").to_owned()),
            }
        }
        // A folder, of which more would have to be known, is no pattern.
        let is_pattern =
            |pattern: &String| pattern.rsplit('/').next().is_some_and(|l| l.contains('.'));
        read.patterns.iter().all(is_pattern).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use crate::init::tests::manifest_of;

    #[test]
    fn mocha_in_parallel_is_a_process_for_each_file() {
        insta::assert_snapshot!(manifest_of(&[
            ("package.json", r#"{ "scripts": { "test": "mocha -r tsx --parallel --jobs 4 './test/**/*.spec.ts'" } }"#),
            ("test/a/sum.spec.ts", ""),
        ]), @r#"
        # Mocha in parallel: a process for each file.
        [suite.mocha]
        files = ["test/**/*.spec.ts"]
        run = ["npx", "--no", "--", "mocha", "-r", "tsx", "{args}", "{file}"]
        "#);
        insta::assert_snapshot!(manifest_of(&[
            ("package.json", r#"{ "scripts": { "test": "mocha" }, "mocha": { "parallel": true } }"#),
            ("test/sum.js", ""),
        ]), @r#"
        # Mocha in parallel: a process for each file.
        [suite.mocha]
        files = ["test/*.{js,cjs,mjs}"]
        run = ["npx", "--no", "--", "mocha", "{args}", "{file}"]
        "#);
        // Files that a configuration names would run in every process; of one process nobody races; and a shell is a shell.
        for (script, configuration) in [
            ("mocha --parallel", "spec: test/*.js"),
            ("mocha", "recursive: true"),
            ("mocha --parallel && eslint", ""),
            ("mocha --parallel --watch", ""),
            ("mocha --parallel test", ""),
        ] {
            let package = format!(r#"{{ "scripts": {{ "test": "{script}" }} }}"#);
            let files =
                [("package.json", &*package), (".mocharc.yml", configuration), ("test/sum.js", "")];
            assert!(manifest_of(&files).contains("npm"), "{script}");
        }
    }
}
