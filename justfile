# Every recipe here is a shortcut: the plain commands are in README.md.

# List the recipes.
default:
    @just --list

# Everything that must hold before a commit.
check: fmt clippy doc test

# Formatting, as CI sees it.
fmt:
    cargo fmt --all --check

# Lints, warnings as errors.
clippy:
    cargo clippy --workspace --all-targets -- -D warnings

# The documentation, warnings as errors.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# The example: two libraries, many processes, no race.
run:
    cargo run --release -- run -j8 --manifest-path testdata/race/probe.toml

# All tests.
test:
    cargo test --workspace

# What takes too long for every test run: processes on one cold library, half of them killed, in 300 rounds; probe itself killed and signalled at random moments, 100 each; 400 MiB of output.
stress:
    PROBE_TORTURE_ROUNDS=300 cargo test --release -p probe-loader torture -- --nocapture --test-threads=1
    PROBE_STRESS_ROUNDS=100 cargo test --release -p probe-runner-cli --test it -- a_killed_probe at_any_moment --test-threads=1
    PROBE_STRESS_MIB=400 cargo test --release -p probe-runner-cli --test it -- a_flood_of_output

# Errors and kills at the system calls of an import, one by one, some 400 runs: nothing torn, the next import succeeds, no litter. Needs strace.
inject *options:
    cargo build --release -p probe-loader --example folder
    loader/inject.py {{ options }}

# New inputs for everything that takes bytes from outside, so many seconds for each target. Needs cargo-fuzz and a nightly compiler.
fuzz seconds="600":
    for target in object archive manifest pins; do cargo +nightly fuzz run "$target" -- -max_total_time={{ seconds }} || exit 1; done

# The benchmarks; those of the scheduler and `compare` fail if a bar is missed. The loader's need curl.
bench: compare
    cargo bench -p probe-scheduler --bench walk
    cargo bench -p probe-scheduler --bench memory
    cargo bench -p probe-loader
    cargo bench -p probe-scenario
    cargo bench -p probe-runner-cli --bench detection

# probe beside other programs, as one Markdown table; fails if a bar is missed. With words, only the rows whose names begin with one of them; `--passes 3` before them runs all three times over.
compare *rows:
    cargo build --profile dist
    cargo run --profile dist -p probe-bench -- {{ rows }}

# Instructions on hot paths, each with its limit. Needs valgrind.
counts:
    cargo build --profile dist
    cargo run --profile dist -p probe-bench -- counts

# What becomes of 1,000 simulated suites on as many fleets, by each way of sharing them.
fleets:
    cargo run --release -p probe-bench -- fleets

# The disease that the example cures: the same tests without probe.
race:
    testdata/race/without-probe.sh

# What real software dies of when its tests share a library, and with probe: 20 rounds of each case, packages from npm and PyPI.
races *cases:
    cargo build --release
    races/measure.py {{ cases }}

# Every package of a release, installed by what it is for, offline.
packages:
    .ci/packages

# Accept new snapshots after reading them.
snap:
    cargo insta review

# Licences, advisories and duplicate crates.
deny:
    cargo deny check

# What CI runs, on a clean checkout.
ci:
    .ci/run
