//! Every mistake as a person sees it.

use crate::support::report;

#[test]
fn all_mistakes_are_reported_at_once() {
    insta::assert_snapshot!(report(
        r#"
[run]
jobs = "all"
timeout = "5 minutes"

[library.sqlite3]
url = "https://example.org/v{version}/libsqlite3{sufix}"
sha256 = "12345"

[suite.api]
files = ["tests/**/*.ts"]
run = ["deno", "test", "{file}"]
need = ["sqlite3"]

[test.migrate]
run = "deno task migrate"
needs = ["sqlite"]
after = ["seed"]
"#
    ));
}
