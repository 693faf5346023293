//! What a run leaves in GitHub Actions.

use std::process::Command;

use super::scenes::mixed;
use crate::support::{Project, Said};

fn run(project: &Project) -> Said {
    run_with(project, &[])
}

fn run_with(project: &Project, more: &[&str]) -> Said {
    let arguments: Vec<&str> = ["run", "-j1"].iter().chain(more).copied().collect();
    let mut probe: Command = project.command(&arguments);
    probe.env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", project.path(""));
    probe.env("GITHUB_STEP_SUMMARY", project.path("summary.md"));
    project.said(&probe.output().expect("the binary starts"))
}

#[test]
fn each_failure_is_an_annotation_at_its_place() {
    let project = mixed();
    let said = run(&project);
    assert_eq!((said.code, said.stdout.as_str()), (100, ""));
    let annotations: Vec<&str> =
        said.stderr.lines().filter(|line| line.starts_with("::error")).collect();
    // Where a test hangs is the machine's affair.
    let known = |line: &&str| line.split("%0A  process").next().unwrap_or_default().to_owned();
    let annotations: Vec<String> = annotations.iter().map(known).collect();
    insta::assert_snapshot!(annotations.join("\n"));
}

#[test]
fn the_summary_of_the_job_is_added_to_and_shows_text_as_text() {
    let project = mixed().write("summary.md", "# before\n");
    run(&project);
    let page = project.read("summary.md");
    assert!(page.starts_with("# before\n"), "{page}");
    assert!(!page.contains("<b>") && !page.contains("<ends>"), "{page}");
    for expected in [
        "### probe: ",
        "| missing | ",
        "<summary>❌ late: TIMEOUT",
        "⚠️ flaky: passed at attempt 2",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
}

#[test]
fn elsewhere_nothing_of_it_is_written() {
    let project = mixed();
    let said = project.probe(&["run", "-j1"]);
    assert!(!said.stderr.lines().any(|line| line.starts_with("::")), "{}", said.stderr);
}

/// What the runner of a job does with a log: the commands that it obeys, in the order of the log.
fn obeyed(log: &str) -> Vec<String> {
    let (mut commands, mut stopped) = (Vec::new(), None::<String>);
    for line in log.lines() {
        // It takes blanks away before.
        let Some((command, data)) =
            line.trim_start().strip_prefix("::").and_then(|line| line.split_once("::"))
        else {
            continue;
        };
        match &stopped {
            Some(token) if command == token => stopped = None,
            Some(_) => {}
            None if command == "stop-commands" => stopped = Some(data.to_owned()),
            None => commands.push(format!("{command}: {data}")),
        }
    }
    assert_eq!(stopped, None, "{log}");
    commands
}

/// A test that tries to speak to the runner, and a library whose command does.
const FORGER: &str = r#"[test.forger]
run = ["sh", "-c", "echo '::error::forged'; echo ' ::add-path::/evil' >&2; echo '::endgroup::'; printf '::stop-commands::x'; exit 1"]

[library.forged]
command = ["sh", "-c", "echo '::warning::forged by a command' >&2; exit 1"]
paths = ["nothing"]
needs = []

[test.needy]
run = ["true"]
needs = ["forged"]
"#;

#[test]
fn nothing_that_a_test_prints_is_a_command_to_the_runner() {
    let project = Project::new(FORGER);
    let more = [
        &[][..],
        &["--failure-output", "immediate-final"],
        &["--no-capture"],
        &["-q", "--no-capture"],
    ];
    for more in more {
        let said = run_with(&project, more);
        // Both streams are one log to the runner; here they are read one after the other.
        let (first, last) = said.stderr.split_once("────────────").expect("a summary");
        let commands = obeyed(&if more.contains(&"--no-capture") {
            let (before, after) = first.split_once("START ").expect("a start");
            format!("{before}{}START {after}────────────{last}", said.stdout)
        } else {
            said.stderr.clone()
        });
        let foreign = |command: &&String| !command.starts_with("error file=probe.toml,");
        let own = commands.iter().filter(foreign).map(String::as_str).collect::<Vec<_>>();
        let fold = ["group: output of forger", "endgroup: "];
        let expected: Vec<&str> = match more {
            [] => fold.to_vec(),
            ["--failure-output", _] => fold.repeat(2),
            _ => Vec::new(),
        };
        assert_eq!(own, expected, "{more:?}: {}", said.stderr);
        assert!(said.stderr.contains("forged by a command"), "{}", said.stderr);
    }
}

#[test]
fn what_a_test_printed_is_folded_below_its_line() {
    let project = Project::new("[test.bad]\nrun = [\"sh\", \"-c\", \"echo words; exit 1\"]\n");
    let said = run(&project);
    let token = said.stderr.lines().find_map(|line| line.strip_prefix("::stop-commands::"));
    let token = token.expect("commands are stopped");
    assert!(token.len() == 32 && token.chars().all(|c| c.is_ascii_hexdigit()), "{token}");
    insta::assert_snapshot!(said.stderr.replace(token, "TOKEN"), @r"
        STARTING 1 test, 1 at once (run ID)
            FAIL [   TIME ] (1/1) bad: exit code 1
    ::group::output of bad
    ::stop-commands::TOKEN
      stdout ───
        words
    ::TOKEN::
    ::endgroup::
    ::stop-commands::TOKEN
    ────────────
         SUMMARY [   TIME ] 1 test run: 0 passed, 1 failed
            FAIL [   TIME ] bad: exit code 1
       RUN AGAIN probe run --failed
    ::TOKEN::
    ::error file=probe.toml,line=1,title=bad::FAIL: exit code 1%0Awords
    ");
    let again = run(&project);
    assert!(!again.stderr.contains(token), "a token is known to no later test: {}", again.stderr);
}

#[test]
fn of_many_failures_ten_are_annotations_and_all_are_in_the_summary_as_far_as_it_takes_them() {
    let mut manifest =
        String::from("[suite.many]\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"loud\", \"{file}\"]\n");
    manifest += "[run]\nfailure-output = \"never\"\n";
    let mut project = Project::new(&manifest)
        // 40 lines of which each is long, and longer when it is quoted.
        .write("loud", "yes \"$(head -c 3000 /dev/zero | tr '\\0' '<')\" | head -n 40; exit 1");
    for number in 0..25 {
        project = project.write(&format!("{number:02}.sh"), "");
    }
    let said = run(&project);
    let commands = obeyed(&said.stderr);
    assert_eq!(commands.len(), 11, "{}", said.stderr);
    assert_eq!(
        commands[10],
        "notice title=probe: 15 more failed: the summary of the job names them"
    );
    let page = project.read("summary.md");
    assert!(page.len() < 1024 * 1024, "{} bytes", page.len());
    for number in 0..25 {
        assert!(page.contains(&format!("{number:02}.sh")), "{number}: {page}");
    }
    assert!(page.contains("<details>"), "{page}");
}
