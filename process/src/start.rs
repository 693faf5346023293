//! Turns a command into a process. Does not know who waits for it.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::captured::Captured;
use crate::leader::Leader;
use crate::reader::{Pipes, Reader};
use crate::spec::CommandSpec;

/// Starts a command. Its output goes to `output`; a stream that is too long for memory goes to a file in `spool`.
pub(crate) fn start<'a>(
    command: &CommandSpec,
    output: &'a mut Captured,
    spool: &'a Path,
) -> io::Result<(Leader, Reader<'a>)> {
    let (stdout, stderr, pipes) = streams(output)?;
    let reader = Reader::new(pipes, spool)?;
    let mut process = Command::new(&command.program);
    for name in &command.withheld {
        process.env_remove(name);
    }
    process
        .args(&command.args)
        .envs(command.env.iter().map(|(name, value)| (name, value)))
        .current_dir(&command.cwd)
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr);
    Ok((Leader::start(&mut process)?, reader))
}

/// The process's standard output and standard error, and the pipes from which `output` is read.
fn streams(output: &mut Captured) -> io::Result<(Stdio, Stdio, Pipes<'_>)> {
    match output {
        Captured::Nothing => Ok((Stdio::inherit(), Stdio::inherit(), Vec::new())),
        Captured::Combined(both) => {
            let (pipe, end) = io::pipe()?;
            Ok((end.try_clone()?.into(), end.into(), vec![(pipe, both)]))
        }
        Captured::Split { stdout, stderr } => {
            let (out, out_end) = io::pipe()?;
            let (err, err_end) = io::pipe()?;
            Ok((out_end.into(), err_end.into(), vec![(out, stdout), (err, stderr)]))
        }
    }
}
