//! `--skip` of `run`: libraries that nobody waits for, whoever needs them.

use std::fmt;

use miette::Diagnostic;
use probe_scenario::{Because, LibraryId, Need};

use super::wanted::skip;
use crate::project::Project;
use crate::ui::{Ends, Failure};

/// Takes the libraries called `names` from everything that needs them.
///
/// # Errors
///
/// There is no library of one of the names, or something has its path written into it.
pub(super) fn leave_out(project: &mut Project, names: &[String]) -> Result<(), Failure> {
    let suite = &mut project.suite;
    let skipped = skip(suite, names)?;
    let names = suite.libraries.iter().map(|library| library.name.clone()).collect::<Vec<_>>();
    let leave_out = |needs: &mut Vec<Need>, who: &dyn Fn() -> String| {
        let is_skipped = |need: &Need| skipped.contains(&need.library);
        let named =
            |need: &&Need| is_skipped(need) && matches!(need.because, Because::Placeholder(_));
        if let Some(Need { library, .. }) = needs.iter().find(named) {
            let name = names[library.index()].clone();
            return Err(IsNamed { name, who: who() });
        }
        needs.retain(|need| !is_skipped(need));
        Ok(())
    };
    for test in &mut suite.tests {
        let who = test.to_string();
        leave_out(&mut test.needs, &|| format!("test `{who}`"))?;
    }
    let is_kept = |index: usize| !skipped.contains(&LibraryId::new(index));
    let kept = suite.libraries.iter_mut().enumerate().filter(|(index, _)| is_kept(*index));
    for (_, library) in kept {
        let who = library.name.clone();
        leave_out(&mut library.needs, &|| format!("library `{who}`"))?;
    }
    Ok(())
}

/// A library cannot be left out whose path somebody wants.
#[derive(Debug)]
struct IsNamed {
    name: String,
    who: String,
}

impl fmt::Display for IsNamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, who } = self;
        write!(
            f,
            "library `{name}` cannot be skipped: {who} has `{{library.{name}}}` in what it runs"
        )
    }
}

impl std::error::Error for IsNamed {}

impl Ends for IsNamed {}

impl Diagnostic for IsNamed {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(
            "leave out what needs it with `-s '!library:NAME'`, or write a path of your own in there",
        ))
    }
}
