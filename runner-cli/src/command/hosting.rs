//! A run with one test in whose place somebody else is: the command of `exec`, or whoever has the terminal. What it needs is there
//! meanwhile, and is ended afterwards.

use std::time::Duration;

use probe_loader::Loader;
use probe_report::{Brief, BriefDetail, Ink, Live, Screen};
use probe_run::{
    Agenda, Early, Ending, Event, Guest, Provider, Reporter, RunError, RunSettings, Stage, Summary,
    host,
};
use probe_scenario::{Expected, StatusLevel};

use super::run::PRELOADS;
use super::showing::show;
use crate::args::ProgressArguments;
use crate::environment::Environment;
use crate::project::Project;

/// What such a run is made of.
#[derive(Clone, Copy)]
pub(super) struct House<'a> {
    pub(super) project: &'a Project,
    pub(super) plan: &'a Agenda,
    pub(super) provider: &'a dyn Provider,
    pub(super) loader: &'a Loader,
    pub(super) early: &'a Early,
    pub(super) environment: &'a Environment,
    pub(super) progress: ProgressArguments,
    pub(super) run_id: u64,
    /// Variables that nobody gets who is started here.
    pub(super) withheld: &'a [&'static str],
}

impl House<'_> {
    /// Has the guest in, once.
    ///
    /// # Errors
    ///
    /// When threads or signal handlers cannot be set up.
    pub(super) fn receive(self, guest: &dyn Guest) -> Result<Summary, RunError> {
        let Self { project, plan, provider, loader, early, environment, progress, run_id, .. } =
            self;
        let mut workplace = environment.workplace();
        workplace.withheld.extend(self.withheld);
        let preloads = project.defaults.preloads.unwrap_or(PRELOADS);
        let stage = Stage {
            suite: &project.suite,
            root: &project.root,
            defaults: &project.defaults.limits,
            agenda: plan,
            expected: &Expected::default(),
            loader,
            early,
            workplace: &workplace,
            provider,
            settings: RunSettings { retries: Some(0), ..RunSettings::of_imports(preloads, run_id) },
        };
        let screen = Screen::start(show(progress, StatusLevel::Pass, environment));
        let brief =
            Brief::new(Ink::above(&screen), &project.suite, BriefDetail::News, Default::default());
        let mut porter = Porter { inner: Live::new(screen, brief), early, guest };
        host(stage, &mut porter, guest)
    }
}

/// Why there was no process in the place of the guest, if none could be.
pub(super) fn not_started(summary: &Summary) -> Option<&str> {
    summary.failed.iter().find_map(|failure| match &failure.ending {
        Ending::NotStarted(reason) | Ending::NoRoom(reason) => Some(reason.as_str()),
        _ => None,
    })
}

/// Says what a person must know of what the guest needs, and nothing of the guest itself.
struct Porter<'a, R> {
    inner: R,
    /// What has been said before.
    early: &'a Early,
    guest: &'a dyn Guest,
}

impl<R: Reporter + Leaves> Reporter for Porter<'_, R> {
    fn event(&mut self, at: Duration, event: &Event<'_>) {
        match *event {
            Event::PreloadStarted { id, .. }
            | Event::PreloadPassed { id, .. }
            | Event::PreloadFailed { id, .. }
                if self.early.has(id) => {}
            // From here on the terminal is the guest's.
            Event::TestStarted { .. } => self.inner.leave(),
            Event::TestSlow { .. } | Event::TestsBlocked { .. } | Event::ServiceBlocks { .. } => {}
            // Nobody counts it as a test.
            Event::ServiceFailed { id, service, owner, end, .. } => {
                self.guest.loses(&end.how.to_string(), &end.lines);
                self.inner
                    .event(at, &Event::ServiceFailed { id, service, owner, end, blocked: &[] });
            }
            Event::ServiceDied { id, service, owner, end, .. } => {
                self.guest.loses(&end.how.to_string(), &end.lines);
                let (bereft, blocked): (&[_], &[_]) = (&[], &[]);
                self.inner
                    .event(at, &Event::ServiceDied { id, service, owner, end, bereft, blocked });
            }
            Event::ServiceRestarting {
                id,
                service,
                owner,
                end,
                was_ready,
                number,
                of,
                delay,
                ..
            } => {
                let bereft = &[];
                let event = Event::ServiceRestarting {
                    id,
                    service,
                    owner,
                    end,
                    was_ready,
                    bereft,
                    number,
                    of,
                    delay,
                };
                self.inner.event(at, &event);
            }
            Event::TestEnded { attempt, .. } => {
                let is_of_guest =
                    !matches!(attempt.ending, Ending::Unprepared(_) | Ending::Uncleared(_));
                if !is_of_guest || attempt.aside.is_some() {
                    self.inner.event(at, event);
                }
            }
            _ => self.inner.event(at, event),
        }
    }
}

/// Can leave the terminal to others.
trait Leaves {
    fn leave(&self);
}

impl<R: Reporter> Leaves for Live<R> {
    fn leave(&self) {
        self.finish();
    }
}
