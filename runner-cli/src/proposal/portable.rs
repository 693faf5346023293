//! A path as a manifest has it: from the project or the home directory, and with stars where another machine, another version
//! or the next build has something else. Looks at no file.

use std::path::{Component, Path};

use probe_pattern::escape;

/// What tokens of a name stand between.
const BETWEEN: &str = "-_.@+~";

/// The pattern that stands for `path`. `None` where its name is no text.
pub(super) fn pattern(path: &Path, root: &Path, home: Option<&Path>) -> Option<String> {
    let below =
        |base: &Path| path.strip_prefix(base).ok().filter(|rest| !rest.as_os_str().is_empty());
    let home = home.and_then(|home| Some((home, below(home)?)));
    // A home may lie in the project, as in a container.
    let (begin, rest) = match (below(root), home) {
        (Some(rest), Some((home, _))) if !home.starts_with(root) => ("", rest),
        (Some(rest), None) => ("", rest),
        (_, Some((_, rest))) => ("~/", rest),
        (None, None) => ("/", path.strip_prefix("/").ok()?),
    };
    let parts = rest.components().map(|part| match part {
        Component::Normal(part) => part.to_str().map(general),
        _ => None,
    });
    Some(format!("{begin}{}", parts.collect::<Option<Vec<_>>>()?.join("/")))
}

/// A name with stars in place of what varies.
fn general(name: &str) -> String {
    // Which Python, which system and which machine: `x.cpython-311-x86_64-linux-gnu.so`.
    if let Some((stem, tag)) = name.split_once(".cpython-")
        && let Some((_, end)) = tag.rsplit_once('.')
    {
        return format!("{}.cpython-*.{}", general(stem), escape(end));
    }
    let mut tokens: Vec<(String, Option<char>)> = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let end = rest.find(|letter| BETWEEN.contains(letter)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        let mut letters = after.chars();
        let separator = letters.next();
        rest = letters.as_str();
        let is_machine = token == "64" && tokens.last().is_some_and(|(last, _)| last == "x86");
        let token = match varies(token) && !is_machine {
            true => "*".to_owned(),
            false if token.starts_with("tmp") && token.len() >= 9 => "tmp*".to_owned(),
            false => escape(token),
        };
        match tokens.last_mut() {
            // Whatever stands between.
            Some((last, between)) if last == "*" && token == "*" => *between = separator,
            _ => tokens.push((token, separator)),
        }
    }
    tokens.iter().fold(String::new(), |mut pattern, (token, separator)| {
        pattern.push_str(token);
        pattern.extend(separator);
        pattern
    })
}

/// Whether a part of a name is a version, a digest, or something drawn at random.
fn varies(token: &str) -> bool {
    let count = |is: fn(&u8) -> bool| token.bytes().filter(is).count();
    let (digits, letters) = (count(u8::is_ascii_digit), count(u8::is_ascii_alphabetic));
    if digits + letters != token.len() || digits == 0 && token.len() < 16 {
        return false;
    }
    let is_hex = token.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_version = ["v", "cp", "r"].iter().any(|word| {
        let rest = token.strip_prefix(word);
        rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    });
    // `x2b6f3a1b` goes from letters to digits and back again and again; `sqlite3` and `x86` do not.
    let bytes = token.as_bytes();
    let turns =
        bytes.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit());
    letters == 0
        || is_version
        || is_hex && (token.len() >= 16 || token.len() >= 7 && digits >= 2)
        || token.len() >= 8 && turns.count() >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        let found = pattern(Path::new(path), Path::new("/me/project"), Some(Path::new("/me")));
        assert_eq!(found.as_deref(), Some(expected), "{path}");
    }

    #[test]
    fn a_path_is_what_it_is_on_other_machines_too() {
        check("/me/project/own/libstray.so", "own/libstray.so");
        check("/me/.cache/engine/libengine.so.1.2.3", "~/.cache/engine/libengine.so.*");
        check("/opt/engine/libx.so", "/opt/engine/libx.so");
        check(
            "/me/.cache/deno/plug/https/a.org/78749b9d49a2ade61a15e9f85b00f70dbb4a41d888e32eb719cae983f13dead9.so",
            "~/.cache/deno/plug/https/a.org/*.so",
        );
        check(
            "/me/.cache/puppeteer/chrome/linux-131.0.6778.204/chrome-linux64/chrome",
            "~/.cache/puppeteer/chrome/linux-*/chrome-linux64/chrome",
        );
        check(
            "/me/.pyxbld/lib.linux-x86_64-cpython-311/fastmod.cpython-311-x86_64-linux-gnu.so",
            "~/.pyxbld/lib.linux-x86_64-cpython-*/fastmod.cpython-*.so",
        );
        check(
            "/me/project/__pycache__/_cffi__x2b6f3a1bx91b3f4.cpython-311-x86_64-linux-gnu.so",
            "__pycache__/_cffi__*.cpython-*.so",
        );
        check(
            "/me/project/node_modules/.pnpm/better-sqlite3@11.0.0/better_sqlite3.node",
            "node_modules/.pnpm/better-sqlite3@*/better_sqlite3.node",
        );
        check("/me/project/a[1]/b.so", "a[[]1[]]/b.so");
    }

    #[test]
    fn a_home_in_the_project_counts_more_than_the_project() {
        let path = Path::new("/p/home/.cache/x/libx.so");
        let found = pattern(path, Path::new("/p"), Some(Path::new("/p/home")));
        assert_eq!(found.as_deref(), Some("~/.cache/x/libx.so"));
    }
}
