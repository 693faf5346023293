//! The text for each event. Does not know whether and when it is shown, nor the format of a line.

use std::io::{self, Write};
use std::time::Duration;

use probe_run::{Ending, Event, Extent, Owner, ServiceEnding, Stop, Verdict, Work};
use probe_scenario::Service;
use probe_scenario::TestId;

use super::sheet::Sheet;
use crate::counted::tests;
use crate::describe;
use crate::overtime;
use crate::policy::Output;
use crate::style;
use crate::verdict;

/// Writes the text for an event, with the output of the test if `Shown` asks for it. Writes nothing at the end of a run,
/// because the summary does that.
pub(super) fn say<W: Write>(
    sheet: &mut Sheet<'_, W>,
    event: &Event<'_>,
    output: Output,
) -> io::Result<()> {
    match *event {
        Event::Started { .. } => started(sheet),
        Event::Importing { library, work: Work::Build(command, _), .. } => {
            sheet.note("BUILDING", style::STRONG, &library.name, &format!("`{command}`"))
        }
        Event::Importing { library, work: Work::Fetch(origin), .. } => {
            sheet.note("FETCHING", style::STRONG, &library.name, &format!("`{origin}`"))
        }
        Event::PreloadWaiting { library, holder, waited, .. } => {
            let holder =
                holder.map_or_else(|| "another process".to_owned(), ToString::to_string);
            sheet.line(
                "WAITING",
                style::WARN,
                waited,
                None,
                &library.name,
                &format!("{holder} prepares or uses it"),
            )
        }
        Event::PreloadRetrying { library, cause, delay, .. } => {
            let detail = format!("{cause}; {}", describe::again(delay));
            sheet.note("RETRYING", style::WARN, &library.name, &detail)
        }
        Event::PreloadPassed { library, imported, took, done, .. } => {
            let counter = Some((done, sheet.extent.libraries));
            sheet.line(
                "PRELOAD",
                style::PASS,
                took,
                counter,
                &library.name,
                &describe::how(imported),
            )
        }
        Event::PreloadFailed { library, failure, took, done, blocked, spared, .. } => {
            let counter = Some((done, sheet.extent.libraries));
            let blocks = match blocked.len() {
                0 => String::new(),
                count => format!(" (blocks {})", tests(count)),
            };
            let detail = format!("{}{blocks}", failure.cause);
            let style = if spared { style::WARN } else { style::FAIL };
            sheet.line("PRELOAD FAIL", style, took, counter, &library.name, &detail)
        }
        Event::CommandLeft { command, left } => left.iter().try_for_each(|leak| {
            let process = describe::process(leak);
            let detail = format!(
                "{process} was killed when this command had ended; what is to live on starts by `setsid`"
            );
            sheet.note("LEFT BEHIND", style::WARN, &format!("`{command}`"), &detail)
        }),
        Event::BuildCutShort { cut, library } => {
            let (took, detail) = (cut.running, describe::cut_short(cut));
            sheet.line("INTERRUPTED", style::WARN, took, None, &library.name, &detail)
        }
        Event::Looked { library, is_known, done, .. } => {
            let counter = Some((done, sheet.extent.libraries));
            let detail = if is_known {
                "already there, and as it was when a test had made it"
            } else {
                "not known to be there: tests that need it run one at a time until one has passed"
            };
            sheet.line("PRELOAD", style::PASS, Duration::ZERO, counter, &library.name, detail)
        }
        Event::Checked { library, is_clean, took, done, .. } => {
            let counter = Some((done, sheet.extent.libraries));
            let style = if is_clean { style::PASS } else { style::WARN };
            sheet.line("PRELOAD", style, took, counter, &library.name, describe::checked(is_clean))
        }
        Event::MovedAside { library, aside, .. } => {
            let detail =
                format!("{aside}, and is made anew; `{}` moves it back", aside.way_back());
            sheet.note("MOVED ASIDE", style::WARN, &library.name, &detail)
        }
        Event::ServiceStarting { service, owner, .. } => {
            sheet.note("START", style::STRONG, &called(service, owner), "a service")
        }
        Event::ServiceReady { service, owner, ground, took, .. } => {
            let note = ground.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            let detail = format!("ready{}{note}", at_ports(&ground.ports));
            let name = called(service, owner);
            sheet.line("SERVICE", style::PASS, took, None, &name, &detail)
        }
        Event::ServiceFailed { service, owner, end, blocked, .. } => {
            let detail = format!("{}{}", end.how, affected(&[], blocked));
            let name = called(service, owner);
            sheet.line("SERVICE FAIL", style::FAIL, end.took, None, &name, &detail)?;
            sheet.indented(&end.lines)
        }
        Event::ServiceDied { service, owner, end, bereft, blocked, .. } => {
            let detail = format!("{}{}", end.how, affected(bereft, blocked));
            let name = called(service, owner);
            sheet.line("SERVICE DIED", style::FAIL, end.took, None, &name, &detail)?;
            sheet.indented(&end.lines)
        }
        Event::ServiceRestarting { service, owner, end, bereft, number, of, delay, .. } => {
            let detail = format!(
                "{}{}; starts again in {:.2} s ({number} of {of})",
                end.how,
                affected(bereft, &[]),
                delay.as_secs_f64()
            );
            let name = called(service, owner);
            sheet.line("SERVICE DIED", style::WARN, end.took, None, &name, &detail)?;
            sheet.indented(&end.lines)
        }
        Event::ServiceBlocks { service, blocked, .. } => {
            let detail = format!("blocks {}, too", tests(blocked.len()));
            sheet.note("SERVICE DIED", style::FAIL, &service.name, &detail)
        }
        Event::ServiceStopping { service, owner, .. } => {
            let detail = "nobody needs it any more";
            sheet.note("STOPPING", style::STRONG, &called(service, owner), detail)
        }
        Event::ServiceStopped { service, owner, end, .. } => {
            let name = called(service, owner);
            match end.how {
                ServiceEnding::Forced => {
                    let detail = format!(
                        "did not end on SIG{} within the `grace` of `[run]`, and was killed",
                        service.stop.signal()
                    );
                    sheet.line("STOPPED", style::WARN, end.took, None, &name, &detail)
                }
                ref how => {
                    let detail = how.to_string();
                    sheet.line("STOPPED", style::PASS, end.took, None, &name, &detail)
                }
            }
        }
        Event::ServiceTrouble { service, owner, trouble, .. } => {
            let detail = format!("its `{}` failed: {}", trouble.errand, trouble.how);
            sheet.note("SERVICE", style::WARN, &called(service, owner), &detail)?;
            sheet.indented(&trouble.lines)
        }
        Event::TestLeads { test, library, .. } => {
            let detail =
                format!("others that need `{}` wait until it has passed", library.name);
            sheet.note("LEADING", style::STRONG, &test.to_string(), &detail)
        }
        Event::LedElsewhere { library, holder, waited, tests: waiting, .. } => {
            let holder =
                holder.map_or_else(|| "another process".to_owned(), ToString::to_string);
            let wait = if waiting == 1 { "waits" } else { "wait" };
            let detail =
                format!("{holder} runs a test that may make it; {} {wait}", tests(waiting));
            sheet.line("WAITING", style::WARN, waited, None, &library.name, &detail)
        }
        Event::TestStarted { test, number, .. } => {
            let attempt = if number > 1 { format!("attempt {number}") } else { String::new() };
            sheet.note("START", style::STRONG, &test.to_string(), &attempt)
        }
        Event::TestSlow { test, running, .. } => {
            sheet.line("SLOW", style::WARN, running, None, &test.to_string(), "")
        }
        Event::TestRaced { test, attempt, number, finding, delay, whole, .. } => {
            let (verb, _) = describe::verb(&(&attempt.ending).into());
            let by = verdict::by(finding.symptom.as_ref(), &verb);
            let detail = format!("{by} at attempt {number}; {}", describe::again(delay));
            sheet.line("RACE", style::WARN, attempt.took, None, &test.to_string(), &detail)?;
            let lines = match finding.verdict() {
                Verdict::Undeclared => verdict::explanation(sheet.suite, finding),
                _ => verdict::files(sheet.suite, finding),
            };
            sheet.indented(&lines)?;
            sheet.output(test, attempt, whole, output)
        }
        Event::TestAwaits { test, path, waited, .. } => {
            let detail = format!("somebody writes to `{}`", path.display());
            sheet.line("WAITING", style::WARN, waited, None, &test.to_string(), &detail)
        }
        Event::TestRetried { test, attempt, number, of, delay, finding, whole, .. } => {
            let (verb, _) = describe::verb(&(&attempt.ending).into());
            let detail =
                format!("{verb} at attempt {number} of {of}; {}", describe::again(delay));
            let took = attempt.took;
            sheet.line("RETRY", style::WARN, took, None, &test.to_string(), &detail)?;
            sheet.output(test, attempt, whole, output)?;
            sheet.verdict(finding)
        }
        Event::TestPostponed { test, reason, delay, .. } => {
            let detail = format!("{reason}; {}", describe::again(delay));
            sheet.note("POSTPONED", style::WARN, &test.to_string(), &detail)
        }
        Event::TestEnded { test, attempt, number, races, done, finding, whole, .. } => {
            let (verb, colour) = match attempt.ending {
                Ending::Passed if races > 0 => ("RACE".into(), style::WARN),
                _ => describe::status(attempt),
            };
            let counter = Some((done + sheet.blocked, sheet.extent.tests));
            let detail = match attempt.ending {
                Ending::Passed if races > 0 => format!("passed after a race (attempt {number})"),
                Ending::Passed if number > 1 => format!("passed at attempt {number}"),
                _ => describe::detail(&(&attempt.ending).into(), number),
            };
            sheet.line(&verb, colour, attempt.took, counter, &test.to_string(), &detail)?;
            sheet.output(test, attempt, whole, output)?;
            sheet.verdict(finding)
        }
        Event::Warning(text) => {
            writeln!(sheet.out, "{}{:>12}{:#} {text}", style::WARN, "WARNING", style::WARN)
        }
        Event::RunTimedOut(overtime) => {
            overtime::said(&mut sheet.out, sheet.suite, overtime)
        }
        Event::Stopping(stop) => {
            let why = match stop {
                // It is said with what runs.
                Stop::RunTimeout(_) => return Ok(()),
                Stop::Signal(signal) => {
                    let what = if sheet.extent.tests == 0 { "commands" } else { "tests" };
                    format!(
                        "{}: running {what} are told to end; once more kills them",
                        describe::signal_name(signal)
                    )
                }
                Stop::MaxFailures(failures) => {
                    let finally = sheet.suite.finally().next().map_or("", |_| " but what runs finally");
                    format!("{} failed: nothing more is started{finally}", tests(failures as usize))
                }
            };
            writeln!(sheet.out, "{}{:>12}{:#} {why}", style::WARN, "STOPPING", style::WARN)
        }
        // Success is reported at its end. Blocked tests are in the summary, which stands by itself.
        Event::Ended(_)
        | Event::PreloadStarted { .. }
        | Event::Transferred { .. }
        | Event::PreloadParked { .. }
        | Event::PreloadResumed { .. }
        | Event::TestExamined { .. }
        | Event::TestGivenUp { .. }
        | Event::TestsBlocked { .. }
        | Event::LibraryOpened { .. }
        | Event::Suspending
        | Event::Resumed => Ok(()),
    }
}

/// The ports of a service that is ready.
fn at_ports(ports: &[u16]) -> String {
    let numbers: Vec<String> = ports.iter().map(u16::to_string).collect();
    match ports {
        [] => String::new(),
        [_] => format!(" at port {}", numbers[0]),
        _ => format!(" at ports {}", numbers.join(", ")),
    }
}

/// Which tests the end of a service hurts.
fn affected(bereft: &[TestId], blocked: &[TestId]) -> String {
    let verb = if bereft.len() == 1 { "was" } else { "were" };
    let run = (!bereft.is_empty()).then(|| format!("{} {verb} using it", tests(bereft.len())));
    let blocks = (!blocked.is_empty()).then(|| format!("blocks {}", tests(blocked.len())));
    let all: Vec<String> = run.into_iter().chain(blocks).collect();
    if all.is_empty() { String::new() } else { format!(" ({})", all.join("; ")) }
}

/// How much there is to run.
fn started<W: Write>(sheet: &mut Sheet<'_, W>) -> io::Result<()> {
    let Extent { tests: selected, libraries, services, skipped, jobs, shuffle, shard, run_id } =
        sheet.extent;
    let counted = [(libraries, "library", "libraries"), (services, "service", "services")];
    let counted = counted.into_iter().filter(|(count, ..)| *count > 0);
    let counted: Vec<String> = counted
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    let libraries =
        if counted.is_empty() { String::new() } else { format!(" with {}", counted.join(" and ")) };
    let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
    let shuffled =
        shuffle.map_or_else(String::new, |seed| format!(", shuffled (--shuffle={seed})"));
    let shard = shard.map_or_else(String::new, |shard| {
        format!(", shard {} of {} by {}", shard.number, shard.of, shard.way.word())
    });
    writeln!(
        sheet.out,
        "{}{:>12}{:#} {}{libraries}{shard}, {jobs} at once{skipped}{shuffled} {}(run {run_id:016x}){:#}",
        style::PASS,
        "STARTING",
        style::PASS,
        tests(selected),
        style::DIM,
        style::DIM
    )
}

/// The name of a service, and whose it is.
fn called(service: &Service, owner: Owner<'_>) -> String {
    match owner {
        Owner::Run => service.name.clone(),
        Owner::Slot(_) | Owner::Test(..) => format!("{} ({owner})", service.name),
    }
}
