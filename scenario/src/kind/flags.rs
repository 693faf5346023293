//! Words of command lines: those of a kind, and the flags that a project's own script passes to its test runner.

/// Flags whose value is the next word, for the runners that are recognised here.
const WITH_VALUE: [&str; 11] = [
    "--import",
    "--require",
    "-r",
    "--loader",
    "--experimental-loader",
    "--config",
    "-c",
    "-C",
    "--preload",
    "--timeout",
    "--env-file",
];

/// Flags that are about a whole run, or never end.
const OF_A_RUN: [&str; 15] = [
    "--coverage",
    "--coverage-dir",
    "--coverage-raw-data-only",
    "--coverage-reporter",
    "--doc",
    "--experimental-test-coverage",
    "--fail-fast",
    "--hide-stacktraces",
    "--junit-path",
    "--parallel",
    "--reporter",
    "--reporter-outfile",
    "--test-concurrency",
    "--test-reporter",
    "--watch",
];

/// The flags after `command` in `script`, without those that concern a whole run. `None` if the script has other commands,
/// so that its flags are unknown.
pub(super) fn flags_of(script: &str, command: &[&str]) -> Option<Vec<String>> {
    if script.contains(['&', '|', ';', '>', '<', '$', '`', '"', '\'', '\\']) {
        return None;
    }
    let mut words = script.split_whitespace();
    if !command.iter().all(|&word| words.next() == Some(word)) {
        return None;
    }
    let mut flags = Vec::new();
    while let Some(word) = words.next() {
        let (flag, value) = word.split_once('=').map_or((word, None), |(f, v)| (f, Some(v)));
        let value = match value {
            None if WITH_VALUE.contains(&flag) => words.next(),
            _ => None,
        };
        // Other words are files or folders: the suite names them.
        if word.starts_with('-') && !OF_A_RUN.contains(&flag) {
            flags.push(word.to_owned());
            flags.extend(value.map(str::to_owned));
        }
    }
    Some(flags)
}

/// Words as a command has them.
pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_those_of_the_command_and_not_of_the_whole_run() {
        let check = |script, expected: Option<&[&str]>| {
            let flags = flags_of(script, &["deno", "test"]);
            let flags: Option<Vec<&str>> =
                flags.as_ref().map(|flags| flags.iter().map(String::as_str).collect());
            assert_eq!(flags.as_deref(), expected, "{script}");
        };
        check("deno test", Some(&[]));
        check("deno test -A --parallel tests/", Some(&["-A"]));
        check(
            "deno test --allow-read=. --config deno.test.json",
            Some(&["--allow-read=.", "--config", "deno.test.json"]),
        );
        check("deno test -A --coverage=cov --junit-path=out.xml", Some(&["-A"]));
        check("deno fmt --check && deno test -A", None);
        check("deno run test.ts", None);
        check("deno", None);
    }
}
