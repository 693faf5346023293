//! A library by its URL alone, as a manifest would declare it: three lines. Fetches nothing.

use std::fmt::Write;

use probe_scenario::{Library, Platform, Source, read};

/// A library of a name that none of the `others` has. `None` if it is nothing that can be imported.
pub(super) fn library(
    url: &str,
    sha256: Option<&str>,
    others: &[&Library],
    platform: &Platform,
) -> Option<Library> {
    let name = library_name(url);
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find_map(|name| {
        let mut text = declaration(&name, url).join("\n");
        if let Some(sha256) = sha256 {
            write!(text, "\nsha256 = {sha256:?}").expect("a string takes any text");
        }
        let reading = read(&text, platform);
        let library = reading.manifest.libraries.into_iter().next();
        // Whoever wrote it down may mean a file of this machine.
        let is_download = |library: &Library| matches!(library.source, Source::Url(_));
        let library = library.filter(|library| reading.mistakes.is_empty() && is_download(library));
        let Some(mut library) = library else {
            return Some(None);
        };
        library.line = None;
        let is_taken = others.iter().any(|other| other.variable == library.variable);
        (!is_taken).then_some(Some(library))
    })?
}

/// The lines of a manifest that declare it.
pub(crate) fn declaration(name: &str, url: &str) -> [String; 3] {
    // Braces are placeholders there.
    let url = url.replace('{', "{{").replace('}', "}}");
    [format!("[library.{name}]"), format!("url = {url:?}"), "to = \"plug\"".to_owned()]
}

/// Whether the library of `preset` comes from `url` in one of its versions.
pub(crate) fn is_of_preset(preset: &str, url: &str, platform: &Platform) -> bool {
    let versions = url.split('/').map(|part| part.strip_prefix('v').unwrap_or(part));
    let mut versions = versions.filter(|part| {
        part.contains('.') && part.starts_with(|first: char| first.is_ascii_digit())
    });
    versions.any(|version| {
        let text = format!("[library.a]\npreset = {preset:?}\nversion = {version:?}\n");
        let libraries = read(&text, platform).manifest.libraries;
        libraries
            .iter()
            .any(|library| matches!(&library.source, Source::Url(download) if download.url == url))
    })
}

/// A name for a library by its URL: `…/v1/libengine_x86_64.so` gives `engine`. Where the file is called by a digest, the
/// nearest part of the URL before it that is a word.
pub(crate) fn library_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let words = path.rsplit('/').map(word_of).filter(|name| is_word(name));
    words.into_iter().next().unwrap_or_else(|| "library".to_owned())
}

/// Words for machines, as names of files have them.
pub(crate) const MACHINES: [&str; 14] = [
    "x86_64", "x86-64", "amd64", "x64", "aarch64", "arm64", "linux", "darwin", "macos", "osx",
    "windows", "unknown", "gnu", "musl",
];

/// What a part of a URL or of a path is called, without what says at its end for which machine it is.
pub(crate) fn word_of(part: &str) -> String {
    let lower = part.to_ascii_lowercase();
    let stem = lower.split('.').next().unwrap_or_default();
    let mut stem = stem.strip_prefix("lib").unwrap_or(stem);
    while let Some(shorter) = MACHINES.iter().find_map(|machine| {
        let shorter = stem.strip_suffix(machine)?;
        shorter.ends_with(['-', '_']).then(|| shorter.trim_end_matches(['-', '_']))
    }) {
        stem = shorter;
    }
    stem.chars().filter(|letter| letter.is_ascii_alphanumeric() || "_-".contains(*letter)).collect()
}

/// Whether it is a name rather than a digest or a version.
pub(crate) fn is_word(name: &str) -> bool {
    let is_digest = name.len() >= 16 && name.chars().all(|letter| letter.is_ascii_hexdigit());
    let is_version = name.trim_start_matches('v').chars().all(|letter| letter.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && !is_digest && !is_version
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform;

    #[test]
    fn a_library_is_called_as_in_its_url() {
        for (url, name) in [
            ("https://a.org/v1.0.0/libengine.so", "engine"),
            ("https://a.org/v1.0.0/libengine_x86_64.so?token=1", "engine"),
            ("https://a.org/v1/engine-linux-x64.so", "engine"),
            (
                "https://a.org/pty/78749b9d49a2ade61a15e9f85b00f70dbb4a41d888e32eb719cae983f13dead9.so",
                "pty",
            ),
            ("https://github.com/me/tool/releases/download/v1/0123456789abcdef.so", "download"),
            ("http://127.0.0.1:8080/1.so", "library"),
        ] {
            assert_eq!(library_name(url), name, "{url}");
        }
    }

    #[test]
    fn the_lines_are_what_a_manifest_takes() {
        let platform = platform::host().expect("a platform");
        let url = "https://a.org/{v}/libx.so";
        let first = library(url, None, &[], &platform).expect("a library");
        let second = library(url, Some(&"ab".repeat(32)), &[&first], &platform).expect("another");
        assert_eq!((first.name.as_str(), second.name.as_str()), ("x", "x-2"));
        let Source::Url(download) = &second.source else { panic!("{second:?}") };
        assert_eq!(download.url, url);
        assert!(download.sha256.is_some());
        for no_download in ["file:///etc/passwd", "/etc/passwd", "a\nb", ""] {
            assert!(library(no_download, None, &[], &platform).is_none(), "{no_download}");
        }
    }

    #[test]
    fn what_a_preset_fetches_is_known_by_its_url() {
        let platform = platform::host().expect("a platform");
        let asset =
            if cfg!(target_arch = "aarch64") { "libsqlite3_aarch64.so" } else { "libsqlite3.so" };
        let url =
            format!("https://github.com/denodrivers/sqlite3/releases/download/0.13.0/{asset}");
        assert!(is_of_preset("@db/sqlite", &url, &platform));
        assert!(!is_of_preset("@db/sqlite", "https://a.org/0.13.0/libsqlite3.so", &platform));
        assert!(!is_of_preset("@gfx/canvas", &url, &platform));
    }
}
