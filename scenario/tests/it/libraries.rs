//! Libraries: sources, platforms, placeholders, and what they need of each other.

use std::path::{Path, PathBuf};

use probe_scenario::{
    Arch, Because, Download, Library, LibraryKind, Member, Mistake, Os, Placement, Platform,
    Source, read,
};

use crate::support::{LINUX, good};

const MACOS: Platform = Platform { os: Os::Macos, arch: Arch::Aarch64, libc: None };

const DUCKDB: &str = r#"
[library.duckdb]
version = "1.4.2"
member = "{prefix}duckdb{suffix}"
to = "cache/{version}/{os}-{arch}"
sha256 = { linux-x86_64 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
mirrors = ["https://mirror.example.org/{version}/duckdb.zip"]

[library.duckdb.url]
linux = "https://example.org/v{version}/linux.zip"
linux-x86_64 = "https://example.org/v{version}/linux-amd64.zip"
linux-x86_64-musl = "https://example.org/v{version}/musl.zip"
macos = "https://example.org/v{version}/osx-universal.zip"
"#;

fn only_library(text: &str, platform: &Platform) -> Library {
    let manifest = read(text, platform).into_result("probe.toml", text);
    let libraries = manifest.expect("there are no mistakes").libraries;
    let [library] = libraries.try_into().expect("there is one library");
    library
}

fn download(platform: &Platform) -> Download {
    match only_library(DUCKDB, platform).source {
        Source::Url(download) => download,
        other => panic!("{other:?} is not downloaded"),
    }
}

#[test]
fn the_most_exact_platform_key_wins() {
    let linux = download(&LINUX);
    assert_eq!(linux.url, "https://example.org/v1.4.2/linux-amd64.zip");
    assert!(linux.sha256.is_some());
    let macos = download(&MACOS);
    assert_eq!(macos.url, "https://example.org/v1.4.2/osx-universal.zip");
    assert_eq!(macos.sha256, None);
}

#[test]
fn placeholders_of_the_platform_are_filled_in_while_reading() {
    let linux = download(&LINUX);
    assert_eq!(linux.member, Some(Member::File("libduckdb.so".to_owned())));
    assert_eq!(linux.mirrors, ["https://mirror.example.org/1.4.2/duckdb.zip"]);
    let to = only_library(DUCKDB, &MACOS).to;
    let path = "cache/1.4.2/macos-aarch64".to_owned();
    assert_eq!(to, Some(Placement::Path(path)));
}

#[test]
fn a_url_without_a_scheme_is_a_path() {
    let library = only_library(
        r#"
        [library.engine]
        url = "~/engines/engine.tar.gz"
        member = "bin/"
        kind = "data"
        "#,
        &LINUX,
    );
    assert_eq!(library.kind, LibraryKind::Data);
    assert_eq!(
        library.source,
        Source::Path {
            path: "~/engines/engine.tar.gz".to_owned(),
            member: Some(Member::Folder("bin".to_owned())),
            sha256: None,
        }
    );
}

#[test]
fn a_library_for_other_platforms_matters_only_to_those_who_need_it() {
    let text = r#"
        [library.metal]
        url = { macos = "https://example.org/metal.zip" }
        [test.free]
        run = ["true"]
    "#;
    assert_eq!(good(text).libraries.len(), 0);
}

#[test]
fn paths_may_differ_by_platform_and_a_leader_can_do_without() {
    let text = |source: &str| {
        format!(
            "[library.browser]\n{source}\nkind = \"executable\"\n\
             paths = {{ linux = [\"~/.cache/b/*\"], macos-aarch64 = [\"~/Library/Caches/b/*\"] }}\n\
             [test.page]\nrun = [\"true\"]\nneeds = [\"browser\"]\n"
        )
    };
    let command = text("command = [\"npx\", \"install\"]");
    for source in [&command, &text("leader = true")] {
        for (platform, expected) in [(LINUX, "~/.cache/b/*"), (MACOS, "~/Library/Caches/b/*")] {
            let library = only_library(source, &platform);
            let (Source::Command { artefact, .. } | Source::Leader { artefact, .. }) =
                &library.source
            else {
                panic!("{:?} leaves nothing", library.source);
            };
            assert_eq!(artefact.paths, [expected], "{platform}");
        }
    }
    let other = Platform { arch: Arch::X86_64, ..MACOS };
    let library = only_library(&text("leader = true"), &other);
    assert!(
        matches!(&library.source, Source::Leader { artefact, .. } if artefact.paths.is_empty())
    );
    let mistakes = read(&command, &other).mistakes;
    let [mistake] = mistakes.as_slice() else { panic!("one mistake, not {mistakes:?}") };
    assert_eq!(mistake.to_string(), "library `browser` has no `paths` for `macos-x86_64`");
}

#[test]
fn browsers_and_programs_are_looked_for_where_their_system_has_caches() {
    let paths = |preset: &str, platform: &Platform| {
        let text = format!("[library.x]\npreset = \"{preset}\"\nversion = \"1.2\"\n");
        match only_library(&text, platform).source {
            Source::Command { artefact, .. } | Source::Leader { artefact, .. } => artefact.paths,
            source => panic!("{source:?} leaves nothing"),
        }
    };
    for (preset, linux, mac) in [
        (
            "playwright",
            "~/.cache/ms-playwright/chromium-*/**/chrome",
            "~/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
        ),
        (
            "playwright-python",
            "~/.cache/ms-playwright/chromium-*/**/chrome",
            "~/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
        ),
        (
            "puppeteer",
            "~/.cache/puppeteer/chrome/linux*/chrome-linux64/chrome",
            "~/.cache/puppeteer/chrome/mac*/chrome-mac-*/*.app/Contents/MacOS/*",
        ),
        (
            "deno-esbuild",
            "~/.cache/esbuild/bin/@esbuild-*@1.2",
            "~/Library/Caches/esbuild/bin/@esbuild-*@1.2",
        ),
    ] {
        assert_eq!(paths(preset, &LINUX), [linux], "{preset}");
        assert_eq!(paths(preset, &MACOS), [mac], "{preset}");
    }
}

#[test]
fn paths_are_put_into_values_only_when_a_process_is_started() {
    let manifest = good(
        r#"
        [library.base]
        url = "base.so"

        [library.tool]
        command = ["make", "BASE={library.base}", "tool"]
        paths = ["out/tool{suffix}"]
        inputs = ["src/**/*.c"]
        env = { TOOL = "{path}:{version}", TOOL_DIR = "{dir}", BOTH = "{library.tool}|{library.base}" }
        version = "2"
        "#,
    );
    let tool = &manifest.libraries[1];
    let paths = [PathBuf::from("/store/base.so"), PathBuf::from("/out/tool.so")];
    let path_of = |library: probe_scenario::LibraryId| -> &Path { &paths[library.index()] };
    let env: Vec<String> = tool
        .env
        .iter()
        .map(|(name, value)| format!("{name}={}", value.render(path_of).display()))
        .collect();
    assert_eq!(env, ["TOOL=/out/tool.so:2", "TOOL_DIR=/out", "BOTH=/out/tool.so|/store/base.so"]);
    let Source::Command { command, artefact, .. } = &tool.source else {
        panic!("{:?} is not a command", tool.source);
    };
    assert_eq!(command.render(&[], path_of), ["make", "BASE=/store/base.so", "tool"]);
    assert_eq!(artefact.paths, ["out/tool.so"]);
    // It needs the library that its command names, and not itself.
    let [need] = tool.needs.as_slice() else {
        panic!("one need, not {:?}", tool.needs);
    };
    assert_eq!(need.library.index(), 0);
    assert!(matches!(need.because, Because::Placeholder(_)));
}

#[test]
fn each_library_has_a_variable_of_its_own() {
    let manifest = good("[library.'a-b.c_d1']\nurl = 'x.so'");
    assert_eq!(manifest.libraries[0].variable, "PROBE_LIBRARY_A_B_C_D1");
}

#[test]
fn a_preset_says_what_a_library_does_not_say_itself() {
    let text = r#"
        [library.sqlite3]
        preset = "@db/sqlite"
        version = "0.12.0"

        [library.patched]
        preset = "@db/sqlite"
        url = "build/patched{suffix}"
    "#;
    let libraries = good(text).libraries;
    let [sqlite3, patched] = libraries.as_slice() else {
        panic!("two libraries, not {libraries:?}");
    };
    let url = "https://github.com/denodrivers/sqlite3/releases/download/0.12.0/libsqlite3.so";
    let Source::Url(download) = &sqlite3.source else {
        panic!("{:?} is not downloaded", sqlite3.source);
    };
    assert_eq!(download.url, url);
    let path = "build/patched.so".to_owned();
    assert_eq!(patched.source, Source::Path { path, member: None, sha256: None });
    for library in &libraries {
        let (variable, value) = &library.env[0];
        assert_eq!(variable, "DENO_SQLITE_PATH");
        assert_eq!(value.render(|_| Path::new("/store/x.so")), "/store/x.so");
        let detected = |import: &str| library.detect.iter().any(|regex| regex.is_match(import));
        assert!(detected("jsr:@db/sqlite@^0.12"));
        assert!(detected("https://deno.land/x/sqlite3@0.12.0/mod.ts"));
        assert!(!detected("jsr:@db/sqlite-vec"));
        assert!(!detected("npm:sqlite3"));
    }
}

#[test]
fn every_preset_is_good_on_every_platform() {
    let unknown = read("[library.a]\npreset = '?'", &LINUX).mistakes;
    let [Mistake::UnknownPreset { known, .. }] = unknown.as_slice() else {
        panic!("one unknown preset, not {unknown:?}");
    };
    assert!(!known.is_empty());
    for preset in known {
        let text = format!("[library.a]\npreset = '{preset}'\nversion = '1.2.3'");
        for &os in Os::ALL {
            for &arch in Arch::ALL {
                let platform = Platform { os, arch, libc: None };
                assert_eq!(read(&text, &platform).mistakes, [], "`{preset}` for {platform}");
            }
        }
    }
}
