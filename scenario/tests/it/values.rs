//! Single values: durations, digests, platforms, words.

use std::num::NonZeroUsize;
use std::time::Duration;

use probe_scenario::{
    Arch, BadDigest, BadDuration, BadJobs, BadSize, Jobs, Leaks, Libc, Os, Platform, PlatformKey,
    Sha256, ShowOutput, StatusLevel, Streams, parse_duration, parse_size, write_duration,
};

use crate::support::good;

#[test]
fn durations_are_numbers_with_units_from_long_to_short() {
    let check = |text, milliseconds| {
        let expected = Duration::from_millis(milliseconds);
        assert_eq!(parse_duration(text), Ok(expected), "for `{text}`");
    };
    check("90s", 90_000);
    check("2m", 120_000);
    check("1m30s", 90_000);
    check("500ms", 500);
    check("1h0m1s5ms", 3_601_005);
    check("0s", 0);
}

#[test]
fn a_duration_says_what_is_wrong_with_it() {
    let check = |text, expected| assert_eq!(parse_duration(text), Err(expected), "for `{text}`");
    check("", BadDuration::NoNumber);
    check("s", BadDuration::NoNumber);
    check("-1s", BadDuration::NoNumber);
    check("90", BadDuration::NoUnit);
    check("1m30", BadDuration::NoUnit);
    check("90 s", BadDuration::UnknownUnit);
    check("5 minutes", BadDuration::UnknownUnit);
    check("1.5s", BadDuration::UnknownUnit);
    check("1s1m", BadDuration::Order);
    check("1s1s", BadDuration::Order);
    check("18446744073709551615h", BadDuration::TooLong);
    check("99999999999999999999s", BadDuration::TooLong);
    check("18446744073709551615ms18446744073709551615ms", BadDuration::Order);
}

#[test]
fn jobs_are_a_number_or_a_part_of_the_processors() {
    let check = |text: &str, on_1, on_6, on_64| {
        let jobs: Jobs = text.parse().expect(text);
        for (processors, expected) in [(1, on_1), (6, on_6), (64, on_64)] {
            let processors = NonZeroUsize::new(processors).expect("there is one");
            assert_eq!(jobs.of(processors).get(), expected, "`{text}` of {processors}");
        }
    };
    check("num-cpus", 1, 6, 64);
    check("4", 4, 4, 4);
    check("50%", 1, 3, 32);
    check("33%", 1, 1, 21);
    check("1%", 1, 1, 1);
    check("150%", 1, 9, 96);
    check("-1", 1, 5, 63);
    check("-6", 1, 1, 58);
    check("-4294967295", 1, 1, 1);
}

#[test]
fn jobs_say_what_is_wrong_with_them() {
    let check = |text: &str, expected| assert_eq!(text.parse::<Jobs>(), Err(expected), "`{text}`");
    for none in ["0", "-0", "00", "0%"] {
        check(none, BadJobs::None);
    }
    for many in ["4294967296", "-4294967296", "99999999999999999999", "4294967296%"] {
        check(many, BadJobs::TooMany);
    }
    for unknown in
        ["", "x", "-", "%", "-50%", "+4", "1.5", "1.5%", "50 %", "all", "NUM-CPUS", "--1"]
    {
        check(unknown, BadJobs::Unknown);
    }
}

#[test]
fn sizes_are_whole_numbers_with_a_unit() {
    let check = |text, bytes| assert_eq!(parse_size(text), Ok(bytes), "for `{text}`");
    check("0B", 0);
    check("64MiB", 64 << 20);
    check("1KiB", 1024);
    check("1kB", 1000);
    check("2GB", 2_000_000_000);
    check("3GiB", 3 << 30);
}

#[test]
fn a_size_says_what_is_wrong_with_it() {
    let check = |text, expected| assert_eq!(parse_size(text), Err(expected), "for `{text}`");
    check("", BadSize::NoNumber);
    check("MiB", BadSize::NoNumber);
    check("64", BadSize::NoUnit);
    check("64 MiB", BadSize::UnknownUnit);
    check("64M", BadSize::UnknownUnit);
    check("1.5GiB", BadSize::UnknownUnit);
    check("18446744073709551615KiB", BadSize::TooLarge);
    check("99999999999999999999B", BadSize::TooLarge);
}

/// The SHA-256 of nothing, as hex and as an integrity string.
const EMPTY_HEX: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const EMPTY_SRI: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

#[test]
fn digests_are_hex_or_integrity_strings() {
    let hex: Sha256 = EMPTY_HEX.parse().expect("it is hex");
    assert_eq!(hex.to_string(), EMPTY_HEX);
    assert_eq!(EMPTY_SRI.parse(), Ok(hex));
    assert_eq!(EMPTY_HEX.to_uppercase().parse(), Ok(hex));
}

#[test]
fn a_digest_says_what_is_wrong_with_it() {
    let check = |text: &str, expected| {
        assert_eq!(text.parse::<Sha256>(), Err(expected), "for `{text}`");
    };
    check("", BadDigest::Length(0));
    check("e3b0", BadDigest::Length(2));
    check("not hex", BadDigest::Encoding);
    check("sha256-e3b0!", BadDigest::Encoding);
    check("sha512-abcd", BadDigest::Algorithm("sha512".to_owned()));
}

#[test]
fn platform_keys_go_from_general_to_exact() {
    let check = |os, libc, expected: &[&str]| {
        let platform = Platform { os, arch: Arch::Aarch64, libc };
        let keys: Vec<String> = platform.keys().iter().map(ToString::to_string).collect();
        assert_eq!(keys, expected);
        assert_eq!(platform.to_string(), *expected.last().expect("there are keys"));
    };
    let musl = Some(Libc::Musl);
    check(Os::Linux, musl, &["linux", "linux-aarch64", "linux-aarch64-musl"]);
    check(Os::Linux, None, &["linux", "linux-aarch64"]);
    check(Os::Macos, None, &["macos", "macos-aarch64"]);
}

#[test]
fn every_platform_key_reads_as_it_is_written() {
    for key in PlatformKey::all() {
        assert_eq!(key.to_string().parse(), Ok(key));
    }
    let unknown = "macos-x86_64-musl".parse::<PlatformKey>();
    insta::assert_snapshot!(unknown.expect_err("macOS has one C library"));
}

#[test]
fn a_platform_key_stands_for_machines_that_each_have_one_pin_key() {
    for (key, pinned) in [
        ("linux-x86_64", &["linux-x86_64"][..]),
        ("linux-x86_64-gnu", &["linux-x86_64"]),
        ("linux-aarch64-musl", &["linux-aarch64-musl"]),
        ("macos-aarch64", &["macos-aarch64"]),
        ("linux", &["linux-x86_64", "linux-aarch64"]),
        ("windows", &["windows-x86_64", "windows-aarch64"]),
    ] {
        let platforms = key.parse::<PlatformKey>().expect("a key").platforms();
        let keys: Vec<_> = platforms.iter().map(|known| known.pin_key().to_string()).collect();
        assert_eq!(keys, pinned, "{key}");
    }
}

#[test]
fn words_read_as_they_are_written() {
    for leaks in Leaks::ALL {
        assert_eq!(leaks.to_string().parse(), Ok(*leaks));
    }
    for streams in Streams::ALL {
        assert_eq!(streams.to_string().parse(), Ok(*streams));
    }
    for level in StatusLevel::ALL {
        assert_eq!(level.to_string().parse(), Ok(*level));
    }
    for show in ShowOutput::ALL {
        assert_eq!(show.to_string().parse(), Ok(*show));
    }
    for level in StatusLevel::ALL {
        assert_eq!(level.to_string().parse(), Ok(*level));
    }
    for show in ShowOutput::ALL {
        assert_eq!(show.to_string().parse(), Ok(*show));
    }
    let unknown = "ignore".parse::<Leaks>();
    insta::assert_snapshot!(
        unknown.expect_err("it is none of them"),
        @"unknown way with leaks `ignore`, known are `kill`, `report`, `fail`"
    );
}

#[test]
fn a_duration_is_written_as_it_is_read() {
    for text in ["1h", "1h1s", "1m30s", "5m", "59s", "1s500ms", "999ms", "0s"] {
        let duration = parse_duration(text).expect("a duration");
        assert_eq!(write_duration(duration), text);
    }
    assert_eq!(write_duration(Duration::from_micros(999)), "0s");
    assert_eq!(write_duration(Duration::from_secs(90)), "1m30s");
}

#[test]
fn output_is_shown_at_once_at_the_end_both_or_never() {
    for (show, immediate, at_the_end) in [
        (ShowOutput::Immediate, true, false),
        (ShowOutput::Final, false, true),
        (ShowOutput::ImmediateFinal, true, true),
        (ShowOutput::Never, false, false),
    ] {
        assert_eq!((show.is_immediate(), show.is_final()), (immediate, at_the_end), "{show}");
    }
}

#[test]
fn a_profile_says_what_run_does_not() {
    let manifest = good("[run]\njobs = 2\nretries = 3\n[profile.ci]\nretries = 1\nleaks = 'fail'");
    let ci = manifest.defaults(Some("ci")).expect("there is a profile `ci`");
    assert_eq!(ci.jobs, manifest.run.jobs);
    assert_eq!((ci.limits.retries, ci.limits.leaks), (Some(1), Some(Leaks::Fail)));
    assert_eq!(manifest.defaults(None), Ok(manifest.run.clone()));
    insta::assert_snapshot!(
        manifest.defaults(Some("cd")).expect_err("there is no such profile"),
        @"unknown profile `cd`, known are `ci`"
    );
}
