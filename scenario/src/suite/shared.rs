//! What the tests of a suite share. Made once, however many tests there are.

use std::sync::Arc;

use crate::manifest::draft::Common;
use crate::manifest::written::{Filling, Written};
use crate::value::template::{Argument, Command, Template};
use crate::{Patterns, ResultsFile, ServiceNeed, Test};

/// Makes the tests of one suite, or the single one of `[test.NAME]`.
pub(crate) struct Shared<'m> {
    pub(crate) common: &'m Common,
    suite: Option<Arc<str>>,
    tags: Arc<[String]>,
    services: Arc<[ServiceNeed]>,
    results: Option<Arc<ResultsFile>>,
    env_file: Option<Arc<str>>,
    inputs: Option<Arc<Patterns>>,
    cwd: Option<Arc<str>>,
    /// By argument; `None` if it differs from test to test.
    run: Vec<Option<Arc<Template>>>,
    /// The command that wraps `run`, likewise.
    wrap: Vec<Option<Arc<Template>>>,
    before: Vec<Option<Arc<Template>>>,
    cleanup: Vec<Option<Arc<Template>>>,
    /// By variable, likewise.
    env: Vec<(Arc<str>, Option<Arc<Template>>)>,
}

/// The commands of one test.
#[derive(Default)]
struct Commands {
    run: Command,
    wrap: Command,
    before: Command,
    cleanup: Command,
}

impl<'m> Shared<'m> {
    pub(crate) fn new(suite: Option<&str>, common: &'m Common) -> Self {
        let env = common.env.iter();
        Self {
            common,
            suite: suite.map(Arc::from),
            tags: common.tags.as_slice().into(),
            services: common.services.as_slice().into(),
            results: common.results.clone().map(Arc::new),
            env_file: common.env_file.as_deref().map(Arc::from),
            inputs: common.inputs.clone().map(Arc::new),
            cwd: common.cwd.as_deref().map(Arc::from),
            run: common.run.iter().map(Written::of_all).collect(),
            wrap: common.wrap.iter().map(Written::of_all).collect(),
            before: common.before.iter().map(Written::of_all).collect(),
            cleanup: common.cleanup.iter().map(Written::of_all).collect(),
            env: env.map(|(name, value)| (name.as_str().into(), value.of_all())).collect(),
        }
    }

    /// The shared values of all tests, as a test without a name and without a command.
    pub(crate) fn outline(&self) -> Test {
        let env = self
            .env
            .iter()
            .filter_map(|(name, of_all)| Some((Arc::clone(name), Arc::clone(of_all.as_ref()?))));
        self.with(String::new(), Vec::new(), Commands::default(), env.collect())
    }

    /// The test of this name and of these files, which `named` calls as they are from its working directory.
    pub(crate) fn test(&self, name: String, files: Vec<String>, named: &[String]) -> Test {
        let filling = Filling { own: None, files: named, name: &name };
        let commands = Commands {
            run: filled(&self.common.run, &self.run, filling),
            wrap: filled(&self.common.wrap, &self.wrap, filling),
            before: filled(&self.common.before, &self.before, filling),
            cleanup: filled(&self.common.cleanup, &self.cleanup, filling),
        };
        let env = self.env.iter().zip(&self.common.env).map(|((name, of_all), (_, own))| {
            let value = of_all.clone().unwrap_or_else(|| Arc::new(own.fill(filling)));
            (Arc::clone(name), value)
        });
        let env = env.collect();
        self.with(name, files, commands, env)
    }

    fn with(
        &self,
        name: String,
        files: Vec<String>,
        commands: Commands,
        env: Vec<(Arc<str>, Arc<Template>)>,
    ) -> Test {
        Test {
            name,
            suite: self.suite.clone(),
            files,
            run: commands.run,
            wrap: commands.wrap,
            before: commands.before,
            cleanup: commands.cleanup,
            needs: self.common.needs.clone(),
            services: Arc::clone(&self.services),
            after: Vec::new(),
            is_finally: false,
            tags: Arc::clone(&self.tags),
            base_env: Arc::default(),
            env,
            results: self.results.clone(),
            env_file: self.env_file.clone(),
            cwd: self.cwd.clone(),
            limits: self.common.limits.clone(),
            slots: self.common.slots,
            group: self.common.group,
            kind: self.common.kind,
            has_result: self.common.has_result,
            check: self.common.check,
            is_ignored: false,
            line: self.common.line,
            inputs: self.inputs.clone(),
            copy: None,
            changed: None,
        }
    }
}

/// A command of one test.
fn filled(written: &[Written], of_all: &[Option<Arc<Template>>], filling: Filling<'_>) -> Command {
    let mut arguments = Vec::with_capacity(written.len());
    for (own, of_all) in written.iter().zip(of_all) {
        match of_all {
            Some(of_all) => arguments.push(Argument::One(Arc::clone(of_all))),
            None => own.fill_argument(filling, &mut arguments),
        }
    }
    Command::new(arguments)
}
