//! The modules that the configuration of a test runner loads before the tests. The configuration names them in strings,
//! not in imports.
//!
//! Every key counts, wherever it stands: calls may build a configuration, in parts, or for several projects.

use super::import::{Import, LineCounter};
use super::script_tokens::{Token, Tokens};

/// The keys of Jest, Vitest and Playwright whose values are modules, or lists of them.
const KEYS: [&str; 12] = [
    "environment",
    "globalSetup",
    "globalTeardown",
    "preset",
    "projects",
    "provider",
    "runner",
    "setupFiles",
    "setupFilesAfterEnv",
    "testEnvironment",
    "testRunner",
    "transform",
];

/// Presets and environments that are nothing without another package, which no file imports then.
const STANDS_FOR: [(&str, &str); 3] = [
    ("jest-environment-puppeteer", "puppeteer"),
    ("jest-playwright-preset", "playwright"),
    ("jest-puppeteer", "puppeteer"),
];

/// Beginnings of the names of files with such keys.
const FILES: [&str; 6] = [
    "jest.config.",
    "jest-preset.",
    "playwright.config.",
    "vite.config.",
    "vitest.config.",
    "vitest.workspace.",
];

/// Whether a file of this name (without its directory) has such keys.
pub(in crate::detect) fn is_configuration(name: &str) -> bool {
    FILES.iter().any(|beginning| name.starts_with(beginning))
}

/// The modules that `text` names: as it is written, but from the file's own directory where it says `<rootDir>`.
pub(in crate::detect) fn settings(text: &str) -> Vec<Import> {
    let mut lines = LineCounter::new(text);
    let mut tokens = Tokens::new(text);
    let mut settings = Vec::new();
    let mut key: Option<&str> = None;
    // How many brackets of the value are open; `None` outside of one.
    let mut value: Option<(usize, &str)> = None;
    while let Some(token) = tokens.next() {
        match (&mut value, token) {
            (None, Token::Mark(b':')) => value = key.map(|key| (0, key)),
            (None, Token::Word(word) | Token::Text(word)) => {
                key = Some(word).filter(|word| KEYS.contains(word));
                continue;
            }
            (None, _) => {}
            (Some((_, key)), Token::Text(text) | Token::Template(text, true)) => {
                let line = lines.line(tokens.start());
                settings.extend(specifier(key, text).map(|specifier| Import { line, specifier }));
            }
            (Some((depth, _)), Token::Mark(b'[' | b'(' | b'{')) => *depth += 1,
            (Some((depth, _)), Token::Mark(b']' | b')' | b'}')) if *depth > 1 => *depth -= 1,
            (Some((0, _)), Token::Mark(b',' | b';'))
            | (Some(_), Token::Mark(b']' | b')' | b'}')) => {
                value = None;
            }
            (Some((depth, _)), Token::Word(word)) if *depth == 0 && KEYS.contains(&word) => {
                // Its value was no text, and nothing has ended it.
                (key, value) = (Some(word), None);
                continue;
            }
            (Some(_), _) => {}
        }
        key = None;
    }
    settings
}

/// The module that a value stands for.
fn specifier(key: &str, text: &str) -> Option<String> {
    let own = text.strip_prefix("<rootDir>/").map(|rest| format!("./{rest}"));
    let text = own.as_deref().unwrap_or(text);
    if text.is_empty() || text.contains(['*', '<', '\\', '$', ' ']) {
        return None;
    }
    Some(match key {
        // A folder, in which this is the name of the file.
        "preset" if text.starts_with('.') => format!("{}/jest-preset", text.trim_end_matches('/')),
        _ => {
            let stands = STANDS_FOR.iter().find(|(name, _)| *name == text);
            stands.map_or(text, |(_, package)| package).to_owned()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::settings;
    use crate::detect::scan::import::shown;

    fn check(text: &str, expected: &str) {
        assert_eq!(shown(&settings(text)), expected, "in:\n{text}");
    }

    #[test]
    fn values_of_known_keys_are_modules() {
        check("module.exports = { globalSetup: './a.js', b: './c' }", "1 ./a.js");
        check(
            "export default {\n  setupFiles: ['<rootDir>/a', \"b\"],\n  preset: '@shelf/jest-mongodb',\n};",
            "2 ./a, 2 b, 3 @shelf/jest-mongodb",
        );
        check("{ \"preset\": \"./p/\", \"globalSetup\": `./s.ts` }", "1 ./p/jest-preset, 1 ./s.ts");
        check(
            "defineConfig({ test: { globalSetup: [require.resolve('./a'), fileURLToPath(new URL('./b.ts', import.meta.url))], x: 'y' } })",
            "1 ./a, 1 ./b.ts",
        );
        check("{ browser: { provider: 'playwright', name: 'chromium' } }", "1 playwright");
        check("{ preset: \"jest-puppeteer\" }", "1 puppeteer");
        check("{ setupFiles: setup, preset: 'a' }", "1 a");
    }

    #[test]
    fn what_is_no_module_is_none() {
        check("{ setupFiles: [], preset: x, other: 'a' }", "");
        check("const preset = 'a'; preset('b'); ({ projects: ['packages/*'] })", "");
        check("// globalSetup: './a'\n", "");
        check("{ globalSetup", "");
        check("{ globalSetup: [[[", "");
    }
}
