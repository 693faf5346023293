//! `--report html` in a real browser: the page is opened from its file, and what its script has made of it is looked at.

use std::process::Command;

use super::scenes::mixed;
use crate::support::{Project, is_missing};

const BROWSER: &str = "chromium";

/// The page after its script has run, opened with this fragment.
fn opened(project: &Project, fragment: &str) -> String {
    let profile = tempfile::tempdir().expect("a directory");
    let page = project.path("page.html");
    let output = Command::new(BROWSER)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--virtual-time-budget=2000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}#{fragment}", page.display()))
        .output()
        .expect("the browser starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn reported(project: &Project) {
    let said = project.probe(&["run", "-j2", "--report", "html=page.html"]);
    assert_eq!(said.code, 100, "{}", said.stderr);
}

#[test]
fn a_page_needs_nothing_else_and_no_text_of_a_run_is_markup() {
    let project = mixed().write(
        "c.sh",
        "echo '</script><script>document.title = \"taken\"</script><!-- <script>'; exit 1",
    );
    reported(&project);
    let page = project.read("page.html");
    assert_eq!(page.matches("</script>").count(), 2);
    for outside in ["src=", "href=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    if is_missing(Command::new(BROWSER).arg("--version")) {
        return;
    }
    let shown = opened(&project, "q=c.sh&open=1");
    assert!(shown.contains("<title>probe: 6 failed of 14</title>"), "{shown}");
    assert!(shown.contains("&lt;/script&gt;&lt;script&gt;document.title"), "{shown}");
}

#[test]
fn a_browser_shows_the_timeline_filters_tests_and_opens_a_failure() {
    if is_missing(Command::new(BROWSER).arg("--version")) {
        return;
    }
    let project = mixed();
    reported(&project);
    let all = opened(&project, "");
    let rows =
        |page: &str| page.matches("<details>").count() + page.matches("<details open").count();
    assert_eq!(rows(&all), 13, "{all}");
    assert!(all.contains("<title>built: built, 6 B</title>"), "the timeline has the imports");
    assert!(all.contains("<title>late: TIMEOUT"), "and the tests");
    assert!(!all.contains("attempt 1\n"), "what is closed is not made");
    let flaky = opened(&project, "q=FLAK&open=1");
    assert_eq!(rows(&flaky), 1, "{flaky}");
    assert!(flaky.contains("attempt 1\n") && flaky.contains("<strong>Attempt 2</strong>"));
    let failed = opened(&project, "kinds=fail");
    assert_eq!(rows(&failed), 5, "{failed}");
}
