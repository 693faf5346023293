//! How help is laid out: the usual options at `-h`, all of them under headings at `--help`, commands by what they are for.
//!
//! Knows the names of commands and options, not what they do.

use std::ffi::OsString;
use std::fmt::Write;

use clap::builder::{Resettable, StyledStr};
use clap::{Arg, ArgAction, Command};

use super::short;
use crate::topic::Topic;

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// What is typed on most days.
    Usual,
    /// All.
    All,
}

/// Commands by what they are for; one that is in no group stands in the last.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Run tests", &["run", "exec", "service"]),
    ("Look first", &["list", "graph", "race"]),
    ("Look back", &["explain", "history", "flaky", "report"]),
    ("Libraries", &["preload", "env", "lock", "store", "doctor", "inspect"]),
    ("The rest", &["init", "add", "adopt", "schema", "completions", "man", "help"]),
];

/// Commands that `-h` shows.
const USUAL_COMMANDS: [&str; 9] =
    ["run", "exec", "list", "graph", "explain", "preload", "doctor", "init", "help"];

/// Options of `run` that `-h` shows.
const USUAL_OF_RUN: [&str; 12] = [
    "filters",
    "args",
    "selector",
    "changed",
    "failed",
    "watch",
    "jobs",
    "max_failures",
    "retries",
    "locked",
    "offline",
    "profile",
];

/// Options of the other commands that `-h` does not show.
const UNUSUAL: [&str; 8] = [
    "manifest_path",
    "store",
    "lower_store",
    "lock_timeout",
    "mirror",
    "progress",
    "color",
    "no_history",
];

/// After all other options.
const LAST: usize = 1_000;

/// What both flags for help stand under.
const HELP: &str = "Help";

impl Detail {
    /// What the words of a command line ask for, should they ask for help.
    pub(crate) fn asked_for(words: &[OsString]) -> Self {
        let mut words = words.iter().take_while(|word| *word != "--");
        if words.any(|word| word == "--help") { Self::All } else { Self::Usual }
    }
}

/// `probe` with all of its help laid out.
pub(crate) fn arrange(probe: Command, detail: Detail) -> Command {
    arrange_probe(probe, detail).mut_subcommands(|command| arrange_one(command, detail))
}

/// The same, but of the commands only those that `words` name, and of `probe` itself only what is shown: to lay out the help of
/// all is a fifth of what a start costs.
pub(super) fn arrange_named(mut probe: Command, detail: Detail, words: &[OsString]) -> Command {
    let words = words.iter().skip(1).take_while(|word| *word != "--");
    let is_version = |word: &OsString| word == "--version" || word == "-V";
    let is_help = |word: &OsString| word == "--help" || word == "-h";
    let (mut arranged, mut does_something, mut asks_for_help) = (Vec::new(), false, false);
    for word in words {
        asks_for_help |= is_help(word);
        does_something |= is_version(word);
        let name = word.to_str();
        if let Some(command) = name.and_then(|name| probe.find_subcommand_mut(name)) {
            does_something = true;
            // A filter may be called as the command is.
            if !arranged.iter().any(|name| name == command.get_name()) {
                arranged.push(command.get_name().to_owned());
                *command = arrange_one(std::mem::take(command), detail);
            }
        }
    }
    let probe = with_version(probe, detail);
    if does_something && !asks_for_help { probe } else { laid_out(probe, detail) }
}

/// `probe` itself, without its commands.
fn arrange_probe(probe: Command, detail: Detail) -> Command {
    laid_out(with_version(probe, detail), detail)
}

/// `probe` with an option for its version among the others.
fn with_version(probe: Command, detail: Detail) -> Command {
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .help("Print the version")
        .action(ArgAction::Version)
        .display_order(LAST);
    arrange_itself(probe, detail).disable_version_flag(true).arg(version)
}

/// `probe` with its commands in groups, and what else there is to read.
fn laid_out(probe: Command, detail: Detail) -> Command {
    let commands = commands(&probe, detail);
    let header = probe.get_styles().get_header();
    let template = format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\n{commands}{header}Options:{header:#}\n{{options}}{{after-help}}"
    );
    let more = match detail {
        Detail::Usual => StyledStr::from("`probe help` shows all commands and topics."),
        Detail::All => topics(&probe),
    };
    probe.after_help(more).help_template(template)
}

/// One command and those below it.
fn arrange_one(command: Command, detail: Detail) -> Command {
    arrange_itself(command, detail).mut_subcommands(|command| arrange_one(command, detail))
}

/// One command.
fn arrange_itself(command: Command, detail: Detail) -> Command {
    let name = command.get_name().to_owned();
    let shown = |id: &str| match (detail, name.as_str()) {
        (Detail::All, _) => true,
        (Detail::Usual, "run") => USUAL_OF_RUN.contains(&id),
        (Detail::Usual, _) => !UNUSUAL.contains(&id),
    };
    let command = command.mut_args(|argument| {
        let hidden = !shown(argument.get_id().as_str());
        let argument = argument.hide_short_help(hidden).hide_env_values(true);
        if detail == Detail::All {
            return argument;
        }
        // One list of options: headings take as many lines as options.
        let argument = argument.hide_env(true).help_heading(Resettable::Reset);
        match short::of(&name, argument.get_id().as_str()) {
            Some(text) => argument.help(text),
            None => argument,
        }
    });
    let values = values(&command);
    let command = match detail {
        Detail::All if !values.is_empty() => command.after_help(values),
        _ => command,
    };
    // Both in the layout of one line an option: the other one takes three.
    let all = Arg::new("help-all").long("help").help("Print help: all of it").display_order(LAST);
    let usual =
        Arg::new("help-usual").short('h').help("Print help: the usual").display_order(LAST - 1);
    command
        .disable_help_flag(true)
        // The first one is what clap names after a mistake.
        .args([all, usual].map(|flag| {
            let flag = flag.action(ArgAction::HelpShort);
            if detail == Detail::All { flag.help_heading(HELP) } else { flag }
        }))
}

/// The commands of `probe` and what each does, in their groups.
fn commands(probe: &Command, detail: Detail) -> String {
    let styles = probe.get_styles();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let group_of = |name: &str| {
        GROUPS.iter().position(|(_, names)| names.contains(&name)).unwrap_or(GROUPS.len() - 1)
    };
    let width = probe.get_subcommands().map(|command| command.get_name().len()).max();
    let mut text = String::new();
    if detail == Detail::Usual {
        let _ = writeln!(text, "{header}Commands:{header:#}");
    }
    for (number, (title, _)) in GROUPS.iter().enumerate() {
        let of_group = |command: &&Command| group_of(command.get_name()) == number;
        let shown = |command: &&Command| {
            detail == Detail::All || USUAL_COMMANDS.contains(&command.get_name())
        };
        let members = probe.get_subcommands().filter(of_group).filter(shown);
        let lines: Vec<String> = members
            .map(|command| {
                let name = command.get_name();
                let gap = " ".repeat(width.unwrap_or(0) - name.len() + 2);
                let about = command.get_about().cloned().unwrap_or_default();
                format!("  {literal}{name}{literal:#}{gap}{about}\n")
            })
            .collect();
        if lines.is_empty() {
            continue;
        }
        // Writing to a text cannot fail.
        let _ = match detail {
            Detail::Usual => write!(text, "{}", lines.concat()),
            Detail::All => write!(text, "{header}{title}:{header:#}\n{}\n", lines.concat()),
        };
    }
    if detail == Detail::Usual {
        text.push('\n');
    }
    text
}

/// What `probe help` explains besides commands.
fn topics(probe: &Command) -> StyledStr {
    let styles = probe.get_styles();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let lines = Topic::ALL.map(|topic| {
        let (name, title) = (topic.name(), topic.title());
        format!("\n  {literal}probe help {name:11}{literal:#}  {title}")
    });
    format!("{header}Topics:{header:#}{}", lines.concat()).into()
}

/// What each value of the options means for which somebody has written it.
fn values(command: &Command) -> String {
    let header = command.get_styles().get_header();
    let mut text = String::new();
    for argument in command.get_arguments() {
        let values = argument.get_possible_values();
        let explained =
            values.iter().filter_map(|value| Some((value.get_name(), value.get_help()?)));
        let explained: Vec<(&str, &StyledStr)> = explained.collect();
        let width = explained.iter().map(|(name, _)| name.len()).max();
        let Some(width) = width else { continue };
        let option = argument
            .get_long()
            .map_or_else(|| argument.get_id().as_str().to_uppercase(), |long| format!("--{long}"));
        // As above.
        let _ = writeln!(text, "{header}{option}:{header:#}");
        for (name, help) in explained {
            let _ = writeln!(text, "  {name:width$}  {help}");
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}
