//! URLs of libraries that stand as they are in sources. Looks at texts alone.

/// What a source that loads something through plug has in it, besides the URL.
const LOADS: [&str; 2] = ["plug", "dlopen"];

/// Words of file names and paths that stand for other machines than this one.
const SYSTEMS: [(&str, &[&str]); 3] = [
    ("linux", &["linux", "gnu", "musl"]),
    ("macos", &["darwin", "macos", "osx", "apple"]),
    ("windows", &["windows", "win32", "win64", "msvc"]),
];
const MACHINES: [(&str, &[&str]); 2] =
    [("x86_64", &["x86_64", "amd64", "x64"]), ("aarch64", &["aarch64", "arm64"])];

/// The URLs in `text` of what is a library on this `system` and `machine`, each with its 1-based line.
pub(super) fn urls(text: &str, system: &str, machine: &str) -> Vec<(usize, String)> {
    if !LOADS.iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for quote in ['"', '\'', '`'] {
            // Between the quotes: every second part.
            let literals = line.split(quote).skip(1).step_by(2);
            let fitting = literals.filter(|literal| is_library(literal, system, machine));
            found.extend(fitting.map(|literal| (index + 1, literal.to_owned())));
        }
    }
    found
}

fn is_library(literal: &str, system: &str, machine: &str) -> bool {
    let Some(rest) = literal.strip_prefix("https://").or_else(|| literal.strip_prefix("http://"))
    else {
        return false;
    };
    let suffix = match system {
        "macos" => ".dylib",
        "windows" => ".dll",
        _ => ".so",
    };
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let is_plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"{}\\<>".contains(&byte));
    let lower = rest.to_ascii_lowercase();
    let is_for = |words: &[(&str, &[&str])], own: &str| {
        let names = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let named = words.iter().filter(|(_, words)| names(words)).collect::<Vec<_>>();
        named.is_empty() || named.iter().any(|(name, _)| *name == own)
    };
    is_plain && path.ends_with(suffix) && is_for(&SYSTEMS, system) && is_for(&MACHINES, machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(usize, &str)]) {
        let found = urls(text, "linux", "x86_64");
        let found: Vec<(usize, &str)> =
            found.iter().map(|(line, url)| (*line, url.as_str())).collect();
        assert_eq!(found, expected, "in {text}");
    }

    #[test]
    fn what_is_a_library_here_is_found_with_its_line() {
        check(
            "import { dlopen } from 'plug';\nawait dlopen('https://a.org/v1/libx.so', {});",
            &[(2, "https://a.org/v1/libx.so")],
        );
        check(
            "// plug\nconst a = { linux: \"https://a.org/x.so\", darwin: \"https://a.org/x.dylib\" };",
            &[(2, "https://a.org/x.so")],
        );
        check(
            "plug(`http://127.0.0.1:80/linux-amd64/x.so`, `https://a.org/aarch64/x.so`)",
            &[(1, "http://127.0.0.1:80/linux-amd64/x.so")],
        );
        check("plug('https://a.org/macos/libx.so')", &[]);
        check("plug(`https://a.org/${version}/libx.so`)", &[]);
        check("plug('https://a.org/libx.so.txt')", &[]);
        check("fetch('https://a.org/v1/libx.so')", &[]);
        check("", &[]);
    }
}
