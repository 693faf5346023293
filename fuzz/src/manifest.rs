//! Manifests: read, expanded, and their mistakes shown.

use miette::{GraphicalReportHandler, GraphicalTheme};
use probe_scenario::{Arch, Found, Libc, Mistake, Mistakes, Os, Platform, read};

/// Reads the bytes as a manifest, if they are text.
///
/// # Panics
///
/// Two readings differ, or a mistake has no place in the text, or cannot be shown.
pub fn manifest(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let platform = Platform { os: Os::Linux, arch: Arch::X86_64, libc: Some(Libc::Gnu) };
    let reading = read(text, &platform);
    assert_eq!(reading.mistakes, read(text, &platform).mistakes, "reading is not repeatable");
    let spans: Vec<_> = reading.mistakes.iter().map(Mistake::span).collect();
    assert!(spans.is_sorted());
    for span in spans {
        assert!(text.get(span.start..span.end).is_some(), "{span:?} cuts the text");
    }
    let mut found = Found::default();
    found.add_files(["tests/a.probitas.ts", "scripts/a.sh", "a"].map(str::to_owned));
    for suite in reading.manifest.suites() {
        found.add_listing(suite.id, "a: test\nb: test\n".to_owned());
    }
    let expansion = reading.manifest.expand(&found);
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
    for mistakes in [reading.mistakes, expansion.mistakes] {
        if let Some(report) = Mistakes::new("probe.toml", text, mistakes) {
            let mut shown = String::new();
            handler.render_report(&mut shown, &report).expect("a report can be shown");
            assert!(!shown.is_empty());
        }
    }
}
