//! `probe help`.

use std::fmt;

use miette::Diagnostic;
use probe_run::Exit;

use crate::args::{Arguments, Detail, HelpArguments};
use crate::topic::Topic;
use crate::ui::{Ends, Failure, print};

/// Explains a topic or a command; by itself, what there is.
pub(crate) fn help(arguments: &HelpArguments) -> Result<Exit, Failure> {
    if let [name] = &arguments.about[..]
        && let Some(topic) = Topic::named(name)
    {
        print(|out| out.write_all(topic.text().as_bytes()))?;
        return Ok(Exit::Passed);
    }
    let mut probe = Arguments::described(Detail::All);
    probe.build();
    let mut command = &mut probe;
    for name in &arguments.about {
        let unknown = || Unknown::new(&arguments.about);
        command = command.find_subcommand_mut(name).ok_or_else(unknown)?;
    }
    let text = command.render_help();
    print(|out| write!(out, "{}", text.ansi()))?;
    Ok(Exit::Passed)
}

/// There is no such topic or command.
#[derive(Debug)]
pub(super) struct Unknown {
    about: String,
}

impl Unknown {
    pub(super) fn new(words: &[String]) -> Self {
        Self { about: words.join(" ") }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no topic and no command `{}`", self.about)
    }
}

impl std::error::Error for Unknown {}

impl Diagnostic for Unknown {
    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        let topics = Topic::ALL.map(Topic::name).join(", ");
        Some(Box::new(format!("topics are {topics}; `probe help` names the commands")))
    }
}

impl Ends for Unknown {
    fn exit(&self) -> Exit {
        Exit::Usage
    }
}
