//! Where Deno's `plug` (1.x) looks for a library. It does not know the environment: the caller says where Deno's cache is.

use std::path::{Path, PathBuf};

use url::Url;

use crate::digest::Sha256;

/// Returns the place of the library of `url` in the Deno cache at `cache` (`DENO_DIR`, or its default). `None` if `url` is not a
/// URL with a host.
///
/// Plug takes any regular file at this place for the library, and rejects symbolic links.
#[must_use]
pub fn plug_place(cache: &Path, url: &str) -> Option<PathBuf> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    let mut folder = host.to_owned();
    // The parser has removed a default port.
    if let Some(port) = url.port() {
        folder.push_str(&format!("_PORT{port}"));
    }
    let mut hashed = url.path().to_owned();
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        hashed.push('?');
        hashed.push_str(query);
    }
    let name = Sha256::of(hashed.as_bytes()).to_string() + extension(url.path());
    Some(cache.join("plug").join(url.scheme()).join(folder).join(name))
}

/// Returns the part from the last dot of the last segment on, like `extname` in Deno's standard library: a name that only begins
/// with a dot has no extension.
fn extension(path: &str) -> &str {
    let name = path.trim_end_matches('/');
    let name = name.rsplit('/').next().unwrap_or_default();
    match name.rfind('.') {
        None | Some(0) => "",
        Some(_) if name == ".." => "",
        Some(dot) => &name[dot..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<&str>) {
        let place = plug_place(Path::new("/deno"), url);
        assert_eq!(place.as_deref(), expected.map(Path::new), "{url}");
    }

    #[test]
    fn the_places_of_published_libraries_are_as_plug_computes_them() {
        check(
            "https://github.com/denodrivers/sqlite3/releases/download/0.12.0/libsqlite3.so",
            Some(
                "/deno/plug/https/github.com/78749b9d49a2ade61a15e9f85b00f70dbb4a41d888e32eb719cae983f13dead9.so",
            ),
        );
        check(
            "https://github.com/denodrivers/sqlite3/releases/download/0.13.0/libsqlite3.so",
            Some(
                "/deno/plug/https/github.com/2d624d1cb94dc52a04dcb942d98592ad72012273e34867346f5dde5d01035183.so",
            ),
        );
    }

    #[test]
    fn equal_urls_share_a_place() {
        let place = |url| plug_place(Path::new("/deno"), url).expect("a place");
        let expected = place("https://example.org/a/lib.so");
        for url in [
            "https://EXAMPLE.org/a/lib.so",
            "https://example.org:443/a/lib.so",
            "https://example.org/b/../a/./lib.so",
            "https://example.org/a/lib.so#fragment",
            "https://example.org/a/lib.so?",
        ] {
            assert_eq!(place(url), expected, "{url}");
        }
        assert_ne!(place("https://example.org/a/lib.so?x=1"), expected);
    }

    #[test]
    fn ports_and_extensions_are_part_of_the_place() {
        let place =
            plug_place(Path::new("/deno"), "http://127.0.0.1:8080/libx.so.0").expect("a place");
        assert!(place.starts_with("/deno/plug/http/127.0.0.1_PORT8080"), "{place:?}");
        for (path, expected) in [
            ("/libx.so.0", ".0"),
            ("/libx", ""),
            ("/.hidden", ""),
            ("/a.b/libx", ""),
            ("/libx.so/", ".so"),
            ("/", ""),
        ] {
            assert_eq!(extension(path), expected, "{path}");
        }
        check("no url", None);
        check("data:text/plain,x", None);
    }
}
