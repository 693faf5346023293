//! Fills in what suites leave to their kinds, once a caller can describe the project.

use super::check::JointCheck;
use super::launch::command;
use super::place::{Place, ProjectView};
use super::{ctest, deno, go, node};
use crate::manifest::draft::{Implied, SuiteDraft};
use crate::manifest::rule::{Files, Rule};
use crate::manifest::written::{Filling, Part, Written};
use crate::value::kind::{Subject, SuiteKind};
use crate::{Manifest, Mistake, Patterns, Span};

impl Manifest {
    /// Fills in what suites leave to their kinds: which files are tests, and which command runs. Without this call, such a
    /// suite yields a mistake instead of tests.
    #[must_use]
    pub fn settle(&mut self, project: &dyn ProjectView) -> Vec<Mistake> {
        let implied = self.suites.iter_mut().filter(|draft| draft.implied.is_some());
        implied.filter_map(|draft| settle(draft, project).err()).collect()
    }
}

fn settle(draft: &mut SuiteDraft, project: &dyn ProjectView) -> Result<(), Mistake> {
    let Some(implied) = &draft.implied else { return Ok(()) };
    let place = Place::new(project, draft.common.cwd.as_deref().unwrap_or_default());
    let kind = match implied.kind {
        SuiteKind::Node => match node::runner(&place) {
            Ok(kind) => kind,
            // Its own command says which one it is.
            Err(_) if !draft.common.run.is_empty() => SuiteKind::Node,
            Err(kinds) => {
                return Err(Mistake::SeveralRunners {
                    suite: draft.name.clone(),
                    kinds,
                    span: implied.span,
                });
            }
        },
        kind => kind,
    };
    draft.common.kind = Some(kind);
    if matches!(draft.rule, Rule::Kind(_)) {
        let env = draft.common.env.iter().map(|(_, value)| value);
        let mut values = draft.common.run.iter().chain(env);
        let by_file = |value: &Written| value.parts.iter().any(is_of_file);
        draft.rule = match kind {
            SuiteKind::Cargo => Rule::Cargo(build_arguments(implied)),
            SuiteKind::Ctest => {
                let mut args = build_arguments(implied);
                let (directory, preset) = ctest::build(&place, &mut args);
                Rule::Ctest { directory, preset, args }
            }
            SuiteKind::Go => Rule::List(go::listing(&build_arguments(implied), implied.span)),
            _ if kind.is_one() && implied.batch.is_none() && !values.any(by_file) => Rule::Single,
            _ => Rule::Files(files(kind, implied, &place)),
        };
    }
    if draft.common.run.is_empty() && !matches!(draft.rule, Rule::Cargo(_) | Rule::Ctest { .. }) {
        let subject = match &draft.rule {
            Rule::Files(Files { batch: Some(_), .. }) => Subject::Files,
            Rule::Files(_) => Subject::File,
            Rule::List(_) => Subject::Name,
            Rule::Single | Rule::Cargo(_) | Rule::Ctest { .. } | Rule::Kind(_) => Subject::Nothing,
        };
        draft.common.run = command(kind, implied, &place, subject);
        let by_files = matches!(subject, Subject::File | Subject::Files);
        draft.common.check = JointCheck::of(kind).filter(|check| {
            let parts = draft.common.run.iter().flat_map(|word| &word.parts);
            let allows = |part: &Part| !matches!(part, Part::Literal(text) if !check.allows(text));
            by_files && parts.into_iter().all(allows)
        });
    }
    // The kind would have to read the values of these variables, or a file of options, as the runner does.
    let is_open = |(name, _): &(String, Written)| OPTIONS.contains(&name.as_str());
    draft.common.has_result = draft.common.env_file.is_none()
        && !draft.common.env.iter().any(is_open)
        && has_result(kind, &place);
    Ok(())
}

/// Variables in which runners find further options.
const OPTIONS: [&str; 2] = ["PYTEST_ADDOPTS", "NODE_OPTIONS"];

/// Whether nothing in the project or its settings suppresses the runner's result. Returns `false` with plugins and with
/// configurations that are programs, because they may do anything.
fn has_result(kind: SuiteKind, place: &Place<'_>) -> bool {
    let says = |names: &[&str], words: &[&str]| {
        names.iter().any(|name| {
            let text = place.text(&[name]);
            words.iter().any(|word| text.contains(word))
        })
    };
    let is_set = OPTIONS.iter().any(|variable| place.is_set(variable));
    match kind {
        SuiteKind::Pytest => {
            let files = ["pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"];
            !is_set && !says(&files, &["no:terminal"])
        }
        SuiteKind::Deno => true,
        SuiteKind::NodeTest => !is_set,
        SuiteKind::Jest => {
            let endings = ["js", "cjs", "mjs", "ts", "cts", "mts", "json"];
            let files = endings.map(|ending| format!("jest.config.{ending}"));
            let files: Vec<&str> = files.iter().map(String::as_str).collect();
            // A preset from elsewhere may name reporters, too.
            !says(&["package.json"], &["\"reporters\""])
                && !says(&files, &["reporters", "require", "import", "projects"])
        }
        SuiteKind::Probitas => {
            !says(&["deno.json", "deno.jsonc"], &["reporter", "quiet", "verbosity"])
        }
        SuiteKind::Cargo
        | SuiteKind::Ctest
        | SuiteKind::Node
        | SuiteKind::Vitest
        | SuiteKind::Playwright
        | SuiteKind::Bun
        | SuiteKind::Go
        | SuiteKind::Tap => false,
    }
}

/// The arguments for building or listing the tests.
fn build_arguments(implied: &Implied) -> Vec<String> {
    let literal = |argument: &Written| {
        let template = argument.fill(Filling::default());
        template.literal().expect("reading leaves no part of it open").to_owned()
    };
    implied.args.iter().flatten().map(literal).collect()
}

fn is_of_file(part: &Part) -> bool {
    matches!(part, Part::File | Part::Files)
}

/// The files that the kind takes by itself, below the suite's directory.
fn files(kind: SuiteKind, implied: &Implied, place: &Place<'_>) -> Files {
    let at_kind = |pattern: String| (pattern, implied.span);
    let include = kind.files().iter().map(|pattern| at_kind(place.below(pattern)));
    let own = implied.exclude.texts().map(|(text, span)| (text.to_owned(), span));
    let left_out = kind.left_out().iter().map(|pattern| at_kind((*pattern).to_owned()));
    let configured = match kind {
        SuiteKind::Deno => deno::excluded(&deno::configuration(place)),
        _ => Vec::new(),
    };
    let configured = configured.iter().map(|pattern| at_kind(place.below(pattern)));
    // A pattern of another program may be invalid here. Then it leaves nothing out.
    let is_pattern = |text: &(String, Span)| Patterns::compile(vec![text.clone()]).1.is_empty();
    let (include, _) = Patterns::compile(include.collect());
    let (exclude, _) =
        Patterns::compile(own.chain(left_out).chain(configured).filter(is_pattern).collect());
    Files { include, exclude, batch: implied.batch, kind: Some(kind) }
}
