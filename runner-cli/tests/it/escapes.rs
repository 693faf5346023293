//! What terminals obey, in everything that others write: colours may pass, nothing else.

use crate::support::{Project, Said};

/// Printed by a test: a title, the clipboard, the alternate screen, a C1 control, a carriage return, and a colour.
const LOUD: &str = r#"printf '\033]0;title\007\033]52;c;ZXZpbA==\007\033[?1049h\033[2J\302\2332J\233 over\rwritten \033[31mred\033[0m\033[5\n'
printf '\033]0;no end\n\033P1$r\033\\\033(0\016' >&2
exit 1
"#;

/// Whether only colours are left of all that a terminal obeys.
#[track_caller]
fn check(text: &[u8], what: &str) {
    let shown = text.escape_ascii().to_string();
    let mut rest = text;
    while let Some(at) = rest.iter().position(|&byte| byte == 0x1b) {
        rest = &rest[at + 1..];
        let end = rest.iter().position(|byte| !b"[;:0123456789".contains(byte));
        assert_eq!(end.map(|end| rest[end]), Some(b'm'), "{what}: {shown}");
        assert_eq!(rest[0], b'[', "{what}: {shown}");
    }
    let text = String::from_utf8_lossy(text).replace("\r\n", "\n");
    let control = text.chars().find(|c| c.is_control() && !"\n\t\u{1b}".contains(*c));
    assert_eq!(control, None, "{what}: {shown}");
}

fn project() -> Project {
    Project::new("[suite.s]\nfiles = [\"*.sh\"]\nrun = [\"sh\", \"{file}\"]\n")
        .write("a.sh", LOUD)
        .write("b\u{1b}[2J\u{9b}2J\r.sh", "exit 1")
}

#[test]
fn of_what_a_test_prints_only_colours_reach_a_terminal_or_a_log() {
    let project = project();
    for (colour, has_colour) in [("always", true), ("never", false)] {
        let words = ["run", "--color", colour, "--report", "jsonl=-"];
        let mut command = project.command(&words);
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", project.path("summary"));
        let output = command.output().expect("the binary starts");
        check(&output.stderr, "standard error");
        check(&output.stdout, "jsonl");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(text.contains("\x1b[31mred"), has_colour, "{text}");
        assert!(text.contains("\u{fffd}2J\u{fffd} over\u{240d}written"), "{text}");
        check(project.read("summary").as_bytes(), "the summary of the job");
    }
    for kind in ["tap", "junit", "svg", "trace"] {
        let report = format!("{kind}=-");
        let output = project.command(&["run", "--report", &report]).output().expect("it starts");
        check(&output.stdout, kind);
    }
}

#[test]
fn names_and_mistakes_move_no_cursor() {
    let project = project();
    for words in [&["list"][..], &["list", "--format", "json"], &["graph"], &["run", "-v"]] {
        for colour in ["always", "never"] {
            let mut words = words.to_vec();
            words.extend(["--color", colour]);
            let output = project.command(&words).output().expect("the binary starts");
            check(&output.stdout, &format!("{words:?}"));
            check(&output.stderr, &format!("{words:?}"));
        }
    }
    let wrong = "[library.a]\nurl = \"x\u{9b}2J\" # \u{9b}2J\nkinds = \"\u{9b}\"\n[test.\"\\u001b[2J\"]\nrun = [\"\\u001b[2J\"]\n";
    for words in [&["run"][..], &["run", "--color", "always"], &["run", "-P", "\u{1b}[2J"]] {
        let output = Project::new(wrong).command(words).output().expect("the binary starts");
        assert_eq!(output.status.code(), Some(96));
        check(&output.stderr, &format!("{words:?}"));
    }
    let project = Project::new("[test.a]\nrun = [\"./\\u001b]0;x\\u0007\\u001b[2J\"]\n");
    let said: Said = project.probe(&["run", "--color", "always"]);
    check(said.stderr.as_bytes(), "a program that is not there");
    let failing = "[library.x]\ncommand = [\"sh\", \"-c\", \"printf '\\\\033[2J\\\\302\\\\233x'; exit 1\"]\npaths = [\"x\"]\n";
    let said = Project::new(failing).probe(&["preload", "--color", "always"]);
    assert_eq!(said.code, 105);
    check(said.stderr.as_bytes(), "what a command has said");
}
