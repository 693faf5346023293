//! `probe preload`: the libraries, and for others the variables that say where they are.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use probe_loader::open_regular;
use probe_report::{BriefDetail, remark, style};
use probe_run::Exit;

use super::preloading::{self, Preloaded, Request};
use crate::args::PreloadArguments;
use crate::environment::Environment;
use crate::ui::{Ends, Failure, print_warning};
use crate::variables::{Format, Text};

/// Imports libraries and ends.
pub(crate) fn preload(
    arguments: &PreloadArguments,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let request = Request {
        names: &arguments.libraries,
        skipped: &arguments.skip.skip,
        command: &[],
        project: &arguments.project,
        store: &arguments.store,
        imports: &arguments.imports,
        detail: BriefDetail::All,
        progress: arguments.progress,
    };
    let variables = match preloading::preload(request, environment)? {
        Preloaded::Ready(ready) => ready.variables,
        Preloaded::Not(exit) => return Ok(exit),
    };
    for file in EnvFile::all(arguments.env_file.as_deref(), environment) {
        file.write(&variables)?;
    }
    Ok(Exit::Passed)
}

/// A file that others read variables from.
struct EnvFile {
    path: PathBuf,
    /// What a person calls it.
    name: String,
    format: Format,
}

impl EnvFile {
    /// The file that is asked for, else those that the environment names.
    fn all(asked: Option<&Path>, environment: &Environment) -> Vec<Self> {
        let named = [
            (environment.github(), "$GITHUB_ENV", Format::Github),
            (environment.nextest(), "$NEXTEST_ENV", Format::Nextest),
        ];
        let named = named.into_iter().filter_map(|(path, name, format)| {
            Some(Self { path: environment.cwd().join(path?), name: name.to_owned(), format })
        });
        let Some(asked) = asked else { return named.collect() };
        let path = environment.typed(asked);
        // Whoever names one of those files means its format.
        let known = named.into_iter().find(|file| file.path == path);
        let name = asked.display().to_string();
        vec![known.unwrap_or(Self { path, name, format: Format::Dotenv })]
    }

    fn write(&self, variables: &[(OsString, OsString)]) -> Result<(), CannotWrite> {
        let text = Text::new(variables, self.format);
        for left_out in &text.left_out {
            print_warning(left_out);
        }
        let written = match self.format {
            // Others have written there before, and will.
            Format::Github | Format::Nextest => append(&self.path, &text.bytes),
            Format::Dotenv | Format::Sh | Format::Json => fs::write(&self.path, &text.bytes),
        };
        written.map_err(|source| CannotWrite {
            name: self.name.clone(),
            path: self.path.clone(),
            source,
        })?;
        let count = variables.len() - text.left_out.len();
        let count = if count == 1 { "1 variable".to_owned() } else { format!("{count} variables") };
        remark("EXPORTED", style::PASS, &self.name, &count);
        Ok(())
    }
}

/// Adds whole lines in one write, on a line of their own.
fn append(path: &Path, lines: &[u8]) -> io::Result<()> {
    let mut text = Vec::new();
    match open_regular(path) {
        Ok(mut before) => {
            let length = before.metadata()?.len();
            let mut last = [b'\n'];
            if length > 0 {
                before.seek(SeekFrom::Start(length - 1))?;
                before.read_exact(&mut last)?;
            }
            if last != *b"\n" {
                text.push(b'\n');
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    text.extend_from_slice(lines);
    OpenOptions::new().append(true).create(true).open(path)?.write_all(&text)
}

/// A file for variables could not be written.
#[derive(Debug)]
struct CannotWrite {
    name: String,
    path: PathBuf,
    source: io::Error,
}

impl fmt::Display for CannotWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, path, source } = self;
        let path = path.display();
        match name.starts_with('$') {
            true => write!(f, "cannot write variables to `{path}`, which `{name}` names: {source}"),
            false => write!(f, "cannot write variables to `{path}`: {source}"),
        }
    }
}

impl std::error::Error for CannotWrite {}
impl Ends for CannotWrite {}

impl Diagnostic for CannotWrite {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("`--env-file FILE` names another file"))
    }
}
