//! Runs the commands of libraries. Knows nothing of tests.

use std::path::Path;
use std::time::Duration;

use probe_loader::{CommandEnd, CommandFailure, CommandLimits, CommandLine};
use probe_process::{
    AtStop, Build, Built, Capture, CommandSpec, DETACHED, EndedBy, GroupWatch, LastLine,
    ProcessEnd, TimeLimits, find_program, supervise_build,
};

use crate::engine::BuildEnd;
use crate::stage::Workplace;

/// What every command of a library needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Yard<'a> {
    pub(super) watch: &'a GroupWatch,
    pub(super) spool: &'a Path,
    pub(super) workplace: &'a Workplace,
    /// From SIGTERM to SIGKILL.
    pub(super) grace: Duration,
}

impl Yard<'_> {
    /// Runs a library's command to its end, under the watch. Kills what it leaves in its group.
    pub(super) fn build(self, command: &CommandLine, last: &LastLine) -> BuildEnd {
        let spec = match self.spec(command) {
            Ok(spec) => spec,
            Err(reason) => return not_started(reason),
        };
        let CommandLimits { timeout, silence } = command.limits;
        let built = supervise_build(&spec, self.spool, self.watch, Build { silence, last });
        let Built { ended, was_silent } = match built {
            Ok(built) => built,
            Err(error) => return not_started(error.to_string()),
        };
        let said = || ended.output.last_words();
        let failed = |end| Err(CommandFailure { end, output: said() });
        let result = match (ended.ended_by, ended.end) {
            (None, ProcessEnd::Exited(0)) => Ok(()),
            (Some(EndedBy::Timeout(_)), _) if was_silent => {
                failed(CommandEnd::Silent(silence.expect("only what has a limit runs into it")))
            }
            (Some(EndedBy::Timeout(_)), _) => {
                failed(CommandEnd::TimedOut(timeout.expect("only what has a limit runs into it")))
            }
            (Some(EndedBy::Interrupted), _) => failed(CommandEnd::Stopped),
            (Some(EndedBy::Terminal(signal)), _) => {
                let why = "it wanted the terminal, which is probe's: have it ask nothing, or run it by hand once";
                let output = format!("{}\n{why}", said()).trim_start().to_owned();
                Err(CommandFailure { end: CommandEnd::Killed(signal.number()), output })
            }
            (None, ProcessEnd::Exited(code)) => failed(CommandEnd::Exited(code)),
            (None, ProcessEnd::Killed(signal)) => failed(CommandEnd::Killed(signal.number())),
        };
        BuildEnd { result, left: ended.left }
    }

    fn spec(self, command: &CommandLine) -> Result<CommandSpec, String> {
        let path = self.workplace.path.as_deref();
        let program = find_program(command.program.as_os_str(), &command.cwd, path)
            .map_err(|error| error.to_string())?;
        let mut env = command.env.clone();
        // For example, a compiler's server continues after the run.
        env.push((DETACHED.into(), "1".into()));
        Ok(CommandSpec {
            program,
            args: command.args.clone(),
            env,
            cwd: command.cwd.clone(),
            limits: TimeLimits { timeout: command.limits.timeout, grace: self.grace },
            capture: Capture::Split,
            withheld: self.workplace.withheld.clone(),
            at_stop: AtStop::Told,
            sought: None,
            most: None,
        })
    }
}

fn not_started(reason: String) -> BuildEnd {
    let failure = CommandFailure { end: CommandEnd::NotStarted(reason), output: String::new() };
    BuildEnd { result: Err(failure), left: Vec::new() }
}
