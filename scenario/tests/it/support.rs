//! What the tests share: a platform, and mistakes as a person sees them.

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use probe_scenario::{Arch, Expansion, Found, Libc, Manifest, Mistakes, Os, Platform, read};

pub(crate) const LINUX: Platform =
    Platform { os: Os::Linux, arch: Arch::X86_64, libc: Some(Libc::Gnu) };

/// The manifest, which must have no mistake.
#[track_caller]
pub(crate) fn good(text: &str) -> Manifest {
    match read(text, &LINUX).into_result("probe.toml", text) {
        Ok(manifest) => manifest,
        Err(mistakes) => panic!("{}", render(&mistakes)),
    }
}

/// The report on a manifest that has mistakes.
#[track_caller]
pub(crate) fn report(text: &str) -> String {
    match read(text, &LINUX).into_result("probe.toml", text) {
        Ok(_) => panic!("no mistake was found in\n{text}"),
        Err(mistakes) => render(&mistakes),
    }
}

/// What a manifest without mistakes yields for files of these names.
#[track_caller]
pub(crate) fn expand(text: &str, files: &[&str]) -> Expansion {
    let mut found = Found::default();
    found.add_files(files.iter().map(|&name| name.to_owned()));
    good(text).expand(&found)
}

/// The report on how a manifest does not fit what was found.
#[track_caller]
pub(crate) fn expansion_report(text: &str, expansion: Expansion) -> String {
    let mistakes = Mistakes::new("probe.toml", text, expansion.mistakes);
    render(&mistakes.expect("the expansion has mistakes"))
}

/// As on a terminal without colours, 100 columns wide.
pub(crate) fn render(report: &dyn Diagnostic) -> String {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
    let mut rendered = String::new();
    handler.with_width(100).render_report(&mut rendered, report).expect("a string takes any text");
    rendered.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
