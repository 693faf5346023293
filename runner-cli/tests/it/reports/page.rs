//! `--report html` in a real browser: the page is opened from its file, keys are pressed, and what is to be seen is read.

use super::scenes::mixed;
use crate::browser::Browser;
use crate::support::Project;
use crate::verdict::fixture;

/// How many rows of tests there are.
const ROWS: &str = "document.querySelectorAll('details.test').length";
/// The names of the tests that are shown.
const NAMES: &str =
    "[...document.querySelectorAll('.name bdi')].map((name) => name.textContent).join()";
/// The name in the row that has the focus.
const FOCUSED: &str = "document.activeElement.querySelector('.name bdi').textContent";
/// Whether what is in an open row is there, which the browser tells of in its own time.
const IS_DRAWN: &str = "document.querySelector('.body') !== null";
/// All elements, those that are only hidden among them.
const ELEMENTS: &str = "document.getElementsByTagName('*').length";

fn reported(project: &Project, code: i32) {
    let said = project.probe(&["run", "-j2", "--report", "html=page.html"]);
    assert_eq!(said.code, code, "{}", said.stderr);
}

/// A browser in which the page of a run is open.
fn opened(project: &Project, code: i32, fragment: &str) -> Option<Browser> {
    reported(project, code);
    let mut browser = Browser::start()?;
    browser.look(1200, 900, "light");
    browser.open(&project.path("page.html"), fragment);
    Some(browser)
}

#[test]
fn a_page_needs_nothing_else_and_no_text_of_a_run_is_markup() {
    let taken = r#"</script><script>document.title = "taken"</script><!-- <script>"#;
    let project = mixed()
        .write("c.sh", &format!("echo '{taken}'; printf '\\033[31m%s\\033[0m' '{taken}'; exit 1"));
    reported(&project, 100);
    let page = project.read("page.html");
    assert_eq!(page.matches("</script>").count(), 2);
    for outside in ["src=", "href=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let Some(mut browser) = opened(&project, 100, "q=c.sh") else { return };
    assert_eq!(browser.text("document.title"), "probe: 6 failed of 14");
    browser.value("document.querySelector('details').open = true");
    browser.wait(IS_DRAWN);
    let output = browser.text("document.querySelector('.body pre').innerText");
    assert_eq!(output, format!("{taken}\n{taken}"));
    assert_eq!(browser.value("document.querySelectorAll('script').length"), 2);
}

#[test]
fn keys_find_a_test_and_open_it() {
    let Some(mut browser) = opened(&mixed(), 100, "") else { return };
    assert_eq!(browser.value(ROWS), 13);
    let head = browser.text("byId('head').innerText");
    assert_eq!(head, "5 failed, 2 with a warning, 2 blocked, 4 passed");
    browser.press("/");
    browser.write("flak");
    assert_eq!(browser.text(NAMES), "flaky");
    browser.press("ArrowDown");
    browser.press("Enter");
    browser.wait(IS_DRAWN);
    let body = browser.text("document.querySelector('.body').innerText");
    assert!(body.contains("Attempt 1: FAIL: exit code 1"), "{body}");
    assert!(body.contains("attempt 1\n") && body.contains("Attempt 2: PASS"), "{body}");
    browser.press("Escape");
    assert_eq!(browser.value(ROWS), 13);
    browser.press("f");
    assert_eq!(browser.value(ROWS), 5);
    browser.press("j");
    assert_eq!(browser.text(FOCUSED), "odd & <ends> ]]> 日本 #1");
    browser.press("j");
    browser.press("j");
    browser.press("k");
    assert_eq!(browser.text(FOCUSED), "twice");
    let outline = "getComputedStyle(document.activeElement).outlineStyle";
    assert_eq!(browser.text(outline), "solid", "the focus is to be seen");
    browser.press("?");
    assert_eq!(browser.value("byId('keys').open"), true);
    browser.press("Escape");
    assert_eq!(browser.value("byId('keys').open"), false);
}

#[test]
fn a_link_into_the_page_that_is_open_shows_what_it_is_about() {
    let Some(mut browser) = opened(&mixed(), 100, "") else { return };
    browser.value("location.hash = '#q=flak'");
    browser.wait(&format!("{ROWS} === 1"));
    assert_eq!(browser.text(NAMES), "flaky");
}

#[test]
fn a_timeline_tells_what_each_bar_was_and_leads_to_its_test() {
    let Some(mut browser) = opened(&mixed(), 100, "") else { return };
    browser.press("2");
    let lanes = browser.text("timeline.rows.map((lane) => lane.name).join()");
    assert!(lanes.starts_with("import 1,import 2"), "{lanes}");
    assert!(lanes.ends_with("slot 0,slot 1"), "{lanes}");
    browser.value("document.querySelector('.plot').focus()");
    // All bars of all lanes, by keys alone.
    let mut told = String::new();
    for _ in 0..browser.value("timeline.rows.length").as_u64().expect("a number") {
        let bars = browser.value("timeline.rows[timeline.at.row].bars.length");
        browser.press("Home");
        for _ in 0..bars.as_u64().expect("a number") {
            told += &browser.text("byId('told').innerText");
            told.push('\n');
            browser.press("ArrowRight");
        }
        browser.press("ArrowDown");
    }
    assert!(told.contains("built: built, 6 B"), "{told}");
    assert!(told.contains("late\nslot "), "{told}");
    assert!(told.contains("TIMEOUT: ran into its timeout of 100ms"), "{told}");
    let is_waiting = "document.querySelector('.waiting') !== null";
    assert_eq!(browser.value(is_waiting), true, "who waited for libraries is drawn");
    browser.press("Enter");
    assert_eq!(browser.text("shown.tab"), "tests");
    let opened = browser.text(FOCUSED);
    assert!(told.contains(&opened), "{opened}");
    assert_eq!(browser.value("document.activeElement.parentNode.open"), true);
}

#[test]
fn the_graph_has_the_colours_of_the_run_and_leads_to_the_tests_of_a_box() {
    let Some(mut browser) = opened(&mixed(), 100, "tab=graph") else { return };
    let graph = browser.text("byId('graph').innerHTML");
    let class = |name: &str, class: &str| {
        let group = graph.split("<g ").find(|group| group.contains(&format!(">{name}<")));
        let group = group.unwrap_or_else(|| panic!("{name} is not in {graph}"));
        assert!(group.contains(&format!("class=\"{class}\"")), "{group}");
    };
    class("missing", "library failed");
    class("needy", "tests blocked");
    class("built", "library passed");
    // The box of all that neither need nor come after anything: the worst gives the colour, and shares are told.
    class("flaky", "tests failed");
    assert!(graph.contains(">4 failed, 1 flaky, 2 passed</text>"), "{graph}");
    assert_eq!(graph.matches("class=\"share ").count(), 3);
    assert!(graph.contains(">prepared</text>") && graph.contains("waited"), "{graph}");
    browser.value("[...document.querySelectorAll('g')].find((node) => node.textContent.includes('2 tests of ok')).focus()");
    browser.press("Enter");
    assert_eq!(browser.text(NAMES), "a.sh,b.sh");
}

#[test]
fn a_test_that_passed_after_a_race_is_told_from_one_that_passed() {
    let once = fixture::once("torn", "truncate -s 100 $F", "./opener $F");
    let project = fixture::project(&fixture::placed("torn", &once));
    let Some(mut browser) = opened(&project, 0, "tab=graph") else { return };
    let graph = browser.text("byId('graph').innerHTML");
    assert!(graph.contains("class=\"tests raced\""), "{graph}");
    assert_eq!(browser.text("byId('head').innerText"), "1 with a warning");
}

#[test]
fn what_tests_print_has_its_colours_in_light_and_dark() {
    let project = Project::new(
        r#"[test.coloured]
run = ["sh", "-c", "printf '\\033[1;31mred\\033[0m \\033[38;2;1;2;3mown\\033[m\\033]8;;http://a\\033\\\\link\\033]8;;\\033\\\\ \\033[7mback\\033[27m\\n'; exit 1"]
"#,
    );
    let Some(mut browser) = opened(&project, 100, "open=0") else { return };
    assert_eq!(browser.text("document.querySelector('.body pre').innerText"), "red ownlink back\n");
    let colours = "[...document.querySelectorAll('pre span')].map((span) => getComputedStyle(span)).map((style) => [style.color, style.fontWeight].join(' ')).join()";
    let light = browser.text(colours);
    assert!(light.starts_with("rgb(207, 34, 46) 700,rgb(1, 2, 3) 400,"), "{light}");
    browser.look(1200, 900, "dark");
    let dark = browser.text(colours);
    assert!(dark.starts_with("rgb(255, 123, 114) 700,rgb(1, 2, 3) 400,"), "{dark}");
    let paper = "getComputedStyle(document.body).backgroundColor";
    assert_eq!(browser.text(paper), "rgb(13, 17, 23)");
    browser.press("t");
    assert_eq!(browser.text(paper), "rgb(255, 255, 255)", "light in spite of the system");
    assert_eq!(browser.text(colours), light);
}

#[test]
fn of_5000_tests_only_what_is_in_sight_is_drawn() {
    // Most are blocked, which costs no process.
    let project = Project::new(
        r#"[library.broken]
command = ["false"]
paths = ["nothing"]

[suite.blocked]
list = { run = ["seq", "1", "4800"], match = '^(?<name>.+)$' }
run = ["true", "{name}"]
needs = ["broken"]

[suite.run]
list = { run = ["seq", "1", "200"], match = '^(?<name>.+)$' }
run = ["sh", "-c", "echo words; exit $(($0 % 2))", "{name}"]
"#,
    );
    let Some(mut browser) = opened(&project, 100, "") else { return };
    let size = project.read("page.html").len();
    assert!(size < 3 << 20, "{size} bytes");
    let elements = |browser: &mut Browser| browser.value(ELEMENTS).as_u64().expect("a number");
    let first = elements(&mut browser);
    assert!(first < 2000, "{first} elements when it opens");
    assert_eq!(browser.text("byId('count').textContent"), "");
    browser.press("2");
    let timeline = elements(&mut browser) - first;
    assert!(timeline < 400, "{timeline} elements of a timeline");
    // All the same, everything is there.
    browser.press("/");
    browser.write("4799");
    assert_eq!(browser.text(NAMES), "4799");
    browser.press("Escape");
    browser.value("byId('list').lastElementChild.scrollIntoView()");
    browser.wait("drawn >= 200");
}

#[test]
fn a_run_that_a_signal_ends_tells_who_waited_to_the_end() {
    let project = Project::new(
        r#"[library.slow]
command = ["sh", "-c", "echo > building; exec sleep 1000"]
paths = ["never"]

[test.waits]
run = ["true"]
needs = ["slow"]
"#,
    );
    let child = project.start(&["run", "--report", "html=page.html"]);
    project.wait_for("building");
    let probe = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(probe, rustix::process::Signal::INT).expect("probe runs");
    let said = project.end(child);
    assert_eq!(said.code, 130, "{}", said.stderr);
    let Some(mut browser) = Browser::start() else { return };
    browser.look(1200, 900, "dark");
    browser.open(&project.path("page.html"), "tab=timeline");
    let alert = browser.text("byId('alerts').innerText");
    assert_eq!(alert, "The run was stopped by SIGINT: 1 test did not run to the end.");
    assert_eq!(browser.value("document.querySelector('.waiting') !== null"), true);
    browser.value("document.querySelector('.plot').focus()");
    let told = browser.text("byId('told').innerText");
    assert!(told.starts_with("slow: cancelled\nimport 1 · "), "{told}");
    assert!(told.contains("1 test waited for it last"), "{told}");
}

#[test]
fn a_run_without_tests_and_one_that_was_stopped_have_a_page() {
    let none = Project::new("[test.a]\nrun = ['true']\n");
    let said = none.probe(&["run", "nothing-like-it", "--report", "html=page.html"]);
    assert_eq!(said.code, 4, "{}", said.stderr);
    let Some(mut browser) = Browser::start() else { return };
    browser.open(&none.path("page.html"), "");
    assert_eq!(browser.text("byId('head').textContent"), "No tests ran");
    for (tab, expected) in [
        ("1", "There were no tests to run."),
        ("2", "Nothing was started."),
        ("3", "These tests need no library."),
        ("4", "There is nothing to draw."),
    ] {
        browser.press(tab);
        let said = browser.text("document.querySelector('main').innerText");
        assert!(said.contains(expected), "{said}");
    }
    let stopped = Project::new(
        "[test.a]\nrun = ['false']\n[test.b]\nrun = ['true']\n[test.c]\nrun = ['true']\nafter = ['b']\n",
    );
    let arguments = ["run", "-j1", "--fail-fast", "--report", "html=page.html"];
    assert_eq!(stopped.probe(&arguments).code, 100);
    browser.open(&stopped.path("page.html"), "");
    let alert = browser.text("byId('alerts').innerText");
    assert!(alert.starts_with("The run was stopped after the first failure"), "{alert}");
    for tab in ["2", "3", "4"] {
        browser.press(tab);
    }
    assert_eq!(browser.text("shown.tab"), "graph");
}

/// Tests that their runner has listed by files.
fn listed() -> Project {
    Project::new(
        r#"[library.gone]
url = "gone.bin"
kind = "data"

[suite.unit]
list = { run = ["cat", "names"], match = '(?<name>.+)' }
run = ["sh", "-c", "case $0 in *bad) printf 'Error: 3 is not 4\\n\\n=== 1 failed ===\\n'; exit 1; esac", "{name}"]

[test.needy]
run = ["true"]
needs = ["gone"]
"#,
    )
    .write("names", "src/a.ts::one\nsrc/a.ts::bad\nsrc/b.ts::one\nsrc/b.ts::it's, two\n")
}

#[test]
fn tests_stand_below_their_files_and_say_what_went_wrong() {
    let project = listed();
    let Some(mut browser) = opened(&project, 100, "") else { return };
    let groups =
        "[...document.querySelectorAll('.group h2')].map((head) => head.textContent).join()";
    assert_eq!(browser.text(groups), "src/a.ts,single tests,src/b.ts");
    assert_eq!(browser.text(NAMES), "bad,one,needy,one,it's, two");
    assert_eq!(browser.text("document.querySelector('.said').textContent"), "Error: 3 is not 4");
    browser.press("j");
    browser.press("j");
    browser.press("j");
    assert_eq!(browser.text(FOCUSED), "needy", "heads of groups are no tests");
    assert_eq!(
        browser.text("document.querySelector('.alert .hint').textContent"),
        "correct the path, or make the file first"
    );
    assert_eq!(browser.text("document.querySelector('.alert code').textContent"), "gone");
    browser.value("byId('grouped').click()");
    assert_eq!(browser.text(groups), "");
    assert!(browser.text(NAMES).starts_with("unit src/a.ts::bad,"));
    assert!(browser.text("location.hash").contains("grouped=no"));
    // What is copied is a command that a shell takes as it is meant.
    for (place, name) in [(1, "unit src/a.ts::bad"), (3, "unit src/b.ts::it's, two")] {
        let command = browser.text(&format!("again(run.tests[{place}])"));
        let words = shlex::split(&command).expect("a shell takes it");
        assert_eq!(words[..2], ["probe", "run"]);
        let said = project.probe(&[&["list".to_owned()], &words[2..]].concat());
        assert_eq!(said.stdout, name, "{command}");
    }
}

#[test]
fn a_piece_of_the_timeline_is_shown_larger() {
    let Some(mut browser) = opened(&listed(), 100, "tab=timeline") else { return };
    let span = "Math.round(((timeline.to - timeline.from) / run.took) * 1000) / 1000";
    assert_eq!(browser.value(span), 1.0);
    browser.value("document.querySelector('.plot').focus()");
    browser.press("+");
    browser.press("+");
    assert!(browser.value(span).as_f64() < Some(0.26), "{}", browser.value(span));
    // The bar that somebody goes to is in sight.
    browser.press("End");
    let bar = "timeline.rows[timeline.at.row].bars[timeline.at.index]";
    let is_in_sight = format!("{bar}.end >= timeline.from && {bar}.start <= timeline.to");
    assert_eq!(browser.value(&is_in_sight), true);
    browser.press("0");
    assert_eq!(browser.value(span), 1.0);
    browser.value("document.querySelector('.zoom button:nth-child(2)').click()");
    assert_eq!(browser.value(span), 0.5);
}

#[test]
fn the_title_of_the_graph_is_whole() {
    let Some(mut browser) = opened(&mixed(), 100, "tab=graph") else { return };
    let room = "document.querySelector('#graph svg').width.baseVal.value - document.querySelector('#graph svg .title').getBBox().width";
    assert!(browser.value(room).as_f64() > Some(48.0), "{}", browser.value(room));
}
