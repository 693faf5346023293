//! `go test`: one test for each package with test files, as `go list` names them.

use regex::Regex;

use super::flags::words;
use crate::Span;
use crate::manifest::rule::Listing;

/// Packages without a test file would be tests in which nothing runs.
const TESTED: &str = "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}";

/// Flags that say which files a package has, so that they hold for a listing too; some have their value in the next word.
const OF_A_BUILD: [&str; 4] = ["-tags", "-mod", "-modfile", "-overlay"];

/// What runs the tests of a package.
pub(super) fn launcher() -> Vec<String> {
    words(&["go", "test"])
}

/// The listing of packages below the suite's directory, for tests with these `args`. `span` is the place of `kind`.
pub(super) fn listing(args: &[String], span: Span) -> Listing {
    let mut run = words(&["go", "list", "-f", TESTED]);
    let mut args = args.iter();
    while let Some(word) = args.next() {
        let flag = word.split('=').next().unwrap_or(word);
        // With one dash or two.
        let flag = flag.strip_prefix('-').filter(|rest| rest.starts_with('-')).unwrap_or(flag);
        if OF_A_BUILD.contains(&flag) {
            run.push(word.clone());
            run.extend((!word.contains('=')).then(|| args.next().cloned()).flatten());
        }
    }
    run.push("./...".to_owned());
    let pattern = Regex::new("^(?<name>.+)$").expect("it is a pattern");
    Listing { run, pattern, span }
}
