//! `probe man`: the pages of section 1 from the command line's own description, those of section 7 from the topics.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use miette::Diagnostic;
use probe_run::Exit;

use super::help::Unknown;
use crate::args::{Arguments, ManArguments};
use crate::topic::Topic;
use crate::ui::{Ends, Failure, print};

/// Prints one page, or writes all of them.
pub(crate) fn man(arguments: &ManArguments) -> Result<Exit, Failure> {
    let mut probe = Arguments::command();
    probe.build();
    if let Some(directory) = &arguments.directory {
        write_all(&probe, directory)?;
        return Ok(Exit::Passed);
    }
    if let [name] = &arguments.about[..]
        && let Some(topic) = Topic::named(name)
    {
        print(|out| write_topic(topic, out))?;
        return Ok(Exit::Passed);
    }
    let mut command = &probe;
    for name in &arguments.about {
        let unknown = || Unknown::new(&arguments.about);
        command = command.find_subcommand(name).ok_or_else(unknown)?;
    }
    print(|out| write_command(command, out))?;
    Ok(Exit::Passed)
}

fn write_all(probe: &Command, directory: &Path) -> Result<(), NotWritten> {
    write_commands(probe, &directory.join("man1"))?;
    for topic in Topic::ALL {
        let page = |out: &mut dyn Write| write_topic(topic, out);
        write_file(&directory.join("man7"), &format!("probe-{}.7", topic.name()), page)?;
    }
    Ok(())
}

/// The pages of a command and of those below it.
fn write_commands(command: &Command, directory: &Path) -> Result<(), NotWritten> {
    write_file(directory, &format!("{}.1", page_name(command)), |out| write_command(command, out))?;
    command.get_subcommands().try_for_each(|command| write_commands(command, directory))
}

fn write_file(
    directory: &Path,
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), NotWritten> {
    let path = directory.join(name);
    let written = fs::create_dir_all(directory).and_then(|()| {
        let mut file = io::BufWriter::new(fs::File::create(&path)?);
        write(&mut file)?;
        file.flush()
    });
    written.map_err(|source| NotWritten { path, source })
}

fn write_command(command: &Command, out: &mut dyn Write) -> io::Result<()> {
    Man::new(command.clone()).manual(MANUAL).source(SOURCE).render(out)?;
    let mut more = Roff::new();
    if command.get_name() == "probe" {
        more.control("SH", ["EXIT STATUS"]);
        as_it_is(&mut more, &Topic::ExitCodes.text());
    }
    let topics = Topic::ALL.map(|topic| format!("probe-{}(7)", topic.name())).join(", ");
    more.control("SH", ["SEE ALSO"]).text([roman(topics)]);
    more.to_writer(out)
}

fn write_topic(topic: Topic, out: &mut dyn Write) -> io::Result<()> {
    let name = format!("probe-{}", topic.name());
    let mut page = Roff::new();
    page.control("TH", [name.as_str(), "7", "", SOURCE, MANUAL]);
    page.control("SH", ["NAME"]).text([roman(format!("{name} - {}", topic.title()))]);
    page.control("SH", ["DESCRIPTION"]);
    as_it_is(&mut page, &topic.text());
    page.control("SH", ["SEE ALSO"]).text([roman("probe(1)")]);
    page.to_writer(out)
}

/// Adds a text with its own lines and columns.
fn as_it_is(page: &mut Roff, text: &str) {
    page.control("nf", []);
    for line in text.lines() {
        page.text([roman(line)]);
    }
    page.control("fi", []);
}

fn page_name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// What stands in the middle above each page.
const MANUAL: &str = "probe manual";
/// What stands below it.
const SOURCE: &str = concat!("probe ", env!("CARGO_PKG_VERSION"));

/// A page could not be written.
#[derive(Debug)]
struct NotWritten {
    path: PathBuf,
    source: io::Error,
}

impl fmt::Display for NotWritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write `{}`: {}", self.path.display(), self.source)
    }
}

impl std::error::Error for NotWritten {}

impl Diagnostic for NotWritten {
    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        Some(Box::new("name a directory that you may write to with `--directory`"))
    }
}

impl Ends for NotWritten {}
