//! Tests with pictures of runs at several widths, without colours.

use std::time::{Duration, Instant};

use anstream::adapter::strip_str;
use probe_process::{Ear, LastLine};
use probe_scenario::TestId;

use super::board::{Board, Doing, Ended, HeldUpBy};
use super::fit::width;
use super::rate::Rate;
use super::view::{LiveScope, Size, still, view};

const MIB: u64 = 1 << 20;

/// A run, and moments of it in seconds from its start.
struct Course {
    start: Instant,
    board: Board,
}

impl Course {
    fn new(tests: usize) -> Self {
        let start = Instant::now();
        let mut board = Board::new(start);
        board.tests = tests;
        Self { start, board }
    }

    fn at(&self, seconds: f64) -> Instant {
        self.start + Duration::from_secs_f64(seconds)
    }

    fn starts(&mut self, id: usize, name: &str, attempt: u32, seconds: f64) {
        let now = self.at(seconds);
        self.board.starts(TestId::new(id), name, attempt, now);
    }

    fn does(&mut self, name: &str, doing: Doing, seconds: f64) {
        let now = self.at(seconds);
        self.board.does(name, doing, now);
    }

    /// A download that has had a MiB a second until `until`.
    fn fetches(&mut self, name: &str, total: Option<u64>, (from, until): (u32, u32)) {
        let origin =
            Some(format!("https://downloads.example.org/{name}/releases/v1.4.2/lib{name}.zip"));
        let began = self.at(f64::from(from));
        let doing = Doing::Fetching { origin, bytes: 0, total, rate: Rate::new(began, 0) };
        self.does(name, doing, f64::from(from));
        for second in from..=until {
            let now = self.at(f64::from(second));
            let bytes = u64::from(second - from) * MIB;
            self.board.transfers(name, now, bytes, total);
        }
    }

    fn picture(&self, seconds: f64, columns: usize, rows: usize) -> Vec<String> {
        let lines = view(&self.board, self.at(seconds), Size { columns, rows }, LiveScope::All);
        lines.iter().map(|line| strip_str(line).collect()).collect()
    }
}

/// Everything that there is to see.
fn eventful() -> Course {
    let mut course = Course::new(2000);
    for id in 0..1234 {
        course.board.ends(TestId::new(id), if id < 3 { Ended::Failed } else { Ended::Passed });
    }
    course.board.blocked = 40;
    course.starts(1300, "api tests/users/registration/create_with_password.test.ts", 1, 61.0);
    course.starts(1301, "unit parser::tests::nested_comments_end_where_they_should", 2, 3.0);
    course.starts(1302, "web 日本語のテスト/ログイン.spec.ts", 1, 62.0);
    course.starts(1303, "too short to be seen", 1, 71.9);
    course.fetches("duckdb", Some(48 * MIB), (54, 72));
    course.fetches("chromium", None, (60, 72));
    course.fetches("stalled", Some(300 * MIB), (10, 40));
    let holder = HeldUpBy {
        full: "process 4711 on build-3 (`probe run -j8 --locked`)".to_owned(),
        pid: 4711,
    };
    course.does("sqlite3", Doing::Waiting { holder: Some(holder.clone()), tests: 0 }, 65.0);
    course.does("fastmod", Doing::Waiting { holder: Some(holder), tests: 12 }, 66.0);
    course.does(
        "engine",
        Doing::Building { command: "make -j8 engine".to_owned(), last: last_line() },
        67.0,
    );
    let cause = "https://example.org/lib.zip: HTTP 503 Service Unavailable".to_owned();
    let again = course.at(75.5);
    course.does("unlucky", Doing::Retrying { cause, again }, 71.0);
    course
}

/// The last line of a command that builds something.
fn last_line() -> std::sync::Arc<LastLine> {
    let last = LastLine::default();
    last.hear(b"[ 81%] Building CXX object src/engine.o\n");
    std::sync::Arc::new(last)
}

#[test]
fn a_run_in_progress_has_a_picture_at_every_width() {
    let course = eventful();
    for columns in [40, 80, 160, 300] {
        let picture = course.picture(72.0, columns, 40).join("\n");
        insta::assert_snapshot!(format!("eventful_{columns}"), picture);
    }
}

#[test]
fn tests_that_wait_are_counted_while_none_runs() {
    let mut course = Course::new(20);
    course.board.ends(TestId::new(0), Ended::Failed);
    course.board.blocked = 4;
    course.fetches("duckdb", Some(48 * MIB), (0, 18));
    insta::assert_snapshot!(course.picture(18.0, 80, 24).join("\n"), @"
     RUNNING [      18s] ( 5/20) ━━━─────────── 15 waiting, 1 failed, 4 blocked
    FETCHING [      18s] duckdb: 18.0 of 48.0 MiB (37 %), 1.0 MiB/s, 30 s left
    ");
    course.starts(1, "one.sh", 1, 17.9);
    insta::assert_snapshot!(course.picture(18.0, 80, 24)[0], @"     RUNNING [      18s] ( 5/20) ━━━━─────────── 1 running, 1 failed, 4 blocked");
    let mut alone = Course::new(0);
    alone.board.libraries = 1;
    let lines = still(&alone.board, alone.at(30.0), LiveScope::All);
    assert_eq!(strip_str(&lines[0]).to_string(), "       STILL [      30s] (0/1)");
}

#[test]
fn in_few_rows_a_picture_says_how_much_it_leaves_out() {
    let mut course = eventful();
    insta::assert_snapshot!(course.picture(72.0, 80, 16).join("\n"), @"
     RUNNING [      72s] (1274/2000) ━━━━━━──── 4 running, 3 failed, 40 blocked
    FETCHING [      62s] stalled: 30.0 of 300.0 MiB (10 %), no bytes for 32 s
    FETCHING [      18s] duckdb: 18.0 of 48.0 MiB (37 %), 1.0 MiB/s, 30 s left
    FETCHING [      12s] chromium: 12.0 MiB, 1.0 MiB/s
                         and 4 more libraries
             [      69s] unit parser::t…mments_end_where_they_should: attempt 2
             [      11s] api tests/users/r…tration/create_with_password.test.ts
             [      10s] web 日本語のテスト/ログイン.spec.ts
    ");
    for id in 1400..1450 {
        course.starts(id, &format!("many {id}.sh"), 1, 70.0);
    }
    insta::assert_snapshot!(course.picture(72.0, 80, 24).join("\n"), @"
     RUNNING [      72s] (1274/2000) ━━━━━──── 54 running, 3 failed, 40 blocked
    FETCHING [      62s] stalled: 30.0 of 300.0 MiB (10 %), no bytes for 32 s
    FETCHING [      18s] duckdb: 18.0 of 48.0 MiB (37 %), 1.0 MiB/s, 30 s left
    FETCHING [      12s] chromium: 12.0 MiB, 1.0 MiB/s
     WAITING [       7s] sqlite3: process 4711 prepares it
                         and 3 more libraries
             [      69s] unit parser::t…mments_end_where_they_should: attempt 2
             [      11s] api tests/users/r…tration/create_with_password.test.ts
             [      10s] web 日本語のテスト/ログイン.spec.ts
             [       2s] many 1400.sh
             [       2s] many 1401.sh
                         and 48 more running
    ");
}

#[test]
fn no_picture_is_wider_or_higher_than_its_terminal() {
    let course = eventful();
    for columns in 0..310 {
        for rows in [1, 2, 3, 5, 24, 200] {
            let lines = course.picture(72.0, columns, rows);
            assert!(lines.len() <= rows.div_ceil(2).min(16), "{} in {rows}", lines.len());
            for line in lines {
                assert!(width(&line) < columns, "{columns}: {line}");
            }
        }
    }
}

#[test]
fn of_a_library_with_a_long_name_one_sees_how_far_it_is() {
    let mut course = Course::new(1);
    course.fetches("a-library-with-a-name-as-long-as-the-line", Some(48 * MIB), (54, 72));
    assert_eq!(course.picture(72.0, 40, 24)[1], "   18s a-librar…-long-as-the-line: 37 %");
}

#[test]
fn an_import_that_goes_on_after_a_failed_attempt_is_a_transfer_again() {
    let mut course = Course::new(1);
    let again = course.at(2.5);
    course.does("duckdb", Doing::Retrying { cause: "HTTP 503".to_owned(), again }, 1.0);
    assert_eq!(
        course.picture(1.0, 80, 24)[1],
        "    RETRYING [       0s] duckdb: HTTP 503; again in 1 s"
    );
    assert_eq!(
        course.picture(3.0, 80, 24)[1],
        "    RETRYING [       2s] duckdb: HTTP 503; trying again"
    );
    let now = course.at(3.0);
    course.board.transfers("duckdb", now, MIB, Some(4 * MIB));
    assert_eq!(
        course.picture(3.0, 80, 24)[1],
        "    FETCHING [       0s] duckdb: 1.0 of 4.0 MiB (25 %)"
    );
}

#[test]
fn where_nothing_is_left_to_wait_for_there_is_no_picture() {
    let mut course = Course::new(1);
    assert_eq!(course.picture(0.0, 80, 24).len(), 1);
    course.board.ends(TestId::new(0), Ended::Passed);
    assert_eq!(course.picture(0.0, 80, 24), [""; 0]);
}

#[test]
fn a_quiet_log_is_told_what_still_goes_on() {
    let course = eventful();
    let lines: Vec<String> = still(&course.board, course.at(72.0), LiveScope::All)
        .iter()
        .map(|line| strip_str(line).collect())
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
       STILL [      72s] (1274/2000) 4 running, 3 failed, 40 blocked
    FETCHING [      62s] stalled: 30.0 of 300.0 MiB (10 %), no bytes for 32 s
    FETCHING [      18s] duckdb: 18.0 of 48.0 MiB (37 %), 1.0 MiB/s, 30 s left
    FETCHING [      12s] chromium: 12.0 MiB, 1.0 MiB/s, from https://downloads.example.org/chromium/releases/v1.4.2/libchromium.zip
                         and 4 more libraries
             [      69s] unit parser::tests::nested_comments_end_where_they_should: attempt 2
             [      11s] api tests/users/registration/create_with_password.test.ts
             [      10s] web 日本語のテスト/ログイン.spec.ts
             [       0s] too short to be seen
    ");
}
