//! How long reading, expanding and selecting take in a large project.
//!
//! The bar is 150 ms for a manifest of 10,000 tests, on 2 cores of a small machine.

use std::fmt::Write;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use probe_scenario::{Arch, Found, Libc, Os, Platform, Selection, Selector, read};

const LINUX: Platform = Platform { os: Os::Linux, arch: Arch::X86_64, libc: Some(Libc::Gnu) };

fn main() {
    divan::main();
}

/// A manifest of `tests` tests that need 100 libraries, wait for each other in pairs, and use what tests can say.
fn manifest(tests: usize) -> String {
    let mut text = String::new();
    for library in 0..100 {
        write!(
            text,
            "[library.lib{library}]\nversion = \"1.{library}\"\n\
             url = {{ linux = \"https://example.org/{{version}}/lib.so\", macos = \"lib.dylib\" }}\n\n"
        )
        .expect("a string takes any text");
    }
    for test in 0..tests {
        write!(
            text,
            "[test.\"package/test-{test}\"]\n\
             run = [\"deno\", \"test\", \"-A\", \"packages/test-{test}.ts\", \"--lib={{library.lib{}}}\"]\n\
             needs = [\"lib{}\"]\ntags = [\"api\", \"slow\"]\nenv = {{ LEVEL = \"debug\" }}\ntimeout = \"90s\"\n",
            test % 100,
            test / 7 % 100,
        )
        .expect("a string takes any text");
        if test % 2 == 1 {
            writeln!(text, "after = [\"package/test-{}\"]", test - 1)
                .expect("a string takes any text");
        }
        text.push('\n');
    }
    text
}

/// The names of `files` test files in a deep tree.
fn found(files: usize) -> Found {
    let mut found = Found::default();
    found.add_files(
        (0..files).map(|file| format!("packages/p{}/tests/unit/case-{file}.test.ts", file % 50)),
    );
    found
}

const SUITES: &str = "
    [suite.unit]
    files = ['packages/*/tests/**/*.test.ts']
    exclude = ['**/fixtures/**']
    run = ['deno', 'test', '{file}']
    tags = ['unit']
    [suite.web]
    files = ['packages/p1/**/*.ts', 'packages/p2/**/*.ts']
    run = ['node', '{file}']
";

#[divan::bench(args = [1_000, 10_000])]
fn read_tests(bencher: Bencher<'_, '_>, tests: usize) {
    let text = manifest(tests);
    assert_eq!(read(&text, &LINUX).mistakes, []);
    bencher
        .counter(ItemsCount::new(tests))
        .counter(BytesCount::of_str(&text))
        .bench(|| read(divan::black_box(&text), &LINUX));
}

/// What the TOML parser alone takes of `read_tests`.
#[divan::bench(args = [1_000, 10_000])]
fn parse_toml(bencher: Bencher<'_, '_>, tests: usize) {
    let text = manifest(tests);
    bencher
        .counter(ItemsCount::new(tests))
        .bench(|| toml::de::DeTable::parse_recoverable(divan::black_box(&text)).1);
}

#[divan::bench(args = [1_000, 10_000])]
fn read_mistakes(bencher: Bencher<'_, '_>, tests: usize) {
    let text = manifest(tests).replace("timeout", "timout");
    assert_eq!(read(&text, &LINUX).mistakes.len(), tests);
    bencher.counter(ItemsCount::new(tests)).bench(|| read(divan::black_box(&text), &LINUX));
}

#[divan::bench(args = [1_000, 10_000])]
fn read_unknown_names(bencher: Bencher<'_, '_>, tests: usize) {
    let text = manifest(tests).replace("after = [\"package", "after = [\"packages");
    assert_eq!(read(&text, &LINUX).mistakes.len(), tests / 2);
    bencher.counter(ItemsCount::new(tests)).bench(|| read(divan::black_box(&text), &LINUX));
}

#[divan::bench(args = [2_000, 20_000])]
fn expand_files(bencher: Bencher<'_, '_>, files: usize) {
    let manifest = read(SUITES, &LINUX).manifest;
    let found = found(files);
    bencher.counter(ItemsCount::new(files)).bench(|| manifest.expand(divan::black_box(&found)));
}

#[divan::bench(args = [2_000, 20_000])]
fn select_tests(bencher: Bencher<'_, '_>, files: usize) {
    let suite = read(SUITES, &LINUX).manifest.expand(&found(files)).suite;
    let selector: Selector = "tag:unit,!name:case-1".parse().expect("it is a selector");
    let selection = Selection::new(vec![selector], &["CASE".to_owned()]);
    bencher.counter(ItemsCount::new(files)).bench(|| divan::black_box(&selection).of(&suite));
}
