//! Splits specifiers by their text: scheme, name, version and path. Knows no project and no lock file.

/// Whether it is a path as seen from the file that imports it.
pub(super) fn is_relative(specifier: &str) -> bool {
    specifier.starts_with("./") || specifier.starts_with("../") || matches!(specifier, "." | "..")
}

/// Splits a package's name, with its scheme and version if it has them, from the path after it.
pub(super) fn split_path(specifier: &str) -> (&str, &str) {
    let scheme = specifier.find(':').map_or(0, |at| at + 1);
    let mut slashes = specifier[scheme..].match_indices('/').map(|(at, _)| scheme + at);
    let end = if specifier[scheme..].starts_with('@') { slashes.nth(1) } else { slashes.next() };
    specifier.split_at(end.unwrap_or(specifier.len()))
}

/// A package's name, with its scheme if it has one, without its version.
pub(super) fn without_version(package: &str) -> &str {
    let scheme = package.find(':').map_or(0, |at| at + 1);
    let name_start = scheme + usize::from(package[scheme..].starts_with('@'));
    match package[name_start..].find('@') {
        Some(at) => &package[..name_start + at],
        None => package,
    }
}

/// A specifier as Deno writes it into its lock file: `jsr:@db/sqlite@0.12` for `jsr:@db/sqlite@^0.12.0`.
pub(super) fn short_range(specifier: &str) -> String {
    let name = without_version(specifier);
    let range = specifier[name.len()..].trim_start_matches('@');
    let mut short = range.strip_prefix('^').unwrap_or(range);
    while let Some(shorter) = short.strip_suffix(".0") {
        short = shorter;
    }
    format!("{name}@{short}")
}

/// The version in a specifier, if it is one and no range: `1.4.2-r.1` of `npm:@duckdb/node-api@1.4.2-r.1/lib`.
pub(super) fn exact_version(specifier: &str) -> Option<&str> {
    // Behind the last part of an address that has one: `https://deno.land/x/sqlite3@0.12.0/mod.ts`.
    let from = specifier.find("://").map_or(0, |at| at + 3);
    let name = without_version(&specifier[from..]);
    let version = specifier[from + name.len()..].strip_prefix('@')?;
    let version = version.split('/').next()?;
    let version = version.strip_prefix('v').unwrap_or(version);
    let is_exact = version.starts_with(|first: char| first.is_ascii_digit())
        && version.split(['-', '+']).next().is_some_and(|core| core.split('.').count() >= 3)
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte))
        && !version.contains(".x");
    is_exact.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::exact_version;

    #[test]
    fn a_version_is_exact_or_none() {
        let check = |specifier, expected: Option<&str>| {
            assert_eq!(exact_version(specifier), expected, "of `{specifier}`");
        };
        check("jsr:@db/sqlite@0.12.0", Some("0.12.0"));
        check("jsr:@db/sqlite@0.12.0/unstable", Some("0.12.0"));
        check("npm:@duckdb/node-api@1.4.2-r.1", Some("1.4.2-r.1"));
        check("npm:esbuild@0.21.5/lib/main.js", Some("0.21.5"));
        check("https://deno.land/x/sqlite3@0.12.0/mod.ts", Some("0.12.0"));
        check("https://deno.land/x/esbuild@v0.21.5/mod.js", Some("0.21.5"));
        check("jsr:@db/sqlite@^0.12", None);
        check("jsr:@db/sqlite@0.12", None);
        check("npm:esbuild@0.21.x", None);
        check("npm:esbuild", None);
        check("python:torch.utils", None);
        check("", None);
    }
}
